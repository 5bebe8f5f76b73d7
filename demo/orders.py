"""Service orders of the demo: three weeks that are over, today as far as it has come, and what is planned. Pure.

The days before are worked from eight to six. Today begins eight hours before *now* and is planned for five hours after
it, so that the board has something to show whenever the demo is started.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from demo.copy import Batch
from demo.field import KINDS, REASONS, TECHNICIANS, Kind, Technician, kind_id
from demo.hours import ZONE, local
from demo.people import NEIGHBOURHOODS, Subscriber, Weighted
from demo.places import UNITS
from demo.register import PLACE, reason_id

SEED = "farol demo orders 1"
DISPATCHER = 1
"""The user who opens and moves what the seed brings."""

HISTORY_DAYS = 21
SLOT = timedelta(minutes=150)
WINDOW = timedelta(minutes=90)
BEFORE, AFTER = timedelta(hours=8), timedelta(hours=5)
WAITING = 9
SUNDAY = 6

RESOLUTIONS = (
    "Conector refeito, sinal em -19 dBm.",
    "ONU trocada e testada com o cliente.",
    "Cabo drop substituído.",
    "Roteador reconfigurado.",
    "Instalação concluída, velocidade conferida.",
    "Fusão refeita na CTO.",
)
DESCRIPTIONS = ("Sem sinal desde ontem.", "Internet lenta à noite.", "Cliente pede contato antes.", "", "", "")


class Move(NamedTuple):
    after: str
    at: datetime
    reason: str | None = None


class Order(NamedTuple):
    """`moves` are those that happened by now, the opening first. A waiting order has no technician and no window."""

    kind: Kind
    person: Subscriber | None
    crew: Technician
    starts: datetime | None
    ends: datetime | None
    location: str
    latitude: float
    longitude: float
    description: str
    resolution: str
    moves: tuple[Move, ...]


def batches(people: list[Subscriber], now: datetime) -> list[Batch]:
    """Orders in order of opening, and their moves."""
    made = sorted(_orders(random.Random(SEED), people, now), key=lambda order: order.moves[0].at)
    orders = [_row(number, order) for number, order in enumerate(made, 1)]
    moves = [row for number, order in enumerate(made, 1) for row in _moves(number, order)]
    return [
        Batch(
            "service_order",
            f"id {PLACE} subscriber_id contract_id kind_id description location latitude longitude stage stage_since "
            "version team_id technician_id scheduled_from scheduled_until en_route_at arrived_at started_at ended_at "
            "resolution reason_id opened_by created_at",
            orders,
        ),
        Batch(
            "service_order_move",
            "id company_id order_id version before after at author_id team_id technician_id scheduled_from "
            "scheduled_until reason_id created_at",
            [(number, *row) for number, row in enumerate(moves, 1)],
        ),
    ]


def _orders(rng: random.Random, people: list[Subscriber], now: datetime) -> Iterator[Order]:
    today = now.astimezone(ZONE).date()
    homes = _homes(people)
    for crew in TECHNICIANS:
        for back in range(HISTORY_DAYS, 0, -1):
            day = today - timedelta(days=back)
            if day.weekday() != SUNDAY:
                yield from _worked(rng, homes, crew, local(day, 8), local(day, 16, 30), now)
        yield from _worked(rng, homes, crew, *_today(now, today), now)
        tomorrow = local(today + timedelta(days=1), rng.choice((8, 10, 13)))
        if rng.random() < 0.6:
            opened = now - timedelta(hours=rng.uniform(0.2, 30))
            moves = [Move("open", opened), Move("scheduled", opened + timedelta(minutes=rng.uniform(1, 10)))]
            yield _order(rng, homes, crew, tomorrow, moves)
    for _ in range(WAITING):
        opened = now - timedelta(minutes=rng.uniform(4, 900))
        yield _order(rng, homes, rng.choice(TECHNICIANS), None, [Move("open", opened)])


def _homes(people: list[Subscriber]) -> dict[tuple[int, int], list[Subscriber]]:
    homes: dict[tuple[int, int], list[Subscriber]] = {}
    for person in people:
        if person.status == "active":
            homes.setdefault((person.unit.company_id, person.city.id), []).append(person)
    return homes


def _today(now: datetime, today: date) -> tuple[datetime, datetime]:
    first = max(now - BEFORE, local(today, 0, 5))
    return first.replace(minute=first.minute // 30 * 30, second=0, microsecond=0), min(
        now + AFTER, local(today, 23, 50)
    )


def _worked(
    rng: random.Random,
    homes: dict[Any, list[Subscriber]],
    crew: Technician,
    first: datetime,
    last: datetime,
    now: datetime,
) -> Iterator[Order]:
    """The visits of one technician whose windows begin between two instants, as far as they have come by `now`."""
    free = first
    start = first + timedelta(minutes=rng.choice((0, 0, 30, 30, 60)))
    while start <= last:
        order = _order(rng, homes, crew, start, [])
        moves, free = _visit(rng, order, start, max(free, start - timedelta(minutes=20)))
        before = min(start - timedelta(hours=rng.uniform(2, 40)), now - timedelta(hours=rng.uniform(0.2, 6)))
        opening = [Move("open", before), Move("scheduled", before + timedelta(minutes=rng.uniform(1, 10)))]
        happened = [move for move in opening + moves if move.at <= now]
        yield order._replace(moves=tuple(happened))
        start += SLOT


def _visit(rng: random.Random, order: Order, start: datetime, free: datetime) -> tuple[list[Move], datetime]:
    """What happens from the departure on, and when the technician is free again."""
    chance = rng.random()
    if chance < 0.04:
        at = start - timedelta(minutes=rng.uniform(10, 60))
        return [Move("cancelled", at, rng.choice(REASONS[-2:]))], free
    delay = rng.uniform(95, 140) if chance > 0.91 else rng.uniform(-15, 30)
    leaves = max(free, start + timedelta(minutes=delay))
    arrives = leaves + timedelta(minutes=rng.uniform(8, 22))
    if chance < 0.12:
        gives_up = arrives + timedelta(minutes=rng.uniform(5, 15))
        moves = [Move("en_route", leaves), Move("arrived", arrives), Move("failed", gives_up, rng.choice(REASONS[:5]))]
        return moves, gives_up
    begins = arrives + timedelta(minutes=rng.uniform(1, 6))
    ends = begins + timedelta(minutes=order.kind.expected_minutes * rng.uniform(0.6, 1.25))
    moves = [Move("en_route", leaves), Move("arrived", arrives), Move("started", begins), Move("done", ends)]
    return moves, ends


def _order(
    rng: random.Random,
    homes: dict[Any, list[Subscriber]],
    crew: Technician,
    start: datetime | None,
    moves: list[Move],
) -> Order:
    """An order of the technician's company and city."""
    team = crew.team
    around = homes.get((team.company.id, team.city.id), [])
    kind = Weighted({kind: kind.weight for kind in KINDS}).draw(rng)
    person = None if kind.network or not around else rng.choice(around)
    if person is None:
        kind = next(kind for kind in KINDS if kind.network)
        location = f"CTO {rng.randint(1, 180):03d}, {rng.choice(NEIGHBOURHOODS)}"
        latitude, longitude = (
            round(centre + rng.gauss(0, 0.012), 6) for centre in (team.city.latitude, team.city.longitude)
        )
    else:
        address = person.address
        complement = f" {address.complement}" if address.complement else ""
        location = f"{address.street}, {address.number}{complement}, {address.neighbourhood}"
        latitude, longitude = address.latitude, address.longitude
    return Order(
        kind=kind,
        person=person,
        crew=crew,
        starts=start,
        ends=None if start is None else start + WINDOW,
        location=location,
        latitude=latitude,
        longitude=longitude,
        description=rng.choice(DESCRIPTIONS),
        resolution=rng.choice(RESOLUTIONS),
        moves=tuple(moves),
    )


