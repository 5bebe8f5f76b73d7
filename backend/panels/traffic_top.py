"""Answers `traffic.top`."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import func, select, true

from backend.devices.latest import latest_rates
from backend.today import present
from db.models import Device, Port, TrafficSample
from db.scope import within
from db.session import ReadSession
from realtime.panel import Answer
from realtime.panels.traffic_top import Params, TopPort
from realtime.scope import Scope

TRAIL = 30


async def snapshot(db: ReadSession, scope: Scope, params: Params) -> Answer:
    """As old as the newest rate in it. A port whose device misses three polls is not among the busiest now."""
    latest = latest_rates()
    busiest = func.greatest(latest.c.in_bps, latest.c.out_bps)
    capacity = func.coalesce(Port.capacity_bps, func.nullif(Port.speed_bps, 0))
    rows = (
        await db.execute(
            select(
                Port.id,
                Device.id,
                Device.name,
                Port.name,
                Port.alias,
                latest.c.at,
                latest.c.in_bps,
                latest.c.out_bps,
                busiest,
                capacity,
            )
            .select_from(Port)
            .join(Device, Device.id == Port.device_id)
            .join(latest, true())
            .where(
                within(scope, Device.company_id, Device.business_unit_id, Device.city_id),
                latest.c.in_bps.is_not(None),
                latest.c.out_bps.is_not(None),
            )
            .order_by(busiest.desc(), Port.id)
            .limit(params.limit)
        )
    ).all()
    newest = max((row[5] for row in rows), default=None) or await present(db)
    trails = await _trails(db, [row[0] for row in rows], newest)
    return Answer(
        [
            TopPort(
                id=port,
                device_id=device_id,
                device=device,
                name=name,
                alias=alias,
                at=at.timestamp(),
                in_bps=in_bps,
                out_bps=out_bps,
                busiest_bps=top,
                capacity_bps=limit,
                utilisation=top / limit if limit else None,
                trail=trails.get(port, ()),
            )
            for port, device_id, device, name, alias, at, in_bps, out_bps, top, limit in rows
        ],
        as_of=newest,
    )


async def _trails(db: ReadSession, ports: list[int], newest: datetime) -> dict[int, tuple[float | None, ...]]:
    """Port -> its last values of max(in, out), oldest first."""
    recent = (
        select(
            TrafficSample.port_id,
            func.greatest(TrafficSample.in_bps, TrafficSample.out_bps).label("bps"),
            TrafficSample.at,
            func.row_number().over(partition_by=TrafficSample.port_id, order_by=TrafficSample.at.desc()).label("age"),
        )
        .where(TrafficSample.port_id.in_(ports), TrafficSample.at > newest - timedelta(minutes=30))
        .subquery()
    )
    rows = await db.execute(
        select(recent.c.port_id, recent.c.bps).where(recent.c.age <= TRAIL).order_by(recent.c.port_id, recent.c.at)
    )
    trails: dict[int, list[float | None]] = {}
    for port, bps in rows:
        trails.setdefault(port, []).append(bps)
    return {port: tuple(values) for port, values in trails.items()}
