"""Datagrams: what is read from them, and what is dropped."""

from __future__ import annotations

from ipaddress import ip_address, ip_network
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.radius.packet import Kind, Notice, Rejected, check_header, key_of, read
from tests.collectors.radius.wire import (
    SECRET,
    attribute,
    attributes,
    is_reply_to,
    number,
    request,
    signed,
    with_message_authenticator,
)

NOW = 1_795_539_600.25


def taken(data: bytes, now: float = NOW) -> Notice:
    check_header(data)
    return read(data, SECRET, now).notice


def refused(data: bytes, secret: bytes = SECRET) -> str:
    try:
        check_header(data)
        read(data, secret, NOW)
    except Rejected as error:
        return error.reason
    return "not at all"


def test_an_interim_is_read_whole() -> None:
    data = request(
        "interim",
        login=" Joao@Provedor ",
        port="ether1",
        mac="AA-bb-CC-dd-EE-01",
        address="100.64.1.2",
        at=int(NOW) - 7,
        seconds=600,
        octets_in=5 << 32 | 17,
        octets_out=2**31,
        extra=attribute(123, bytes([0, 56]) + bytes.fromhex("20010db8aabbcc")),
    )
    notice = taken(data)
    assert (notice.kind, notice.session_id, notice.login, notice.port) == (
        Kind.INTERIM,
        "81a00001",
        "Joao@Provedor",
        "ether1",
    )
    assert (notice.mac, notice.address) == ("aabbccddee01", ip_address("100.64.1.2"))
    assert notice.delegated_prefix == ip_network("2001:db8:aabb:cc00::/56")
    assert (notice.in_octets, notice.out_octets) == (5 << 32 | 17, 2**31)
    assert (notice.at, notice.began) == (int(NOW) - 7, int(NOW) - 607)


def test_the_reply_convinces_a_nas_and_returns_what_proxies_added() -> None:
    data = request("start", extra=attribute(33, b"proxy one") + attribute(33, b"proxy two"))
    reply = read(data, SECRET, NOW).reply
    assert is_reply_to(reply, data)
    assert reply[20:] == attribute(33, b"proxy one") + attribute(33, b"proxy two")


@pytest.mark.parametrize(
    ("said", "at", "off"),
    [
        ({"at": int(NOW) - 30, "delay": 20}, int(NOW) - 30, False),
        ({"delay": 20}, NOW - 20, False),
        ({}, NOW, False),
        ({"at": int(NOW) + 365 * 86400}, NOW, True),
        ({"at": 86_400, "delay": 3}, NOW - 3, True),
        ({"delay": 2**32 - 1}, NOW, False),
    ],
)
def test_the_instant_is_that_of_the_event_when_it_can_be_believed(said: dict[str, Any], at: float, off: bool) -> None:
    notice = taken(request("start", **said))
    assert (notice.at, notice.clock_off) == (at, off)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "malformed"),
        (request("start")[:19], "malformed"),
        (request("start")[:-1], "malformed"),
        (signed(number(40, 1) + bytes([44, 1])), "malformed"),
        (signed(number(40, 1) + bytes([44, 40]) + b"short"), "malformed"),
        (signed(number(40, 1) + attribute(44, b"x") + bytes([1])), "malformed"),
        (signed(attribute(44, b"without a status")), "malformed"),
        (signed(number(40, 1)), "malformed"),
        (signed(attribute(40, b"\x01") + attribute(44, b"x")), "malformed"),
        (signed(number(40, 1) + attribute(44, b"x") + attribute(8, b"abc")), "malformed"),
        (signed(number(40, 1) + attribute(44, b"x") + attribute(123, bytes([0, 200]))), "malformed"),
        (signed(number(40, 1) + attribute(44, b"x") + attribute(80, b"short")), "bad_authenticator"),
        (signed(attributes("start") + attribute(80, bytes(16))), "bad_authenticator"),
        (request("start", secret=b"another"), "bad_authenticator"),
        (signed(attributes("start"), code=1), "not_accounting"),
        (bytes([4]) + bytes(4200), "malformed"),
    ],
)
def test_what_makes_no_sense_is_dropped_with_its_reason(data: bytes, reason: str) -> None:
    assert refused(data) == reason


def test_padding_after_the_packet_is_no_part_of_it() -> None:
    assert taken(request("start") + b"\0\0\0").kind is Kind.START


def test_a_message_authenticator_is_verified_too() -> None:
    assert taken(with_message_authenticator(attributes("start"))).kind is Kind.START


def test_a_status_nobody_records_is_acknowledged_all_the_same() -> None:
    data = signed(number(40, 15))
    check_header(data)
    answered = read(data, SECRET, NOW)
    assert answered.notice.kind is None
    assert is_reply_to(answered.reply, data)


def test_text_that_postgres_cannot_hold_is_taken_out() -> None:
    data = signed(number(40, 1) + attribute(44, b"a\0b") + attribute(1, "joão".encode("latin-1") + b"\0"))
    notice = taken(data)
    assert (notice.session_id, notice.login) == ("ab", "joão")


@given(st.binary(max_size=300), st.booleans())
def test_no_octets_raise_anything_else(octets: bytes, sign: bool) -> None:
    data = signed(octets) if sign else octets
    try:
        check_header(data)
        answered = read(data, SECRET, NOW)
    except Rejected:
        return
    assert is_reply_to(answered.reply, data)


@given(st.lists(st.tuples(st.integers(0, 255), st.binary(max_size=40)), max_size=12))
def test_no_attributes_raise_anything_else(pairs: list[tuple[int, bytes]]) -> None:
    data = signed(b"".join(attribute(code, value) for code, value in pairs))
    try:
        check_header(data)
        read(data, SECRET, NOW)
    except Rejected:
        return


def test_a_key_tells_nas_session_login_and_port_apart() -> None:
    notices = [
        taken(request("start", session, login=login, port=port))
        for session, login, port in (("a", "b", "c"), ("ab", "", "c"), ("a", "bc", ""), ("a", "b", "d"))
    ]
    keys = {key_of(nas, notice) for nas in (1, 2) for notice in notices}
    assert len(keys) == 8
