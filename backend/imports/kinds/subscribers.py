"""Subscribers with their address and phones."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import delete, insert, select, update

from backend.imports.columns import Changed, Kind, Made
from backend.imports.differences import differences
from backend.imports.lines.subscribers import COLUMNS, SubscriberLine, check
from backend.imports.words import Reason, Refused, reason
from backend.imports.work import Work
from db.models import Subscriber, SubscriberAddress, SubscriberPhone
from realtime.facts import SubscriberChanged

NO_NUMBER = "S/N"


def _placed(line: SubscriberLine, work: Work) -> tuple[int, int] | Reason:
    try:
        return work.unit(line.business_unit), work.city(line.city, line.state)
    except Refused as refusal:
        return refusal.reason


async def create(work: Work, lines: Sequence[SubscriberLine]) -> list[Made]:
    made: list[Made] = [0] * len(lines)
    codes = [line.code or line.id for line in lines]
    taken = set(
        await work.db.scalars(
            select(Subscriber.code).where(Subscriber.company_id == work.company_id, Subscriber.code.in_(codes))
        )
    )
    rows: list[dict[str, Any]] = []
    good: list[tuple[int, SubscriberLine]] = []
    for at, (line, code) in enumerate(zip(lines, codes, strict=True)):
        placed = _placed(line, work)
        if isinstance(placed, Reason):
            made[at] = placed
        elif code in taken:
            made[at] = reason("taken", column="code", value=code)
        else:
            taken.add(code)
            good.append((at, line))
            rows.append(
                {
                    "company_id": work.company_id,
                    "business_unit_id": placed[0],
                    "city_id": placed[1],
                    "code": code,
                    "kind": line.implied_kind,
                    "name": line.name,
                    "trade_name": line.trade_name,
                    "document": line.document,
                    "status": line.status or "active",
                    "since": line.since or work.today,
                    "due_day": line.due_day or 10,
                }
            )
    if not rows:
        return made
    added = insert(Subscriber).returning(Subscriber.id, sort_by_parameter_order=True)
    numbers = list((await work.db.execute(added, rows)).scalars())
    for (at, _), number in zip(good, numbers, strict=True):
        made[at] = number
    homes = [(number, line, row["city_id"]) for number, row, (_, line) in zip(numbers, rows, good, strict=True)]
    await _add_addresses(work, homes)
    await _add_phones(work, [(number, phone) for number, line, _ in homes for phone in line.numbers])
    for number, row in zip(numbers, rows, strict=True):
        place = work.place(row["business_unit_id"], row["city_id"])
        work.emit(SubscriberChanged(place=place, at=work.now, subscriber_id=number))
    return made


async def _add_addresses(work: Work, owners: Sequence[tuple[int, SubscriberLine, int]]) -> None:
    rows = [
        {
            **line.address(),
            "number": line.number or NO_NUMBER,
            "subscriber_id": number,
            "kind": "installation",
            "city_id": city,
            "state": work.cities[city].state,
        }
        for number, line, city in owners
        if line.street is not None
    ]
    if rows:
        await work.db.execute(insert(SubscriberAddress), rows)


async def _add_phones(work: Work, phones: Sequence[tuple[int, str]]) -> None:
    rows = [
        {"subscriber_id": owner, "number": number, "kind": "mobile" if number[-9:-8] == "9" else "landline"}
        for owner, number in phones
    ]
    if rows:
        await work.db.execute(insert(SubscriberPhone), rows)


async def change(work: Work, lines: Sequence[tuple[int, SubscriberLine]]) -> list[Changed]:
    """Company, unit, city and code stay. The address is changed in place, phones become those of the file."""
    numbers = [number for number, _ in lines]
    table = Subscriber.__table__
    found = await work.db.execute(select(table).where(table.c.id.in_(numbers)).order_by(table.c.id).with_for_update())
    before = {row.id: row for row in found}
    homes, phones = await _homes(work, numbers), await _phones(work, numbers)
    changed: list[Changed] = []
    for number, line in lines:
        row = before[number]
        fixed = _fixed(row, line, work)
        if fixed is not None:
            changed.append(fixed)
            continue
        new = differences(row._mapping, line.own())
        if new:
            await work.db.execute(update(Subscriber).where(table.c.id == number).values(new))
        moved = await _change_home(work, homes.get(number), number, line, row.city_id)
        rung = await _change_phones(work, number, phones.get(number, frozenset()), line)
        changed.append(bool(new) or moved or rung)
        if changed[-1] is True:
            place = work.place(row.business_unit_id, row.city_id)
            work.emit(SubscriberChanged(place=place, at=work.now, subscriber_id=number))
    return changed


def _fixed(row: Any, line: SubscriberLine, work: Work) -> Reason | None:
    placed = _placed(line, work) if line.business_unit else _city(line, work, row.business_unit_id)
    if isinstance(placed, Reason):
        return placed
    for column, ours, theirs in (
        ("business_unit", row.business_unit_id, placed[0]),
        ("city", row.city_id, placed[1]),
        ("code", row.code, line.code or row.code),
    ):
        if ours != theirs:
            return reason("fixed", column=column, ours=_named(work, column, ours), theirs=getattr(line, column))
    return None


def _city(line: SubscriberLine, work: Work, unit: int) -> tuple[int, int] | Reason:
    try:
        return unit, work.city(line.city, line.state)
    except Refused as refusal:
        return refusal.reason


def _named(work: Work, column: str, value: Any) -> Any:
    """What people call it."""
    names = {
        "business_unit": {number: name for name, number in work.units.items()},
        "city": {city.id: city.name for city in work.cities.values()},
    }
    return names.get(column, {}).get(value, value)


async def _homes(work: Work, numbers: Sequence[int]) -> dict[int, Any]:
    """The installation address of each; of several, the first."""
    table = SubscriberAddress.__table__
    rows = await work.db.execute(
        select(table)
        .where(table.c.subscriber_id.in_(numbers), table.c.kind == "installation")
        .order_by(table.c.id.desc())
    )
    return {row.subscriber_id: row for row in rows}


async def _change_home(work: Work, home: Any, number: int, line: SubscriberLine, city: int) -> bool:
    if home is None:
        await _add_addresses(work, [(number, line, city)])
        return line.street is not None
    new = differences(home._mapping, line.address())
    if new:
        await work.db.execute(update(SubscriberAddress).where(SubscriberAddress.id == home.id).values(new))
    return bool(new)


async def _phones(work: Work, numbers: Sequence[int]) -> dict[int, frozenset[str]]:
    rows = await work.db.execute(
        select(SubscriberPhone.subscriber_id, SubscriberPhone.number).where(SubscriberPhone.subscriber_id.in_(numbers))
    )
    found: dict[int, set[str]] = {}
    for owner, phone in rows:
        found.setdefault(owner, set()).add(phone)
    return {owner: frozenset(phones) for owner, phones in found.items()}


async def _change_phones(work: Work, number: int, known: frozenset[str], line: SubscriberLine) -> bool:
    """A line without any phone says nothing of them."""
    wanted = line.numbers
    if not wanted or known == frozenset(wanted):
        return False
    gone = known - frozenset(wanted)
    await work.db.execute(
        delete(SubscriberPhone).where(SubscriberPhone.subscriber_id == number, SubscriberPhone.number.in_(gone))
    )
    await _add_phones(work, [(number, phone) for phone in wanted if phone not in known])
    return True


KIND = Kind(
    name="subscribers",
    noun="subscriber",
    line=SubscriberLine,
    columns=COLUMNS,
    check=check,
    create=create,
    change=change,
)
