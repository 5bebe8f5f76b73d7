"""What was typed, read purely: every reading that a text allows, and the order of what was found."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.search.ranking import BEGINS, EQUAL, HOLDS, Hit, ranked
from backend.search.what import folded, phone, read
from backend.subscribers import shown


@pytest.mark.parametrize(
    ("text", "words", "key", "digits"),
    [
        ("  João  D'Ávila ", ("joao", "d", "avila"), "", ""),
        ("123.456.789-09", ("123", "456", "789", "09"), "12345678909", "12345678909"),
        ("12.ABC.345/01de-35", ("12", "abc", "345", "01de", "35"), "12ABC34501DE35", ""),
        ("+55 (31) 98765-4321", ("55", "31", "98765", "4321"), "5531987654321", "5531987654321"),
        ("MG-12.345.678", ("mg", "12", "345", "678"), "MG12345678", ""),
        ("ZTEGc0a1b2c3", ("ztegc0a1b2c3",), "ZTEGC0A1B2C3", ""),
        ("%_\\", (), "", ""),
        ("🙂", (), "", ""),
        ("\0ana\0", ("ana",), "ANA", ""),
    ],
)
def test_a_text_is_read_as_words_a_key_and_digits(text: str, words: tuple[str, ...], key: str, digits: str) -> None:
    typed = read(text)
    assert (typed.words, typed.key, typed.digits) == (words, key, digits)


@pytest.mark.parametrize("text", ["AA:BB:CC:DD:EE:0F", "aa-bb-cc-dd-ee-0f", "aabb.ccdd.ee0f", "AABBCCDDEE0F"])
def test_a_hardware_address_in_any_notation(text: str) -> None:
    assert read(text).mac == "aabbccddee0f"


def test_a_network_address_is_nothing_else() -> None:
    typed = read("100.64.0.1")
    assert (typed.address, typed.key, typed.digits, typed.words) == ("100.64.0.1", "", "", ())
    assert read("2001:db8::0001").address == "2001:db8::1"


def test_a_login_may_hold_signs() -> None:
    assert read("Ana_Souza@Norte").login == "ana_souza@norte"
    assert read("ana souza").login == ""


@pytest.mark.parametrize("text", ["", " ", "a", "7", "é", "-", "%", "\0"])
def test_one_letter_is_not_enough(text: str) -> None:
    assert not read(text)


@pytest.mark.parametrize(
    "text", ["31987654321", "(31) 98765-4321", "+55 31 98765-4321", "5531987654321", "031 98765 4321"]
)
def test_a_whole_number_is_the_same_however_it_is_written(text: str) -> None:
    forms = phone(read(text).digits)
    assert forms is not None and "+5531987654321" in forms.begins


def test_parts_of_a_number() -> None:
    short, old = phone("4321"), phone("3187654321")
    assert short is not None and "+5531987654321"[::-1].startswith(short.ends[0])
    assert old is not None and "+5531987654321"[::-1].startswith(old.ends[1])
    assert phone("123") is None and phone("0000") is None


@given(st.text(max_size=200))
def test_any_text_can_be_read(text: str) -> None:
    typed = read(text)
    assert all(word.isascii() and word.isalnum() for word in typed.words)
    assert typed.digits == "" or typed.digits.isdigit()


@given(st.text(max_size=50))
def test_folding_twice_changes_nothing(text: str) -> None:
    assert folded(folded(text)) == folded(text)


def test_equal_comes_before_beginning_and_that_before_holding() -> None:
    hits = [
        Hit(1, "name", "Ana Maria", HOLDS),
        Hit(2, "name", "Maria Silva\nMercearia", BEGINS),
        Hit(3, "code", "MARIA", EQUAL),
        Hit(2, "login", "maria@norte", BEGINS),
    ]
    found = ranked(hits, read("maria"))
    assert [each.subscriber_id for each in found] == [3, 2, 1]
    assert [why.field for why in found[1].why] == ["login", "name"]
    assert found[0].why[0].exact and not found[1].why[0].exact


def test_an_address_says_which_of_its_parts_matched() -> None:
    line = "Rua das Acácias, 120\nBela Vista\nResidencial Aurora\nP0042"
    for text, field in (("bela vista", "neighbourhood"), ("aurora", "condominium"), ("p0042", "pole")):
        assert ranked([Hit(1, "address", line, HOLDS)], read(text))[0].why[0].field == field
    across = ranked([Hit(1, "address", line, HOLDS)], read("acacias vista"))[0].why[0]
    assert across.field == "address" and "Bela Vista" in across.text


def test_a_document_is_whole_only_for_who_typed_it_whole() -> None:
    part, whole = (ranked([Hit(1, "document", "11144477735", tier)], read("111"))[0] for tier in (BEGINS, EQUAL))
    assert (part.why[0].text, whole.why[0].text) == ("***.444.777-**", "111.444.777-35")


def test_numbers_as_people_write_them() -> None:
    assert shown.document("12ABC34501DE35", masked=False) == "12.ABC.345/01DE-35"
    assert shown.document("12ABC34501DE35") == "**.ABC.345/****-35"
    assert shown.phone("+5531987654321") == "(31) 98765-4321"
    assert shown.phone("+553132654321") == "(31) 3265-4321"
    assert shown.phone("+14155550100") == "+14155550100"
    assert shown.mac("aabbccddee0f") == "aa:bb:cc:dd:ee:0f"
