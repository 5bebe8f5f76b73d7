"""Teams, technicians, kinds of order and reasons of the demo's field work, with fixed ids. Pure.

Technicians' names are put together by chance, their phones from a range nobody has (see `demo.people`).
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal, NamedTuple

from demo.copy import Batch
from demo.places import CANDEIA, COMPANIES, PIRILAMPO, PONTE_NOVA, UBA, VICOSA, City, Company

WORKDAY_MINUTES = 480
"""Of one technician."""


class Team(NamedTuple):
    id: int
    company: Company
    city: City
    name: str
    kind: Literal["own", "contracted"]


class Technician(NamedTuple):
    id: int
    team: Team
    name: str

    @property
    def phone(self) -> str:
        return f"+55{self.team.city.area_code}90{9_000_000 + self.id:07d}"


class Kind(NamedTuple):
    """`weight` is how often it is asked for; `network` is done without a subscriber."""

    name: str
    expected_minutes: int
    weight: int
    network: bool = False


TEAMS = (
    Team(1, PIRILAMPO, VICOSA, "Viçosa Instalação", "own"),
    Team(2, PIRILAMPO, VICOSA, "Viçosa Reparo", "own"),
    Team(3, PIRILAMPO, VICOSA, "Viçosa Rede", "own"),
    Team(4, PIRILAMPO, PONTE_NOVA, "Ponte Nova Centro", "own"),
    Team(5, PIRILAMPO, PONTE_NOVA, "Ponte Nova Apoio", "contracted"),
    Team(6, PIRILAMPO, UBA, "Ubá Pirilampo", "contracted"),
    Team(7, CANDEIA, UBA, "Ubá Norte", "own"),
    Team(8, CANDEIA, UBA, "Ubá Sul", "own"),
    Team(9, CANDEIA, PONTE_NOVA, "Ponte Nova Candeia", "contracted"),
)

_CREWS = (
    (1, "Anderson Vieira"),
    (1, "Josué Barbosa"),
    (2, "Wanderley Castro"),
    (2, "Luciana Moura"),
    (3, "Evandro Siqueira"),
    (4, "Cleber Fonseca"),
    (4, "Regiane Tavares"),
    (5, "Nivaldo Ramos"),
    (6, "Juliano Medeiros"),
    (7, "Marlon Batista"),
    (7, "Denise Coelho"),
    (8, "Wesley Nogueira"),
    (8, "Adriano Pinto"),
    (9, "Robson Cardoso"),
)

TECHNICIANS = tuple(Technician(number, TEAMS[team - 1], name) for number, (team, name) in enumerate(_CREWS, 1))

KINDS = (
    Kind("Instalação", 60, 26),
    Kind("Reparo de conexão", 40, 40),
    Kind("Troca de equipamento", 30, 14),
    Kind("Mudança de endereço", 60, 8),
    Kind("Retirada de equipamento", 20, 7),
    Kind("Manutenção de rede", 75, 5, network=True),
)

REASONS = (
    "Cliente ausente",
    "Endereço não encontrado",
    "Sem acesso ao local",
    "Falta de material",
    "Chuva forte",
    "Cliente desistiu",
    "Aberta em duplicidade",
)
"""Why an order fails or is cancelled."""


def kind_id(company: Company, kind: Kind) -> int:
    return COMPANIES.index(company) * len(KINDS) + KINDS.index(kind) + 1


def batches(at: datetime) -> list[Batch]:
    size = {team.id: sum(technician.team.id == team.id for technician in TECHNICIANS) for team in TEAMS}
    return [
        Batch(
            "team",
            "id company_id city_id name kind workday_minutes created_at",
            [(t.id, t.company.id, t.city.id, t.name, t.kind, WORKDAY_MINUTES * size[t.id], at) for t in TEAMS],
        ),
        Batch(
            "technician",
            "id company_id city_id team_id name phone created_at",
            [(t.id, t.team.company.id, t.team.city.id, t.team.id, t.name, t.phone, at) for t in TECHNICIANS],
        ),
        Batch(
            "order_kind",
            "id company_id name expected_minutes created_at",
            [
                (kind_id(company, kind), company.id, kind.name, kind.expected_minutes, at)
                for company in COMPANIES
                for kind in KINDS
            ],
        ),
    ]
