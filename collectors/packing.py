"""How many variables go into one request, learned per device. Pure.

Agents differ: a Juniper asks for ten, some answer a hundred. Grow by half while answers come, halve when one does not.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from collectors.question import Question

LARGEST_REPLY = 1_400
"""Bytes of an answer that pass every path without fragments."""

FEWEST = 3
"""sysUpTime and the two counters of one port: the least that makes a rate."""

START = 21
MOST = 60

ANSWERS_UNTIL_GROWTH = 3

_MESSAGE_BYTES = 64
_VARIABLE_BYTES = 29

UPTIME = "1.3.6.1.2.1.1.3.0"
HC_IN = "1.3.6.1.2.1.31.1.1.1.6"
HC_OUT = "1.3.6.1.2.1.31.1.1.1.10"
IN_32 = "1.3.6.1.2.1.2.2.1.10"
OUT_32 = "1.3.6.1.2.1.2.2.1.16"

CEILING = min(MOST, (LARGEST_REPLY - _MESSAGE_BYTES) // _VARIABLE_BYTES)
"""A Counter64 with its name takes up to 29 bytes of answer."""


class Packing(msgspec.Struct, frozen=True):
    """`variables` per request now. Growth stops below `refused`, the smallest size known not to work in this lease.

    `silent` is the size that last went unanswered while less was answered: once is a lost packet, twice is the size.
    """

    variables: int = START
    answers: int = 0
    refused: int = CEILING + 1
    silent: int = 0

    def after_answer(self, asked: int) -> Packing:
        """Only full requests prove anything."""
        if asked < self.variables - 1 or self.variables >= CEILING:
            return self
        if self.answers + 1 < ANSWERS_UNTIL_GROWTH:
            return Packing(self.variables, self.answers + 1, self.refused, self.silent)
        grown = min(CEILING, self.refused - 1, self.variables * 3 // 2)
        return Packing(max(self.variables, grown), 0, self.refused, self.silent)

    def after_too_big(self, asked: int) -> Packing:
        return Packing(max(FEWEST, asked // 2), 0, min(self.refused, asked), self.silent)

    def after_silence(self, asked: int) -> Packing:
        """`asked` variables were not answered, but fewer right after were."""
        refused = min(self.refused, asked) if asked == self.silent else self.refused
        return Packing(max(FEWEST, asked // 2), 0, refused, asked)


def remembered(variables: int) -> Packing:
    """The packing that `device_state.variables_per_pdu` stands for."""
    return Packing(max(FEWEST, min(CEILING, variables)))


class Counted(msgspec.Struct, frozen=True):
    """A port as the fast cycle knows it. `width` is 64 when the device has HC counters for it."""

    port_id: int
    if_index: int
    width: int
    capacity_bps: int | None


class Request(msgspec.Struct, frozen=True):
    """One PDU: sysUpTime first, then in and out of each port, so rates and boot check share one answer.

    What the question asks beyond that comes last.
    """

    question: Question
    ports: list[Counted]

    @property
    def size(self) -> int:
        return len(self.question.oids)


def pack(ports: Sequence[Counted], variables: int, *, also: Sequence[str] = ()) -> list[Request]:
    """The requests of one poll, in the order of `ports`; the first one asks `also`.

    A device without ports is still asked for its uptime.
    """
    per_request = max(1, (variables - 1) // 2)
    requests: list[Request] = []
    for start in range(0, max(1, len(ports)), per_request):
        asked = list(ports[start : start + per_request])
        oids = [UPTIME, *(oid for port in asked for oid in counter_oids(port)), *(also if not start else ())]
        requests.append(Request(Question(oids), asked))
    return requests


def counter_oids(port: Counted) -> tuple[str, str]:
    if port.width == 64:
        return f"{HC_IN}.{port.if_index}", f"{HC_OUT}.{port.if_index}"
    return f"{IN_32}.{port.if_index}", f"{OUT_32}.{port.if_index}"
