from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from collectors.identity import Known, match
from collectors.interfaces import Found, mac, speed, text


def pairs(known: list[Known], found: list[Found]) -> dict[int, int]:
    return {port.port_id: interface.if_index for port, interface in match(known, found).same}


def test_interfaces_that_were_renumbered_are_the_same_ports() -> None:
    known = [Known(1, 10, "ge-0/0/0"), Known(2, 11, "ge-0/0/1"), Known(3, 12, "ge-0/0/2")]
    found = [Found(11, "ge-0/0/0"), Found(12, "ge-0/0/1"), Found(10, "ge-0/0/2")]
    assert pairs(known, found) == {1: 11, 2: 12, 3: 10}


def test_a_renamed_interface_is_known_by_its_alias_then_description_then_mac() -> None:
    known = [
        Known(1, 1, "old-a", alias="POP Centro"),
        Known(2, 2, "old-b", descr="uplink"),
        Known(3, 3, "old-c", mac="02:00:00:00:00:03"),
    ]
    found = [
        Found(7, "new-c", mac="02:00:00:00:00:03"),
        Found(8, "new-b", descr="uplink"),
        Found(9, "new-a", alias="POP Centro"),
    ]
    assert pairs(known, found) == {1: 9, 2: 8, 3: 7}


def test_an_alias_that_moved_between_two_living_interfaces_does_not_move_their_history() -> None:
    known = [Known(1, 1, "ge-0/0/0", alias="Cliente X"), Known(2, 2, "ge-0/0/1")]
    found = [Found(1, "ge-0/0/0"), Found(2, "ge-0/0/1", alias="Cliente X")]
    assert pairs(known, found) == {1: 1, 2: 2}


def test_what_is_not_unique_decides_nothing() -> None:
    known = [Known(1, 1, "a", mac="02:00:00:00:00:09"), Known(2, 2, "b", mac="02:00:00:00:00:09")]
    found = [Found(3, "c", mac="02:00:00:00:00:09"), Found(4, "d", mac="02:00:00:00:00:09")]
    result = match(known, found)
    assert not result.same
    assert len(result.added) == len(result.gone) == 2


def test_two_interfaces_of_one_name_stay_apart_by_their_place() -> None:
    known = [Known(1, 1, "eth"), Known(2, 2, "eth")]
    assert pairs(known, [Found(2, "eth"), Found(1, "eth")]) == {1: 1, 2: 2}


def test_a_missing_port_comes_back_with_its_history() -> None:
    assert pairs([Known(1, None, "ge-0/0/0", missing=True)], [Found(5, "ge-0/0/0")]) == {1: 5}


def test_a_port_that_is_there_goes_before_one_long_missing_of_the_same_name() -> None:
    known = [Known(1, None, "ge-0/0/0", missing=True), Known(2, 4, "ge-0/0/0")]
    assert pairs(known, [Found(5, "ge-0/0/0")]) == {2: 5}


few_names = st.sampled_from(["", "a", "b", "c", "d"])
macs = st.sampled_from([None, "02:00:00:00:00:01", "02:00:00:00:00:02"])


@st.composite
def known_ports(draw: st.DrawFn) -> list[Known]:
    rows = draw(st.lists(st.tuples(few_names, few_names, few_names, macs, st.booleans()), max_size=8))
    return [Known(i, i, *row) for i, row in enumerate(rows, 1)]


@st.composite
def found_ports(draw: st.DrawFn) -> list[Found]:
    rows = draw(st.lists(st.tuples(few_names, few_names, few_names, macs), max_size=8))
    return [Found(i, *row) for i, row in enumerate(rows, 3)]


@given(known_ports(), found_ports())
def test_every_port_and_interface_ends_in_exactly_one_place(known: list[Known], found: list[Found]) -> None:
    result = match(known, found)
    assert sorted([p.port_id for p, _ in result.same] + [p.port_id for p in result.gone]) == [p.port_id for p in known]
    assert sorted([f.if_index for _, f in result.same] + [f.if_index for f in result.added]) == [
        f.if_index for f in found
    ]


@given(found_ports(), st.randoms())
def test_walking_again_in_another_order_changes_nothing(found: list[Found], random: object) -> None:
    known = [Known(i, f.if_index, f.name, f.alias, f.descr, f.mac) for i, f in enumerate(found, 1) if f.name]
    shuffled = [f for f in found if f.name]
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert pairs(known, shuffled) == {port.port_id: port.if_index for port in known}


def test_texts_of_agents_become_storable() -> None:
    assert text(b"Jo\xc3\xa3o\x00") == "João"
    assert text(b"Jo\xe3o ") == "João"
    assert text(None) == ""
    assert mac(bytes([2, 0, 0, 0, 0, 1])) == "02:00:00:00:00:01"
    assert mac(bytes(6)) is None


def test_the_speed_is_the_high_one_when_there_is_one() -> None:
    assert speed(2**32 - 1, 100_000) == 100_000_000_000
    assert speed(100_000_000, 0) == 100_000_000
    assert speed(2**32 - 1, None) is None
    assert speed(0, 0) is None
