"""The two made-up companies of the demo, their business units and products, and the real cities they serve.

Ids are fixed: the seed goes into an empty database only.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Literal, NamedTuple

from demo.documents import demo_cnpj

ProductKind = Literal["internet", "telephony", "tv", "other"]


class City(NamedTuple):
    """`area_code` is the DDD; `postal_prefix` the five digits every CEP of the demo starts with there."""

    id: int
    name: str
    ibge_code: str
    latitude: float
    longitude: float
    area_code: str
    postal_prefix: str


class Company(NamedTuple):
    id: int
    name: str
    legal_name: str
    cnpj: str


class Unit(NamedTuple):
    id: int
    company_id: int
    name: str
    corporate: bool


class Product(NamedTuple):
    """`weight` is how often it is sold among those of its kind to the same public."""

    id: int
    company_id: int
    name: str
    kind: ProductKind
    price: Decimal
    corporate: bool
    weight: int


STATE = "MG"

VICOSA = City(1, "Viçosa", "3171303", -20.7546, -42.8825, "31", "36570")
PONTE_NOVA = City(2, "Ponte Nova", "3152105", -20.4164, -42.9086, "31", "35430")
UBA = City(3, "Ubá", "3169901", -21.1204, -42.9427, "32", "36500")
CITIES = (VICOSA, PONTE_NOVA, UBA)

PIRILAMPO = Company(
    1, "Pirilampo Telecom", "Pirilampo Telecomunicações de Demonstração Ltda", demo_cnpj(1, letters=True)
)
CANDEIA = Company(2, "Candeia Fibra", "Candeia Fibra de Demonstração Ltda", demo_cnpj(1, letters=False))
COMPANIES = (PIRILAMPO, CANDEIA)

UNITS = (
    Unit(1, PIRILAMPO.id, "Residencial", False),
    Unit(2, PIRILAMPO.id, "Corporativo", True),
    Unit(3, CANDEIA.id, "Residencial", False),
    Unit(4, CANDEIA.id, "Corporativo", True),
)

MARKETS = (
    (PIRILAMPO, VICOSA, 34),
    (PIRILAMPO, PONTE_NOVA, 24),
    (PIRILAMPO, UBA, 10),
    (CANDEIA, UBA, 22),
    (CANDEIA, PONTE_NOVA, 10),
)
"""Who serves where, and the share of subscribers in percent."""

_OFFER: tuple[tuple[str, ProductKind, str, bool, int], ...] = (
    ("Fibra 300 Mega", "internet", "79.90", False, 30),
    ("Fibra 500 Mega", "internet", "99.90", False, 42),
    ("Fibra 700 Mega", "internet", "119.90", False, 20),
    ("Fibra 1 Giga", "internet", "149.90", False, 8),
    ("Empresa 500 Mega", "internet", "249.90", True, 60),
    ("Link Dedicado 100 Mega", "internet", "690.00", True, 28),
    ("Link Dedicado 300 Mega", "internet", "1490.00", True, 12),
    ("Fixo Ilimitado", "telephony", "29.90", False, 1),
    ("PABX Virtual", "telephony", "129.90", True, 1),
    ("TV Essencial", "tv", "49.90", False, 70),
    ("TV Completa", "tv", "89.90", False, 30),
)

PRODUCTS = tuple(
    Product(number, company.id, name, kind, Decimal(price), corporate, weight)
    for number, (company, (name, kind, price, corporate, weight)) in enumerate(
        ((company, offer) for company in COMPANIES for offer in _OFFER), 1
    )
)
