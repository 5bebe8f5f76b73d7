"""The last rates of each port, as long as they can still be called present."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.sql.selectable import LateralFromClause

from db.models import Device, Port, TrafficSample

MISSED = 3
"""Polls that may be missing before a rate is history."""

SKEW = timedelta(hours=1)
"""A collector's clock may be ahead by as much. The bound spares the partitions of the days to come, one probe each."""


def latest_rates() -> LateralFromClause:
    """`at`, `in_bps`, `out_bps` of the newest sample, to join laterally to `Port` and `Device`.

    One step down the index of (port_id, at) for each port: the cost grows with ports, not with samples.
    """
    oldest = func.now() - func.make_interval(0, 0, 0, 0, 0, 0, Device.poll_interval_s * MISSED)
    return (
        select(TrafficSample.at, TrafficSample.in_bps, TrafficSample.out_bps)
        .where(TrafficSample.port_id == Port.id, TrafficSample.at > oldest, TrafficSample.at < func.now() + SKEW)
        .order_by(TrafficSample.at.desc())
        .limit(1)
        .correlate(Port, Device)
        .lateral("latest")
    )
