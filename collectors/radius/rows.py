"""What a batch makes of the sessions it is about, and the rows that say so."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NamedTuple

from collectors.radius import statements
from collectors.radius.clients import Client
from collectors.radius.life import End, Known, Life
from collectors.radius.packet import Notice
from db.session import DbSession
from realtime.scope import Place

Row = dict[str, Any]


@dataclass
class Move:
    """Of the sessions of one NAS in one place. `subscribers` are those whose login is known."""

    started: int = 0
    ended: int = 0
    subscribers: set[int] = field(default_factory=set)


@dataclass
class Moves:
    """What a batch changed, by place and NAS. `reloaded` are NAS whose mark moved; `ignored` notices told nothing."""

    sessions: dict[tuple[Place, int], Move] = field(default_factory=dict)
    reloaded: set[int] = field(default_factory=set)
    ignored: int = 0

    def add(self, place: Place, nas_id: int, subscriber: int | None, *, started: int = 0, ended: int = 0) -> None:
        move = self.sessions.setdefault((place, nas_id), Move())
        move.started += started
        move.ended += ended
        if subscriber is not None:
            move.subscribers.add(subscriber)


class Owner(NamedTuple):
    """Whose session it is and where. All but the place is None for a login that no contract has."""

    place: Place
    contract_id: int | None = None
    subscriber_id: int | None = None
    product_id: int | None = None


@dataclass
class Entry:
    """A key of this batch: its last notice, its life so far, and the open session as it is stored (`before`)."""

    client: Client
    notice: Notice
    life: Life = field(default_factory=Life)
    before: Known | None = None
    was_unknown: bool = False
    owner: Owner | None = None
    found_owner: bool = False


class _Rows:
    """By statement, in the order in which they have to run."""

    def __init__(self) -> None:
        self.resumed: list[Row] = []
        self.corrected: list[Row] = []
        self.ended: list[Row] = []
        self.ended_unseen: list[Row] = []
        self.begun: list[Row] = []
        self.heard: list[Row] = []
        self.identified: list[Row] = []


async def write(db: DbSession, entries: dict[bytes, Entry], moves: Moves) -> None:
    """Stores the lives and adds to `moves`. Runs at most one statement of each kind."""
    rows = _Rows()
    for key, entry in entries.items():
        _add(rows, key, entry, moves)
    for statement, some in (
        (statements.RESUME, rows.resumed),
        (statements.CORRECT, rows.corrected),
        (statements.END_OPEN, rows.ended),
        (statements.END_UNSEEN, rows.ended_unseen),
        (statements.BEGIN, rows.begun),
        (statements.HEARD, rows.heard),
        (statements.IDENTIFIED, rows.identified),
    ):
        if some:
            await db.execute(statement, {name: [row[name] for row in some] for name in some[0]})


def _add(rows: _Rows, key: bytes, entry: Entry, moves: Moves) -> None:
    life, before, owner = entry.life, entry.before, entry.owner
    assert owner is not None
    about = (owner.place, entry.client.id, owner.subscriber_id)
    if life.resumed_from is not None:
        known = life.open if life.open is not None else life.ends[0].session
        rows.resumed.append({"id": known.id, "stored_at": life.resumed_from})
    for end in life.ends:
        if end.stored_at is not None:
            rows.corrected.append(_end(end) | {"stored_at": end.stored_at})
            moves.add(*about)
        elif before is not None and end.session.id == before.id:
            rows.ended.append(_end(end) | _known(end.session))
            moves.add(*about, ended=1)
        else:
            rows.ended_unseen.append(_identity(key, entry, owner) | _began(end.session) | _end(end))
            moves.add(*about, started=1, ended=1)
    if life.open is None:
        return
    if before is None or life.open.id != before.id:
        rows.begun.append(_identity(key, entry, owner) | _began(life.open) | _heard(life.open))
        moves.add(*about, started=1)
        return
    if life.open is not before:
        rows.heard.append({"id": before.id} | _known(life.open) | _heard(life.open))
        if entry.was_unknown:
            moves.add(*about)
    if entry.found_owner:
        rows.identified.append({"id": before.id} | _owned(owner))
        moves.add(*about)


def _identity(key: bytes, entry: Entry, owner: Owner) -> Row:
    notice = entry.notice
    return {
        "key": key,
        "nas_id": entry.client.id,
        "company_id": owner.place.company_id,
        "session_id": notice.session_id,
        "login": notice.login.lower(),
        "port": notice.port,
        **_owned(owner),
    }


def _owned(owner: Owner) -> Row:
    return {
        "business_unit_id": owner.place.business_unit_id,
        "city_id": owner.place.city_id,
        "contract_id": owner.contract_id,
        "subscriber_id": owner.subscriber_id,
        "product_id": owner.product_id,
    }


def _began(known: Known) -> Row:
    return {"id": known.id, "started_at": known.started_at, **_known(known)}


def _known(known: Known) -> Row:
    return {
        "mac": known.mac,
        "address": None if known.address is None else str(known.address),
        "delegated_prefix": None if known.delegated_prefix is None else str(known.delegated_prefix),
        **_counted(known),
    }


def _counted(known: Known) -> Row:
    return {
        "last_at": known.last_at,
        "in_octets": known.in_octets,
        "out_octets": known.out_octets,
        "in_counter": known.in_counter,
        "out_counter": known.out_counter,
    }


def _heard(known: Known) -> Row:
    return {"heard_at": known.heard_at, "session_s": known.session_s, "interim_s": known.interim_s}


def _end(end: End) -> Row:
    return {
        "id": end.session.id,
        "ended_at": end.ended_at,
        "ended": end.ended,
        "cause": end.cause,
        **_counted(end.session),
    }
