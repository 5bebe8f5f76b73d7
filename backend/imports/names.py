"""Names as people spell them: case, accents and punctuation do not tell them apart. Pure."""

from __future__ import annotations

import re
import unicodedata

_OTHER = re.compile(r"[^a-z0-9]+")


def folded(name: str) -> str:
    """`Data de Emissão` and `DATA_DE_EMISSAO` are `data_de_emissao`."""
    bare = "".join(sign for sign in unicodedata.normalize("NFKD", name) if not unicodedata.combining(sign))
    return _OTHER.sub("_", bare.casefold()).strip("_")
