"""CPF and CNPJ as files spell them. Pure.

CPF: modulus 11 over nine digits (Receita Federal). CNPJ: modulus 11 over twelve digits or, since July 2026, capital
letters, each worth its ASCII code less 48 (Instrução Normativa RFB 2.229/2024). A CNPJ with letters is never padded.
"""

from __future__ import annotations

import re

_WEIGHTS = (6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2)
_PUNCTUATION = re.compile(r"[./\-\s]")


def plain(text: str) -> str:
    """Without punctuation, upper case. Spreadsheets drop leading zeros: they come back when the digits then fit."""
    bare = _PUNCTUATION.sub("", text).upper()
    if bare.isascii() and bare.isdigit():
        for length, fits in ((11, cpf_fits), (14, cnpj_fits)):
            padded = bare.zfill(length)
            if length - 3 <= len(bare) < length and fits(padded):
                return padded
    return bare


def cpf_fits(cpf: str) -> bool:
    """Of eleven digits, whether the last two follow from the others. One digit eleven times fits, and is nobody's."""
    if not re.fullmatch(r"[0-9]{11}", cpf) or len(set(cpf)) == 1:
        return False
    return all(
        _digit(sum(int(sign) * (length + 1 - place) for place, sign in enumerate(cpf[:length]))) == cpf[length]
        for length in (9, 10)
    )


def cnpj_fits(cnpj: str) -> bool:
    """Of twelve digits or letters and two digits, whether the last two follow from the others."""
    if not re.fullmatch(r"[0-9A-Z]{12}[0-9]{2}", cnpj) or len(set(cnpj)) == 1:
        return False
    return all(
        _digit(sum((ord(sign) - 48) * weight for sign, weight in zip(cnpj, weights, strict=False))) == cnpj[length]
        for length, weights in ((12, _WEIGHTS[1:]), (13, _WEIGHTS))
    )


def _digit(total: int) -> str:
    rest = total % 11
    return "0" if rest < 2 else str(11 - rest)
