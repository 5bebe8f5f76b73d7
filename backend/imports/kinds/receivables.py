"""Receivables, and what was paid of them. What is settled here never changes; more that was paid is settled."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import func, insert, select, update
from sqlalchemy.dialects.postgresql import distinct_on

from backend.imports.columns import Changed, Kind, Made
from backend.imports.lines.receivables import COLUMNS, ReceivableLine, check
from backend.imports.owners import Owner, owners
from backend.imports.payments import pay
from backend.imports.words import Reason, reason
from backend.imports.work import Work
from backend.money import ZERO
from db.models import CancellationReason, Contract, Receivable, Settlement
from realtime.facts import ReceivableCancelled, ReceivableIssued
from realtime.scope import Place

NO_REASON = "Cancelado no sistema anterior"


async def _contracts(work: Work, names: Sequence[str | None]) -> dict[str, tuple[int, int]]:
    """The source's id -> contract and its subscriber."""
    known = await work.origins("contracts", names)
    rows = await work.db.execute(
        select(Contract.id, Contract.subscriber_id).where(
            Contract.id.in_(set(known.values())), Contract.company_id == work.company_id
        )
    )
    subscribers = dict(rows.all())
    return {name: (number, subscribers[number]) for name, number in known.items()}


async def _reasons(work: Work, lines: Sequence[ReceivableLine]) -> dict[str, int]:
    """Text -> id, made when it is not on the list yet."""
    texts = {line.cancellation_reason or NO_REASON for line in lines if line.status == "cancelled"}
    if not texts:
        return {}
    mine = select(CancellationReason.text, CancellationReason.id).where(
        CancellationReason.applies_to == "receivable", CancellationReason.text.in_(texts)
    )
    known = dict((await work.db.execute(mine)).all())
    for text in sorted(texts - known.keys()):
        made = insert(CancellationReason).values(applies_to="receivable", text=text).returning(CancellationReason.id)
        known[text] = (await work.db.execute(made)).scalar_one()
    return known


async def create(work: Work, lines: Sequence[ReceivableLine]) -> list[Made]:
    people = await owners(work, [line.subscriber for line in lines])
    contracts = await _contracts(work, [line.contract for line in lines])
    made: list[Made] = [0] * len(lines)
    good: list[tuple[int, ReceivableLine, Owner, int | None]] = []
    for at, line in enumerate(lines):
        owner, contract = people.get(line.subscriber), contracts.get(line.contract or "")
        if owner is None:
            made[at] = reason("unknown_record", company=work.company, noun="subscriber", value=line.subscriber)
        elif line.contract is not None and (contract is None or contract[1] != owner.id):
            made[at] = reason("unknown_record", company=work.company, noun="contract", value=line.contract)
        else:
            good.append((at, line, owner, contract[0] if contract else None))
    if not good:
        return made
    reasons = await _reasons(work, [line for _, line, _, _ in good])
    rows = [_row(work, line, owner, contract, reasons) for _, line, owner, contract in good]
    numbers = list(
        (
            await work.db.execute(insert(Receivable).returning(Receivable.id, sort_by_parameter_order=True), rows)
        ).scalars()
    )
    paid = []
    for number, row, (at, line, owner, _) in zip(numbers, rows, good, strict=True):
        made[at] = number
        work.emit(
            ReceivableIssued(
                place=owner.at,
                at=work.now,
                receivable_id=number,
                subscriber_id=owner.id,
                amount=line.amount,
                issued_on=row["issued_on"],
                due_on=line.due_on,
            )
        )
        if row["status"] == "cancelled":
            work.emit(_cancelled(work, number, owner.at, owner.id, row))
        if line.paid:
            paid.append((number, owner.at, owner.id, line.due_on, row["settled_amount"], line.payment(line.paid)))
    await pay(work, paid)
    return made


def _row(
    work: Work, line: ReceivableLine, owner: Owner, contract: int | None, reasons: dict[str, int]
) -> dict[str, Any]:
    settled = min(line.amount, line.paid or ZERO)
    status = line.status or "open"
    if status == "open" and settled == line.amount:
        status = "paid"
    cancelled = status == "cancelled"
    return {
        **owner.place(),
        "subscriber_id": owner.id,
        "contract_id": contract,
        "number": line.number,
        "amount": line.amount,
        "settled_amount": settled,
        "issued_on": line.issued_on or min(work.today, line.due_on),
        "due_on": line.due_on,
        "reference_month": line.due_on.replace(day=1),
        "status": status,
        "paid_at": _at(work, line.paid_on) if status == "paid" else None,
        "cancelled_at": _at(work, line.cancelled_on) if cancelled else None,
        "cancellation_reason_id": reasons[line.cancellation_reason or NO_REASON] if cancelled else None,
    }


def _at(work: Work, on: date | None) -> datetime:
    """Noon of the day, or now when it is today or unknown."""
    return work.now if on is None or on == work.today else work.noon(on)


