"""Answers `traffic.port`: the backfill of its ring. New points come from the telemetry itself."""

from __future__ import annotations

from sqlalchemy import func, select

from backend.today import present
from db.models import Device, Port, TrafficSample
from db.scope import within
from db.session import ReadSession
from realtime.panel import Answer
from realtime.panels.traffic_port import Params, TrafficPoints, panel
from realtime.scope import Scope
from realtime.shapes import Ring

assert isinstance(panel.shape, Ring)
POINTS = panel.shape.capacity


async def snapshot(db: ReadSession, scope: Scope, params: Params) -> Answer:
    """As old as its last point. An unknown port, and one outside the scope, have no points."""
    rows = (
        await db.execute(
            select(TrafficSample.at, TrafficSample.in_bps, TrafficSample.out_bps)
            .join(Port, Port.id == TrafficSample.port_id)
            .join(Device, Device.id == Port.device_id)
            .where(
                TrafficSample.port_id == params.port,
                TrafficSample.at > func.now() - func.make_interval(0, 0, 0, 1),
                within(scope, Device.company_id, Device.business_unit_id, Device.city_id),
            )
            .order_by(TrafficSample.at.desc())
            .limit(POINTS)
        )
    ).all()[::-1]
    points = TrafficPoints([at.timestamp() for at, _, _ in rows], [i for _, i, _ in rows], [o for _, _, o in rows])
    as_of = rows[-1][0] if rows else await present(db)
    return Answer(points, as_of=as_of)
