"""Subscribers that do not exist: names by combination, documents and phones from ranges nobody has. Pure.

Phones are +55, area code, 90 and seven digits: no Brazilian mobile number has a 0 after its first 9.
"""

from __future__ import annotations

import random
from bisect import bisect_right
from datetime import date, timedelta
from decimal import Decimal
from itertools import accumulate
from typing import Literal, NamedTuple

from demo.documents import demo_cnpj, demo_cpf
from demo.places import MARKETS, PRODUCTS, UNITS, City, Product, ProductKind, Unit

SubscriberStatus = Literal["prospect", "active", "suspended", "cancelled"]

FIRST_NAMES = (
    "Ana", "Antônio", "Aparecida", "Beatriz", "Bruno", "Camila", "Carlos", "Cecília", "Cláudio", "Daniela", "Davi",
    "Débora", "Diego", "Edson", "Eduarda", "Elaine", "Fábio", "Fernanda", "Francisco", "Gabriel", "Geraldo", "Helena",
    "Heitor", "Igor", "Isabela", "João", "José", "Júlia", "Larissa", "Laura", "Leandro", "Letícia", "Lúcia", "Luiz",
    "Marcelo", "Márcia", "Maria", "Mariana", "Mateus", "Murilo", "Natália", "Otávio", "Patrícia", "Paulo", "Rafael",
    "Raimunda", "Renata", "Rita", "Roberto", "Sandra", "Sebastião", "Simone", "Tânia", "Tiago", "Valéria", "Vinícius",
)  # fmt: skip
SURNAMES = (
    "Almeida", "Alves", "Andrade", "Araújo", "Barbosa", "Batista", "Cardoso", "Carvalho", "Castro", "Coelho", "Correia",
    "Costa", "Cunha", "Dias", "Duarte", "Ferreira", "Fonseca", "Freitas", "Gomes", "Gonçalves", "Lima", "Lopes",
    "Machado", "Martins", "Medeiros", "Melo", "Mendes", "Miranda", "Monteiro", "Moraes", "Moreira", "Moura", "Nogueira",
    "Nunes", "Oliveira", "Pereira", "Pinto", "Ramos", "Reis", "Ribeiro", "Rocha", "Rodrigues", "Santos", "Silva",
    "Siqueira", "Soares", "Souza", "Tavares", "Teixeira", "Vieira",
)  # fmt: skip
TRADES = (
    "Padaria", "Mercearia", "Farmácia", "Auto Center", "Papelaria", "Pousada", "Clínica", "Escola", "Ótica",
    "Materiais de Construção", "Restaurante", "Contabilidade", "Móveis", "Confecções", "Laticínios", "Academia",
)  # fmt: skip
TRADE_NAMES = (
    "Girassol", "Beira-Rio", "Boa Esperança", "Primavera", "Três Irmãos", "Recanto", "Horizonte", "Ipê Amarelo",
    "Pedra Branca", "Santa Clara", "São Bento", "Mata Verde", "Novo Tempo", "Bela Serra", "Alvorada", "Caminho Novo",
)  # fmt: skip
STREETS = (
    "Rua das Acácias", "Rua dos Ipês", "Rua das Palmeiras", "Rua do Rosário", "Rua da Estação", "Rua Sete de Setembro",
    "Rua Quinze de Novembro", "Rua Santa Rita", "Rua São José", "Rua dos Expedicionários", "Avenida Brasil",
    "Avenida Beira-Rio", "Avenida Minas Gerais", "Travessa das Flores", "Praça da Matriz", "Rua do Comércio",
)  # fmt: skip
NEIGHBOURHOODS = (
    "Centro", "Bela Vista", "Santa Luzia", "São Sebastião", "Boa Vista", "Industrial", "Nova Era", "Vila Alves",
    "Santo Antônio", "Palmeiras", "Jardim América", "Primavera",
)  # fmt: skip

SUBSCRIBERS = 5000
CORPORATE_SHARE = 0.07

DUE_DAYS = dict.fromkeys(range(1, 32), 1) | {1: 4, 5: 20, 10: 34, 15: 21, 20: 17, 25: 9}
"""Weights: providers offer a few days, and a few subscribers of each other day remain from older contracts, so that on
every day something falls due."""

_STATUSES: dict[SubscriberStatus, int] = {"active": 955, "cancelled": 30, "prospect": 15}
"""Out of 1,000. Suspended ones come from billing: who stopped paying."""


class Item(NamedTuple):
    product: Product
    price: Decimal


class Address(NamedTuple):
    street: str
    number: str
    complement: str | None
    neighbourhood: str
    postal_code: str
    latitude: float
    longitude: float


class Subscriber(NamedTuple):
    """`ended` is the day a cancelled subscriber left. `phones` in E.164, `items` are what the one contract holds."""

    id: int
    unit: Unit
    city: City
    code: str
    kind: Literal["person", "company"]
    name: str
    trade_name: str | None
    document: str
    status: SubscriberStatus
    since: date
    ended: date | None
    due_day: int
    address: Address
    phones: tuple[str, ...]
    items: tuple[Item, ...]

    @property
    def monthly(self) -> Decimal:
        return sum((item.price for item in self.items), Decimal("0.00"))


