"""What a cell of a file says: text in, a value of ours out, or `Refused`. Pure.

Numbers and dates are read as Brazil writes them and as ISO does; what can be read in two ways is refused, not guessed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import Any
from zoneinfo import ZoneInfo

from backend.imports.documents import cnpj_fits, cpf_fits, plain
from backend.imports.names import folded
from backend.imports.words import refused
from backend.money import LARGEST, ZERO

Reader = Callable[[str, str], Any]
"""(cell, name of its column) -> value. The cell has no blanks around it and is not empty. Raises Refused."""

EMPTY = frozenset({"", "-", "NULL", "\\N", "0000-00-00", "0000-00-00 00:00:00"})
"""How exports spell that there is nothing; MySQL's zero date among them."""

WIDEST = {4: 8, 6: 32}
"""The shortest prefix of a NAS, as `backend.access.actions` has it."""

_DAY = re.compile(r"(?:(\d{4})-(\d{1,2})-(\d{1,2})|(\d{1,2})[/.-](\d{1,2})[/.-](\d{4}))(?:[T ](.*))?", re.ASCII)
_TIME = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?\s*(Z|[+-]\d{2}:?\d{2})?", re.ASCII)
_TWO_WAYS = re.compile(r"[+-]?\d{1,3}[.,]\d{3}", re.ASCII)
_BRAZIL = re.compile(r"[+-]?(\d{1,3}(\.\d{3})+|\d+)(,\d+)?", re.ASCII)
_ABROAD = re.compile(r"[+-]?(\d{1,3}(,\d{3})+|\d+)(\.\d+)?", re.ASCII)
EARLIEST, LATEST = 1900, 2100


def text(most: int = 200) -> Reader:
    def read(cell: str, column: str) -> str:
        if len(cell) > most:
            raise refused("text_too_long", column=column, most=most)
        return cell

    return read


def _decimal(cell: str, column: str) -> Decimal:
    bare = re.sub(r"R\$|\s", "", cell)
    if _TWO_WAYS.fullmatch(bare):
        raise refused("ambiguous_amount", column=column, value=cell)
    if _BRAZIL.fullmatch(bare):
        bare = bare.replace(".", "").replace(",", ".")
    elif _ABROAD.fullmatch(bare):
        bare = bare.replace(",", "")
    else:
        raise refused("not_an_amount", column=column, value=cell)
    try:
        return Decimal(bare)
    except InvalidOperation as error:
        raise refused("not_an_amount", column=column, value=cell) from error


def price(cell: str, column: str) -> Decimal:
    """BRL, zero or more, in cents."""
    found = _decimal(cell, column)
    if found < 0:
        raise refused("negative", column=column, value=cell)
    if found > LARGEST:
        raise refused("too_large", column=column, value=cell)
    if found != found.quantize(ZERO):
        raise refused("decimals", column=column, value=cell)
    return found.quantize(ZERO)


def amount(cell: str, column: str) -> Decimal:
    """BRL above zero, in cents."""
    found = price(cell, column)
    if not found:
        raise refused("zero", column=column)
    return found


def day(cell: str, column: str) -> date:
    """A time behind it is read and forgotten."""
    try:
        return _calendar(cell)[0]
    except ValueError as error:
        raise refused("not_a_day", column=column, value=cell) from error


def instant(cell: str, column: str) -> datetime:
    """Aware when the cell says an offset; else the company's local time, which the caller adds."""
    try:
        on, rest = _calendar(cell)
        found = _TIME.fullmatch(rest or "00:00")
        if found is None:
            raise ValueError(rest)
        hour, minute, second, offset = found.groups()
        return datetime.fromisoformat(f"{on}T{hour:0>2}:{minute}:{second or '00'}{offset or ''}")
    except ValueError as error:
        raise refused("not_an_instant", column=column, value=cell) from error


def _calendar(cell: str) -> tuple[date, str]:
    found = _DAY.fullmatch(cell)
    if found is None:
        raise ValueError(cell)
    y, m, d, brazil_d, brazil_m, brazil_y, rest = found.groups()
    on = date(int(y), int(m), int(d)) if y else date(int(brazil_y), int(brazil_m), int(brazil_d))
    if not EARLIEST <= on.year <= LATEST:
        raise ValueError(cell)
    return on, (rest or "").strip()


def whole(least: int, most: int) -> Reader:
    def read(cell: str, column: str) -> int:
        if not re.fullmatch(r"[+-]?\d{1,15}", cell, re.ASCII) or not least <= int(cell) <= most:
            raise refused("not_a_number", column=column, value=cell, least=least, most=most)
        return int(cell)

    return read


