"""A device's interfaces become ports: walked whole, matched to what is known, written with the fact that says so."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncEngine

from collectors.identity import Known, match
from collectors.interfaces import Found, System
from db.models import DeviceState, Port
from db.uow import Ring, UnitOfWork
from realtime.facts import PortsDiscovered
from realtime.scope import Place

SOFTWARE_LOOPBACK = 24
"""IANA ifType of interfaces whose traffic never leaves the device."""


class Changes(msgspec.Struct, frozen=True):
    added: int
    changed: int
    missing: int

    def __bool__(self) -> bool:
        return bool(self.added or self.changed or self.missing)


class NothingFoundError(Exception):
    """The device shows no interface at all, although it had some: not believed, nothing is changed."""


class NotOursError(Exception):
    """The lease went to another collector while the walk was under way."""


async def record(
    engine: AsyncEngine,
    device_id: int,
    place: Place,
    found: list[Found],
    system: System,
    *,
    owner: str,
    ring: Ring,
    clock: Callable[[], datetime],
) -> Changes:
    """Store one complete walk. Ports that disappeared keep their history, and come back to it."""
    async with UnitOfWork(engine, ring=ring, clock=clock) as uow:
        state = (
            await uow.session.execute(
                select(DeviceState.discovered_at, DeviceState.lease_owner)
                .where(DeviceState.device_id == device_id)
                .with_for_update()
            )
        ).one()
        if state.lease_owner != owner:
            raise NotOursError(f"device {device_id} is polled by {state.lease_owner}")
        rows = (await uow.session.execute(select(Port).where(Port.device_id == device_id).order_by(Port.id))).scalars()
        stored = {port.id: port for port in rows}
        if not found and any(port.missing_since is None for port in stored.values()):
            raise NothingFoundError("the device answered, but with an empty interface table")
        matching = match([_known(port) for port in stored.values()], found)
        changed = 0
        for known, interface in matching.same:
            port = stored[known.port_id]
            values = _values(interface) | {"missing_since": None}
            if any(getattr(port, name) != value for name, value in values.items()):
                changed += 1
                await uow.session.execute(update(Port).where(Port.id == port.id).values(**values, last_seen_at=uow.now))
        gone = [known.port_id for known in matching.gone if not known.missing]
        if gone:
            seen = {} if state.discovered_at is None else {"last_seen_at": state.discovered_at}
            await uow.session.execute(
                update(Port).where(Port.id.in_(gone)).values(missing_since=uow.now, if_index=None, **seen)
            )
        if matching.added:
            await uow.session.execute(
                insert(Port),
                [
                    _values(interface)
                    | {
                        "device_id": device_id,
                        "polled": interface.if_type != SOFTWARE_LOOPBACK,
                        "first_seen_at": uow.now,
                        "last_seen_at": uow.now,
                    }
                    for interface in matching.added
                ],
            )
        await uow.session.execute(
            update(DeviceState)
            .where(DeviceState.device_id == device_id)
            .values(
                discovered_at=uow.now,
                discovery_error=None,
                sys_name=system.name,
                sys_descr=system.descr,
                sys_object_id=system.object_id,
            )
        )
        changes = Changes(len(matching.added), changed, len(gone))
        if changes or state.discovered_at is None:
            uow.emit(
                PortsDiscovered(
                    place=place,
                    at=uow.now,
                    device_id=device_id,
                    added=changes.added,
                    changed=changes.changed,
                    missing=changes.missing,
                )
            )
    return changes


async def record_failure(engine: AsyncEngine, device_id: int, reason: str, *, owner: str) -> None:
    """Say why the last walk gave nothing. Ports stay as they are."""
    async with engine.begin() as db:
        await db.execute(
            update(DeviceState)
            .where(DeviceState.device_id == device_id, DeviceState.lease_owner == owner)
            .values(discovery_error=reason[:500])
        )


def _known(port: Port) -> Known:
    return Known(port.id, port.if_index, port.name, port.alias, port.descr, port.mac, port.missing_since is not None)


def _values(interface: Found) -> dict[str, Any]:
    return {
        "if_index": interface.if_index,
        "name": interface.name,
        "alias": interface.alias,
        "descr": interface.descr,
        "mac": interface.mac,
        "type": interface.if_type,
        "speed_bps": interface.speed_bps,
        "admin": interface.admin,
        "oper": interface.oper,
        "has_hc": interface.hc,
    }
