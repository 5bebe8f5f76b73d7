from __future__ import annotations

import random
import re
from datetime import date

import pytest

from demo.documents import cnpj, cpf
from demo.people import Subscriber, subscribers
from demo.places import CITIES, COMPANIES, UNITS

TODAY = date(2026, 11, 24)


@pytest.fixture(scope="module")
def people() -> list[Subscriber]:
    return subscribers(random.Random(7), TODAY, 2000)


def test_the_same_seed_makes_the_same_people(people: list[Subscriber]) -> None:
    assert subscribers(random.Random(7), TODAY, 2000) == people
    assert subscribers(random.Random(8), TODAY, 2000) != people


def test_every_document_is_valid_unique_and_from_a_range_nobody_has(people: list[Subscriber]) -> None:
    documents = [person.document for person in people]
    assert len(set(documents)) == len(documents)
    for person in people:
        if person.kind == "person":
            assert person.document.startswith("9990")
            assert cpf(person.document[:9]) == person.document
        else:
            assert person.document.startswith(("DEMO", "999"))
            assert cnpj(person.document[:12]) == person.document
    letters = [document for document in documents if re.search("[A-Z]", document)]
    assert 20 < len(letters) < 100, "some companies have the CNPJ with letters"
    assert {re.sub("[0-9]", "", document) for document in letters} == {"DEMO"}
    assert all(cnpj(company.cnpj[:12]) == company.cnpj for company in COMPANIES)


def test_phones_cannot_be_dialled(people: list[Subscriber]) -> None:
    numbers = [number for person in people for number in person.phones]
    assert len(set(numbers)) == len(numbers)
    assert all(re.fullmatch(r"\+55(31|32)90\d{7}", number) for number in numbers)


def test_everybody_belongs_to_a_unit_of_a_company_that_serves_the_city(people: list[Subscriber]) -> None:
    assert {person.city for person in people} == set(CITIES)
    assert {person.unit for person in people} == set(UNITS)
    for person in people:
        assert person.unit.corporate == (person.kind == "company")
        assert all(item.product.company_id == person.unit.company_id for item in person.items)
        assert person.since < TODAY
        assert person.ended is None or person.since < person.ended < TODAY


def test_internet_telephony_and_tv_are_sold(people: list[Subscriber]) -> None:
    kinds = [{item.product.kind for item in person.items} for person in people]
    assert all("internet" in sold for sold in kinds)
    assert sum("telephony" in sold for sold in kinds) > 300
    assert sum("tv" in sold for sold in kinds) > 200
