"""Lines of a file become records: a batch at a time, each line whole or not at all, every one with its result.

A batch is one transaction with its facts, so an import that is killed has loaded a beginning of the file, and the same
command again loads the rest. A rehearsal does the same work in one transaction that is rolled back; what it would
change is undone after each batch, so that it locks no record that others work with.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from itertools import batched
from typing import Any, Literal, NamedTuple

from sqlalchemy import func, insert, select
from sqlalchemy.exc import DataError, IntegrityError

from backend.imports.columns import Changed, Header, Kind, Made, key_of, parse
from backend.imports.reading import Line, Source, lines
from backend.imports.words import Reason, Refused, reason
from backend.imports.work import Work, prepared
from db.models import Origin
from db.uow import UnitOfWork
from db.vault import Vault

BATCH = 1000
LOCK = 0x666172696D
"""Advisory lock of a batch: two imports take turns, so that neither misses what the other made ("farim" in ASCII)."""

Entry = tuple[Line, str, Any]
"""A line, its key, and the struct it was parsed to."""
type Act[A: int | bool] = Callable[[Sequence[Entry]], Awaitable[list[A | Reason]]]

Outcome = Literal["created", "changed", "unchanged", "refused"]


class Result(NamedTuple):
    """What became of a line. `reason` is there when it was refused."""

    line: int
    source_id: str
    outcome: Outcome
    reason: Reason | None = None


class Progress(NamedTuple):
    """Results of one batch, and how many bytes of the file are done."""

    results: list[Result]
    at: int


@dataclass(frozen=True, kw_only=True)
class File:
    """A file that was found to hold lines of a kind."""

    source: Source
    header: Header
    kind: Kind[Any]

    def lines(self) -> Iterable[Line]:
        found = self.header
        return lines(self.source, found.delimiter, after=found.number, width=len(found.columns))


class _Rehearsed(Exception):
    """Rolls a rehearsal back."""


class Importer:
    """`async with importer: async for progress in importer.load(file)`. `company` is as the command was given it."""

    def __init__(
        self, unit_of_work: Callable[[], UnitOfWork], vault: Vault, *, company: str | None, rehearsing: bool
    ) -> None:
        self._unit_of_work = unit_of_work
        self._vault = vault
        self._company = company
        self._rehearsing = rehearsing
        self._whole: UnitOfWork | None = None
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> Importer:
        if self._rehearsing:
            self._whole = await self._stack.enter_async_context(_undone(self._unit_of_work()))
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stack.aclose()

    async def load(self, file: File, *, batch: int = BATCH) -> AsyncIterator[Progress]:
        """Raises BadInput when the company is not known."""
        seen: dict[str, int] = {}
        for some in batched(file.lines(), batch):
            if self._whole is not None:
                results = await self._batch(self._whole, file, some, seen)
            else:
                async with self._unit_of_work() as uow:
                    results = await self._batch(uow, file, some, seen)
            yield Progress(results, some[-1].at)

    async def _batch(self, uow: UnitOfWork, file: File, some: Sequence[Line], seen: dict[str, int]) -> list[Result]:
        db = await uow.connection()
        await db.execute(select(func.pg_advisory_xact_lock(LOCK)))
        work = await prepared(db, self._vault, uow.now, self._company, needed=file.kind.known is None)
        results, good = _believed(file, some, seen, work)
        known = await _known(work, file.kind, [key for _, key, _ in good])
        fresh = [entry for entry in good if entry[1] not in known]
        old = [entry for entry in good if entry[1] in known]

        async def create(part: Sequence[Entry]) -> list[Made]:
            made: list[Made] = await file.kind.create(work, [parsed for _, _, parsed in part])
            await _remember(work, file.kind, part, made)
            return made

        async def change(part: Sequence[Entry]) -> list[Changed]:
            return await file.kind.change(work, [(known[key], parsed) for _, key, parsed in part])

        # Changes first: a contract that is cancelled here gives its login to one that is new.
        if self._rehearsing and old:
            async with db.begin_nested() as both:
                changed, made = await _each(work, change, old), await _each(work, create, fresh)
                await both.rollback()
            await _each(work, create, fresh)  # for the files that build on it
        else:
            changed, made = await _each(work, change, old), await _each(work, create, fresh)
        results += [_result(entry, answer, "changed" if answer else "unchanged") for entry, answer in changed]
        results += [_result(entry, answer, "created") for entry, answer in made]
        if not self._rehearsing:
            for fact in work.facts:
                uow.emit(fact)
        return sorted(results)


@asynccontextmanager
async def _undone(uow: UnitOfWork) -> AsyncIterator[UnitOfWork]:
    try:
        async with uow:
            yield uow
            raise _Rehearsed
    except _Rehearsed:
        return


def _result(entry: Entry, answer: int | Reason, outcome: Outcome) -> Result:
    line, key, _ = entry
    if isinstance(answer, Reason):
        return Result(line.number, key, "refused", answer)
    return Result(line.number, key, outcome)


def _believed(file: File, some: Sequence[Line], seen: dict[str, int], work: Work) -> tuple[list[Result], list[Entry]]:
    """The lines that hold together by themselves, with their keys; the others are results already."""
    columns, results, good = file.header.columns, [], []
    for line in some:
        key = key_of(file.kind, columns, line.cells)
        try:
            if line.broken:
                raise Refused(line.broken)
            parsed = parse(file.kind, columns, line.cells)
            file.kind.check(parsed, work)
            if key in seen:
                raise Refused(reason("duplicate", line=seen[key]))
            seen[key] = line.number
        except Refused as refusal:
            results.append(Result(line.number, key, "refused", refusal.reason))
        else:
            good.append((line, key, parsed))
    return results, good


async def _known(work: Work, kind: Kind[Any], keys: Sequence[str]) -> dict[str, int]:
    return await kind.known(work, keys) if kind.known else await work.origins(kind.name, keys)


async def _remember(work: Work, kind: Kind[Any], part: Sequence[Entry], made: Sequence[Made]) -> None:
    if kind.known is not None:
        return
    rows = [
        {"company_id": work.company_id, "kind": kind.name, "source_id": key, "record_id": number}
        for (_, key, _), number in zip(part, made, strict=True)
        if not isinstance(number, Reason)
    ]
    if rows:
        await work.db.execute(insert(Origin), rows)


async def _each[A: int | bool](work: Work, act: Act[A], part: Sequence[Entry]) -> list[tuple[Entry, A | Reason]]:
    """All at once behind a savepoint; when the database refuses something, by halves, to find the line."""
    if not part:
        return []
    told = len(work.facts)
    try:
        async with work.db.begin_nested():
            return list(zip(part, await act(part), strict=True))
    except (IntegrityError, DataError) as error:
        del work.facts[told:]
        if len(part) == 1:
            return [(part[0], reason("database", detail=_detail(error)))]
    half = len(part) // 2
    return await _each(work, act, part[:half]) + await _each(work, act, part[half:])


def _detail(error: IntegrityError | DataError) -> str:
    """The first line, which names the rule and no value."""
    return (str(error.orig).strip().splitlines() or ["?"])[0].rpartition(">: ")[2]
