from __future__ import annotations

from datetime import date

import pytest

from demo.calendar import bank_day, day_of, easter, is_bank_day, month_shifted, next_bank_day
from demo.documents import cnpj, cpf, demo_cnpj, demo_cpf


@pytest.mark.parametrize("whole", ["11144477735", "52998224725", "12345678909", "99999999999"])
def test_a_cpf_has_the_check_digits_of_known_ones(whole: str) -> None:
    assert cpf(whole[:9]) == whole


@pytest.mark.parametrize("whole", ["12ABC34501DE35", "11222333000181", "00000000000191"])
def test_a_cnpj_has_the_check_digits_of_known_ones_with_letters_too(whole: str) -> None:
    assert cnpj(whole[:12]) == whole


def test_documents_of_the_demo_can_be_told_from_real_ones() -> None:
    assert demo_cpf(17).startswith("999000017")
    assert demo_cnpj(17, letters=True).startswith("DEMO00170001")
    assert demo_cnpj(17, letters=False).startswith("999000170001")


@pytest.mark.parametrize("sunday", [date(2024, 3, 31), date(2025, 4, 20), date(2026, 4, 5), date(2038, 4, 25)])
def test_easter_is_where_the_almanac_has_it(sunday: date) -> None:
    assert easter(sunday.year) == sunday


def test_banks_are_closed_at_weekends_and_on_national_days() -> None:
    assert not is_bank_day(date(2026, 2, 17)), "carnival"
    assert not is_bank_day(date(2026, 6, 4)), "Corpus Christi"
    assert bank_day(date(2026, 11, 20)) == date(2026, 11, 23), "a Friday that is a holiday, and its weekend"
    assert next_bank_day(date(2026, 11, 24)) == date(2026, 11, 25)


def test_months_shift_across_years_and_days_stop_at_their_end() -> None:
    assert month_shifted(date(2026, 1, 1), -13) == date(2024, 12, 1)
    assert day_of(date(2027, 2, 1), 31) == date(2027, 2, 28)