class Weighted[T]:
    """Draws from choices in proportion to their weights."""

    def __init__(self, weights: dict[T, int]) -> None:
        self._choices = list(weights)
        self._sums = list(accumulate(weights.values()))

    def draw(self, rng: random.Random) -> T:
        return self._choices[bisect_right(self._sums, rng.random() * self._sums[-1])]


def subscribers(rng: random.Random, today: date, count: int = SUBSCRIBERS) -> list[Subscriber]:
    """Everybody, by id from 1. The oldest customers come first, as in a real register."""
    markets = Weighted({(company, city): weight for company, city, weight in MARKETS})
    due_days, statuses = Weighted(DUE_DAYS), Weighted(_STATUSES)
    offer = _offer()
    ages = sorted((_age_days(rng) for _ in range(count)), reverse=True)
    people = []
    for number, age in enumerate(ages, 1):
        company, city = markets.draw(rng)
        corporate = rng.random() < CORPORATE_SHARE
        unit = next(unit for unit in UNITS if unit.company_id == company.id and unit.corporate == corporate)
        since = today - timedelta(days=age)
        status = statuses.draw(rng) if age > 60 else "active"
        ended = today - timedelta(days=rng.randint(5, min(330, age - 30))) if status == "cancelled" else None
        name, trade_name = _company_name(rng) if corporate else (_person_name(rng), None)
        document = demo_cnpj(number, letters=number % 3 == 0) if corporate else demo_cpf(number)
        people.append(
            Subscriber(
                id=number,
                unit=unit,
                city=city,
                code=f"{number:06d}",
                kind="company" if corporate else "person",
                name=name,
                trade_name=trade_name,
                document=document,
                status=status,
                since=since,
                ended=ended,
                due_day=due_days.draw(rng),
                address=_address(rng, city),
                phones=_phones(rng, city, number),
                items=_items(rng, unit, offer),
            )
        )
    return people


def _age_days(rng: random.Random) -> int:
    """Up to nine years, more of the recent ones: the provider grows."""
    share: float = rng.random() ** 1.6
    return 5 + round(9 * 365 * share)


def _person_name(rng: random.Random) -> str:
    middle, last = rng.sample(SURNAMES, 2)
    first = rng.choice(FIRST_NAMES)
    return f"{first} {middle} {last}" if rng.random() < 0.8 else f"{first} {last}"


def _company_name(rng: random.Random) -> tuple[str, str]:
    trade_name = f"{rng.choice(TRADES)} {rng.choice(TRADE_NAMES)}"
    return f"{trade_name} {rng.choice(('Ltda', 'ME', 'EPP'))}", trade_name


def _address(rng: random.Random, city: City) -> Address:
    flat = f"Apto {rng.randint(1, 12)}0{rng.randint(1, 4)}" if rng.random() < 0.22 else None
    return Address(
        street=rng.choice(STREETS),
        number=str(rng.randint(5, 1900)),
        complement=flat,
        neighbourhood=rng.choice(NEIGHBOURHOODS),
        postal_code=f"{city.postal_prefix}{rng.randint(1, 899):03d}",
        latitude=round(city.latitude + rng.gauss(0, 0.012), 6),
        longitude=round(city.longitude + rng.gauss(0, 0.012), 6),
    )


def _phones(rng: random.Random, city: City, number: int) -> tuple[str, ...]:
    first = f"+55{city.area_code}90{number:07d}"
    return (first, f"+55{city.area_code}90{5_000_000 + number:07d}") if rng.random() < 0.25 else (first,)


def _offer() -> dict[tuple[int, bool, ProductKind], Weighted[Product]]:
    kinds: dict[tuple[int, bool, ProductKind], dict[Product, int]] = {}
    for product in PRODUCTS:
        kinds.setdefault((product.company_id, product.corporate, product.kind), {})[product] = product.weight
    return {key: Weighted(weights) for key, weights in kinds.items()}


def _items(
    rng: random.Random, unit: Unit, offer: dict[tuple[int, bool, ProductKind], Weighted[Product]]
) -> tuple[Item, ...]:
    """Internet for everybody, telephony for one in five, TV for one household in six; old contracts pay less."""
    wanted: list[ProductKind] = ["internet"]
    if rng.random() < 0.2:
        wanted.append("telephony")
    if not unit.corporate and rng.random() < 0.16:
        wanted.append("tv")
    discount = rng.choice((Decimal("1.00"), Decimal("1.00"), Decimal("1.00"), Decimal("0.95"), Decimal("0.90")))
    products = [offer[unit.company_id, unit.corporate, kind].draw(rng) for kind in wanted]
    return tuple(Item(product, (product.price * discount).quantize(Decimal("0.01"))) for product in products)
