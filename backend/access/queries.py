"""Reading NAS, and who is and was online, for REST."""

from __future__ import annotations

import ipaddress
import re
from datetime import UTC, datetime
from typing import Any

import msgspec
from sqlalchemy import BigInteger, case, cast, literal, null, or_, select, tuple_, union_all

from backend.access.online import outlived_reload
from backend.access.schemas import NasItem, NasPage, SessionItem, SessionPage, SessionState
from backend.errors import BadInput, NotFound
from backend.paging import decode_cursor, encode_cursor
from db.models import Nas, Session, SessionHistory, Subscriber
from db.scope import within
from db.session import ReadSession
from realtime.readings import SessionEnd
from realtime.scope import Scope

_MAC = re.compile(r"[0-9a-f]{12}")
Sessions = type[Session] | type[SessionHistory]


def nas_item(nas: Nas) -> NasItem:
    single = nas.network.prefixlen == nas.network.max_prefixlen
    return NasItem(
        id=nas.id,
        company_id=nas.company_id,
        business_unit_id=nas.business_unit_id,
        city_id=nas.city_id,
        name=nas.name,
        address=str(nas.network.network_address if single else nas.network),
        vendor=nas.vendor,
        enabled=nas.enabled,
        reloaded_at=nas.reloaded_at,
    )


def _nas_in(scope: Scope) -> Any:
    return within(scope, Nas.company_id, Nas.business_unit_id, Nas.city_id)


async def nas_page(db: ReadSession, scope: Scope, *, cursor: str | None, limit: int) -> NasPage:
    """By name."""
    query = select(Nas).where(_nas_in(scope)).order_by(Nas.name, Nas.id)
    if (after := decode_cursor(cursor, tuple[str, int])) is not None:
        query = query.where(tuple_(Nas.name, Nas.id) > after)
    rows = (await db.scalars(query.limit(limit + 1))).all()
    items = [nas_item(row) for row in rows[:limit]]
    return NasPage(items, encode_cursor((items[-1].name, items[-1].id)) if len(rows) > limit else None)


async def one_nas(db: ReadSession, scope: Scope, nas_id: int) -> NasItem:
    found = await db.scalar(select(Nas).where(Nas.id == nas_id, _nas_in(scope)))
    if found is None:
        raise NotFound("NAS")
    return nas_item(found)


class Filter(msgspec.Struct, frozen=True, kw_only=True):
    """What narrows sessions. `at` asks who was online at that instant; without it the open ones are listed, and with a
    login, address or MAC address those that ended as well."""

    login: str | None = None
    address: str | None = None
    mac: str | None = None
    at: datetime | None = None

    def checked(self) -> Filter:
        """In the spelling of the tables. Raises BadInput."""
        address, mac = self.address, self.mac
        if self.at is not None and self.at.tzinfo is None:
            raise BadInput("at needs an offset, such as 2026-11-24T08:15:00-03:00.", errors={"at": "offset"})
        if self.at is not None and not (self.login or address or mac):
            raise BadInput("at needs a login, an address or a MAC address beside it.", errors={"at": "too wide"})
        if address:
            try:
                address = str(ipaddress.ip_address(address.strip()))
            except ValueError as error:
                raise BadInput("address must be an IPv4 or IPv6 address.", errors={"address": "wrong"}) from error
        if mac:
            digits = re.sub(r"[:.\-\s]", "", mac.lower())
            mac = digits if _MAC.fullmatch(digits) else mac.strip()
        login = self.login.strip().lower() if self.login else None
        return Filter(login=login or None, address=address or None, mac=mac or None, at=self.at)

    @property
    def names_one(self) -> bool:
        return bool(self.login or self.address or self.mac)


