"""Amounts at the border: BRL, two decimals, strings in REST."""

from __future__ import annotations

from decimal import Decimal

ZERO = Decimal("0.00")
LARGEST = Decimal("999999999999.99")
"""What NUMERIC(14,2) holds."""


def complaint(amount: Decimal) -> str | None:
    """Why this cannot be an amount to pay or to owe, as a sentence; None when it can."""
    if not amount.is_finite():
        return "An amount must be a number."
    if amount <= 0:
        return "An amount must be above zero."
    if amount > LARGEST:
        return f"An amount must not exceed {LARGEST}."
    if amount != amount.quantize(ZERO):
        return "An amount has at most two decimals."
    return None
