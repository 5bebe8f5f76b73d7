"""What may be done to devices and ports."""

from __future__ import annotations

import ipaddress
from datetime import datetime

import msgspec
from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert

from backend.auth.identity import Identity
from backend.devices.queries import device_item, port_item
from backend.devices.schemas import DeviceItem, DiscoveryRequested, NewDevice, PortChange, PortItem, Snmp
from backend.errors import BadInput, NotFound
from backend.places.choice import choose_place
from db.models import Device, DeviceState, Port
from db.scope import within
from db.uow import UnitOfWork
from db.vault import Vault
from realtime.facts import DeviceAdded
from realtime.scope import Permission

READ = Permission("network", "read")
WRITE = Permission("network", "write")

LARGEST_RATE = 100_000_000_000_000
"""100 Tb/s: above any port on sale."""


def _check_snmp(snmp: Snmp) -> None:
    if snmp.version != "3":
        if not snmp.community or len(snmp.community) > 255:
            raise BadInput("SNMP v1 and v2c need a community of 1 to 255 characters.", errors={"snmp": "community"})
        return
    if not snmp.user:
        raise BadInput("SNMP v3 needs a user.", errors={"snmp": "user"})
    for protocol, password, name in (
        (snmp.auth_protocol, snmp.auth_password, "auth"),
        (snmp.priv_protocol, snmp.priv_password, "priv"),
    ):
        if (protocol is None) != (password is None):
            raise BadInput(f"SNMP v3 needs both {name}_protocol and {name}_password, or none.", errors={"snmp": name})
        if password is not None and len(password) < 8:
            raise BadInput("SNMP v3 pass phrases have at least 8 characters (RFC 3414).", errors={"snmp": name})
    if snmp.priv_protocol and not snmp.auth_protocol:
        raise BadInput("SNMP v3 cannot encrypt without authentication.", errors={"snmp": "auth_protocol"})


def _check(asked: NewDevice) -> None:
    try:
        ipaddress.ip_address(asked.address)
    except ValueError as error:
        raise BadInput("address must be an IPv4 or IPv6 address.", errors={"address": "not an address"}) from error
    if not asked.name.strip() or len(asked.name) > 200:
        raise BadInput("A device needs a name of at most 200 characters.", errors={"name": "length"})
    if not 1 <= asked.port <= 65535:
        raise BadInput("port must be from 1 to 65535.", errors={"port": "out of range"})
    if not 5 <= asked.poll_interval_s <= 3600:
        raise BadInput("poll_interval_s must be from 5 to 3600.", errors={"poll_interval_s": "out of range"})
    _check_snmp(asked.snmp)


async def add(uow: UnitOfWork, identity: Identity, now: datetime, vault: Vault, asked: NewDevice) -> DeviceItem:
    """Start to poll a device. A collector picks it up, and discovers its ports, within seconds."""
    scope = identity.require(WRITE)
    _check(asked)
    place = await choose_place(
        uow, scope, company_id=asked.company_id, business_unit_id=asked.business_unit_id, city_id=asked.city_id
    )
    device = Device(
        company_id=place.company_id,
        business_unit_id=place.business_unit_id,
        city_id=asked.city_id,
        name=asked.name.strip(),
        address=str(ipaddress.ip_address(asked.address)),
        port=asked.port,
        kind=asked.device_kind[:50],
        snmp_version=asked.snmp.version,
        snmp_credentials=b"",
        poll_interval_s=asked.poll_interval_s,
        enabled=True,
        created_at=now,
    )
    uow.session.add(device)
    await uow.session.flush()
    secrets = {name: value for name, value in msgspec.to_builtins(asked.snmp).items() if name != "version" and value}
    device.snmp_credentials = vault.seal(msgspec.json.encode(secrets), purpose="snmp", record=f"device:{device.id}")
    state = DeviceState(device_id=device.id, status="unknown", status_since=now, discover_requested_at=now)
    uow.session.add(state)
    uow.emit(DeviceAdded(place=place, at=now, author_id=identity.user_id, device_id=device.id))
    return device_item(device, state)


async def request_discovery(uow: UnitOfWork, identity: Identity, now: datetime, device_id: int) -> DiscoveryRequested:
    scope = identity.require(WRITE)
    known = await uow.session.scalar(
        select(Device.id).where(
            Device.id == device_id, within(scope, Device.company_id, Device.business_unit_id, Device.city_id)
        )
    )
    if known is None:
        raise NotFound("device")
    await uow.session.execute(
        insert(DeviceState)
        .values(device_id=device_id, status="unknown", status_since=now, discover_requested_at=now)
        .on_conflict_do_update(index_elements=["device_id"], set_={"discover_requested_at": now})
    )
    return DiscoveryRequested(device_id, now)


async def change_port(uow: UnitOfWork, identity: Identity, port_id: int, asked: PortChange) -> PortItem:
    """Set the contracted capacity, or whether the port is polled."""
    scope = identity.require(WRITE)
    capacity = asked.capacity_bps
    if isinstance(capacity, int) and not 1 <= capacity <= LARGEST_RATE:
        raise BadInput("capacity_bps must be from 1 bit/s to 100 Tb/s.", errors={"capacity_bps": "out of range"})
    port = (
        await uow.session.execute(
            select(Port)
            .join(Device, Device.id == Port.device_id)
            .where(Port.id == port_id, within(scope, Device.company_id, Device.business_unit_id, Device.city_id))
            .with_for_update(of=Port)
        )
    ).scalar_one_or_none()
    if port is None:
        raise NotFound("port")
    changes = {name: value for name, value in msgspec.structs.asdict(asked).items() if value is not msgspec.UNSET}
    if changes:
        await uow.session.execute(update(Port).where(Port.id == port_id).values(**changes))
        await uow.session.refresh(port)
    return port_item(port)
