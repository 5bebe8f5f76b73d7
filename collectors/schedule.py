"""When a device is asked, and what its answers make of its status. Pure: clocks and ids come in as numbers.

All times are seconds of one monotonic clock.
"""

from __future__ import annotations

import math
from functools import lru_cache
from hashlib import blake2b

import msgspec

from realtime.facts import DeviceStatus

SUSPECT_RETRY_S = 15.0
MISSES_UNTIL_DOWN = 3
FIRST_PROBE_S = 60.0
LAST_PROBE_S = 300.0
PROBE_GROWTH = 1.5
TICK_S = 0.5
"""Polls begin on whole ticks: devices due at one moment share one wake-up, which costs as much as reading an answer.

A thousand devices polled every 10 s are asked fifty at a time, which is no burst for anybody."""

DISCOVERY_EVERY_S = 900.0
DISCOVERY_RETRY_S = 60.0


class Plan(msgspec.Struct, frozen=True):
    """One device's place in time. `skipped` counts slots of the interval that passed while it was still being asked."""

    due: float
    status: DeviceStatus = "unknown"
    misses: int = 0
    probe_s: float = FIRST_PROBE_S
    skipped: int = 0


@lru_cache(maxsize=50_000)
def phase(device_id: int) -> float:
    """Where in an interval this device belongs, in [0, 1): the same on every collector, spread over all devices."""
    digest = blake2b(device_id.to_bytes(8), digest_size=8).digest()
    return int.from_bytes(digest) / 2**64


def next_slot(device_id: int, interval_s: float, after: float) -> float:
    """The first time later than `after` in this device's grid of polls."""
    start = round(phase(device_id) * interval_s / TICK_S) * TICK_S
    slots = math.floor((after - start) / interval_s) + 1
    return start + slots * interval_s


def first(device_id: int, status: DeviceStatus, misses: int, interval_s: float, now: float) -> Plan:
    """The plan of a device just leased. A new one is asked within two seconds: somebody is waiting for it."""
    if status == "unknown":
        return Plan(now + 2.0 * phase(device_id), status, misses)
    return Plan(next_slot(device_id, min(interval_s, FIRST_PROBE_S), now), status, misses)


def sooner(plan: Plan, device_id: int, interval_s: float, now: float) -> Plan:
    """The interval became shorter: the next poll comes within the new one."""
    return msgspec.structs.replace(plan, due=min(plan.due, next_slot(device_id, interval_s, now)))


def at_once(plan: Plan, now: float) -> Plan:
    """There is something new to ask for: a device that answers is asked now."""
    return msgspec.structs.replace(plan, due=min(plan.due, now)) if plan.status == "up" else plan


def answered(plan: Plan, device_id: int, interval_s: float, finished: float) -> Plan:
    """After an answer the device keeps to its grid, so devices that recover together spread out again.

    After a poll beside the grid it waits half an interval at least: a rate over an instant is noise.
    """
    due = next_slot(device_id, interval_s, max(finished, plan.due + interval_s / 2))
    on_grid = plan.status == "up"
    missed_slots = max(0, round((due - plan.due) / interval_s) - 1) if on_grid else 0
    return Plan(due, "up", 0, FIRST_PROBE_S, missed_slots)


def missed(plan: Plan, device_id: int, interval_s: float, finished: float) -> Plan:
    """After silence: again in 15 s, down after three, then a probe a minute that thins out to one in five."""
    misses = plan.misses + 1
    if misses < MISSES_UNTIL_DOWN:
        status: DeviceStatus = "unknown" if plan.status == "unknown" else "suspect"
        return Plan(finished + min(SUSPECT_RETRY_S, interval_s), status, misses)
    if plan.status != "down":
        return Plan(finished + max(FIRST_PROBE_S, interval_s), "down", misses)
    probe_s = min(LAST_PROBE_S, plan.probe_s * PROBE_GROWTH)
    return Plan(finished + probe_s * (0.9 + 0.2 * phase(device_id)), "down", misses, probe_s)


def next_discovery(device_id: int, finished: float, *, failed: bool) -> float:
    """Every 15 minutes, up to a fifth later by the device's phase; after a failure a minute."""
    if failed:
        return finished + DISCOVERY_RETRY_S
    return finished + DISCOVERY_EVERY_S * (1.0 + 0.2 * phase(device_id))
