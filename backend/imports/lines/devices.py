"""What a line of a file says of a device."""

from __future__ import annotations

from typing import Any

import msgspec

from backend.imports import values
from backend.imports.columns import Column
from backend.imports.lines import where
from backend.imports.words import refused
from backend.imports.work import Work

VERSIONS = {"2c": "2c", "1": "1", "3": "3", "v2c": "2c", "v2": "2c", "2": "2c", "v1": "1", "v3": "3"}


AUTH = {name: name for name in ("sha", "md5", "sha224", "sha256", "sha384", "sha512")}


PRIV = {"aes128": "aes128", "aes": "aes128", "aes192": "aes192", "aes256": "aes256", "des": "des"}


SECRETS = ("community", "snmp_user", "auth_protocol", "auth_password", "priv_protocol", "priv_password")


class DeviceLine(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    name: str
    address: str
    city: str
    state: str | None = None
    business_unit: str | None = None
    port: int | None = None
    kind: str | None = None
    snmp_version: str | None = None
    community: str | None = None
    snmp_user: str | None = None
    auth_protocol: str | None = None
    auth_password: str | None = None
    priv_protocol: str | None = None
    priv_password: str | None = None
    poll_interval_s: int | None = None
    enabled: bool | None = None

    def secrets(self) -> dict[str, str]:
        """As collectors read them: `snmp_user` is their `user`."""
        return {name.removeprefix("snmp_"): value for name in SECRETS if (value := getattr(self, name)) is not None}

    def own(self) -> dict[str, Any]:
        said = ("name", "address", "port", "kind", "snmp_version", "poll_interval_s", "enabled")
        return {name: getattr(self, name) for name in said}


def check(line: DeviceLine, work: Work) -> None:
    if line.snmp_version != "3":
        if line.community is None:
            raise refused("community_needed")
        return
    if line.snmp_user is None:
        raise refused("snmp_user_needed")
    for one, other in (("auth_protocol", "auth_password"), ("priv_protocol", "priv_password")):
        if (getattr(line, one) is None) != (getattr(line, other) is None):
            raise refused("snmp_pair", one=one, other=other)
        if len(getattr(line, other) or "long enough") < 8:
            raise refused("pass_phrase", column=other)
    if line.priv_protocol and not line.auth_protocol:
        raise refused("snmp_auth_first")


COLUMNS: tuple[Column, ...] = (
    Column(
        name="id",
        portuguese="codigo",
        read=values.text(100),
        aliases=("cod", "id equipamento", "device id", "host id"),
        required=True,
        meaning="What the other system calls the device; it never changes.",
        example="olt-1",
    ),
    Column(
        name="name",
        portuguese="nome",
        read=values.text(),
        aliases=("equipamento", "hostname", "host"),
        required=True,
        meaning="What screens call it.",
        example="OLT Centro",
    ),
    Column(
        name="address",
        portuguese="endereco_ip",
        read=values.host,
        aliases=("ip", "endereco", "ip address"),
        required=True,
        meaning="An IPv4 or IPv6 address.",
        example="192.0.2.10",
    ),
    where.city("Where it stands: a name, `name/UF`, or an IBGE code. It does not change by import."),
    where.state(),
    where.business_unit("A business unit; empty for equipment of the whole company. It does not change by import."),
    Column(
        name="port",
        portuguese="porta",
        read=values.whole(1, 65535),
        aliases=("porta snmp", "udp"),
        meaning="The UDP port; 161 when new and empty.",
        example="161",
    ),
    Column(
        name="kind",
        portuguese="tipo",
        read=values.text(50),
        aliases=("modelo",),
        meaning="Such as `olt`, `switch` or `router`.",
        example="olt",
    ),
    Column(
        name="snmp_version",
        portuguese="versao_snmp",
        read=values.choice(VERSIONS),
        aliases=("versao", "snmp"),
        meaning="`2c` (when new and empty), `1` or `3`.",
        example="2c",
    ),
    Column(
        name="community",
        portuguese="comunidade",
        read=values.text(255),
        aliases=("community string", "comunidade snmp"),
        meaning="Needed for versions 1 and 2c. Kept sealed.",
        example="public",
    ),
    Column(
        name="snmp_user",
        portuguese="usuario_snmp",
        read=values.text(),
        aliases=("usuario",),
        meaning="Needed for version 3.",
    ),
    Column(
        name="auth_protocol",
        portuguese="protocolo_autenticacao",
        read=values.choice(AUTH),
        meaning="`md5`, `sha`, `sha224`, `sha256`, `sha384` or `sha512`, together with its password.",
    ),
    Column(
        name="auth_password",
        portuguese="senha_autenticacao",
        read=values.text(255),
        meaning="Eight characters or more. Kept sealed.",
    ),
    Column(
        name="priv_protocol",
        portuguese="protocolo_criptografia",
        read=values.choice(PRIV),
        meaning="`aes128`, `aes192`, `aes256` or `des`, together with its password.",
    ),
    Column(
        name="priv_password",
        portuguese="senha_criptografia",
        read=values.text(255),
        meaning="Eight characters or more. Kept sealed.",
    ),
    Column(
        name="poll_interval_s",
        portuguese="intervalo_s",
        read=values.whole(5, 3600),
        aliases=("intervalo",),
        meaning="Seconds between polls; 60 when new and empty.",
        example="60",
    ),
    Column(
        name="enabled",
        portuguese="ativo",
        read=values.yes_no,
        aliases=("habilitado",),
        meaning="`sim` or `nao`: whether it is polled.",
        example="sim",
    ),
)
