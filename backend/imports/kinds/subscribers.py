"""Subscribers with their address and phones."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import msgspec
from sqlalchemy import delete, insert, select, update

from backend.imports import values
from backend.imports.columns import Changed, Column, Kind, Made
from backend.imports.differences import differences
from backend.imports.words import Reason, Refused, reason, refused
from backend.imports.work import Work
from db.models import Subscriber, SubscriberAddress, SubscriberPhone
from realtime.facts import SubscriberChanged

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
NO_NUMBER = "S/N"


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


def _placed(line: SubscriberLine, work: Work) -> tuple[int, int] | Reason:
    try:
        return work.unit(line.business_unit), work.city(line.city, line.state)
    except Refused as refusal:
        return refusal.reason


async def create(work: Work, lines: Sequence[SubscriberLine]) -> list[Made]:
    made: list[Made] = [0] * len(lines)
    codes = [line.code or line.id for line in lines]
    taken = set(
        await work.db.scalars(
            select(Subscriber.code).where(Subscriber.company_id == work.company_id, Subscriber.code.in_(codes))
        )
    )
    rows: list[dict[str, Any]] = []
    good: list[tuple[int, SubscriberLine]] = []
    for at, (line, code) in enumerate(zip(lines, codes, strict=True)):
        placed = _placed(line, work)
        if isinstance(placed, Reason):
            made[at] = placed
        elif code in taken:
            made[at] = reason("taken", column="code", value=code)
        else:
            taken.add(code)
            good.append((at, line))
            rows.append(
                {
                    "company_id": work.company_id,
                    "business_unit_id": placed[0],
                    "city_id": placed[1],
                    "code": code,
                    "kind": line.implied_kind,
                    "name": line.name,
                    "trade_name": line.trade_name,
                    "document": line.document,
                    "status": line.status or "active",
                    "since": line.since or work.today,
                    "due_day": line.due_day or 10,
                }
            )
    if not rows:
        return made
    added = insert(Subscriber).returning(Subscriber.id, sort_by_parameter_order=True)
    numbers = list((await work.db.execute(added, rows)).scalars())
    for (at, _), number in zip(good, numbers, strict=True):
        made[at] = number
    homes = [(number, line, row["city_id"]) for number, row, (_, line) in zip(numbers, rows, good, strict=True)]
    await _add_addresses(work, homes)
    await _add_phones(work, [(number, phone) for number, line, _ in homes for phone in line.numbers])
    for number, row in zip(numbers, rows, strict=True):
        place = work.place(row["business_unit_id"], row["city_id"])
        work.emit(SubscriberChanged(place=place, at=work.now, subscriber_id=number))
    return made


async def _add_addresses(work: Work, owners: Sequence[tuple[int, SubscriberLine, int]]) -> None:
    rows = [
        {
            **line.address(),
            "number": line.number or NO_NUMBER,
            "subscriber_id": number,
            "kind": "installation",
            "city_id": city,
            "state": work.cities[city].state,
        }
        for number, line, city in owners
        if line.street is not None
    ]
    if rows:
        await work.db.execute(insert(SubscriberAddress), rows)


async def _add_phones(work: Work, phones: Sequence[tuple[int, str]]) -> None:
    rows = [
        {"subscriber_id": owner, "number": number, "kind": "mobile" if number[-9:-8] == "9" else "landline"}
        for owner, number in phones
    ]
    if rows:
        await work.db.execute(insert(SubscriberPhone), rows)


async def change(work: Work, lines: Sequence[tuple[int, SubscriberLine]]) -> list[Changed]:
    """Company, unit, city and code stay. The address is changed in place, phones become those of the file."""
    numbers = [number for number, _ in lines]
    table = Subscriber.__table__
    found = await work.db.execute(select(table).where(table.c.id.in_(numbers)).order_by(table.c.id).with_for_update())
    before = {row.id: row for row in found}
    homes, phones = await _homes(work, numbers), await _phones(work, numbers)
    changed: list[Changed] = []
    for number, line in lines:
        row = before[number]
        fixed = _fixed(row, line, work)
        if fixed is not None:
            changed.append(fixed)
            continue
        new = differences(row._mapping, line.own())
        if new:
            await work.db.execute(update(Subscriber).where(table.c.id == number).values(new))
        moved = await _change_home(work, homes.get(number), number, line, row.city_id)
        rung = await _change_phones(work, number, phones.get(number, frozenset()), line)
        changed.append(bool(new) or moved or rung)
        if changed[-1] is True:
            place = work.place(row.business_unit_id, row.city_id)
            work.emit(SubscriberChanged(place=place, at=work.now, subscriber_id=number))
    return changed


def _fixed(row: Any, line: SubscriberLine, work: Work) -> Reason | None:
    placed = _placed(line, work) if line.business_unit else _city(line, work, row.business_unit_id)
    if isinstance(placed, Reason):
        return placed
    for column, ours, theirs in (
        ("business_unit", row.business_unit_id, placed[0]),
        ("city", row.city_id, placed[1]),
        ("code", row.code, line.code or row.code),
    ):
        if ours != theirs:
            return reason("fixed", column=column, ours=_named(work, column, ours), theirs=getattr(line, column))
    return None


def _city(line: SubscriberLine, work: Work, unit: int) -> tuple[int, int] | Reason:
    try:
        return unit, work.city(line.city, line.state)
    except Refused as refusal:
        return refusal.reason


def _named(work: Work, column: str, value: Any) -> Any:
    """What people call it."""
    names = {
        "business_unit": {number: name for name, number in work.units.items()},
        "city": {city.id: city.name for city in work.cities.values()},
    }
    return names.get(column, {}).get(value, value)


async def _homes(work: Work, numbers: Sequence[int]) -> dict[int, Any]:
    """The installation address of each; of several, the first."""
    table = SubscriberAddress.__table__
    rows = await work.db.execute(
        select(table)
        .where(table.c.subscriber_id.in_(numbers), table.c.kind == "installation")
        .order_by(table.c.id.desc())
    )
    return {row.subscriber_id: row for row in rows}


async def _change_home(work: Work, home: Any, number: int, line: SubscriberLine, city: int) -> bool:
    if home is None:
        await _add_addresses(work, [(number, line, city)])
        return line.street is not None
    new = differences(home._mapping, line.address())
    if new:
        await work.db.execute(update(SubscriberAddress).where(SubscriberAddress.id == home.id).values(new))
    return bool(new)


async def _phones(work: Work, numbers: Sequence[int]) -> dict[int, frozenset[str]]:
    rows = await work.db.execute(
        select(SubscriberPhone.subscriber_id, SubscriberPhone.number).where(SubscriberPhone.subscriber_id.in_(numbers))
    )
    found: dict[int, set[str]] = {}
    for owner, phone in rows:
        found.setdefault(owner, set()).add(phone)
    return {owner: frozenset(phones) for owner, phones in found.items()}


async def _change_phones(work: Work, number: int, known: frozenset[str], line: SubscriberLine) -> bool:
    """A line without any phone says nothing of them."""
    wanted = line.numbers
    if not wanted or known == frozenset(wanted):
        return False
    gone = known - frozenset(wanted)
    await work.db.execute(
        delete(SubscriberPhone).where(SubscriberPhone.subscriber_id == number, SubscriberPhone.number.in_(gone))
    )
    await _add_phones(work, [(number, phone) for phone in wanted if phone not in known])
    return True


KIND = Kind(
    name="subscribers",
    noun="subscriber",
    line=SubscriberLine,
    columns=(
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
        Column(
            name="city",
            portuguese="cidade",
            read=values.text(),
            aliases=("municipio", "ibge", "codigo ibge"),
            required=True,
            meaning="Where it is served: a name, `name/UF`, or an IBGE code. It does not change by import.",
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
            meaning="A business unit of the company; needed when it has several. It does not change by import.",
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
    ),
    check=check,
    create=create,
    change=change,
)
