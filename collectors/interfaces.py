"""Walking a device's interface tables (IF-MIB, RFC 2863): whole or nothing."""

from __future__ import annotations

from typing import Literal, get_args

import msgspec

from collectors.failures import Garbled
from collectors.snmp import Client, Value

MOST_INTERFACES = 20_000
"""One OLT in the field shows 5,000 interfaces; a walk of four times that is an agent gone mad."""

WALK_DEADLINE_S = 120.0

SYS_DESCR = "1.3.6.1.2.1.1.1.0"
SYS_OBJECT_ID = "1.3.6.1.2.1.1.2.0"
SYS_UPTIME = "1.3.6.1.2.1.1.3.0"
SYS_NAME = "1.3.6.1.2.1.1.5.0"
IF_TABLE_LAST_CHANGE = "1.3.6.1.2.1.31.1.5.0"

_IF_TABLE = "1.3.6.1.2.1.2.2.1"
_IF_X_TABLE = "1.3.6.1.2.1.31.1.1.1"
IF_DESCR = f"{_IF_TABLE}.2"
IF_TYPE = f"{_IF_TABLE}.3"
IF_SPEED = f"{_IF_TABLE}.5"
IF_PHYS_ADDRESS = f"{_IF_TABLE}.6"
IF_ADMIN_STATUS = f"{_IF_TABLE}.7"
IF_OPER_STATUS = f"{_IF_TABLE}.8"
IF_NAME = f"{_IF_X_TABLE}.1"
IF_HC_IN_OCTETS = f"{_IF_X_TABLE}.6"
IF_HIGH_SPEED = f"{_IF_X_TABLE}.15"
IF_ALIAS = f"{_IF_X_TABLE}.18"

_SPEED_TOO_HIGH_FOR_32_BITS = 2**32 - 1

AdminStatus = Literal["up", "down", "testing"]
OperStatus = Literal["up", "down", "testing", "unknown", "dormant", "notPresent", "lowerLayerDown"]
_ADMIN = dict(enumerate(get_args(AdminStatus), 1))
_OPER = dict(enumerate(get_args(OperStatus), 1))


class Found(msgspec.Struct, frozen=True):
    """An interface as the device shows it now. Rates in bit/s; `mac` as `00:11:22:33:44:55`; texts may be empty."""

    if_index: int
    name: str
    alias: str = ""
    descr: str = ""
    mac: str | None = None
    if_type: int | None = None
    speed_bps: int | None = None
    admin: AdminStatus | None = None
    oper: OperStatus | None = None
    hc: bool = False


class System(msgspec.Struct, frozen=True):
    """Who the device says it is. `table_changed_ticks` is None when the agent has no ifTableLastChange."""

    name: str
    descr: str
    object_id: str
    uptime_ticks: int | None
    table_changed_ticks: int | None


async def read_system(client: Client) -> System:
    values = await client.get([SYS_UPTIME, SYS_NAME, SYS_DESCR, SYS_OBJECT_ID, IF_TABLE_LAST_CHANGE])
    return System(
        name=text(values.get(SYS_NAME)),
        descr=text(values.get(SYS_DESCR)),
        object_id=text(values.get(SYS_OBJECT_ID)),
        uptime_ticks=number(values.get(SYS_UPTIME)),
        table_changed_ticks=number(values.get(IF_TABLE_LAST_CHANGE)),
    )


async def walk_interfaces(client: Client, *, deadline_s: float = WALK_DEADLINE_S) -> list[Found]:
    """Every interface by ifIndex. `deadline_s` is for each column. Raises SnmpFailure, never returns a part."""

    async def column(root: str) -> dict[int, Value]:
        rows = await client.walk(root, max_rows=MOST_INTERFACES, deadline_s=deadline_s)
        try:
            return {int(index): value for index, value in rows}
        except ValueError as error:
            raise Garbled(f"{root} is indexed by more than ifIndex") from error

    descr = await column(IF_DESCR)
    names, aliases, macs = await column(IF_NAME), await column(IF_ALIAS), await column(IF_PHYS_ADDRESS)
    types, admin, oper = await column(IF_TYPE), await column(IF_ADMIN_STATUS), await column(IF_OPER_STATUS)
    speeds, high_speeds, hc = await column(IF_SPEED), await column(IF_HIGH_SPEED), await column(IF_HC_IN_OCTETS)
    return [
        Found(
            if_index=index,
            name=text(names.get(index)) or text(descr.get(index)) or f"if{index}",
            alias=text(aliases.get(index)),
            descr=text(descr.get(index)),
            mac=mac(macs.get(index)),
            if_type=number(types.get(index)),
            speed_bps=speed(number(speeds.get(index)), number(high_speeds.get(index))),
            admin=_ADMIN.get(number(admin.get(index)) or 0),
            oper=_OPER.get(number(oper.get(index)) or 0),
            hc=index in hc,
        )
        for index in sorted(descr.keys() | names.keys())
    ]


def speed(if_speed: int | None, if_high_speed: int | None) -> int | None:
    """ifHighSpeed counts Mb/s; ifSpeed counts bit/s and stands still at 4.29 Gb/s. Tunnels say 0 in both."""
    if if_high_speed:
        return if_high_speed * 1_000_000
    if if_speed and if_speed < _SPEED_TOO_HIGH_FOR_32_BITS:
        return if_speed
    return None


def text(value: Value) -> str:
    """Agents send UTF-8 or Latin-1, some with a trailing NUL, which Postgres refuses."""
    if value is None:
        return ""
    if not isinstance(value, bytes):
        return str(value)
    try:
        decoded = value.decode()
    except UnicodeDecodeError:
        decoded = value.decode("latin-1")
    return decoded.replace("\x00", "").strip()


def mac(value: Value) -> str | None:
    if isinstance(value, bytes) and len(value) == 6 and any(value):
        return value.hex(":")
    return None


def number(value: Value) -> int | None:
    return value if isinstance(value, int) else None
