"""Contacts, requests and notes of the demo: five weeks that are over and today as far as it has come. Pure."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from demo.care import AGENTS, DEPARTMENTS, KINDS, REASONS, WORKERS, Kind, kind_id
from demo.copy import Batch
from demo.hours import ZONE, local
from demo.people import Subscriber, Weighted
from demo.register import PLACE, reason_id
from realtime.facts import Department

SEED = "farol demo requests 1"
HISTORY_DAYS = 35
CONTACTS_A_DAY = 62
SUNDAY = 6
QUIET_SUNDAY = 0.35

HOURS = Weighted({8: 8, 9: 11, 10: 12, 11: 10, 12: 6, 13: 8, 14: 10, 15: 10, 16: 9, 17: 8, 18: 7, 19: 6, 20: 4, 21: 2})
BUSY_HOURS = range(8, 22)
CHANNELS = Weighted({"phone": 46, "whatsapp": 38, "chat": 8, "counter": 5, "email": 3})
NOTES = (
    "Prefere contato à tarde.",
    "Portão com cachorro, avisar antes.",
    "Pede que falem com a filha.",
    "Endereço sem número visível, casa azul.",
    "Reclamou da espera ao telefone.",
    "Cliente antigo, tratar com atenção.",
    "Combinado retorno na segunda-feira.",
)


class Step(NamedTuple):
    """`department` has the request afterwards."""

    kind: str
    department: Department
    at: datetime
    author: int
    note: str = ""


class Asked(NamedTuple):
    """A request; `steps` are those that happened by now, the opening first."""

    kind: Kind
    words: str
    due_on: date
    steps: tuple[Step, ...]


class Talk(NamedTuple):
    """A contact. Nobody was found behind it while `person` is None."""

    person: Subscriber | None
    company_id: int
    channel: str
    agent: int
    began: datetime
    ended: datetime | None
    asked: Asked | None
    note: str | None


def batches(people: list[Subscriber], now: datetime) -> list[Batch]:
    """In order of the contacts, whose protocols count up within each month."""
    talks = sorted(_talks(random.Random(SEED), people, now), key=lambda talk: talk.began)
    months: Counter[str] = Counter()
    contacts: list[tuple[Any, ...]] = []
    requests: list[tuple[Any, ...]] = []
    moves: list[tuple[Any, ...]] = []
    notes: list[tuple[Any, ...]] = []
    for number, talk in enumerate(talks, 1):
        month = f"{talk.began.astimezone(ZONE):%Y%m}"
        months[month] += 1
        contacts.append(_contact(number, f"{month}{months[month]:06d}", talk))
        if talk.person is None:
            continue
        place = (talk.person.unit.company_id, talk.person.unit.id, talk.person.city.id)
        if talk.asked is not None:
            requests.append((len(requests) + 1, *place, number, *_request(talk.person, talk.asked)))
            for step in talk.asked.steps:
                moves.append(
                    (
                        len(moves) + 1,
                        talk.company_id,
                        len(requests),
                        step.kind,
                        step.department,
                        step.at,
                        step.author,
                        step.note,
                        step.at,
                    )
                )
        if talk.note is not None:
            at = talk.began
            notes.append((len(notes) + 1, *place, talk.person.id, number, talk.note, at, talk.agent, at))
    return [
        Batch("protocol_month", "month last", sorted(months.items()), numbered=False),
        Batch(
            "contact",
            f"id {PLACE} protocol channel caller subscriber_id agent_id started_at ended_at summary created_at",
            contacts,
        ),
        Batch(
            "request",
            f"id {PLACE} contact_id subscriber_id contract_id kind_id department description status opened_at "
            "opened_by due_on taken_by taken_at ended_at ended_by result reason_id created_at",
            requests,
        ),
        Batch("request_move", "id company_id request_id kind department at author_id note created_at", moves),
        Batch("subscriber_note", f"id {PLACE} subscriber_id contact_id text at author_id created_at", notes),
    ]


def _talks(rng: random.Random, people: list[Subscriber], now: datetime) -> Iterator[Talk]:
    today = now.astimezone(ZONE).date()
    agents = list(AGENTS.values())
    for back in range(HISTORY_DAYS, -1, -1):
        day = today - timedelta(days=back)
        usual = CONTACTS_A_DAY * (QUIET_SUNDAY if day.weekday() == SUNDAY else 1.0)
        for _ in range(round(rng.gauss(usual, usual / 8))):
            began = local(day, HOURS.draw(rng), rng.randrange(60), rng.randrange(60))
            person = rng.choice(people)
            known = rng.random() > 0.04
            ended = began + timedelta(seconds=rng.uniform(90, 1100))
            talk = Talk(
                person if known else None,
                person.unit.company_id,
                CHANNELS.draw(rng),
                rng.choice(agents),
                began,
                ended if ended <= now else None,
                _asked(rng, began + timedelta(seconds=80), now) if known and rng.random() < 0.6 else None,
                rng.choice(NOTES) if known and rng.random() < 0.2 else None,
            )
            if began + timedelta(seconds=90) <= now:
                yield talk


def _asked(rng: random.Random, at: datetime, now: datetime) -> Asked:
    kind = Weighted({kind: kind.weight for kind in KINDS}).draw(rng)
    words = rng.choice(kind.asks)
    due_on = at.astimezone(ZONE).date() + timedelta(days=kind.deadline_days)
    steps = [step for step in _life(rng, kind, words, at) if step.at <= now]
    return Asked(kind, words, due_on, tuple(steps))


def _life(rng: random.Random, kind: Kind, words: str, at: datetime) -> Iterator[Step]:
    """Most are answered within three days, a few only after their deadline."""
    department, author = kind.department, rng.choice(list(AGENTS.values()))
    yield Step("opened", department, at, author, words)
    if rng.random() < 0.08:
        at = _working(rng, at, timedelta(hours=rng.uniform(1, 20)))
        before = WORKERS[department][1]
        department = rng.choice([other for other in DEPARTMENTS if other != department])
        yield Step("forwarded", department, at, before, "É com vocês.")
    worker = WORKERS[department][1]
    late = rng.random() < 0.05
    at = _working(rng, at, timedelta(days=rng.uniform(6, 13) if late else min(5.5, rng.expovariate(1 / 1.3))))
    yield Step("taken", department, at, worker)
    at = _working(rng, at, timedelta(hours=rng.expovariate(1 / 7)))
    if rng.random() < 0.05:
        yield Step("cancelled", department, at, worker, rng.choice(REASONS))
    else:
        yield Step("closed", department, at, worker, rng.choice(kind.answers))


def _working(rng: random.Random, at: datetime, later: timedelta) -> datetime:
    """Somewhat later, between eight and six, and never before."""
    then = at + later
    there = then.astimezone(ZONE)
    if 8 <= there.hour < 18:
        return then
    day = there.date() + timedelta(days=1 if there.hour >= 18 else 0)
    return max(then, local(day, 8) + timedelta(minutes=rng.uniform(0, 180)))


def _contact(number: int, protocol: str, talk: Talk) -> tuple[Any, ...]:
    person = talk.person
    return (
        number,
        talk.company_id,
        person and person.unit.id,
        person and person.city.id,
        protocol,
        talk.channel,
        person.phones[0] if person and talk.channel in ("phone", "whatsapp") else None,
        person and person.id,
        talk.agent,
        talk.began,
        talk.ended,
        None if talk.ended is None or talk.person else "Número errado.",
        talk.began,
    )


def _request(person: Subscriber, asked: Asked) -> tuple[Any, ...]:
    first, last = asked.steps[0], asked.steps[-1]
    taken = next((step for step in asked.steps if step.kind == "taken"), None)
    ended = last if last.kind in ("closed", "cancelled") else None
    return (
        person.id,
        person.id,
        kind_id(person.unit.company_id, asked.kind),
        last.department,
        asked.words,
        ended.kind if ended else "open",
        first.at,
        first.author,
        asked.due_on,
        taken and taken.author,
        taken and taken.at,
        ended and ended.at,
        ended and ended.author,
        ended.note if ended and ended.kind == "closed" else None,
        reason_id(ended.note, "request") if ended and ended.kind == "cancelled" else None,
        first.at,
    )
