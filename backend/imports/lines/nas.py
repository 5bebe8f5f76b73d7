"""What a line of a file says of a NAS."""

from __future__ import annotations

from ipaddress import IPv4Network, IPv6Network
from typing import Any

import msgspec

from backend.imports import values
from backend.imports.columns import Column
from backend.imports.lines import where
from backend.imports.work import Work

VENDORS = ("mikrotik", "huawei", "juniper", "cisco", "nokia", "zte", "accel-ppp", "ruckus", "other")


class NasLine(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    name: str
    address: IPv4Network | IPv6Network
    secret: str
    city: str
    state: str | None = None
    business_unit: str | None = None
    vendor: str | None = None
    enabled: bool | None = None

    def own(self) -> dict[str, Any]:
        return {"name": self.name, "network": self.address, "vendor": self.vendor, "enabled": self.enabled}


def check(line: NasLine, work: Work) -> None:
    """Each cell says all there is to check."""


COLUMNS: tuple[Column, ...] = (
    Column(
        name="id",
        portuguese="codigo",
        read=values.text(100),
        aliases=("cod", "id nas", "nas id"),
        required=True,
        meaning="What the other system calls the NAS; it never changes.",
        example="bng-1",
    ),
    Column(
        name="name",
        portuguese="nome",
        read=values.text(),
        aliases=("shortname", "concentrador"),
        required=True,
        meaning="What screens call it.",
        example="BNG Centro",
    ),
    Column(
        name="address",
        portuguese="endereco_ip",
        read=values.network,
        aliases=("ip", "endereco", "nasname", "rede"),
        required=True,
        meaning="An IP address, or a network such as `10.0.0.0/24` whose NAS share the secret.",
        example="192.0.2.1",
    ),
    Column(
        name="secret",
        portuguese="segredo",
        read=values.text(128),
        aliases=("senha", "senha radius", "segredo radius"),
        required=True,
        meaning="The RADIUS secret, at most 128 characters. Kept sealed.",
        example="troque-este-segredo",
    ),
    where.city("Where it stands: a name, `name/UF`, or an IBGE code. It does not change by import."),
    where.state(),
    where.business_unit("A business unit; empty for equipment of the whole company. It does not change by import."),
    Column(
        name="vendor",
        portuguese="fabricante",
        read=values.choice({**{name: name for name in VENDORS}, "outro": "other"}),
        aliases=("tipo", "type", "marca"),
        meaning="`mikrotik`, `huawei`, `juniper`, `cisco`, `nokia`, `zte`, `accel-ppp`, `ruckus` or `outro`.",
        example="mikrotik",
    ),
    Column(
        name="enabled",
        portuguese="ativo",
        read=values.yes_no,
        aliases=("habilitado",),
        meaning="`sim` or `nao`: whether it is believed.",
        example="sim",
    ),
)
