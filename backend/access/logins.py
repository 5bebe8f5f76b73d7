"""Internet logins: the name by which a subscriber's router signs in, and the contract that its sessions belong to."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select, tuple_

from backend.access.actions import WRITE
from backend.access.schemas import InternetLoginItem, InternetLoginPage, NewInternetLogin
from backend.auth.identity import Identity
from backend.errors import BadInput, Conflict, NotFound
from backend.paging import decode_cursor, encode_cursor
from db.models import Contract, InternetLogin
from db.scope import within
from db.session import ReadSession
from db.uow import UnitOfWork
from realtime.facts import InternetLoginAdded
from realtime.scope import Place, Scope

LONGEST = 253
"""Octets of a RADIUS attribute's text (RFC 2865, section 5): no router could say more."""

SETTLED = ("cancelled", "ended")
"""A contract in one of these is over, and gets no new login."""


def spelt(login: str) -> str:
    """As the tables have it. Raises BadInput."""
    login = login.strip().lower()
    if not 1 <= len(login.encode()) <= LONGEST or not login.isprintable():
        raise BadInput(
            f"A login has from 1 to {LONGEST} octets, all of them printable.", errors={"login": "length or characters"}
        )
    return login


def _contract_in(scope: Scope) -> Any:
    return within(scope, Contract.company_id, Contract.business_unit_id, Contract.city_id)


def _item(login: InternetLogin, contract: Contract) -> InternetLoginItem:
    return InternetLoginItem(
        id=login.id,
        login=login.login,
        contract_id=contract.id,
        contract_status=contract.status,
        subscriber_id=login.subscriber_id,
        company_id=contract.company_id,
        business_unit_id=contract.business_unit_id,
        city_id=contract.city_id,
    )


async def add_login(uow: UnitOfWork, identity: Identity, now: datetime, asked: NewInternetLogin) -> InternetLoginItem:
    """Sessions that are open under this login join the contract at their next interim."""
    scope = identity.require(WRITE)
    login = spelt(asked.login)
    contract = await uow.session.scalar(select(Contract).where(Contract.id == asked.contract_id, _contract_in(scope)))
    if contract is None:
        raise NotFound("contract")
    if contract.status in SETTLED:
        raise Conflict("This contract is over: give the login to one that is in force.")
    taken = select(InternetLogin.id).where(
        InternetLogin.company_id == contract.company_id, InternetLogin.login == login
    )
    if await uow.session.scalar(taken) is not None:
        raise Conflict("Another contract of this company has this login: one login is one customer.")
    made = InternetLogin(
        company_id=contract.company_id,
        contract_id=contract.id,
        subscriber_id=contract.subscriber_id,
        login=login,
        created_at=now,
    )
    uow.session.add(made)
    await uow.session.flush()
    uow.emit(
        InternetLoginAdded(
            place=Place(contract.company_id, contract.business_unit_id, contract.city_id),
            at=now,
            author_id=identity.user_id,
            internet_login_id=made.id,
            contract_id=contract.id,
            subscriber_id=contract.subscriber_id,
        )
    )
    return _item(made, contract)


async def logins(
    db: ReadSession,
    scope: Scope,
    *,
    login: str | None,
    subscriber_id: int | None,
    cursor: str | None,
    limit: int,
) -> InternetLoginPage:
    """In alphabetical order. What the caller does not reach is not there."""
    query = (
        select(InternetLogin, Contract)
        .join(Contract, Contract.id == InternetLogin.contract_id)
        .where(_contract_in(scope))
        .order_by(InternetLogin.login, InternetLogin.id)
    )
    if login is not None:
        query = query.where(InternetLogin.login == spelt(login))
    if subscriber_id is not None:
        query = query.where(InternetLogin.subscriber_id == subscriber_id)
    if (after := decode_cursor(cursor, tuple[str, int])) is not None:
        query = query.where(tuple_(InternetLogin.login, InternetLogin.id) > after)
    rows: Any = (await db.execute(query.limit(limit + 1))).all()
    items = [_item(*row) for row in rows[:limit]]
    return InternetLoginPage(items, encode_cursor((items[-1].login, items[-1].id)) if len(rows) > limit else None)
