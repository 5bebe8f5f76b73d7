"""What a line of a file says of a service order."""

from __future__ import annotations

from datetime import datetime

import msgspec

from backend.imports import values
from backend.imports.columns import Column
from backend.imports.lines import where
from backend.imports.words import refused
from backend.imports.work import Work
from realtime.facts import OrderStage

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


_TIME_IS = "Without an offset it is the company's local time."


COLUMNS: tuple[Column, ...] = (
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
    where.city("Needed without a subscriber: a name, `name/UF`, or an IBGE code.", required=False, example=""),
    where.state(example=""),
    where.business_unit("A business unit; needed without a subscriber when the company has several."),
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
)
