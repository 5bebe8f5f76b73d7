"""Documents and phones as people write them. Pure."""

from __future__ import annotations


def document(kept: str, *, masked: bool = True) -> str:
    """A CPF or CNPJ with its punctuation. Masked as public registers do it: enough to compare with what a caller says,
    not enough to use."""
    text = kept if not masked else f"***{kept[3:9]}**" if len(kept) == 11 else f"**{kept[2:8]}****{kept[12:]}"
    if len(kept) == 11:
        return f"{text[:3]}.{text[3:6]}.{text[6:9]}-{text[9:]}"
    return f"{text[:2]}.{text[2:5]}.{text[5:8]}/{text[8:12]}-{text[12:]}"


def phone(number: str) -> str:
    """`+5531987654321` as (31) 98765-4321; a foreign number as it is."""
    if not number.startswith("+55") or len(number) not in (13, 14):
        return number
    area, rest = number[3:5], number[5:]
    return f"({area}) {rest[:-4]}-{rest[-4:]}"


def mac(kept: str) -> str:
    """Twelve hexadecimal digits in pairs; anything else as it came."""
    return ":".join(kept[at : at + 2] for at in range(0, 12, 2)) if len(kept) == 12 and kept.isalnum() else kept
