"""What SNMP polls: devices, their changing state, their ports."""

from __future__ import annotations

from datetime import datetime
from typing import get_args

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, LargeBinary, UniqueConstraint, func, text, true
from sqlalchemy import false as sql_false
from sqlalchemy.orm import Mapped, mapped_column

from db.models.base import Base, Dated, Numbered, one_of, related, unit_of_company
from realtime.facts import DeviceStatus


class Device(Numbered, Dated, Base):
    """`address` is an IPv4 or IPv6 literal, `port` a UDP port. `snmp_credentials` is sealed by `db.vault`.

    Several devices may share an address and port (agents behind one proxy differ by their credentials).
    """

    __tablename__ = "device"
    __table_args__ = (
        unit_of_company(),
        UniqueConstraint("id", "company_id"),
        one_of("snmp_version", ("1", "2c", "3")),
        CheckConstraint("port BETWEEN 1 AND 65535", name="port"),
        CheckConstraint("poll_interval_s BETWEEN 1 AND 86400", name="poll_interval_s"),
        Index(None, "company_id", "city_id"),
    )

    company_id: Mapped[int] = mapped_column(ForeignKey("company.id"))
    business_unit_id: Mapped[int | None]
    city_id: Mapped[int] = mapped_column(ForeignKey("city.id"))
    name: Mapped[str]
    address: Mapped[str]
    port: Mapped[int] = mapped_column(Integer, server_default=text("161"))
    kind: Mapped[str] = mapped_column(server_default="other")
    snmp_version: Mapped[str] = mapped_column(server_default="2c")
    snmp_credentials: Mapped[bytes] = mapped_column(LargeBinary)
    poll_interval_s: Mapped[int] = mapped_column(Integer, server_default=text("60"))
    enabled: Mapped[bool] = mapped_column(server_default=true())

    state: Mapped[DeviceState | None] = related()
    ports: Mapped[list[Port]] = related()


class DeviceState(Dated, Base):
    """What a poll changes, apart from `device` so that polling never touches configuration.

    Rewritten at each poll: pages keep a third free so that updates stay in place (HOT), and no index stands on what
    changes. `lease_owner` polls the device until `lease_until`. `uptime_s` in seconds, `round_trip_ms` in milliseconds.
    """

    __tablename__ = "device_state"
    __table_args__ = (
        one_of("status", get_args(DeviceStatus)),
        {"postgresql_with": {"fillfactor": 70}},
    )

    device_id: Mapped[int] = mapped_column(ForeignKey("device.id"), primary_key=True)
    status: Mapped[str] = mapped_column(server_default="unknown")
    status_since: Mapped[datetime] = mapped_column(server_default=func.now())
    misses: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    last_polled_at: Mapped[datetime | None]
    last_answered_at: Mapped[datetime | None]
    round_trip_ms: Mapped[float | None]
    sys_name: Mapped[str | None]
    sys_descr: Mapped[str | None]
    sys_object_id: Mapped[str | None]
    uptime_s: Mapped[float | None]
    variables_per_pdu: Mapped[int | None] = mapped_column(Integer)
    lease_owner: Mapped[str | None]
    lease_until: Mapped[datetime | None]
    discover_requested_at: Mapped[datetime | None]
    discovered_at: Mapped[datetime | None]
    discovery_error: Mapped[str | None]
    skipped_polls: Mapped[int] = mapped_column(server_default=text("0"))


class Port(Numbered, Dated, Base):
    """A network port, known by its own id: `if_index` may change or be swapped, history stays.

    `speed_bps` is what the device says, `capacity_bps` what the operator says (bit/s). `type` is the IANA ifType.
    `polled` is the operator's choice; `has_hc` says that 64-bit counters answer. `missing_since` is set when a
    discovery no longer finds it.
    """

    __tablename__ = "port"
    __table_args__ = (
        Index(None, "device_id"),
        CheckConstraint("speed_bps >= 0", name="speed_bps"),
        CheckConstraint("capacity_bps > 0", name="capacity_bps"),
    )

    device_id: Mapped[int] = mapped_column(ForeignKey("device.id"))
    if_index: Mapped[int | None]
    name: Mapped[str]
    alias: Mapped[str] = mapped_column(server_default="")
    descr: Mapped[str] = mapped_column(server_default="")
    mac: Mapped[str | None]
    type: Mapped[int | None] = mapped_column(Integer)
    speed_bps: Mapped[int | None]
    capacity_bps: Mapped[int | None]
    admin: Mapped[str | None]
    oper: Mapped[str | None]
    polled: Mapped[bool] = mapped_column(server_default=true())
    has_hc: Mapped[bool] = mapped_column(server_default=sql_false())
    first_seen_at: Mapped[datetime] = mapped_column(server_default=func.now())
    last_seen_at: Mapped[datetime] = mapped_column(server_default=func.now())
    missing_since: Mapped[datetime | None]
