"""The network of the demo: twenty devices, two hundred ports, and how busy each is. Data and sums, no clock.

What a device is (interface names, speeds) stands in the recording of its family; what the provider made of it (names,
aliases, contracted capacity, load) stands here. Both the seed and the agents read the two.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import Literal

from demo.places import CANDEIA, PIRILAMPO, PONTE_NOVA, UBA, VICOSA, City, Company
from demo.snmprec import Interface, Recording, load
from demo.traffic import Curve, DayName, Surge, curve

Family = Literal["border", "bng", "olt", "switch", "old-switch"]
Kind = Literal["router", "olt", "switch"]

KINDS: dict[Family, Kind] = {
    "border": "router",
    "bng": "router",
    "olt": "olt",
    "switch": "switch",
    "old-switch": "switch",
}

COMMUNITY = "farol-demo"
ADDRESS = "127.0.0.1"
FIRST_UDP_PORT = 16101
POLL_INTERVAL_S = 10

RETURN_SHARE = 0.16
"""Upload against download, as subscribers at home have it."""


@dataclass(frozen=True)
class Use:
    """What a port is for. `busy` is the mean of its stronger direction as a share of its capacity.

    `inward` says that direction is in (from the internet), otherwise out (to subscribers). `contracted_bps` is the
    capacity paid for, where it is less than the port's speed. `surge` is the share of the capacity that comes on top
    for a while each hour.
    """

    alias: str
    busy: float = 0.0
    inward: bool = False
    day: DayName = "home"
    back: float = RETURN_SHARE
    contracted_bps: int | None = None
    surge: float = 0.0
    admin: Literal["up", "down"] = "up"
    oper: Literal["up", "down"] = "up"


SPARE = Use("RESERVA", admin="down", oper="down")
SURGE_START = timedelta(minutes=12)
SURGE_LENGTH = timedelta(minutes=26)


@dataclass(frozen=True)
class Port:
    """An interface of the recording with its use. The curves are None where nothing flows."""

    interface: Interface
    use: Use
    mac: bytes
    curve_in: Curve | None
    curve_out: Curve | None

    @property
    def capacity_bps(self) -> int:
        return self.use.contracted_bps or self.interface.speed_bps


@dataclass(frozen=True)
class Device:
    """`id` is its row in the seeded database, and its place on the UDP ports. `booted` counts from the curves' 0.

    `silent` are spans of each hour (seconds, from and to) in which it answers nobody.
    """

    id: int
    name: str
    family: Family
    company: Company
    city: City
    uses: tuple[Use, ...]
    booted: timedelta
    silent: tuple[tuple[float, float], ...] = ()

    @cached_property
    def recording(self) -> Recording:
        return load(self.family)

    @cached_property
    def ports(self) -> tuple[Port, ...]:
        """In the order of ifIndex."""
        return tuple(
            self._port(number, interface, use)
            for number, (interface, use) in enumerate(zip(self.recording.interfaces, self.uses, strict=True), 1)
        )

    def is_silent(self, at: float) -> bool:
        """`at` in seconds of the curves."""
        return any(start <= at % 3600.0 < end for start, end in self.silent)

    def _port(self, number: int, interface: Interface, use: Use) -> Port:
        capacity = use.contracted_bps or interface.speed_bps
        surge = None
        if use.surge:
            surge = Surge(capacity * use.surge, SURGE_START.total_seconds(), SURGE_LENGTH.total_seconds())
        strong = weak = None
        if use.busy and use.oper == "up":
            strong = curve(f"{self.name}/{number}/strong", capacity * use.busy, use.day, surge)
            weak = curve(f"{self.name}/{number}/weak", capacity * use.busy * use.back, use.day)
        mac = bytes((0x02, 0xFA, 0x20, 0x10, self.id, number))
        return Port(interface, use, mac, *((strong, weak) if use.inward else (weak, strong)))


def _upstream(alias: str, busy: float, **also: object) -> Use:
    return Use(alias, busy, inward=True, **also)  # type: ignore[arg-type]  # checked by Use itself


def _border(city: str, peers: tuple[str, str], backbone: float, *links: Use) -> tuple[Use, ...]:
    return (
        Use(f"BACKBONE 100G {peers[0]}", backbone),
        Use(f"BACKBONE 100G {peers[1]}", backbone * 0.6),
        Use(f"BNG-{city}-01 100G", backbone * 1.1),
        SPARE,
        *links,
    )


def _bng(clients: tuple[str, ...], uplink: float, busy: float) -> tuple[Use, ...]:
    down = tuple(Use(f"{client} 10G", busy * (1.1 - 0.15 * number)) for number, client in enumerate(clients))
    rest = tuple(SPARE for _ in range(5 - len(clients)))
    return (
        _upstream("UPLINK BORDA 100G", uplink),
        Use("UPLINK BORDA 100G REDUNDANTE", oper="down"),
        *down,
        *rest,
        Use("GERENCIA", 0.002, day="steady", back=0.8),
    )


def _olt(name: str, busy: float, *, dark: int | None = None) -> tuple[Use, ...]:
    """Two uplinks that carry what ten PONs send down; `dark` is the PON that lost its light."""
    pons = tuple(
        Use(f"{name} PON {number}", 0.0 if number == dark else busy * (0.6 + (number * 7 % 10) / 11), oper="up")
        if number != dark
        else Use(f"{name} PON {number}", oper="down")
        for number in range(1, 11)
    )
    total = sum(pon.busy for pon in pons) * 2_488_000_000 / 10_000_000_000
    return tuple(_upstream(f"UPLINK {name} {side} 10G", total / 2) for side in ("A", "B")) + pons


def _switch(pop: str, busy: float) -> tuple[Use, ...]:
    return (
        _upstream(f"UPLINK {pop} 10G", busy),
        Use(f"OLT-{pop} 10G", busy * 0.8),
        Use(f"ANEL METRO {pop} 10G", busy * 0.5, back=0.7),
        SPARE,
        Use("RADIO TORRE RURAL 1G", 0.22),
        Use("CAMERAS MUNICIPAIS 1G", 0.18, inward=True, day="steady", back=0.04),
        Use("SERVIDORES INTERNOS 1G", 0.12, day="office", back=0.5),
        Use("GERENCIA", 0.002, day="steady", back=0.8),
    )


def _corporate(first: int) -> tuple[Use, ...]:
    clients = (Use(f"CLIENTE CORP {first + n:04d}", 0.1 + 0.06 * n, day="office", back=0.35) for n in range(5))
    lost = Use(f"CLIENTE CORP {first + 5:04d} - FIBRA ROMPIDA", oper="down")
    return (_upstream("UPLINK POP 1G", 0.38, day="office", back=0.35), *clients, lost, SPARE)


_DEVICES: tuple[tuple[str, Family, Company, City, tuple[Use, ...]], ...] = (
    ("RT-BORDA-VICOSA", "border", PIRILAMPO, VICOSA, _border(
        "VICOSA", ("PONTE NOVA", "UBA"), 0.045,
        _upstream("TRANSITO 10G OPERADORA ALFA", 0.20, day="home"),
        _upstream("TRANSITO 10G OPERADORA BETA", 0.62, day="steady", contracted_bps=8_000_000_000, surge=0.20),
        _upstream("PTT 10G", 0.22),
        _upstream("PTT 10G SEGUNDO LINK", 0.15),
        _upstream("CDN 10G VIDEO", 0.46, back=0.02),
        _upstream("CDN 10G REDES SOCIAIS", 0.18, back=0.03),
        Use("BNG-VICOSA-02 10G", 0.34),
        Use("GERENCIA", 0.0004, day="steady", back=0.8),
    )),
    ("RT-BORDA-UBA", "border", CANDEIA, UBA, _border(
        "UBA", ("PONTE NOVA", "VICOSA"), 0.016,
        _upstream("TRANSITO 10G OPERADORA GAMA", 0.30, contracted_bps=5_000_000_000),
        SPARE,
        _upstream("PTT 10G", 0.14),
        SPARE,
        _upstream("CDN 10G VIDEO", 0.17, back=0.02),
        SPARE,
        Use("DATACENTER 10G", 0.12, day="office", back=0.8),
        Use("GERENCIA", 0.0004, day="steady", back=0.8),
    )),
    ("BNG-VICOSA-01", "bng", PIRILAMPO, VICOSA, _bng(("OLT-VICOSA-CENTRO", "OLT-VICOSA-BELA-VISTA"), 0.042, 0.20)),
    ("BNG-VICOSA-02", "bng", PIRILAMPO, VICOSA, _bng(("OLT-VICOSA-SANTA-LUZIA", "SW-VICOSA-POP"), 0.034, 0.17)),
    ("BNG-PONTE-NOVA-01", "bng", PIRILAMPO, PONTE_NOVA,
     _bng(("OLT-PONTE-NOVA-CENTRO", "OLT-PONTE-NOVA-PALMEIRAS", "SW-PONTE-NOVA-POP"), 0.044, 0.16)),
    ("BNG-UBA-01", "bng", CANDEIA, UBA, _bng(("OLT-UBA-CENTRO", "OLT-UBA-INDUSTRIAL"), 0.035, 0.18)),
    ("OLT-VICOSA-CENTRO", "olt", PIRILAMPO, VICOSA, _olt("OLT-CENTRO", 0.10)),
    ("OLT-VICOSA-BELA-VISTA", "olt", PIRILAMPO, VICOSA, _olt("OLT-BELA-VISTA", 0.08, dark=9)),
    ("OLT-VICOSA-SANTA-LUZIA", "olt", PIRILAMPO, VICOSA, _olt("OLT-SANTA-LUZIA", 0.09)),
    ("OLT-PONTE-NOVA-CENTRO", "olt", PIRILAMPO, PONTE_NOVA, _olt("OLT-CENTRO", 0.09)),
    ("OLT-PONTE-NOVA-PALMEIRAS", "olt", PIRILAMPO, PONTE_NOVA, _olt("OLT-PALMEIRAS", 0.07)),
    ("OLT-UBA-CENTRO", "olt", CANDEIA, UBA, _olt("OLT-CENTRO", 0.10)),
    ("OLT-UBA-INDUSTRIAL", "olt", CANDEIA, UBA, _olt("OLT-INDUSTRIAL", 0.06, dark=10)),
    ("OLT-UBA-BOA-VISTA", "olt", PIRILAMPO, UBA, _olt("OLT-BOA-VISTA", 0.08)),
    ("SW-VICOSA-POP", "switch", PIRILAMPO, VICOSA, _switch("VICOSA", 0.24)),
    ("SW-VICOSA-CORP", "old-switch", PIRILAMPO, VICOSA, _corporate(101)),
    ("SW-PONTE-NOVA-POP", "switch", PIRILAMPO, PONTE_NOVA, _switch("PONTE-NOVA", 0.20)),
    ("SW-PONTE-NOVA-CORP", "old-switch", CANDEIA, PONTE_NOVA, _corporate(201)),
    ("SW-UBA-POP", "switch", CANDEIA, UBA, _switch("UBA", 0.16)),
    ("SW-UBA-TORRE", "switch", PIRILAMPO, UBA, _switch("UBA-TORRE", 0.12)),
)  # fmt: skip

FLAPPING = "SW-UBA-TORRE"
SILENT_SPANS_S = ((2460.0, 2610.0), (2700.0, 2850.0))
"""From the 41st minute of each hour: two and a half minutes away, one and a half back, two and a half away."""

DEVICES = tuple(
    Device(
        number,
        *device,
        booted=-timedelta(days=11 * number, hours=7 * number % 24, minutes=13 * number),
        silent=SILENT_SPANS_S if device[0] == FLAPPING else (),
    )
    for number, device in enumerate(_DEVICES, 1)
)
