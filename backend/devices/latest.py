"""The last rates of each port, as long as its device was not asked in vain since."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.sql.selectable import LateralFromClause

from db.models import Device, DeviceState, Port, TrafficSample

MISSED = 3
"""Polls that may be missing before a rate is history."""

SKEW = timedelta(hours=1)
"""A collector's clock may be ahead by as much. The bound spares the partitions of the days to come, one probe each."""

LONGEST = timedelta(days=7)
"""What is older is shown by nobody. The bound spares the partitions of the past."""


def latest_rates() -> LateralFromClause:
    """`at`, `in_bps`, `out_bps` of the newest sample, to join laterally to `Port` and `Device`.

    Measured from the device's last poll, not from now: when a device falls silent its rates go; when nobody polls at
    all the last picture stays, with its age. One step down the index of (port_id, at) for each port: the cost grows
    with ports, not with samples.
    """
    now = func.now()
    state = DeviceState.__table__.alias()
    polled = select(state.c.last_polled_at).where(state.c.device_id == Device.id).correlate(Device).scalar_subquery()
    oldest = func.coalesce(polled, now) - func.make_interval(0, 0, 0, 0, 0, 0, Device.poll_interval_s * MISSED)
    return (
        select(TrafficSample.at, TrafficSample.in_bps, TrafficSample.out_bps)
        .where(
            TrafficSample.port_id == Port.id,
            TrafficSample.at > oldest,
            TrafficSample.at > now - LONGEST,
            TrafficSample.at < now + SKEW,
        )
        .order_by(TrafficSample.at.desc())
        .limit(1)
        .correlate(Port, Device)
        .lateral("latest")
    )
