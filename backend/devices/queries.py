"""Reading devices, ports and traffic history for REST."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, get_args

import msgspec
from sqlalchemy import extract, func, literal, or_, select, tuple_

from backend.devices.schemas import DeviceItem, DevicePage, PortItem, PortPage, Step, Traffic
from backend.errors import BadInput, NotFound
from backend.paging import decode_cursor, encode_cursor
from db.models import Device, DeviceState, Port, TrafficSample
from db.scope import within
from db.session import ReadSession
from realtime.facts import DeviceStatus
from realtime.scope import Scope

STEPS: dict[Step, timedelta] = {
    "raw": timedelta(0),
    "5m": timedelta(minutes=5),
    "1h": timedelta(hours=1),
    "1d": timedelta(days=1),
}
MOST_POINTS = 5000
LONGEST = timedelta(days=400)


def _where(scope: Scope) -> Any:
    return within(scope, Device.company_id, Device.business_unit_id, Device.city_id)


def device_item(device: Device, state: DeviceState | None) -> DeviceItem:
    return DeviceItem(
        id=device.id,
        company_id=device.company_id,
        business_unit_id=device.business_unit_id,
        city_id=device.city_id,
        name=device.name,
        address=device.address,
        port=device.port,
        device_kind=device.kind,
        snmp_version=device.snmp_version,
        poll_interval_s=device.poll_interval_s,
        enabled=device.enabled,
        status=msgspec.convert(state.status if state else "unknown", DeviceStatus),
        discovered_at=state.discovered_at if state else None,
        discovery_error=state.discovery_error if state else None,
    )


def port_item(port: Port) -> PortItem:
    return msgspec.convert(port, PortItem, from_attributes=True)


class Filter(msgspec.Struct, frozen=True, kw_only=True):
    """Narrows a list of devices; `q` is part of a name or an address."""

    city_id: int | None = None
    status: DeviceStatus | None = None
    q: str | None = None


async def devices(db: ReadSession, scope: Scope, narrow: Filter, *, cursor: str | None, limit: int) -> DevicePage:
    """By name."""
    query = (
        select(Device, DeviceState)
        .outerjoin(DeviceState, DeviceState.device_id == Device.id)
        .where(_where(scope))
        .order_by(Device.name, Device.id)
    )
    if narrow.city_id is not None:
        query = query.where(Device.city_id == narrow.city_id)
    if narrow.status is not None:
        query = query.where(func.coalesce(DeviceState.status, "unknown") == narrow.status)
    if narrow.q:
        wanted = narrow.q.strip().lower()
        named = func.lower(Device.name).contains(wanted, autoescape=True)
        query = query.where(or_(named, Device.address.contains(wanted, autoescape=True)))
    if (after := decode_cursor(cursor, tuple[str, int])) is not None:
        query = query.where(tuple_(Device.name, Device.id) > after)
    rows = (await db.execute(query.limit(limit + 1))).all()
    items = [device_item(device, state) for device, state in rows[:limit]]
    more = len(rows) > limit
    return DevicePage(items, encode_cursor((items[-1].name, items[-1].id)) if more else None)


async def device(db: ReadSession, scope: Scope, device_id: int) -> DeviceItem:
    found = (
        await db.execute(
            select(Device, DeviceState)
            .outerjoin(DeviceState, DeviceState.device_id == Device.id)
            .where(Device.id == device_id, _where(scope))
        )
    ).one_or_none()
    if found is None:
        raise NotFound("device")
    return device_item(*found)


async def ports(db: ReadSession, scope: Scope, device_id: int, *, cursor: str | None, limit: int) -> PortPage:
    """In the device's own order (ifIndex), ports that disappeared last."""
    await device(db, scope, device_id)
    last = literal(2**31)
    position = func.coalesce(Port.if_index, last)
    query = select(Port, position).where(Port.device_id == device_id).order_by(position, Port.id)
    if (after := decode_cursor(cursor, tuple[int, int])) is not None:
        query = query.where(tuple_(position, Port.id) > after)
    rows = (await db.execute(query.limit(limit + 1))).all()
    items = [port_item(port) for port, _ in rows[:limit]]
    more = len(rows) > limit
    return PortPage(items, encode_cursor((rows[limit - 1][1], items[-1].id)) if more else None)


async def port(db: ReadSession, scope: Scope, port_id: int) -> PortItem:
    found = (
        await db.execute(
            select(Port).join(Device, Device.id == Port.device_id).where(Port.id == port_id, _where(scope))
        )
    ).scalar_one_or_none()
    if found is None:
        raise NotFound("port")
    return port_item(found)


