"""Answers `devices.health`."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Result, case, func, select, true

from backend.devices.latest import latest_rates
from backend.today import present
from db.models import City, Device, DeviceState, Port
from db.scope import within
from db.session import ReadSession
from realtime.panel import Answer, NoParams
from realtime.panels.devices_health import DeviceHealth
from realtime.scope import Scope


async def snapshot(db: ReadSession, scope: Scope, params: NoParams) -> Answer:
    """As old as the newest poll: when no collector lives, the age says so."""
    place = within(scope, Device.company_id, Device.business_unit_id, Device.city_id)
    latest = latest_rates()
    ports = (
        select(
            Port.device_id,
            func.count().label("ports"),
            func.count().filter(Port.admin == "up", Port.oper == "down").label("down"),
            func.sum(latest.c.in_bps).label("in_bps"),
            func.sum(latest.c.out_bps).label("out_bps"),
        )
        .join(Device, Device.id == Port.device_id)
        .outerjoin(latest, true())
        .where(Port.missing_since.is_(None), place)
        .group_by(Port.device_id)
        .subquery()
    )
    status = func.coalesce(DeviceState.status, "unknown")
    severity = case((status == "down", 3), (status == "suspect", 2), (status == "unknown", 1), else_=0)
    rows: Result[Any] = await db.execute(
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
        .where(Device.enabled, place)
        .order_by(severity.desc(), Device.name)
    )
    devices = [DeviceHealth(*tuple(row)) for row in rows]
    polls = [device.last_polled_at for device in devices if device.last_polled_at]
    return Answer(devices, as_of=max(polls) if polls else await present(db))
