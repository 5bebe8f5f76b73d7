"""Answers `devices.health`."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import case, func, select

from db.models import City, Device, DeviceState, Port, TrafficSample
from db.scope import within
from db.session import ReadSession
from realtime.panel import Answer, NoParams
from realtime.panels.devices_health import DeviceHealth
from realtime.scope import Scope

FRESH = timedelta(minutes=3)


async def snapshot(db: ReadSession, scope: Scope, params: NoParams) -> Answer:
    latest = (
        select(TrafficSample.port_id, TrafficSample.in_bps, TrafficSample.out_bps)
        .where(TrafficSample.at > func.now() - FRESH)
        .distinct(TrafficSample.port_id)
        .order_by(TrafficSample.port_id, TrafficSample.at.desc())
        .subquery()
    )
    ports = (
        select(
            Port.device_id,
            func.count().label("ports"),
            func.count().filter(Port.admin == "up", Port.oper == "down").label("down"),
            func.sum(latest.c.in_bps).label("in_bps"),
            func.sum(latest.c.out_bps).label("out_bps"),
        )
        .outerjoin(latest, latest.c.port_id == Port.id)
        .where(Port.missing_since.is_(None))
        .group_by(Port.device_id)
        .subquery()
    )
    status = func.coalesce(DeviceState.status, "unknown")
    severity = case((status == "down", 3), (status == "suspect", 2), (status == "unknown", 1), else_=0)
    rows = await db.execute(
        select(
            Device.id,
            Device.name,
            Device.address,
            City.name,
            status,
            severity,
            func.coalesce(DeviceState.status_since, Device.created_at),
            DeviceState.last_polled_at,
            DeviceState.round_trip_ms,
            DeviceState.uptime_s,
            func.coalesce(ports.c.ports, 0),
            func.coalesce(ports.c.down, 0),
            ports.c.in_bps,
            ports.c.out_bps,
            func.coalesce(DeviceState.skipped_polls, 0),
        )
        .join(City, City.id == Device.city_id)
        .outerjoin(DeviceState, DeviceState.device_id == Device.id)
        .outerjoin(ports, ports.c.device_id == Device.id)
        .where(Device.enabled, within(scope, Device.company_id, Device.business_unit_id, Device.city_id))
        .order_by(severity.desc(), Device.name)
    )
    now = await db.scalar(select(func.now()))
    return Answer([DeviceHealth(*row) for row in rows], as_of=now)
