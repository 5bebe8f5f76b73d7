"""Contracts: one product at one price, and the internet login that its sessions use."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import insert, select, update

from backend.imports.columns import Changed, Kind, Made
from backend.imports.differences import differences
from backend.imports.lines.contracts import COLUMNS, ContractLine, check
from backend.imports.names import folded
from backend.imports.owners import Owner, owners
from backend.imports.words import Reason, reason
from backend.imports.work import Work
from db.models import Contract, ContractItem, InternetLogin, Product
from realtime.facts import ContractChanged, InternetLoginAdded

OVER = ("cancelled", "ended")
"""A contract that is over gets no login, and gives its own to the next one."""


async def _products(work: Work, lines: Sequence[ContractLine]) -> dict[str, int]:
    """Folded name -> id; what is not there yet is made, its list price that of the first contract."""
    rows = await work.db.execute(select(Product.name, Product.id).where(Product.company_id == work.company_id))
    known = {folded(name): number for name, number in rows}
    new: dict[str, ContractLine] = {}
    for line in lines:
        if folded(line.product) not in known:
            new.setdefault(folded(line.product), line)
    if new:
        made = await work.db.execute(
            insert(Product).returning(Product.id, sort_by_parameter_order=True),
            [
                {
                    "company_id": work.company_id,
                    "name": line.product,
                    "kind": line.product_kind or "internet",
                    "price": line.price,
                }
                for line in new.values()
            ],
        )
        known |= dict(zip(new, made.scalars(), strict=True))
    return known


async def _logins(work: Work, logins: Sequence[str | None]) -> dict[str, Any]:
    """Login -> who has it, and whether that contract is over."""
    rows = await work.db.execute(
        select(InternetLogin.login, InternetLogin.id, InternetLogin.contract_id, Contract.status)
        .join(Contract, Contract.id == InternetLogin.contract_id)
        .where(InternetLogin.company_id == work.company_id, InternetLogin.login.in_({text for text in logins if text}))
    )
    return {row.login: row for row in rows}


def _taken(line: ContractLine, status: str, held: Any, given: set[str]) -> Reason | None:
    """Why the line cannot have its login: a contract in force has it."""
    if line.login is None or status in OVER:
        return None
    if line.login in given or (held is not None and held.status not in OVER):
        return reason("taken", column="login", value=line.login)
    given.add(line.login)
    return None


async def create(work: Work, lines: Sequence[ContractLine]) -> list[Made]:
    people = await owners(work, [line.subscriber for line in lines])
    held = await _logins(work, [line.login for line in lines])
    made: list[Made] = [0] * len(lines)
    good: list[tuple[int, ContractLine, Owner]] = []
    given: set[str] = set()
    for at, line in enumerate(lines):
        owner = people.get(line.subscriber)
        if owner is None:
            made[at] = reason("unknown_record", company=work.company, noun="subscriber", value=line.subscriber)
        elif (taken := _taken(line, line.status or "active", held.get(line.login or ""), given)) is not None:
            made[at] = taken
        else:
            good.append((at, line, owner))
    if not good:
        return made
    products = await _products(work, [line for _, line, _ in good])
    rows = [
        {
            **owner.place(),
            "subscriber_id": owner.id,
            "address_id": owner.address_id,
            "status": line.status or "active",
            "signed_on": line.signed_on,
        }
        for _, line, owner in good
    ]
    numbers = await work.db.execute(insert(Contract).returning(Contract.id, sort_by_parameter_order=True), rows)
    contracts = [(number, line, owner) for number, (_, line, owner) in zip(numbers.scalars(), good, strict=True)]
    for (at, _, _), (number, _, _) in zip(good, contracts, strict=True):
        made[at] = number
    items = [
        {
            "contract_id": number,
            "product_id": products[folded(line.product)],
            "price": line.price,
            "since": line.signed_on,
        }
        for number, line, _ in contracts
    ]
    await work.db.execute(insert(ContractItem), items)
    for number, _, owner in contracts:
        work.emit(ContractChanged(place=owner.at, at=work.now, contract_id=number, subscriber_id=owner.id))
    await _give(
        work,
        [
            (line.login, number, owner)
            for number, line, owner in contracts
            if line.login is not None and (line.status or "active") not in OVER
        ],
        held,
    )
    return made


async def _give(work: Work, wanted: Sequence[tuple[str, int, Owner]], held: dict[str, Any]) -> None:
    """New logins, and those that a contract which is over had."""
    if not wanted:
        return
    numbers: dict[str, int] = {}
    new = []
    for login, contract, owner in wanted:
        row = {"company_id": work.company_id, "contract_id": contract, "subscriber_id": owner.id, "login": login}
        if login in held:
            numbers[login] = held[login].id
            await work.db.execute(update(InternetLogin).where(InternetLogin.id == held[login].id).values(row))
        else:
            new.append(row)
    if new:
        made = await work.db.execute(insert(InternetLogin).returning(InternetLogin.login, InternetLogin.id), new)
        numbers |= dict(made.all())
    for login, contract, owner in wanted:
        work.emit(
            InternetLoginAdded(
                place=owner.at,
                at=work.now,
                internet_login_id=numbers[login],
                contract_id=contract,
                subscriber_id=owner.id,
            )
        )


async def change(work: Work, lines: Sequence[tuple[int, ContractLine]]) -> list[Changed]:
    """Status, product, price, day and login. The subscriber stays."""
    numbers = [number for number, _ in lines]
    contract, item, login = Contract.__table__, ContractItem.__table__, InternetLogin.__table__
    found = await work.db.execute(
        select(contract).where(contract.c.id.in_(numbers)).order_by(contract.c.id).with_for_update()
    )
    before = {row.id: row for row in found}
    rows = await work.db.execute(select(item).where(item.c.contract_id.in_(numbers)).order_by(item.c.id.desc()))
    items = {row.contract_id: row for row in rows}
    rows = await work.db.execute(select(login).where(login.c.contract_id.in_(numbers)).order_by(login.c.id.desc()))
    mine: dict[int, dict[str, Any]] = {}
    for row in rows:
        mine.setdefault(row.contract_id, {})[row.login] = row
    people = await owners(work, [line.subscriber for _, line in lines])
    held = await _logins(work, [line.login for _, line in lines])
    changed: list[Changed] = []
    given: set[str] = set()
    for number, line in lines:
        row, owner = before[number], people.get(line.subscriber)
        if owner is None:
            changed.append(reason("unknown_record", company=work.company, noun="subscriber", value=line.subscriber))
            continue
        if owner.id != row.subscriber_id:
            changed.append(reason("fixed", column="subscriber", ours=row.subscriber_id, theirs=line.subscriber))
            continue
        logins = mine.get(number, {})
        is_new = line.login is not None and line.login not in logins and (line.status or row.status) not in OVER
        taken = _taken(line, row.status, held.get(line.login or ""), given) if is_new else None
        if taken is not None:
            changed.append(taken)
            continue
        new = differences(row._mapping, {"status": line.status, "signed_on": line.signed_on})
        if new:
            await work.db.execute(update(Contract).where(contract.c.id == number).values(new))
        sold = await _change_item(work, items[number], line)
        if is_new and line.login is not None:
            await _change_login(work, line.login, number, owner, logins, held)
        changed.append(bool(new) or sold or is_new)
        if changed[-1] is True:
            work.emit(ContractChanged(place=owner.at, at=work.now, contract_id=number, subscriber_id=owner.id))
    return changed


async def _change_item(work: Work, item: Any, line: ContractLine) -> bool:
    products = await _products(work, [line])
    new = differences(item._mapping, {"product_id": products[folded(line.product)], "price": line.price})
    if new:
        await work.db.execute(update(ContractItem).where(ContractItem.id == item.id).values(new))
    return bool(new)


async def _change_login(
    work: Work, login: str, contract: int, owner: Owner, logins: dict[str, Any], held: dict[str, Any]
) -> None:
    """The login that the contract had is renamed, so that it keeps one."""
    if login in held or not logins:
        await _give(work, [(login, contract, owner)], held)
        return
    (first, *_) = reversed(logins.values())
    await work.db.execute(update(InternetLogin).where(InternetLogin.id == first.id).values(login=login))
    work.emit(
        InternetLoginAdded(
            place=owner.at,
            at=work.now,
            internet_login_id=first.id,
            contract_id=contract,
            subscriber_id=owner.id,
        )
    )


KIND = Kind(
    name="contracts",
    noun="contract",
    line=ContractLine,
    columns=COLUMNS,
    check=check,
    create=create,
    change=change,
)