def choose_step(span: timedelta) -> Step:
    """A graph of some 300 to 1,500 points, whatever the range."""
    if span <= timedelta(hours=6):
        return "raw"
    if span <= timedelta(days=5):
        return "5m"
    return "1h" if span <= timedelta(days=60) else "1d"


async def traffic(
    db: ReadSession, scope: Scope, port_id: int, *, since: datetime, until: datetime, step: Step | None
) -> Traffic:
    """Rates of one port in [since, until]. Raises BadInput for a range that cannot be drawn."""
    if since.tzinfo is None or until.tzinfo is None:
        raise BadInput("from and to need an offset, such as 2026-11-24T00:00:00Z.")
    if not timedelta(0) < until - since <= LONGEST:
        raise BadInput(f"from must lie before to, at most {LONGEST.days} days.")
    chosen = step or choose_step(until - since)
    if chosen not in get_args(Step):
        raise BadInput("step must be one of raw, 5m, 1h, 1d.")
    if chosen == "raw" and until - since > timedelta(days=1):
        raise BadInput("raw is for ranges of at most one day. Choose 5m, or a shorter range.")
    if chosen != "raw" and (until - since) / STEPS[chosen] > MOST_POINTS:
        raise BadInput(f"This range has more than {MOST_POINTS} points of {chosen}. Choose a wider step.")
    await port(db, scope, port_id)
    points = await (
        _raw(db, port_id, since, until) if chosen == "raw" else _binned(db, port_id, since, until, STEPS[chosen])
    )
    p95 = await _percentiles(db, port_id, since, until)
    return Traffic(port_id, chosen, points, *p95)


Points = list[tuple[float, float | None, float | None]]


async def _raw(db: ReadSession, port_id: int, since: datetime, until: datetime) -> Points:
    """Samples as they are. Where one is missing, a None stands between its neighbours: no line hides a gap."""
    interval = await db.scalar(
        select(Device.poll_interval_s).join(Port, Port.device_id == Device.id).where(Port.id == port_id)
    )
    rows = await db.execute(
        select(extract("epoch", TrafficSample.at), TrafficSample.in_bps, TrafficSample.out_bps)
        .where(TrafficSample.port_id == port_id, TrafficSample.at.between(since, until))
        .order_by(TrafficSample.at)
    )
    points: Points = []
    for at, in_bps, out_bps in rows:
        if points and float(at) - points[-1][0] > 3 * (interval or 60):
            points.append((points[-1][0] + (interval or 60), None, None))
        points.append((float(at), in_bps, out_bps))
    return points


async def _binned(db: ReadSession, port_id: int, since: datetime, until: datetime, step: timedelta) -> Points:
    """The average of each bin, and None for a bin without a sample."""
    start = func.date_bin(step, TrafficSample.at, literal(datetime.fromisoformat("2000-01-01T00:00:00+00:00")))
    averages = (
        select(
            start.label("start"),
            func.avg(TrafficSample.in_bps).label("in_bps"),
            func.avg(TrafficSample.out_bps).label("out_bps"),
        )
        .where(TrafficSample.port_id == port_id, TrafficSample.at.between(since, until))
        .group_by("start")
        .subquery()
    )
    origin = literal(datetime.fromisoformat("2000-01-01T00:00:00+00:00"))
    bins = select(
        func.generate_series(func.date_bin(step, since, origin), func.date_bin(step, until, origin), step).label(
            "start"
        )
    ).subquery()
    rows = await db.execute(
        select(extract("epoch", bins.c.start), averages.c.in_bps, averages.c.out_bps)
        .outerjoin(averages, averages.c.start == bins.c.start)
        .order_by(bins.c.start)
    )
    return [(float(at), in_bps, out_bps) for at, in_bps, out_bps in rows]


async def _percentiles(
    db: ReadSession, port_id: int, since: datetime, until: datetime
) -> tuple[float | None, float | None]:
    """95th percentiles of the 5-minute averages: never of wider ones, which hide the peaks that are paid for."""
    start = func.date_bin(
        STEPS["5m"], TrafficSample.at, literal(datetime.fromisoformat("2000-01-01T00:00:00+00:00"))
    ).label("start")
    five = (
        select(
            start,
            func.avg(TrafficSample.in_bps).label("in_bps"),
            func.avg(TrafficSample.out_bps).label("out_bps"),
        )
        .where(TrafficSample.port_id == port_id, TrafficSample.at.between(since, until))
        .group_by("start")
        .subquery()
    )
    row = (
        await db.execute(
            select(
                func.percentile_cont(0.95).within_group(five.c.in_bps),
                func.percentile_cont(0.95).within_group(five.c.out_bps),
            )
        )
    ).one()
    return row[0], row[1]
