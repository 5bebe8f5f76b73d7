"""When each subscriber is online: a function of the clock alone, so that a simulator may be restarted. Pure.

Every line runs in cycles of 4 to 18 hours: its router comes back after seconds, now and then after hours. Two things
cut sessions short: an OLT that loses its light for some minutes in every hour and a half, one at a time, and a BNG that
is restarted at night, one each night. Instants are epoch seconds.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from hashlib import blake2b
from typing import NamedTuple

from demo.bng import BNGS, Bng, bng_of

SEED = "farol demo lines 1"
SHORTEST_CYCLE_S, LONGEST_CYCLE_S = 4 * 3600.0, 18 * 3600.0
SHORTEST_S = 30.0
"""A session that would be shorter is left out: the router had not come up yet."""

OUTAGE_EVERY_S = 5400.0
OUTAGE_S = (90.0, 240.0)
CUT_WITHIN_S = 6.0
BACK_WITHIN_S = (5.0, 60.0)
DAY_S = 86_400.0
RELOAD_AT_S = 7 * 3600.0 + 600.0
"""Of the day in UTC: ten past four in the night of São Paulo."""

RELOAD_S = 75.0
OLTS = tuple(node for bng in BNGS for node in bng.nodes if node.startswith("OLT"))

USER_REQUEST, LOST_CARRIER, SESSION_TIMEOUT = 1, 2, 5
"""Acct-Terminate-Cause (RFC 2866, 5.10)."""


class Line(NamedTuple):
    """A subscriber with a login, behind an access node."""

    number: int
    login: str
    node: str

    @property
    def bng(self) -> Bng:
        return bng_of(self.node)


class Stay(NamedTuple):
    """A session. `cause` is None when its BNG was restarted and could not say that it ended."""

    began: float
    ends: float
    cause: int | None


class Cut(NamedTuple):
    """No session of the node, or of the whole BNG, between the two instants."""

    start: float
    end: float
    node: str | None
    bng: Bng

    def hits(self, line: Line) -> bool:
        return line.node == self.node if self.node else line.bng is self.bng


def share(*of: object) -> float:
    """From 0 to below 1, the same for the same things in every process."""
    digest = blake2b("/".join(map(str, (SEED, *of))).encode(), digest_size=7).digest()
    return int.from_bytes(digest) / 2**56


@lru_cache(maxsize=4096)
def outage(number: int) -> Cut:
    """The one of the `number`th hour and a half since 1970; it is over before the next one begins."""
    longest = OUTAGE_S[1]
    start = number * OUTAGE_EVERY_S + share("outage", number) * (OUTAGE_EVERY_S - 2 * longest)
    node = OLTS[int(share("outage of", number) * len(OLTS))]
    length = OUTAGE_S[0] + share("outage length", number) * (longest - OUTAGE_S[0])
    return Cut(start, start + length, node, bng_of(node))


@lru_cache(maxsize=512)
def reload(day: int) -> Cut:
    """The BNG that is restarted on the `day`th day since 1970."""
    start = day * DAY_S + RELOAD_AT_S
    return Cut(start, start + RELOAD_S, None, BNGS[day % len(BNGS)])


def cuts(since: float, until: float) -> list[Cut]:
    """Every one that touches the span, by its start."""
    outages = map(outage, range(int(since // OUTAGE_EVERY_S) - 1, int(until // OUTAGE_EVERY_S) + 1))
    reloads = map(reload, range(int(since // DAY_S) - 1, int(until // DAY_S) + 1))
    return sorted(cut for cut in (*outages, *reloads) if cut.start < until and cut.end > since)


def stays(line: Line, since: float) -> Iterator[Stay]:
    """The sessions of a line that end after `since`, oldest first, without end."""
    length = SHORTEST_CYCLE_S + share(line.number, "length") * (LONGEST_CYCLE_S - SHORTEST_CYCLE_S)
    phase = share(line.number, "phase") * length
    cycle = int((since - phase) // length)
    while True:
        begins = phase + cycle * length + _pause(line, cycle)
        for stay in _cut(line, begins, phase + (cycle + 1) * length):
            if stay.ends > since and stay.ends - stay.began >= SHORTEST_S:
                yield stay
        cycle += 1


def _pause(line: Line, cycle: int) -> float:
    """Seconds offline before a session: a router that comes back, or one that was switched off."""
    how, long = share(line.number, cycle, "pause"), share(line.number, cycle, "pause length")
    return 1200.0 + 9600.0 * long if how < 0.04 else 20.0 + 80.0 * long


def _cut(line: Line, at: float, ends: float) -> Iterator[Stay]:
    for cut in cuts(at, ends):
        if not cut.hits(line) or cut.end <= at:
            continue
        told = cut.node is not None
        if cut.start > at:
            last = cut.start + (CUT_WITHIN_S * share(line.number, cut.start) if told else 0.0)
            yield Stay(at, min(last, ends), LOST_CARRIER if told else None)
        first, last = BACK_WITHIN_S
        at = cut.end + first + (last - first) * share(line.number, cut.end, "back")
    if at < ends:
        how = share(line.number, ends, "cause")
        yield Stay(at, ends, USER_REQUEST if how < 0.5 else LOST_CARRIER if how < 0.8 else SESSION_TIMEOUT)