def degrees(most: int) -> Reader:
    """WGS 84, with a point or a comma."""

    def read(cell: str, column: str) -> float:
        if not re.fullmatch(r"[+-]?\d{1,3}([.,]\d{1,20})?", cell, re.ASCII):
            raise refused("not_a_number", column=column, value=cell, least=-most, most=most)
        found = float(cell.replace(",", "."))
        if not -most <= found <= most:
            raise refused("not_a_number", column=column, value=cell, least=-most, most=most)
        return found

    return read


def choice(words: Mapping[str, str]) -> Reader:
    """A word of `words` (any spelling of it) stands for its value."""
    known = {folded(word): value for word, value in words.items()}

    def read(cell: str, column: str) -> str:
        try:
            return known[folded(cell)]
        except KeyError:
            raise refused("not_one_of", column=column, value=cell, known=", ".join(words)) from None

    return read


_YES_NO = choice(
    {
        word: answer
        for answer, words in {"yes": "sim yes 1 s y true ativo", "no": "nao no 0 n false inativo"}.items()
        for word in words.split()
    }
)


def yes_no(cell: str, column: str) -> bool:
    return bool(_YES_NO(cell, column) == "yes")


def document(cell: str, column: str) -> str:
    """A CPF or CNPJ whose check digits fit, without punctuation."""
    bare = plain(cell)
    if re.fullmatch(r"[0-9]{11}|[0-9A-Z]{14}", bare) is None:
        raise refused("not_a_document", column=column, value=cell)
    if not (cpf_fits(bare) or cnpj_fits(bare)):
        raise refused("check_digits", column=column, value=cell)
    return bare


def cnpj(cell: str, column: str) -> str:
    bare = document(cell, column)
    if len(bare) != 14:
        raise refused("not_a_document", column=column, value=cell)
    return bare


def phone(cell: str, column: str) -> str:
    """E.164. Without a country it is Brazil, and needs its area code."""
    digits = re.sub(r"[\s().\-]", "", cell)
    if re.fullmatch(r"\+[1-9][0-9]{6,14}", digits):
        return digits
    digits = digits.lstrip("0")
    if re.fullmatch(r"[1-9][1-9][2-9][0-9]{7,8}", digits):
        return f"+55{digits}"
    if re.fullmatch(r"55[1-9][1-9][2-9][0-9]{7,8}", digits):
        return f"+{digits}"
    raise refused("not_a_phone", column=column, value=cell)


def phones(cell: str, column: str) -> tuple[str, ...]:
    """Several between `/`, `|`, `;` or `,`; each once, in order."""
    return tuple(dict.fromkeys(phone(part.strip(), column) for part in re.split(r"[/|;,]", cell) if part.strip()))


def postal_code(cell: str, column: str) -> str:
    """Spreadsheets drop a leading zero."""
    digits = re.sub(r"[\s.\-]", "", cell)
    if not re.fullmatch(r"[0-9]{7,8}", digits):
        raise refused("not_a_postal_code", column=column, value=cell)
    return digits.zfill(8)


def state(cell: str, column: str) -> str:
    if not re.fullmatch(r"[A-Za-z]{2}", cell):
        raise refused("not_a_state", column=column, value=cell)
    return cell.upper()


def ibge_code(cell: str, column: str) -> str:
    if not re.fullmatch(r"[0-9]{7}", cell):
        raise refused("not_an_ibge_code", column=column, value=cell)
    return cell


def time_zone(cell: str, column: str) -> str:
    try:
        return ZoneInfo(cell).key
    except (ValueError, OSError, KeyError) as error:  # unknown, or a folder of the time zone database
        raise refused("not_a_time_zone", column=column, value=cell) from error


def login(cell: str, column: str) -> str:
    """RADIUS User-Name, in lower case."""
    if len(cell.encode()) > 253 or not cell.isprintable() or any(sign.isspace() for sign in cell):
        raise refused("not_a_login", column=column, value=cell)
    return cell.lower()


def host(cell: str, column: str) -> str:
    try:
        return str(ip_address(cell))
    except ValueError as error:
        raise refused("not_an_address", column=column, value=cell) from error


def network(cell: str, column: str) -> IPv4Network | IPv6Network:
    try:
        found = ip_network(cell)
    except ValueError as error:
        raise refused("not_a_network", column=column, value=cell) from error
    if found.prefixlen < WIDEST[found.version]:
        raise refused("not_a_network", column=column, value=cell)
    return found
