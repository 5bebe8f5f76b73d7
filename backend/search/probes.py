"""The questions that what was typed becomes: one select for each field that can hold it, the scope inside each."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Iterator
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, literal, or_, select

from backend.search.what import Typed, phone
from db.models import Contact, Equipment, InternetLogin, Session, Subscriber, SubscriberAddress, SubscriberPhone
from db.scope import within
from realtime.scope import Scope

CANDIDATES = 60
"""Rows that one question gives at most; the best of all of them are shown."""

LOOKED_AT = 400
"""Names compared with what was typed when none holds it."""

Probe = Select[Any]
"""Rows of (subscriber_id, field, text that matched)."""

_code = func.ltrim(func.upper(Subscriber.code), "0")
_local = func.substr(SubscriberPhone.number, 6)
_end = func.reverse(SubscriberPhone.number)


def begins(column: Any, key: str) -> ColumnElement[bool]:
    r"""LIKE with `%`, `_` and `\` taken as they are. Without an ESCAPE clause, so that an index can serve it."""
    for sign in ("\\", "%", "_"):
        key = key.replace(sign, f"\\{sign}")
    found: ColumnElement[bool] = column.like(f"{key}%")
    return found


def _probe(scope: Scope, field: str, text: Any, owner: Any, where: ColumnElement[bool], most: int) -> Probe:
    query = select(Subscriber.id, literal(field), text)
    if owner is not Subscriber.id:
        query = query.select_from(owner.class_).join(Subscriber, Subscriber.id == owner)
    mine = within(scope, Subscriber.company_id, Subscriber.business_unit_id, Subscriber.city_id)
    return query.where(where, mine).limit(most)


def numbers(scope: Scope, typed: Typed, *, exact: bool) -> Iterator[Probe]:
    """Codes, documents, phones and the rest of what is one word. `exact`: equal to it, otherwise beginning with it."""
    holds: Callable[[Any, str], ColumnElement[bool]] = (lambda column, key: column == key) if exact else begins
    most = CANDIDATES // 3

    def ask(field: str, column: Any, owner: Any, key: str, *, shown: Any = None, shortest: int = 1) -> Iterator[Probe]:
        if len(key) >= shortest:
            text = column if shown is None else shown
            yield _probe(scope, field, text, owner, holds(column, key), most)

    key = typed.key
    if len(key.lstrip("0")) <= 20:
        yield from ask("code", _code, Subscriber.id, key.lstrip("0"), shown=Subscriber.code)
    if len(key) <= 14:
        yield from ask("document", Subscriber.document, Subscriber.id, key, shortest=3)
    if len(key) <= 20 and any(sign.isdigit() for sign in key):
        yield from ask("rg", Subscriber.rg, Subscriber.id, key, shortest=3)
    if len(key) <= 40:
        yield from ask("equipment", Equipment.serial, Equipment.subscriber_id, key, shortest=3)
        yield from ask("tag", Equipment.tag, Equipment.subscriber_id, key, shortest=2)
    yield from ask("login", InternetLogin.login, InternetLogin.subscriber_id, typed.login, shortest=2)
    if exact:
        if len(typed.digits) >= 12:
            yield from ask("protocol", Contact.protocol, Contact.subscriber_id, typed.digits)
        if typed.mac:
            yield from ask("mac", Session.mac, Session.subscriber_id, typed.mac)
        if typed.address:
            yield _probe(
                scope, "ip", func.host(Session.address), Session.subscriber_id, _is_address(typed.address), most
            )
    yield from _phones(scope, typed.digits, most, exact=exact)


def _is_address(address: str) -> ColumnElement[bool]:
    return Session.address == ipaddress.ip_address(address)


def _phones(scope: Scope, digits: str, most: int, *, exact: bool) -> Iterator[Probe]:
    """Whole numbers are exact; a part of one is not."""
    forms = phone(digits)
    if forms is None:
        return
    number, owner = SubscriberPhone.number, SubscriberPhone.subscriber_id
    if exact:
        yield _probe(scope, "phone", number, owner, number.in_(forms.begins), most)
        return
    yield _probe(scope, "phone", number, owner, or_(*(begins(number, each) for each in forms.begins)), most)
    yield _probe(scope, "phone", number, owner, begins(_local, forms.local), most)
    for each in forms.ends:
        yield _probe(scope, "phone", number, owner, begins(_end, each), most)


def name_begins(scope: Scope, typed: Typed) -> Probe:
    where = begins(Subscriber.folded, " " + " ".join(typed.words))
    return _probe(scope, "name", _names(), Subscriber.id, where, CANDIDATES)


def name_has(scope: Scope, typed: Typed) -> Probe:
    """Every word begins a word of the name."""
    where = and_(*(Subscriber.folded.like(f"% {word}%") for word in typed.telling))
    return _probe(scope, "name", _names(), Subscriber.id, where, CANDIDATES)


def _names() -> ColumnElement[str]:
    """Both names, a line each."""
    return func.concat_ws("\n", Subscriber.name, Subscriber.trade_name)


def address_has(scope: Scope, typed: Typed) -> Probe:
    """Every word begins a word of the address, its neighbourhood, condominium or pole."""
    address = SubscriberAddress
    where = and_(*(address.folded.like(f"% {word}%") for word in typed.telling))
    # A line for each part: `ranking` says which of them matched.
    text = func.concat_ws(
        "\n",
        func.concat_ws(", ", address.street, address.number, address.complement),
        address.neighbourhood,
        func.coalesce(address.condominium, ""),
        func.coalesce(address.pole, ""),
    )
    return _probe(scope, "address", text, address.subscriber_id, where, CANDIDATES)


def name_resembles(scope: Scope, typed: Typed) -> Probe:
    """Names with a word near each of those typed; of the first few hundred found the nearest, best first.

    A common name has tens of thousands near it, and comparing them all takes a second.
    """
    near = func.word_similarity(" ".join(typed.words), Subscriber.folded).label("near")
    where = and_(*(Subscriber.folded.op("%>")(word) for word in typed.telling))
    some = _probe(scope, "similar", Subscriber.name, Subscriber.id, where, LOOKED_AT).add_columns(near).subquery()
    number, field, name, nearness = some.c
    return select(number, field, name).order_by(nearness.desc(), number).limit(CANDIDATES)
