"""What this collector must poll: leases on devices, and the devices and ports behind them.

A lease is two columns of `device_state`. It is claimed with FOR UPDATE SKIP LOCKED, so two collectors that look at
the same moment get different devices, and it ends by itself when its owner dies. Postgres' clock is the only one.
After a start of Postgres every owner has one lease time to say that it lives: what it polled meanwhile is not lost.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

import msgspec
from sqlalchemy import or_, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from sqlalchemy.sql import func

from collectors.credentials import Credentials, read_credentials
from collectors.packing import Counted
from db.models import Device, DeviceState, Port
from db.vault import Vault, VaultError
from realtime.facts import DeviceStatus
from realtime.scope import Place


class Target(msgspec.Struct, frozen=True):
    """A device as configured. `misconfigured` says in words why it cannot be asked at all."""

    device_id: int
    place: Place
    address: str
    port: int
    credentials: Credentials | None
    misconfigured: str | None
    interval_s: float
    counted: tuple[Counted, ...]


class Remembered(msgspec.Struct, frozen=True):
    """What the collector before this one left in `device_state`. `discovered` is whether a walk ever succeeded."""

    status: DeviceStatus
    misses: int
    variables_per_pdu: int | None
    discovered: bool


_CLAIM = text(
    """
    WITH free AS (
        SELECT s.device_id
        FROM device_state s JOIN device d ON d.id = s.device_id
        WHERE d.enabled AND (
            s.lease_until IS NULL
            OR (s.lease_until < now() AND pg_postmaster_start_time() < now() - CAST(:lease AS interval))
        )
        ORDER BY s.device_id
        LIMIT :most
        FOR UPDATE OF s SKIP LOCKED
    )
    UPDATE device_state s SET lease_owner = :owner, lease_until = now() + CAST(:lease AS interval)
    FROM free WHERE s.device_id = free.device_id
    RETURNING s.device_id
    """
)

_RENEW = text(
    """
    WITH mine AS (
        SELECT device_id FROM device_state WHERE lease_owner = :owner ORDER BY device_id FOR UPDATE
    )
    UPDATE device_state s SET lease_until = now() + CAST(:lease AS interval)
    FROM mine WHERE s.device_id = mine.device_id
    RETURNING s.device_id
    """
)

_MARKS = text(
    """
    SELECT d.id, d.xmin::text || ':' || coalesce(p.mark, 0)
    FROM device d
    JOIN device_state s ON s.device_id = d.id AND s.lease_owner = :owner
    LEFT JOIN (
        SELECT device_id, sum(hashtext(id || ':' || xmin::text)) AS mark FROM port GROUP BY device_id
    ) p ON p.device_id = d.id
    WHERE d.enabled
    """
)

_LIVING = text(
    """
    SELECT
        (SELECT count(*) FROM device WHERE enabled) AS devices,
        (SELECT count(DISTINCT application_name) FROM pg_stat_activity
         WHERE datname = current_database() AND application_name LIKE :names
         AND state_change > now() - CAST(:lease AS interval)
        ) AS collectors
    """
)

_NAME = "farol-collect "


def application_name(owner: str) -> str:
    """What the connections of this collector's engine are called, so that others can count it."""
    return _NAME + owner


_MARK_OF_ALL = text(
    """
    SELECT coalesce(sum(hashtext(d.id || ':' || d.xmin::text)), 0)
         + coalesce((SELECT sum(hashtext(p.id || ':' || p.xmin::text)) FROM port p), 0)
    FROM device d
    """
)


