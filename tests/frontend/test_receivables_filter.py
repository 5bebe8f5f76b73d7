"""What people type over the list of receivables is understood."""

from __future__ import annotations

from datetime import date

import pytest

from frontend.receivables_filter import understand

TODAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("typed", "query"),
    [
        ("", {}),
        ("silva souza", {"q": "silva souza"}),
        ("pago", {"status": "paid"}),
        ("Cancelado JOÃO", {"status": "cancelled", "q": "JOÃO"}),
        ("vencido", {"status": "open", "due_to": "2026-11-23"}),
        ("overdue 11/2026 silva", {"status": "open", "due_from": "2026-11-01", "due_to": "2026-11-23", "q": "silva"}),
        ("vencidos 10/2026", {"status": "open", "due_from": "2026-10-01", "due_to": "2026-10-31"}),
        ("hoje", {"due_from": "2026-11-24", "due_to": "2026-11-24"}),
        ("aberto amanhã", {"status": "open", "due_from": "2026-11-25", "due_to": "2026-11-25"}),
        ("24/12", {"due_from": "2026-12-24", "due_to": "2026-12-24"}),
        ("1/2/2027", {"due_from": "2027-02-01", "due_to": "2027-02-01"}),
        ("2026-11-30", {"due_from": "2026-11-30", "due_to": "2026-11-30"}),
        ("02/2024", {"due_from": "2024-02-01", "due_to": "2024-02-29"}),
    ],
)
def test_words_become_a_narrower_list(typed: str, query: dict[str, str]) -> None:
    assert understand(typed, TODAY).as_query() == query


@pytest.mark.parametrize("typed", ["31/02", "13/2026", "0/0", "99/99/9999", "1234567890", "%_' OR 1=1 --"])
def test_what_is_no_date_is_part_of_a_name(typed: str) -> None:
    assert understand(typed, TODAY).as_query() == {"q": " ".join(typed.split())}
