from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.question import Question, request_id
from collectors.snmp_header import Malformed, read_header
from tests.collectors import ber

NAMES = [f"1.3.6.1.2.1.31.1.1.1.6.{index}" for index in (1, 127, 128, 1_000_000, 2**31 - 1)]
ID = request_id(7)


def answer(question: Question, variables: list[bytes]) -> bytes:
    return ber.response(question.datagram(b"public", ID), variables)


def read(question: Question, datagram: bytes) -> list[int | None]:
    return question.read(datagram, read_header(datagram).start)


def test_a_question_is_the_request_another_encoder_makes() -> None:
    asked = Question(NAMES).datagram(b"public", ID)
    assert ber.read_request(asked) == (1, b"public", ID)
    for name in NAMES:
        assert ber.variable(name, b"\x05\x00") in asked


@given(st.lists(st.integers(0, 2**64 - 1), min_size=5, max_size=5))
def test_every_counter_comes_back_whole(values: list[int]) -> None:
    question = Question(NAMES)
    variables = [ber.variable(n, ber.integer(v, ber.COUNTER64)) for n, v in zip(NAMES, values, strict=True)]
    assert read(question, answer(question, variables)) == values


@given(st.permutations(range(5)), st.integers(0, 5))
def test_another_order_and_missing_variables_are_understood(order: list[int], kept: int) -> None:
    question = Question(NAMES)
    shown = order[:kept]
    variables = [ber.variable(NAMES[place], ber.integer(place, ber.COUNTER32)) for place in shown]
    if variables:
        assert read(question, answer(question, variables)) == [place if place in shown else None for place in range(5)]


def test_what_is_no_number_is_none() -> None:
    question = Question(NAMES)
    kinds = [
        ber.element(ber.NO_SUCH_INSTANCE, b""),
        ber.element(0x04, b"text"),
        ber.element(ber.COUNTER64, b""),
        ber.element(0x04, b"x" * 200),
        ber.integer(5, ber.TIMETICKS),
    ]
    variables = [ber.variable(name, kind) for name, kind in zip(NAMES, kinds, strict=True)]
    assert read(question, answer(question, variables)) == [None, None, None, None, 5]


def test_names_nobody_asked_for_are_not_taken_for_an_answer() -> None:
    question = Question(NAMES[:1])
    variables = [ber.variable(name, ber.integer(9, ber.COUNTER64)) for name in reversed(NAMES)]
    assert read(question, answer(question, variables)) == [9]
    assert read(question, answer(question, variables[:-1])) == [None]


@pytest.mark.parametrize(
    "value",
    [
        ber.element(ber.COUNTER64, b"\x01" + bytes(8)),
        ber.element(ber.COUNTER32, b"\x01" + bytes(4)),
        ber.element(ber.COUNTER64, bytes(12)),
        b"\x46\x05\x01",
        b"\x46\x01\x01\x01",
    ],
)
def test_a_number_that_does_not_fit_its_type_or_its_frame_is_malformed(value: bytes) -> None:
    question = Question(NAMES[:1])
    with pytest.raises(Malformed):
        read(question, answer(question, [ber.variable(NAMES[0], value)]))


@given(st.binary(max_size=60))
def test_garbage_is_malformed_or_nothing_and_never_another_error(garbage: bytes) -> None:
    question = Question(NAMES)
    try:
        values = read(question, answer(question, [garbage]))
    except Malformed:
        return
    assert len(values) == 5


@given(st.data())
def test_a_damaged_answer_never_ends_in_another_error(data: st.DataObject) -> None:
    question = Question(NAMES)
    whole = answer(question, [ber.variable(name, ber.integer(2**40, ber.COUNTER64)) for name in NAMES])
    at = data.draw(st.integers(0, len(whole) - 1))
    damaged = whole[:at] + bytes([data.draw(st.integers(0, 255))]) + whole[at + 1 :]
    try:
        values = read(question, damaged)
    except Malformed:
        return
    assert all(value is None or 0 <= value < 2**64 for value in values)
