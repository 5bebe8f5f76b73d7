"""Service orders. One that ended stays as it ended; the others follow the file, move by move."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast

import msgspec
from sqlalchemy import insert, select, update

from backend.imports import values
from backend.imports.columns import Changed, Column, Kind, Made
from backend.imports.differences import differences
from backend.imports.kinds.teams import Teams, teams
from backend.imports.names import folded
from backend.imports.owners import Owner, owners
from backend.imports.words import Refused, refused
from backend.imports.work import Work
from db.models import CancellationReason, OrderKind, ServiceOrder, ServiceOrderMove, Technician
from realtime.facts import OrderStage, ServiceOrderMoved, ServiceOrderOpened
from realtime.scope import Place

STAGES: dict[str, OrderStage] = {
    "open": "open",
    "aberta": "open",
    "scheduled": "scheduled",
    "agendada": "scheduled",
    "en_route": "en_route",
    "a caminho": "en_route",
    "arrived": "arrived",
    "no local": "arrived",
    "started": "started",
    "em execucao": "started",
    "iniciada": "started",
    "paused": "paused",
    "pausada": "paused",
    "done": "done",
    "concluida": "done",
    "finalizada": "done",
    "failed": "failed",
    "improdutiva": "failed",
    "cancelled": "cancelled",
    "cancelada": "cancelled",
}
ENDS = ("done", "failed", "cancelled")
NEEDS_NO_TEAM = ("open", "failed", "cancelled")
KEPT = ("description", "location", "latitude", "longitude", "level")
MOVED = ("stage", "team_id", "technician_id", "scheduled_from", "scheduled_until")


class OrderLine(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    kind: str
    stage: OrderStage | None = None
    subscriber: str | None = None
    location: str | None = None
    city: str | None = None
    state: str | None = None
    business_unit: str | None = None
    description: str | None = None
    level: int | None = None
    opened_at: datetime | None = None
    scheduled_from: datetime | None = None
    scheduled_until: datetime | None = None
    team: str | None = None
    technician: str | None = None
    ended_at: datetime | None = None
    resolution: str | None = None
    reason: str | None = None
    latitude: float | None = None
    longitude: float | None = None


def check(line: OrderLine, work: Work) -> None:
    stage = line.stage or "open"
    if line.subscriber is None and (line.location is None or line.city is None):
        raise refused("subscriber_or_location")
    if (line.latitude is None) != (line.longitude is None):
        raise refused("degrees_pair")
    window = (line.scheduled_from, line.scheduled_until)
    if (window[0] is None) != (window[1] is None):
        raise refused("window")
    if window[0] and window[1] and work.aware(window[0]) >= work.aware(window[1]):
        raise refused("window")
    if stage not in NEEDS_NO_TEAM and (line.team is None or window[0] is None):
        raise refused("team_and_time", stage=stage)
    if stage in ENDS and line.ended_at is None:
        raise refused("end_needed", stage=stage)
    if stage == "done" and line.resolution is None:
        raise refused("resolution_needed")
    if stage in ("failed", "cancelled") and line.reason is None:
        raise refused("reason_needed", stage=stage)
    for column in ("opened_at", "ended_at"):
        at = getattr(line, column)
        if at is not None and work.aware(at) > work.now:
            raise refused("in_the_future", column=column)


class Known:
    """What the lines of a batch name, and its ids. Kinds and reasons that are new were made."""

    def __init__(
        self,
        *,
        kinds: dict[str, int],
        reasons: dict[str, int],
        owners: dict[str, Owner],
        teams: Teams,
        people: dict[str, int],
    ) -> None:
        self.kinds = kinds
        self.reasons = reasons
        self.owners = owners
        self.teams = teams
        self.people = people


async def _known(work: Work, lines: Sequence[OrderLine]) -> Known:
    return Known(
        kinds=await _kinds(work, lines),
        reasons=await _reasons(work, lines),
        owners=await owners(work, [line.subscriber for line in lines]),
        teams=await teams(work, [line.team for line in lines]),
        people=await _technicians(work, lines),
    )


async def _kinds(work: Work, lines: Sequence[OrderLine]) -> dict[str, int]:
    rows = await work.db.execute(select(OrderKind.name, OrderKind.id).where(OrderKind.company_id == work.company_id))
    known = {folded(name): number for name, number in rows}
    for line in lines:
        if folded(line.kind) not in known:
            made = insert(OrderKind).values(company_id=work.company_id, name=line.kind).returning(OrderKind.id)
            known[folded(line.kind)] = (await work.db.execute(made)).scalar_one()
    return known


async def _reasons(work: Work, lines: Sequence[OrderLine]) -> dict[str, int]:
    texts = {line.reason for line in lines if line.reason and line.stage in ("failed", "cancelled")}
    rows = await work.db.execute(
        select(CancellationReason.text, CancellationReason.id).where(
            CancellationReason.applies_to == "service_order", CancellationReason.text.in_(texts)
        )
    )
    known = dict(rows.all())
    for text in sorted(texts - known.keys()):
        made = insert(CancellationReason).values(applies_to="service_order", text=text).returning(CancellationReason.id)
        known[text] = (await work.db.execute(made)).scalar_one()
    return known


async def _technicians(work: Work, lines: Sequence[OrderLine]) -> dict[str, int]:
    """By the source's id, or by a name that one technician of the company has."""
    rows = await work.db.execute(select(Technician.name, Technician.id).where(Technician.company_id == work.company_id))
    named: dict[str, int] = {}
    for name, number in rows:
        named[folded(name)] = 0 if folded(name) in named else number
    known = await work.origins("technicians", [line.technician for line in lines])
    for line in lines:
        if line.technician and line.technician not in known and named.get(folded(line.technician)):
            known[line.technician] = named[folded(line.technician)]
    return known


