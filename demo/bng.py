"""The four BNGs of the demo as RADIUS knows them: where they send from, and whom they serve. Data, no clock.

Each sends from a loopback address of its own, which is what tells NAS apart. The names are those of `demo.plant`.
"""

from __future__ import annotations

from typing import NamedTuple

from demo.places import CANDEIA, PIRILAMPO, PONTE_NOVA, UBA, VICOSA, City, Company
from demo.plant import DEVICES


class Bng(NamedTuple):
    """`id` is its row in the seeded database, `nodes` the OLTs and switches behind it."""

    id: int
    name: str
    address: str
    vendor: str
    company: Company
    city: City
    nodes: tuple[str, ...]

    @property
    def secret(self) -> bytes:
        """Between this NAS and Farol; known to everybody, as the rest of the demo."""
        return f"farol-demo-{self.name.lower()}".encode()


BNGS = (
    Bng(1, "BNG-VICOSA-01", "127.0.1.1", "juniper", PIRILAMPO, VICOSA, ("OLT-VICOSA-CENTRO", "OLT-VICOSA-BELA-VISTA")),
    Bng(2, "BNG-VICOSA-02", "127.0.1.2", "huawei", PIRILAMPO, VICOSA, ("OLT-VICOSA-SANTA-LUZIA", "OLT-UBA-BOA-VISTA")),
    Bng(
        3,
        "BNG-PONTE-NOVA-01",
        "127.0.1.3",
        "mikrotik",
        PIRILAMPO,
        PONTE_NOVA,
        ("OLT-PONTE-NOVA-CENTRO", "OLT-PONTE-NOVA-PALMEIRAS"),
    ),
    Bng(
        4,
        "BNG-UBA-01",
        "127.0.1.4",
        "mikrotik",
        CANDEIA,
        UBA,
        ("OLT-UBA-CENTRO", "OLT-UBA-INDUSTRIAL", "SW-PONTE-NOVA-CORP"),
    ),
)

_CITY_OF = {device.name: device.city.id for device in DEVICES}
_BEHIND = {node: bng for bng in BNGS for node in bng.nodes}


def nodes_of(company_id: int, city_id: int) -> tuple[str, ...]:
    """Where subscribers of a company in a city may hang; empty where the demo serves nobody."""
    return tuple(n for n, bng in _BEHIND.items() if bng.company.id == company_id and _CITY_OF[n] == city_id)


def bng_of(node: str) -> Bng:
    return _BEHIND[node]
