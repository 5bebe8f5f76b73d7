"""What can go wrong with one SNMP agent, as exceptions."""

from __future__ import annotations


class SnmpFailure(Exception):
    """The base of everything that can go wrong with one agent. `reason` is a counter's label."""

    reason = "failed"


class NoAnswer(SnmpFailure):
    """Nothing usable came back in time, or the host says nobody listens there."""

    reason = "no_answer"


class Garbled(SnmpFailure):
    """What came back is not SNMP, or is cut short."""

    reason = "garbled"


class TooBig(SnmpFailure):
    """The answer does not fit a datagram: ask for less."""

    reason = "too_big"


class Refused(SnmpFailure):
    """The agent answered with an error-status. `index` is the variable it names, from 1, or 0."""

    reason = "refused"

    def __init__(self, message: str, *, status: int = 0, index: int = 0) -> None:
        super().__init__(message)
        self.status = status
        self.index = index


class Unauthorised(SnmpFailure):
    """SNMPv3 only: the user, a key or the clock window was not accepted."""

    reason = "unauthorised"


class Endless(SnmpFailure):
    """A walk that does not increase, or has more rows than anybody believes."""

    reason = "endless"