def _place(work: Work, line: OrderLine, known: Known) -> tuple[Place, int | None]:
    """Where the order is and whose it is. Raises Refused."""
    if line.subscriber is not None:
        owner = known.owners.get(line.subscriber)
        if owner is None:
            raise refused("unknown_record", company=work.company, noun="subscriber", value=line.subscriber)
        return owner.at, owner.id
    assert line.city is not None
    return work.place(work.unit(line.business_unit), work.city(line.city, line.state)), None


def _crew(work: Work, line: OrderLine, known: Known) -> dict[str, int | None]:
    """Raises Refused."""
    team = known.teams.find(line.team) if line.team else None
    if line.team and team is None:
        raise refused("unknown_record", company=work.company, noun="team", value=line.team)
    if line.technician and line.technician not in known.people:
        raise refused("unknown_record", company=work.company, noun="technician", value=line.technician)
    return {
        "team_id": team.id if team else None,
        "technician_id": known.people[line.technician] if line.technician else None,
    }


def _said(work: Work, line: OrderLine, known: Known) -> dict[str, Any]:
    """What the line says of the course of the order. Raises Refused."""
    stage = line.stage or "open"
    return {
        "stage": stage,
        **_crew(work, line, known),
        "scheduled_from": work.aware(line.scheduled_from) if line.scheduled_from else None,
        "scheduled_until": work.aware(line.scheduled_until) if line.scheduled_until else None,
        "ended_at": work.aware(line.ended_at) if line.ended_at and stage in ENDS else None,
        "resolution": line.resolution if stage == "done" else None,
        "reason_id": known.reasons[line.reason] if line.reason and stage in ("failed", "cancelled") else None,
    }


async def create(work: Work, lines: Sequence[OrderLine]) -> list[Made]:
    """History begins with the order as it is; what the other system knows of its past stays there."""
    known = await _known(work, lines)
    made: list[Made] = [0] * len(lines)
    rows: list[tuple[int, dict[str, Any]]] = []
    for at, line in enumerate(lines):
        try:
            place, subscriber = _place(work, line, known)
            said = _said(work, line, known)
        except Refused as refusal:
            made[at] = refusal.reason
            continue
        opened = work.aware(line.opened_at) if line.opened_at else work.now
        row = {
            "company_id": place.company_id,
            "business_unit_id": place.business_unit_id,
            "city_id": place.city_id,
            "subscriber_id": subscriber,
            "kind_id": known.kinds[folded(line.kind)],
            "level": line.level or 4,
            "description": line.description or "",
            "location": line.location or "",
            "latitude": line.latitude,
            "longitude": line.longitude,
            **said,
            "stage_since": said["ended_at"] or opened,
            "created_at": opened,
        }
        rows.append((at, row))
    if not rows:
        return made
    added = insert(ServiceOrder).returning(ServiceOrder.id, sort_by_parameter_order=True)
    numbers = (await work.db.execute(added, [row for _, row in rows])).scalars()
    moves = []
    for number, (at, row) in zip(numbers, rows, strict=True):
        made[at] = number
        moves.append(_move(work, number, 0, None, row, row["stage_since"]))
        place = Place(row["company_id"], row["business_unit_id"], row["city_id"])
        work.emit(ServiceOrderOpened(place=place, at=work.now, order_id=number, subscriber_id=row["subscriber_id"]))
    await work.db.execute(insert(ServiceOrderMove), moves)
    return made


