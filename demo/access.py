"""Rows of the NAS, and of the login that each subscriber's router was given."""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime
from ipaddress import ip_network

from db.vault import Vault
from demo.bng import BNGS
from demo.copy import Batch
from demo.hours import local
from demo.people import Subscriber
from demo.places import CANDEIA, PIRILAMPO

REALMS = {PIRILAMPO.id: "pirilampo", CANDEIA.id: "candeia"}


def login_of(person: Subscriber) -> str:
    """`maria.souza123@pirilampo`: first and last name, the number that makes it the only one, the company."""
    plain = unicodedata.normalize("NFD", person.trade_name or person.name).encode("ascii", "ignore").decode().lower()
    first, *_, last = re.findall(r"[a-z]+", plain) * 2
    return f"{first}.{last}{person.id}@{REALMS[person.unit.company_id]}"


def batches(people: list[Subscriber], vault: Vault, opened: datetime) -> list[Batch]:
    """Whoever signed a contract has a login, whatever became of the contract since."""
    return [
        Batch(
            "nas",
            "id company_id city_id name network vendor secret created_at",
            [
                (
                    bng.id,
                    bng.company.id,
                    bng.city.id,
                    bng.name,
                    ip_network(bng.address),
                    bng.vendor,
                    vault.seal(bng.secret, purpose="radius", record=f"nas:{bng.id}"),
                    opened,
                )
                for bng in BNGS
            ],
        ),
        Batch(
            "internet_login",
            "id company_id contract_id subscriber_id login created_at",
            [
                (person.id, person.unit.company_id, person.id, person.id, login_of(person), local(person.since, 10))
                for person in people
                if person.status != "prospect"
            ],
        ),
    ]
