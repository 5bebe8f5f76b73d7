"""What cells say."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.imports import values
from backend.imports.documents import cnpj_fits, cpf_fits
from backend.imports.words import SENTENCES, Refused, reason


def says(read: Any, cell: str) -> Any:
    """The value, or the code of the reason."""
    try:
        return read(cell, "column")
    except Refused as refusal:
        return refusal.reason.code


@pytest.mark.parametrize(
    ("cell", "amount"),
    [
        ("1.234,56", Decimal("1234.56")),
        ("1,234.56", Decimal("1234.56")),
        ("1234.56", Decimal("1234.56")),
        ("R$ 1.234.567,80", Decimal("1234567.80")),
        ("99,9", Decimal("99.90")),
        ("99.9000", Decimal("99.90")),
        ("100", Decimal("100.00")),
        ("1.234", "ambiguous_amount"),
        ("1,234", "ambiguous_amount"),
        ("99,905", "ambiguous_amount"),
        ("1234,567", "decimals"),
        ("-5,00", "negative"),
        ("0,00", "zero"),
        ("cem", "not_an_amount"),
        ("1e3", "not_an_amount"),
        ("NaN", "not_an_amount"),
        ("٣", "not_an_amount"),
        ("9" * 400, "too_large"),
    ],
)
def test_amounts_are_read_as_brazil_writes_them_and_never_guessed(cell: str, amount: Decimal | str) -> None:
    assert says(values.amount, cell) == amount


@given(st.decimals(min_value="0.01", max_value="999999999999.99", places=2))
def test_every_amount_is_read_back_from_both_ways_to_write_it(amount: Decimal) -> None:
    abroad = f"{amount:,.2f}"
    brazil = abroad.replace(",", " ").replace(".", ",").replace(" ", ".")
    assert says(values.amount, abroad) == says(values.amount, brazil) == says(values.amount, str(amount)) == amount


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("24/11/2026", date(2026, 11, 24)),
        ("4/1/2026", date(2026, 1, 4)),
        ("24-11-2026", date(2026, 11, 24)),
        ("2026-11-24", date(2026, 11, 24)),
        ("24/11/2026 00:00:00", date(2026, 11, 24)),
        ("2026-11-24T08:15:00Z", date(2026, 11, 24)),
        ("31/02/2026", "not_a_day"),
        ("11/24/2026", "not_a_day"),
        ("24/11/26", "not_a_day"),
        ("0001-01-01", "not_a_day"),
        ("ontem", "not_a_day"),
    ],
)
def test_days_are_brazilian_or_iso(cell: str, day: date | str) -> None:
    assert says(values.day, cell) == day


def test_instants_may_say_their_offset() -> None:
    assert says(values.instant, "24/11/2026 08:15") == datetime(2026, 11, 24, 8, 15)  # noqa: DTZ001 - the caller adds it
    assert says(values.instant, "2026-11-24T08:15:30-03:00").astimezone(UTC) == datetime(
        2026, 11, 24, 11, 15, 30, tzinfo=UTC
    )
    assert says(values.instant, "24/11/2026 25:00") == "not_an_instant"


@pytest.mark.parametrize(
    ("cell", "document"),
    [
        ("111.444.777-35", "11144477735"),
        ("11222333000181", "11222333000181"),
        ("12.abc.345/01de-35", "12ABC34501DE35"),
        ("11144477734", "check_digits"),
        ("12.ABC.345/01DE-36", "check_digits"),
        ("111.111.111-11", "check_digits"),
        ("00.000.000/0000-00", "check_digits"),
        ("12345", "not_a_document"),
        ("não tem", "not_a_document"),
    ],
)
def test_documents_need_check_digits_that_fit(cell: str, document: str) -> None:
    assert says(values.document, cell) == document


def test_zeros_that_a_spreadsheet_dropped_come_back() -> None:
    assert cpf_fits("00000000191") and cnpj_fits("00000000000191")
    assert says(values.document, "1234567890") == "01234567890"
    assert says(values.document, "1222333000128") == "01222333000128"
    assert says(values.document, "1234567891") == "not_a_document"


@pytest.mark.parametrize(
    ("cell", "numbers"),
    [
        ("(31) 98765-4321", ("+5531987654321",)),
        ("031 3222-1100 / 31987654321", ("+553132221100", "+5531987654321")),
        ("5531987654321", ("+5531987654321",)),
        ("+351 21 000 0000", ("+351210000000",)),
        ("3222-1100", "not_a_phone"),
        ("ligar depois", "not_a_phone"),
    ],
)
def test_phones_become_e164(cell: str, numbers: tuple[str, ...] | str) -> None:
    assert says(values.phones, cell) == numbers


def test_a_cep_without_its_leading_zero_is_whole_again() -> None:
    assert says(values.postal_code, "1310-100") == "01310100"
    assert says(values.postal_code, "131") == "not_a_postal_code"


def test_choices_are_known_in_any_spelling() -> None:
    read = values.choice({"suspenso": "suspended", "cartão de crédito": "card"})
    assert (says(read, "SUSPENSO"), says(read, "cartao de credito"), says(read, "x")) == (
        "suspended",
        "card",
        "not_one_of",
    )


def test_addresses_networks_and_logins() -> None:
    assert says(values.host, "192.0.2.999") == "not_an_address"
    assert str(says(values.network, "10.0.0.0/24")) == "10.0.0.0/24"
    assert says(values.network, "10.0.0.1/24") == says(values.network, "0.0.0.0/0") == "not_a_network"
    assert says(values.login, "Ana@Norte") == "ana@norte"
    assert says(values.login, "ana maria") == "not_a_login"
    assert says(values.time_zone, "../etc") == says(values.time_zone, "America") == "not_a_time_zone"


@pytest.mark.parametrize("code", SENTENCES)
def test_every_reason_is_said_in_both_languages_with_the_same_names(code: str) -> None:
    import string

    english, portuguese = SENTENCES[code]
    names = [{field for _, field, _, _ in string.Formatter().parse(text) if field} for text in (english, portuguese)]
    assert names[0] == names[1] and english != portuguese


def test_a_reason_repeats_no_field_of_ten_megabytes_and_nothing_that_a_terminal_would_obey() -> None:
    said = reason("not_an_amount", column="x", value="\x1b[31m" + "9" * 10_000_000).say("pt-BR")
    assert len(said) < 200 and "\x1b" not in said