def _move(
    work: Work, number: int, version: int, before: str | None, row: dict[str, Any], at: datetime
) -> dict[str, Any]:
    return {
        "company_id": work.company_id,
        "order_id": number,
        "version": version,
        "before": before,
        "after": row["stage"],
        "at": at,
        **{name: row[name] for name in ("team_id", "technician_id", "scheduled_from", "scheduled_until", "reason_id")},
        "note": "Importada",
    }


async def change(work: Work, lines: Sequence[tuple[int, OrderLine]]) -> list[Changed]:
    """Kind, subscriber and place stay."""
    known = await _known(work, [line for _, line in lines])
    table = ServiceOrder.__table__
    numbers = [number for number, _ in lines]
    found = await work.db.execute(select(table).where(table.c.id.in_(numbers)).order_by(table.c.id).with_for_update())
    before = {row.id: row for row in found}
    changed: list[Changed] = []
    for number, line in lines:
        try:
            changed.append(await _change(work, before[number], line, known))
        except Refused as refusal:
            changed.append(refusal.reason)
    return changed


async def _change(work: Work, row: Any, line: OrderLine, known: Known) -> bool:
    """Raises Refused before it writes."""
    _, subscriber = _place(work, line, known)
    for column, ours, theirs in (
        ("subscriber", row.subscriber_id, subscriber),
        ("kind", row.kind_id, known.kinds[folded(line.kind)]),
    ):
        if ours != theirs:
            raise refused("fixed", column=column, ours=ours, theirs=getattr(line, column))
    said = _said(work, line, known)
    if line.stage is None:
        said["stage"] = row.stage
    if row.stage in ENDS:
        if said["stage"] != row.stage:
            raise refused("order_ended", ours=row.stage, theirs=said["stage"])
        return False
    new = differences(row._mapping, {**said, **{name: getattr(line, name) for name in KEPT}})
    if not new:
        return False
    moves = any(name in new for name in MOVED)
    if moves:
        new["version"] = row.version + 1
    if "stage" in new:
        new["stage_since"] = new.get("ended_at", work.now)
    table = ServiceOrder.__table__
    await work.db.execute(update(ServiceOrder).where(table.c.id == row.id).values(new))
    after = {**row._mapping, **new}
    if moves:
        at = after["stage_since"] if "stage" in new else work.now
        await work.db.execute(insert(ServiceOrderMove), [_move(work, row.id, new["version"], row.stage, after, at)])
    work.emit(
        ServiceOrderMoved(
            place=Place(row.company_id, row.business_unit_id, row.city_id),
            at=work.now,
            order_id=row.id,
            subscriber_id=row.subscriber_id,
            before=row.stage,
            after=cast(OrderStage, after["stage"]),
            technician_before=row.technician_id,
            technician_id=after["technician_id"],
        )
    )
    return True


_TIME_IS = "Without an offset it is the company's local time."

