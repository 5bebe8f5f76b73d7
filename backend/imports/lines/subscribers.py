"""What a line of a file says of a subscriber."""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec

from backend.imports import values
from backend.imports.columns import Column
from backend.imports.lines import where
from backend.imports.words import refused
from backend.imports.work import Work

STATUSES = {
    "active": "active",
    "ativo": "active",
    "habilitado": "active",
    "normal": "active",
    "suspended": "suspended",
    "suspenso": "suspended",
    "bloqueado": "suspended",
    "cancelled": "cancelled",
    "cancelado": "cancelled",
    "inativo": "cancelled",
    "prospect": "prospect",
    "prospecto": "prospect",
    "lead": "prospect",
}


KINDS = {
    "person": "person",
    "pessoa fisica": "person",
    "fisica": "person",
    "pf": "person",
    "f": "person",
    "company": "company",
    "pessoa juridica": "company",
    "juridica": "company",
    "pj": "company",
    "j": "company",
}


ADDRESS = ("street", "number", "complement", "neighbourhood", "postal_code", "latitude", "longitude")


class SubscriberLine(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    name: str
    document: str
    city: str
    state: str | None = None
    business_unit: str | None = None
    code: str | None = None
    kind: str | None = None
    trade_name: str | None = None
    status: str | None = None
    since: date | None = None
    due_day: int | None = None
    phones: tuple[str, ...] | None = None
    mobile: tuple[str, ...] | None = None
    street: str | None = None
    number: str | None = None
    complement: str | None = None
    neighbourhood: str | None = None
    postal_code: str | None = None
    latitude: float | None = None
    longitude: float | None = None

    @property
    def implied_kind(self) -> str:
        return "person" if len(self.document) == 11 else "company"

    @property
    def numbers(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys((*(self.mobile or ()), *(self.phones or ()))))

    def own(self) -> dict[str, Any]:
        """What is kept of the subscriber itself, and may change."""
        said = {name: getattr(self, name) for name in ("name", "document", "trade_name", "status", "since", "due_day")}
        return {**said, "kind": self.implied_kind}

    def address(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in ADDRESS}


def check(line: SubscriberLine, work: Work) -> None:
    if line.kind not in (None, line.implied_kind):
        raise refused("kind_and_document")
    if line.street is not None:
        for column in ("neighbourhood", "postal_code"):
            if getattr(line, column) is None:
                raise refused("address_incomplete", column=column)
    if (line.latitude is None) != (line.longitude is None):
        raise refused("degrees_pair")
    if line.since is not None and line.since > work.today:
        raise refused("in_the_future", column="since")


COLUMNS: tuple[Column, ...] = (
    Column(
        name="id",
        portuguese="codigo",
        read=values.text(100),
        aliases=("cod", "id assinante", "id cliente", "codigo cliente", "codigo assinante", "subscriber id"),
        required=True,
        meaning="What the other system calls the subscriber; it never changes.",
        example="1001",
    ),
    Column(
        name="name",
        portuguese="nome",
        read=values.text(),
        aliases=("razao social", "nome razao social", "assinante", "cliente", "nome completo"),
        required=True,
        meaning="The full or registered name.",
        example="Assinante de Exemplo",
    ),
    Column(
        name="document",
        portuguese="cpf_cnpj",
        read=values.document,
        aliases=("cpf", "cnpj", "documento", "cnpj cpf", "cpf ou cnpj"),
        required=True,
        meaning="CPF, or CNPJ with or without letters; punctuation does not matter, check digits do.",
        example="111.444.777-35",
    ),
    where.city("Where it is served: a name, `name/UF`, or an IBGE code. It does not change by import."),
    where.state(),
    where.business_unit(
        "A business unit of the company; needed when it has several. It does not change by import.",
        example="Residencial",
    ),
    Column(
        name="code",
        portuguese="numero_assinante",
        read=values.text(100),
        aliases=("matricula",),
        meaning="The number that screens show; without one, the id. It does not change by import.",
    ),
    Column(
        name="kind",
        portuguese="tipo_pessoa",
        read=values.choice(KINDS),
        aliases=("tipo", "pessoa"),
        meaning="`PF` or `PJ`; the document says it as well.",
        example="PF",
    ),
    Column(
        name="trade_name",
        portuguese="nome_fantasia",
        read=values.text(),
        aliases=("fantasia",),
        meaning="What a company is known as.",
    ),
    Column(
        name="status",
        portuguese="situacao",
        read=values.choice(STATUSES),
        aliases=("estado do assinante", "ativo"),
        meaning="`ativo` (when new and empty), `suspenso`, `cancelado` or `prospecto`.",
        example="ativo",
    ),
    Column(
        name="since",
        portuguese="cliente_desde",
        read=values.day,
        aliases=("desde", "data cadastro", "data de cadastro", "cadastro"),
        meaning="Since when it is a subscriber; today when new and empty.",
        example="10/01/2024",
    ),
    Column(
        name="due_day",
        portuguese="dia_vencimento",
        read=values.whole(1, 31),
        aliases=("vencimento", "dia de vencimento"),
        meaning="The day of the month on which bills fall due; 10 when new and empty.",
        example="10",
    ),
    Column(
        name="mobile",
        portuguese="celular",
        read=values.phones,
        aliases=("whatsapp", "telefone celular"),
        meaning="Phones with area code, several between `/`. The phones of a line replace those that are known.",
        example="(31) 98765-4321",
    ),
    Column(
        name="phones",
        portuguese="telefone",
        read=values.phones,
        aliases=("fone", "telefones", "phone", "telefone fixo"),
        meaning="More phones, in the same way.",
        example="(31) 3222-1100",
    ),
    Column(
        name="street",
        portuguese="logradouro",
        read=values.text(),
        aliases=("endereco", "rua", "address"),
        meaning="The street of the installation; with it, neighbourhood and CEP are needed.",
        example="Rua da Bahia",
    ),
    Column(
        name="number",
        portuguese="numero",
        read=values.text(20),
        aliases=("num", "nro"),
        meaning="The house; `S/N` when new and empty.",
        example="1148",
    ),
    Column(
        name="complement",
        portuguese="complemento",
        read=values.text(),
        meaning="Flat, block, what else finds the door.",
        example="Apto 12",
    ),
    Column(
        name="neighbourhood",
        portuguese="bairro",
        read=values.text(),
        meaning="The neighbourhood.",
        example="Centro",
    ),
    Column(
        name="postal_code",
        portuguese="cep",
        read=values.postal_code,
        meaning="The CEP, eight digits.",
        example="30160-011",
    ),
    Column(
        name="latitude",
        portuguese="latitude",
        read=values.degrees(90),
        aliases=("lat",),
        meaning="Of the installation, in degrees; longitude goes with it.",
        example="-19,9245",
    ),
    Column(
        name="longitude",
        portuguese="longitude",
        read=values.degrees(180),
        aliases=("lon", "lng"),
        meaning="Of the installation, in degrees.",
        example="-43,9352",
    ),
)
