"""Rows of devices, their state and their ports, as a collector would have left them a moment before `now`."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import msgspec

from db.vault import Vault
from demo.copy import Batch
from demo.plant import ADDRESS, COMMUNITY, DEVICES, KINDS, POLL_INTERVAL_S, Device
from demo.traffic import EPOCH_S, on_curve

DOWN_AFTER_S = 40.0
"""Three missed polls of the fast interval, and their deadlines."""

FOLLOWED_FOR = timedelta(days=90)
"""Since when the devices have been polled."""


def port_ids() -> dict[int, tuple[int, ...]]:
    """Device -> the ids of its ports, in the order of ifIndex."""
    ids: dict[int, tuple[int, ...]] = {}
    first = 1
    for device in DEVICES:
        ids[device.id] = tuple(range(first, first + len(device.ports)))
        first += len(device.ports)
    return ids


def batches(now: datetime, vault: Vault, first_udp_port: int) -> list[Batch]:
    since = now - FOLLOWED_FOR
    devices, states, ports = [], [], []
    ids = port_ids()
    for device in DEVICES:
        sealed = vault.seal(msgspec.json.encode({"community": COMMUNITY}), purpose="snmp", record=f"device:{device.id}")
        devices.append(
            (
                device.id,
                device.company.id,
                device.city.id,
                device.name,
                ADDRESS,
                first_udp_port + device.id - 1,
                KINDS[device.family],
                "2c",
                sealed,
                POLL_INTERVAL_S,
                since,
            )
        )
        states.append(_state(device, now, since))
        for port_id, port in zip(ids[device.id], device.ports, strict=True):
            interface, use = port.interface, port.use
            ports.append(
                (
                    port_id,
                    device.id,
                    interface.index,
                    interface.name,
                    use.alias,
                    interface.descr,
                    port.mac.hex(":"),
                    interface.type,
                    interface.speed_bps,
                    use.contracted_bps,
                    use.admin,
                    use.oper,
                    interface.hc,
                    since,
                    now,
                    since,
                )
            )
    return [
        Batch(
            "device",
            "id company_id city_id name address port kind snmp_version snmp_credentials poll_interval_s created_at",
            devices,
        ),
        Batch(
            "device_state",
            "device_id status status_since last_polled_at last_answered_at round_trip_ms sys_name sys_descr "
            "sys_object_id uptime_s discovered_at created_at",
            states,
            numbered=False,
        ),
        Batch(
            "port",
            "id device_id if_index name alias descr mac type speed_bps capacity_bps admin oper has_hc "
            "first_seen_at last_seen_at created_at",
            ports,
        ),
    ]


def _state(device: Device, now: datetime, since: datetime) -> tuple[object, ...]:
    answered = now
    status, status_since = "up", max(since, _booted(device))
    for start, end in device.silent:
        hour = _hour(now)
        if hour + timedelta(seconds=end) <= now:
            status, status_since = "up", hour + timedelta(seconds=end)
        elif hour + timedelta(seconds=start + DOWN_AFTER_S) <= now:
            status, status_since = "down", hour + timedelta(seconds=start + DOWN_AFTER_S)
            answered = hour + timedelta(seconds=start)
    return (
        device.id,
        status,
        status_since,
        now,
        answered,
        round(1.2 + device.id * 0.37 % 3, 2),
        device.name,
        device.recording.descr,
        device.recording.object_id,
        (answered - _booted(device)).total_seconds(),
        now,
        since,
    )


def _hour(now: datetime) -> datetime:
    """The start of the curves' hour, which silences are counted from."""
    return now - timedelta(seconds=on_curve(now.timestamp()) % 3600.0)


def _booted(device: Device) -> datetime:
    return datetime.fromtimestamp(EPOCH_S, UTC) + device.booted