def _row(number: int, order: Order) -> tuple[Any, ...]:
    company = order.crew.team.company
    unit = next(unit for unit in UNITS if unit.company_id == company.id) if order.person is None else order.person.unit
    last = order.moves[-1]
    at = {move.after: move.at for move in order.moves}
    ended = last.at if last.after in ("done", "failed", "cancelled") else None
    person = None if order.person is None else order.person.id
    return (
        number,
        company.id,
        unit.id,
        order.crew.team.city.id,
        person,
        person,
        kind_id(company, order.kind),
        order.description,
        order.location,
        order.latitude,
        order.longitude,
        last.after,
        last.at,
        len(order.moves) - 1,
        *_plan(order, last.after),
        at.get("en_route"),
        at.get("arrived"),
        at.get("started"),
        ended,
        order.resolution if last.after == "done" else None,
        None if last.reason is None else reason_id(last.reason),
        DISPATCHER,
        order.moves[0].at,
    )


def _plan(order: Order, stage: str) -> tuple[Any, ...]:
    """(team, technician, from, until) as they hold in the stage."""
    if stage == "open":
        return (None, None, None, None)
    return (order.crew.team.id, order.crew.id, order.starts, order.ends)


def _moves(number: int, order: Order) -> Iterator[tuple[Any, ...]]:
    before: str | None = None
    for version, move in enumerate(order.moves):
        yield (
            order.crew.team.company.id,
            number,
            version,
            before,
            move.after,
            move.at,
            DISPATCHER,
            *_plan(order, move.after),
            None if move.reason is None else reason_id(move.reason),
            move.at,
        )
        before = move.after
