"""Recordings of SNMP agents, in snmpsim's format: `OID|TAG|VALUE`, one variable a line, ascending.

TAG is the number of the ASN.1 type (2 INTEGER, 4 OCTET STRING, 6 OBJECT IDENTIFIER, 65 Counter32, 66 Gauge32, 67
TimeTicks, 70 Counter64), with `x` behind it where VALUE is hexadecimal. `TAG:FIGURE` leaves the value to whoever
replays: `70:octets|in` is a counter of the interface that the last number of the OID names. Ours are written by hand
and by script; none was taken from a device of a real network.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal, get_args

FOLDER = Path(__file__).with_name("recordings")

Oid = tuple[int, ...]
Tag = Literal[2, 4, 6, 65, 66, 67, 70]
Figure = Literal["uptime", "name", "place", "alias", "mac", "admin", "oper", "octets", "packets"]

_IF = (1, 3, 6, 1, 2, 1, 2, 2, 1)
_IF_X = (1, 3, 6, 1, 2, 1, 31, 1, 1, 1)
DESCR, TYPE, SPEED = (*_IF, 2), (*_IF, 3), (*_IF, 5)
NAME, HC_IN, HIGH_SPEED = (*_IF_X, 1), (*_IF_X, 6), (*_IF_X, 15)
SYS_DESCR, SYS_OBJECT_ID = (1, 3, 6, 1, 2, 1, 1, 1, 0), (1, 3, 6, 1, 2, 1, 1, 2, 0)


class RecordingError(Exception):
    """A line of a recording cannot be read. The message says which."""


@dataclass(frozen=True)
class Variable:
    """`value` is an int for numbers, bytes for strings, a tuple for OIDs, and the argument of a figure otherwise."""

    oid: Oid
    tag: Tag
    value: int | bytes | Oid | str
    figure: Figure | None = None


@dataclass(frozen=True)
class Interface:
    """A row of ifTable and ifXTable. `hc`: it has 64-bit counters."""

    index: int
    name: str
    descr: str
    type: int
    speed_bps: int
    hc: bool


@dataclass(frozen=True)
class Recording:
    variables: tuple[Variable, ...]

    @property
    def descr(self) -> str:
        return self._text(SYS_DESCR)

    @property
    def object_id(self) -> str:
        (found,) = (variable.value for variable in self.variables if variable.oid == SYS_OBJECT_ID)
        assert isinstance(found, tuple)
        return ".".join(map(str, found))

    @property
    def interfaces(self) -> tuple[Interface, ...]:
        """In the order of ifIndex."""
        values = {variable.oid: variable.value for variable in self.variables}
        indexes = [oid[-1] for oid in values if oid[:-1] == DESCR]
        return tuple(
            Interface(
                index=index,
                name=self._text((*NAME, index)),
                descr=self._text((*DESCR, index)),
                type=_number(values[*TYPE, index]),
                speed_bps=_number(values[*HIGH_SPEED, index]) * 1_000_000,
                hc=(*HC_IN, index) in values,
            )
            for index in indexes
        )

    def _text(self, oid: Oid) -> str:
        (found,) = (variable.value for variable in self.variables if variable.oid == oid)
        assert isinstance(found, bytes)
        return found.decode()


def _number(value: object) -> int:
    assert isinstance(value, int)
    return value


@cache
def load(family: str) -> Recording:
    """The recording of that name. Raises RecordingError."""
    return parse((FOLDER / f"{family}.snmprec").read_text())


def parse(text: str) -> Recording:
    variables = []
    before: Oid = ()
    for number, line in enumerate(text.splitlines(), 1):
        try:
            variable = _variable(line)
        except ValueError as error:
            raise RecordingError(f"line {number}: {error}: {line!r}") from error
        if variable.oid <= before:
            raise RecordingError(f"line {number}: OIDs must ascend: {line!r}")
        before = variable.oid
        variables.append(variable)
    return Recording(tuple(variables))


def _variable(line: str) -> Variable:
    oid, tag, value = line.split("|", 2)
    kind, _, figure = tag.partition(":")
    is_hex = kind.endswith("x")
    number = int(kind.removesuffix("x"))
    if number not in get_args(Tag):
        raise ValueError(f"no such type: {kind}")
    if figure and figure not in get_args(Figure):
        raise ValueError(f"no such figure: {figure}")
    numbers = tuple(map(int, oid.split(".")))
    return Variable(numbers, number, value if figure else _value(number, value, is_hex), figure or None)  # type: ignore[arg-type]  # both were looked up just above


def _value(tag: int, text: str, is_hex: bool) -> int | bytes | Oid:
    if tag == 4:
        return bytes.fromhex(text) if is_hex else text.encode()
    if tag == 6:
        return tuple(map(int, text.split(".")))
    return int(text)