class Leases:
    """The rows of `device_state` that `owner` holds. `owner` is unique per process."""

    def __init__(self, engine: AsyncEngine, *, owner: str, lease: timedelta) -> None:
        self.owner = owner
        self.lease = lease
        self._engine = engine

    async def claim(self, most: int) -> set[int]:
        """Take up to `most` enabled devices that nobody holds, and give each new device its state row."""
        if most <= 0:
            return set()
        async with self._engine.begin() as db:
            await db.execute(
                insert(DeviceState)
                .from_select(
                    ["device_id"],
                    select(Device.id).where(
                        Device.enabled, ~select(DeviceState).where(DeviceState.device_id == Device.id).exists()
                    ),
                )
                .on_conflict_do_nothing()
            )
            rows = await db.execute(_CLAIM, {"most": most, "owner": self.owner, "lease": self.lease})
            return set(rows.scalars())

    async def renew(self) -> set[int]:
        """Prolong everything held; answers what is still ours."""
        async with self._engine.begin() as db:
            rows = await db.execute(_RENEW, {"owner": self.owner, "lease": self.lease})
            return set(rows.scalars())

    async def release(self, device_ids: Iterable[int] | None = None) -> None:
        """Give devices back at once; all of them with None."""
        ours = DeviceState.lease_owner == self.owner
        if device_ids is not None:
            ours &= DeviceState.device_id.in_(list(device_ids))
        async with self._engine.begin() as db:
            await db.execute(update(DeviceState).where(ours).values(lease_owner=None, lease_until=None))

    async def mark_of_all(self) -> int:
        """Changes whenever any device or port row does. One number, so asking often is cheap."""
        async with self._engine.connect() as db:
            return int((await db.execute(_MARK_OF_ALL)).scalar_one())

    async def marks(self) -> dict[int, str]:
        """Per held and enabled device, a text that changes whenever it or one of its ports does."""
        async with self._engine.connect() as db:
            return {row[0]: row[1] for row in await db.execute(_MARKS, {"owner": self.owner})}

    async def discoveries_asked(self) -> dict[int, datetime]:
        """Held devices whose walk somebody asked for after the last one, and when."""
        async with self._engine.connect() as db:
            rows = await db.execute(
                select(DeviceState.device_id, DeviceState.discover_requested_at).where(
                    DeviceState.lease_owner == self.owner,
                    DeviceState.discover_requested_at.is_not(None),
                    or_(
                        DeviceState.discovered_at.is_(None),
                        DeviceState.discover_requested_at > DeviceState.discovered_at,
                    ),
                )
            )
            return {device_id: at for device_id, at in rows if at is not None}

    async def fair_share(self) -> int:
        """How many devices each collector would hold if all that live now held equally many.

        One lives when it spoke to Postgres within a lease: its connections carry its name. So a collector that just
        started counts before it holds anything, one that was killed is gone at once, and one that hangs soon after.
        """
        async with self._engine.connect() as db:
            row = (await db.execute(_LIVING, {"names": _NAME + "%", "lease": self.lease})).one()
            devices, collectors = int(row.devices), int(row.collectors)
        return -(-devices // max(1, collectors))


async def load(engine: AsyncEngine, vault: Vault, device_ids: Iterable[int]) -> dict[int, tuple[Target, Remembered]]:
    """Devices with their polled ports in ifIndex order, so a request covers neighbours."""
    ids = list(device_ids)
    async with engine.connect() as db:
        counted = await _counted(db, ids)
        rows = await db.execute(
            select(
                Device.id,
                Device.company_id,
                Device.business_unit_id,
                Device.city_id,
                Device.address,
                Device.port,
                Device.snmp_version,
                Device.snmp_credentials,
                Device.poll_interval_s,
                DeviceState.status,
                DeviceState.misses,
                DeviceState.variables_per_pdu,
                DeviceState.discovered_at,
            )
            .join(DeviceState, DeviceState.device_id == Device.id)
            .where(Device.id.in_(ids))
        )
        found: dict[int, tuple[Target, Remembered]] = {}
        for row in rows:
            credentials, misconfigured = _open(vault, row.id, row.snmp_version, row.snmp_credentials)
            target = Target(
                device_id=row.id,
                place=Place(row.company_id, row.business_unit_id, row.city_id),
                address=row.address,
                port=row.port,
                credentials=credentials,
                misconfigured=misconfigured,
                interval_s=float(row.poll_interval_s),
                counted=tuple(counted.get(row.id, ())),
            )
            status: DeviceStatus = row.status
            found[row.id] = target, Remembered(status, row.misses, row.variables_per_pdu, row.discovered_at is not None)
        return found


async def _counted(db: AsyncConnection, ids: list[int]) -> dict[int, list[Counted]]:
    rows = await db.execute(
        select(Port.device_id, Port.id, Port.if_index, Port.has_hc, func.coalesce(Port.capacity_bps, Port.speed_bps))
        .where(Port.device_id.in_(ids), Port.polled, Port.missing_since.is_(None), Port.if_index.is_not(None))
        .order_by(Port.device_id, Port.if_index, Port.id)
    )
    counted: dict[int, list[Counted]] = {}
    for device_id, port_id, if_index, has_hc, capacity in rows:
        assert if_index is not None
        counted.setdefault(device_id, []).append(Counted(port_id, if_index, 64 if has_hc else 32, capacity or None))
    return counted


def _open(vault: Vault, device_id: int, version: str, sealed: bytes) -> tuple[Credentials | None, str | None]:
    try:
        opened = vault.open(sealed, purpose="snmp", record=f"device:{device_id}")
        return read_credentials(version, opened), None
    except (VaultError, msgspec.MsgspecError) as error:
        return None, f"the stored SNMP credentials cannot be used: {error}"