def _narrowed(query: Any, table: Sessions, scope: Scope, narrow: Filter) -> Any:
    query = query.where(within(scope, table.company_id, table.business_unit_id, table.city_id))
    if narrow.login:
        query = query.where(table.login == narrow.login)
    if narrow.address:
        query = query.where(table.address == ipaddress.ip_address(narrow.address))
    if narrow.mac:
        query = query.where(table.mac == narrow.mac)
    if narrow.at is not None:
        query = query.where(table.started_at <= narrow.at)
    return query


def _columns(table: Sessions) -> list[Any]:
    names = (
        "id login subscriber_id company_id business_unit_id city_id nas_id address delegated_prefix mac port "
        "started_at last_at in_octets out_octets"
    )
    return [getattr(table, name).label(name) for name in names.split()]


def _open(scope: Scope, narrow: Filter) -> Any:
    over = ~outlived_reload()
    query: Any = select(
        *_columns(Session),
        case((over, "ended"), (Session.unknown, "unknown"), else_="online").label("state"),
        case((over, Nas.reloaded_at)).label("ended_at"),
        case((over, "reload")).label("ended"),
        cast(null(), BigInteger).label("cause"),
    ).join(Nas, Nas.id == Session.nas_id)
    query = _narrowed(query, Session, scope, narrow)
    if narrow.at is not None:
        return query.where(or_(~over, Nas.reloaded_at > narrow.at))
    return query if narrow.names_one else query.where(~over)


def _ended(scope: Scope, narrow: Filter) -> Any:
    history = SessionHistory
    query: Any = select(
        *_columns(history), literal("ended").label("state"), history.ended_at, history.ended, history.cause
    )
    query = _narrowed(query, history, scope, narrow)
    return query if narrow.at is None else query.where(history.ended_at > narrow.at)


def _newest(query: Any, table: Sessions, after: tuple[datetime, int] | None, limit: int) -> Any:
    """The part of a page that one table may give, so that no more of it is read."""
    if after is not None:
        query = query.where(tuple_(table.started_at, table.id) < after)
    return query.order_by(table.started_at.desc(), table.id.desc()).limit(limit + 1)


async def sessions(db: ReadSession, scope: Scope, narrow: Filter, *, cursor: str | None, limit: int) -> SessionPage:
    """Newest first."""
    narrow = narrow.checked()
    after = decode_cursor(cursor, tuple[datetime, int])
    parts: list[Any] = [_newest(_open(scope, narrow), Session, after, limit)]
    if narrow.names_one:
        parts.append(_newest(_ended(scope, narrow), SessionHistory, after, limit))
    found: Any = union_all(*(select(part.subquery()) for part in parts)).subquery()
    named: Any = select(*found.c, Nas.name.label("nas"), Subscriber.name.label("subscriber"))
    named = named.join(Nas, Nas.id == found.c.nas_id)
    named = named.outerjoin(Subscriber, Subscriber.id == found.c.subscriber_id)
    named = named.order_by(found.c.started_at.desc(), found.c.id.desc()).limit(limit + 1)
    rows: Any = (await db.execute(named)).all()
    items = [_item(row) for row in rows[:limit]]
    more = len(rows) > limit
    return SessionPage(items, encode_cursor((items[-1].started_at, items[-1].id)) if more else None)


def _item(row: Any) -> SessionItem:
    return SessionItem(
        id=row.id,
        state=msgspec.convert(row.state, SessionState),
        login=row.login,
        subscriber_id=row.subscriber_id,
        subscriber=row.subscriber,
        company_id=row.company_id,
        business_unit_id=row.business_unit_id,
        city_id=row.city_id,
        nas_id=row.nas_id,
        nas=row.nas,
        address=None if row.address is None else str(row.address),
        delegated_prefix=None if row.delegated_prefix is None else str(row.delegated_prefix),
        mac=row.mac,
        port=row.port,
        started_at=row.started_at.astimezone(UTC),
        last_at=row.last_at,
        ended_at=row.ended_at,
        ended=msgspec.convert(row.ended, SessionEnd | None),
        cause=row.cause,
        in_octets=row.in_octets,
        out_octets=row.out_octets,
    )
