"""What was typed into the search box: the same text read as a name, a number, a login, an address of a network. Pure.

Nobody is asked what kind of thing was typed. Each reading that the text allows becomes a question to an index.
"""

from __future__ import annotations

import ipaddress
import re
import unicodedata

import msgspec

LONGEST = 200
"""Characters. A name with its address has fewer; a pasted letter has more."""

MOST_WORDS = 8
"""Words looked for; further ones narrow nothing that a person would notice."""

_MARKS = re.compile("[\u0300-\u036f]+")
_NOT_WORD = re.compile("[^a-z0-9]+")
_NOT_KEY = re.compile("[^A-Z0-9]+")
_NUMERIC = re.compile(r"[0-9 .\-/()+]+")
_LOGIN = re.compile(r"[a-z0-9][a-z0-9@._\-]+")
_MAC = re.compile("[0-9a-f]{12}")


NOISE = frozenset({"a", "av", "avenida", "da", "das", "de", "do", "dos", "e", "o", "praca", "r", "rua", "travessa"})
"""Words that most addresses and many names have: looked for beside others they narrow nothing and cost much."""


class Typed(msgspec.Struct, frozen=True, kw_only=True):
    """`words` are folded, `telling` are those of them worth looking for. `key` is letters (upper case) and digits,
    empty when the text has several words. `digits` is empty unless the text is a number with its usual punctuation.
    `login`, `mac` and `address` are what the text is when it can be one.
    """

    words: tuple[str, ...] = ()
    telling: tuple[str, ...] = ()
    key: str = ""
    digits: str = ""
    login: str = ""
    mac: str = ""
    address: str = ""

    def __bool__(self) -> bool:
        """Whether there is enough to look for: one letter finds everybody."""
        return bool(self.address) or len("".join(self.words)) >= 2


def folded(text: str) -> str:
    """Words in lower case without accents, one blank between them; the database's `folded` does the same."""
    plain = _MARKS.sub("", unicodedata.normalize("NFKD", text)).lower()
    return _NOT_WORD.sub(" ", plain).strip()


def keyed(text: str) -> str:
    """Letters in upper case and digits, as documents and serial numbers are kept."""
    return _NOT_KEY.sub("", _MARKS.sub("", unicodedata.normalize("NFKD", text)).upper())


def read(text: str) -> Typed:
    """Every reading of what was typed. Any text is allowed; the caller limits its length."""
    text = text.replace("\0", " ").strip()
    low = text.lower()
    numeric = bool(_NUMERIC.fullmatch(text))
    single = numeric or len(text.split()) == 1
    bare = re.sub(r"[:.\-]", "", low)
    if address := _network_address(text):
        return Typed(address=address)
    words = tuple(dict.fromkeys(folded(text).split()))[:MOST_WORDS]
    return Typed(
        words=words,
        telling=tuple(word for word in words if word not in NOISE) or words,
        key=keyed(text) if single else "",
        digits=re.sub("[^0-9]", "", text) if numeric else "",
        login=low if _LOGIN.fullmatch(low) else "",
        mac=bare if _MAC.fullmatch(bare) else "",
    )


def _network_address(text: str) -> str:
    try:
        return str(ipaddress.ip_address(text))
    except ValueError:
        return ""


class Phone(msgspec.Struct, frozen=True):
    """Ways in which digits can be part of a number in E.164: how it begins, how it begins behind the area code, and
    how it ends, last digit first."""

    begins: tuple[str, ...]
    local: str
    ends: tuple[str, ...]


SHORTEST_PHONE = 4


def phone(digits: str) -> Phone | None:
    """`31 98765-4321`, `+55 (31) 98765-4321`, `031...`, `98765-4321`, `4321`, and a mobile number of before the ninth
    digit came (2010 to 2016), which only its last eight tell."""
    national = digits.lstrip("0")
    if len(national) < SHORTEST_PHONE:
        return None
    begins = [f"+55{national}"]
    if national.startswith("55"):
        begins.append(f"+{national}")
    if len(national) in (12, 13) and national.startswith("55"):
        national = national[2:]
    ends = [national[::-1]]
    if len(national) == 10:
        ends.append(national[:1:-1])
    return Phone(tuple(begins), national, tuple(ends))