def _cancelled(work: Work, number: int, place: Place, subscriber: int, row: Any) -> ReceivableCancelled:
    return ReceivableCancelled(
        place=place,
        at=work.now,
        receivable_id=number,
        subscriber_id=subscriber,
        open_amount=row["amount"] - row["settled_amount"],
        due_on=row["due_on"],
        issued_on=row["issued_on"],
        reason_id=row["cancellation_reason_id"],
    )


async def change(work: Work, lines: Sequence[tuple[int, ReceivableLine]]) -> list[Changed]:
    """What was paid since is settled, what was cancelled since is cancelled; all else that differs is a conflict."""
    numbers = [number for number, _ in lines]
    table = Receivable.__table__
    found = await work.db.execute(select(table).where(table.c.id.in_(numbers)).order_by(table.c.id).with_for_update())
    before = {row.id: row for row in found}
    sums = await work.db.execute(
        select(Settlement.receivable_id, func.sum(Settlement.amount))
        .where(Settlement.receivable_id.in_(numbers))
        .group_by(Settlement.receivable_id)
    )
    received = dict(sums.all())
    rows = await work.db.execute(
        select(Settlement.receivable_id, Settlement.paid_on, Settlement.channel)
        .ext(distinct_on(Settlement.receivable_id))
        .where(Settlement.receivable_id.in_(numbers))
        .order_by(Settlement.receivable_id, Settlement.id.desc())
    )
    last = {row.receivable_id: row for row in rows}
    people = await owners(work, [line.subscriber for _, line in lines])
    changed: list[Changed] = []
    for number, line in lines:
        row, total, owner = before[number], received.get(number, ZERO), people.get(line.subscriber)
        conflict = _conflict(row, line, total, owner) or _settled_otherwise(line, total, last.get(number))
        changed.append(conflict if conflict is not None else await _catch_up(work, row, line, total))
    return changed


def _conflict(row: Any, line: ReceivableLine, total: Decimal, owner: Owner | None) -> Reason | None:
    """`total` is all that was received for it."""
    for column, ours, theirs in (
        ("subscriber", row.subscriber_id, owner.id if owner else None),
        ("amount", row.amount, line.amount),
        ("due_on", row.due_on, line.due_on),
        ("issued_on", row.issued_on, line.issued_on or row.issued_on),
    ):
        if ours != theirs:
            shown = line.subscriber if column == "subscriber" else theirs
            return reason("fixed", column=column, ours=ours, theirs=shown)
    if line.paid is not None and line.paid < total:
        return reason("money_conflict", column="paid_amount", ours=total, theirs=line.paid)
    if line.status is None or line.status == row.status:
        return None
    pays = line.paid is not None and line.paid > total
    if row.status == "open" and line.status in ("paid", "cancelled"):
        return None
    if line.status == "open" and row.status == "paid" and (line.paid or ZERO) >= row.amount:
        return None  # the other system says open of what is paid in full, as this file did the first time
    return reason("status_conflict", ours=row.status, theirs=f"{line.status}{' (paid)' if pays else ''}")


def _settled_otherwise(line: ReceivableLine, total: Decimal, last: Any) -> Reason | None:
    """Of a payment that both sides know, the day and the channel."""
    if last is None or line.paid != total:
        return None
    for column, ours, theirs in (
        ("paid_on", last.paid_on, line.paid_on or last.paid_on),
        ("channel", last.channel, line.channel or last.channel),
    ):
        if ours != theirs:
            return reason("money_conflict", column=column, ours=ours, theirs=theirs)
    return None


async def _catch_up(work: Work, row: Any, line: ReceivableLine, total: Decimal) -> bool:
    table = Receivable.__table__
    place = Place(row.company_id, row.business_unit_id, row.city_id)
    changed = False
    new: dict[str, Any] = {}
    if line.number is not None and line.number != row.number:
        new["number"] = line.number
    more = (line.paid or ZERO) - total
    if more > 0:
        owed = row.amount - row.settled_amount if row.status == "open" else ZERO
        applied = min(more, owed)
        if row.status == "open":
            new["settled_amount"] = row.settled_amount + applied
            if new["settled_amount"] == row.amount:
                new |= {"status": "paid", "paid_at": _at(work, line.paid_on)}
        await pay(work, [(row.id, place, row.subscriber_id, row.due_on, applied, line.payment(more))])
        changed = True
    if line.status == "cancelled" and row.status == "open" and "status" not in new:
        reasons = await _reasons(work, [line])
        new |= {
            "status": "cancelled",
            "cancelled_at": _at(work, line.cancelled_on),
            "cancellation_reason_id": reasons[line.cancellation_reason or NO_REASON],
        }
        work.emit(_cancelled(work, row.id, place, row.subscriber_id, {**row._mapping, **new}))
    if new:
        await work.db.execute(update(Receivable).where(table.c.id == row.id).values(new))
    return changed or bool(new)


KIND = Kind(
    name="receivables",
    noun="receivable",
    line=ReceivableLine,
    columns=COLUMNS,
    check=check,
    create=create,
    change=change,
)