KIND = Kind(
    name="orders",
    noun="order",
    line=OrderLine,
    columns=(
        Column(
            name="id",
            portuguese="codigo",
            read=values.text(100),
            aliases=("os", "numero os", "id os", "ordem", "order id"),
            required=True,
            meaning="What the other system calls the order; it never changes.",
            example="OS-77",
        ),
        Column(
            name="kind",
            portuguese="tipo",
            read=values.text(),
            aliases=("tipo os", "servico", "assunto"),
            required=True,
            meaning="Such as `Instalação` or `Reparo`; one that is not known is made. It does not change by import.",
            example="Reparo",
        ),
        Column(
            name="stage",
            portuguese="situacao",
            read=values.choice(STAGES),
            aliases=("status", "etapa"),
            meaning="`aberta` (when new and empty), `agendada`, `a caminho`, `no local`, `em execucao`, `pausada`, "
            "`concluida`, `improdutiva` or `cancelada`.",
            example="agendada",
        ),
        Column(
            name="subscriber",
            portuguese="assinante",
            read=values.text(100),
            aliases=("cliente", "id cliente", "codigo cliente", "codigo assinante", "subscriber id"),
            meaning="The `codigo` of the subscriber; empty for a task on the network. It does not change by import.",
            example="1001",
        ),
        Column(
            name="location",
            portuguese="local",
            read=values.text(),
            aliases=("endereco",),
            meaning="Where it is done; needed without a subscriber.",
            example="Rua da Bahia, 1148",
        ),
        Column(
            name="city",
            portuguese="cidade",
            read=values.text(),
            aliases=("municipio", "ibge", "codigo ibge"),
            meaning="Needed without a subscriber: a name, `name/UF`, or an IBGE code.",
        ),
        Column(
            name="state",
            portuguese="uf",
            read=values.state,
            aliases=("estado",),
            meaning="The state's two letters, when several cities have the name.",
        ),
        Column(
            name="business_unit",
            portuguese="negocio",
            read=values.text(),
            aliases=("unidade", "unidade de negocio"),
            meaning="A business unit; needed without a subscriber when the company has several.",
        ),
        Column(
            name="description",
            portuguese="descricao",
            read=values.text(4000),
            aliases=("observacao", "problema"),
            meaning="What is to be done.",
            example="Sem sinal desde ontem",
        ),
        Column(
            name="level",
            portuguese="nivel",
            read=values.whole(1, 4),
            meaning="The level of care, 1 to 4; 4, the visit, when new and empty.",
            example="4",
        ),
        Column(
            name="opened_at",
            portuguese="abertura",
            read=values.instant,
            aliases=("data abertura", "aberta em"),
            meaning=f"When it was opened; now when new and empty. {_TIME_IS}",
            example="23/11/2026 16:40",
        ),
        Column(
            name="scheduled_from",
            portuguese="agenda_inicio",
            read=values.instant,
            aliases=("agendamento", "inicio agendado", "data agendamento"),
            meaning=f"The begin of the agreed window. {_TIME_IS}",
            example="24/11/2026 08:00",
        ),
        Column(
            name="scheduled_until",
            portuguese="agenda_fim",
            read=values.instant,
            aliases=("fim agendado",),
            meaning=f"The end of the agreed window. {_TIME_IS}",
            example="24/11/2026 12:00",
        ),
        Column(
            name="team",
            portuguese="equipe",
            read=values.text(),
            meaning="The team's `codigo` or name; needed from `agendada` on.",
            example="E1",
        ),
        Column(
            name="technician",
            portuguese="tecnico",
            read=values.text(),
            meaning="The technician's `codigo`, or name when one has it.",
            example="T1",
        ),
        Column(
            name="ended_at",
            portuguese="encerramento",
            read=values.instant,
            aliases=("data encerramento", "conclusao", "fim"),
            meaning=f"When it was done, failed or cancelled; needed then. {_TIME_IS}",
        ),
        Column(
            name="resolution",
            portuguese="solucao",
            read=values.text(4000),
            aliases=("resolucao",),
            meaning="What was done; needed for `concluida`.",
        ),
        Column(
            name="reason",
            portuguese="motivo",
            read=values.text(),
            aliases=("motivo cancelamento",),
            meaning="Why it failed or was cancelled; needed then. One that is not on the list is added to it.",
        ),
        Column(
            name="latitude",
            portuguese="latitude",
            read=values.degrees(90),
            aliases=("lat",),
            meaning="In degrees; longitude goes with it.",
        ),
        Column(
            name="longitude",
            portuguese="longitude",
            read=values.degrees(180),
            aliases=("lon", "lng"),
            meaning="In degrees.",
        ),
    ),
    check=check,
    create=create,
    change=change,
)
