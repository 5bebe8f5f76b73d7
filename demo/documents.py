"""Brazilian registry numbers with valid check digits, from ranges that show they were made up. Pure.

CPF: Receita Federal, modulus 11 over nine digits. CNPJ: modulus 11 over twelve digits or, since July 2026, capital
letters, each worth its ASCII code less 48 (Instrução Normativa RFB 2.229/2024).
"""

from __future__ import annotations

_CNPJ_WEIGHTS = (6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2)


def cpf(base: str) -> str:
    """Nine digits and their two check digits."""
    for length in (10, 11):
        base += _digit(sum(int(digit) * (length - place) for place, digit in enumerate(base)))
    return base


def cnpj(base: str) -> str:
    """Twelve digits or capital letters and their two check digits."""
    for weights in (_CNPJ_WEIGHTS[1:], _CNPJ_WEIGHTS):
        base += _digit(sum((ord(sign) - 48) * weight for sign, weight in zip(base, weights, strict=True)))
    return base


def _digit(total: int) -> str:
    rest = total % 11
    return "0" if rest < 2 else str(11 - rest)


def demo_cpf(number: int) -> str:
    """999.0xx.xxx-dd, in sequence: nobody takes it for somebody's."""
    return cpf(f"9990{number:05d}")


def demo_cnpj(number: int, *, letters: bool) -> str:
    """DE.MOx.xxx/0001-dd, or 99.9xx.xxx/0001-dd."""
    return cnpj(f"DEMO{number:04d}0001" if letters else f"999{number:05d}0001")
