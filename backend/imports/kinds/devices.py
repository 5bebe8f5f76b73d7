"""Devices that SNMP polls."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import insert, select, update

from backend.imports import values
from backend.imports.columns import Changed, Column, Kind, Made
from backend.imports.differences import differences
from backend.imports.words import Reason, Refused, reason, refused
from backend.imports.work import Work
from db.models import Device, DeviceState
from realtime.facts import DeviceAdded

VERSIONS = {"2c": "2c", "1": "1", "3": "3", "v2c": "2c", "v2": "2c", "2": "2c", "v1": "1", "v3": "3"}
AUTH = {name: name for name in ("sha", "md5", "sha224", "sha256", "sha384", "sha512")}
PRIV = {"aes128": "aes128", "aes": "aes128", "aes192": "aes192", "aes256": "aes256", "des": "des"}
SECRETS = ("community", "snmp_user", "auth_protocol", "auth_password", "priv_protocol", "priv_password")
PURPOSE = "snmp"


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


def _placed(work: Work, line: DeviceLine) -> tuple[int | None, int] | Reason:
    try:
        return work.optional_unit(line.business_unit), work.city(line.city, line.state)
    except Refused as refusal:
        return refusal.reason


def _sealed(work: Work, number: int, secrets: dict[str, str]) -> bytes:
    return work.vault.seal(msgspec.json.encode(secrets), purpose=PURPOSE, record=f"device:{number}")


async def create(work: Work, lines: Sequence[DeviceLine]) -> list[Made]:
    """A collector picks each up, and discovers its ports, within seconds."""
    made: list[Made] = []
    device = Device.__table__
    for line in lines:
        placed = _placed(work, line)
        if isinstance(placed, Reason):
            made.append(placed)
            continue
        row = {name: value for name, value in line.own().items() if value is not None}
        row |= {"company_id": work.company_id, "business_unit_id": placed[0], "city_id": placed[1]}
        added = insert(Device).values(**row, snmp_credentials=b"").returning(device.c.id)
        number = (await work.db.execute(added)).scalar_one()
        sealed = _sealed(work, number, line.secrets())
        await work.db.execute(update(Device).where(device.c.id == number).values(snmp_credentials=sealed))
        await work.db.execute(
            insert(DeviceState).values(
                device_id=number, status="unknown", status_since=work.now, discover_requested_at=work.now
            )
        )
        work.emit(DeviceAdded(place=work.place(*placed), at=work.now, device_id=number))
        made.append(number)
    return made


async def change(work: Work, lines: Sequence[tuple[int, DeviceLine]]) -> list[Changed]:
    """All but the place. Collectors read a device anew within a minute; nothing is announced."""
    table = Device.__table__
    numbers = [number for number, _ in lines]
    found = await work.db.execute(select(table).where(table.c.id.in_(numbers)).order_by(table.c.id).with_for_update())
    before = {row.id: row for row in found}
    changed: list[Changed] = []
    for number, line in lines:
        row, placed = before[number], _placed(work, line)
        if isinstance(placed, Reason):
            changed.append(placed)
            continue
        ours = (row.business_unit_id if line.business_unit else None, row.city_id)
        if ours != placed:
            changed.append(reason("fixed", column="city", ours=row.city_id, theirs=line.city))
            continue
        new = differences(row._mapping, line.own())
        known = work.vault.open(row.snmp_credentials, purpose=PURPOSE, record=f"device:{number}")
        if msgspec.json.decode(known) != line.secrets():
            new["snmp_credentials"] = _sealed(work, number, line.secrets())
        if new:
            await work.db.execute(update(Device).where(table.c.id == number).values(new))
        changed.append(bool(new))
    return changed


KIND = Kind(
    name="devices",
    noun="device",
    line=DeviceLine,
    columns=(
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
        Column(
            name="city",
            portuguese="cidade",
            read=values.text(),
            aliases=("municipio", "ibge", "codigo ibge"),
            required=True,
            meaning="Where it stands: a name, `name/UF`, or an IBGE code. It does not change by import.",
            example="Alto",
        ),
        Column(
            name="state",
            portuguese="uf",
            read=values.state,
            aliases=("estado",),
            meaning="The state's two letters, when several cities have the name.",
            example="MG",
        ),
        Column(
            name="business_unit",
            portuguese="negocio",
            read=values.text(),
            aliases=("unidade", "unidade de negocio"),
            meaning="A business unit; empty for equipment of the whole company. It does not change by import.",
        ),
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
    ),
    check=check,
    create=create,
    change=change,
)
