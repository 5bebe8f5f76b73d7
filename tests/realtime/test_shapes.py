"""For every shape: patching what was with the difference gives what is, through JSON, once or twice, step by step."""

from __future__ import annotations

import itertools
import json
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from realtime.encoding import encode, plain
from realtime.shapes import WHOLE, Changes, Items, Log, Ring, Table, Value
from realtime.shapes.table import in_order
from tests.realtime.rows import Inner, Points, Record, Row

money = st.decimals(min_value=-10_000, max_value=10_000, places=2)
rates = st.none() | st.floats(allow_nan=False, allow_infinity=False, width=32)
records = st.builds(
    Record,
    name=st.sampled_from(["a", "b", "ção"]),
    amount=money,
    inner=st.builds(Inner, amount=money, count=st.integers(0, 3)),
    hours=st.lists(money, max_size=3).map(tuple),
    rate=rates,
)
rows = st.builds(Row, id=st.integers(1, 8), amount=money, rank=st.none() | st.integers(0, 3))
tables = st.lists(rows, unique_by=lambda row: row.id, max_size=8)
series = st.lists(st.tuples(st.integers(0, 12).map(float), st.none() | st.integers(0, 3).map(float)), max_size=8)
histories = st.lists(st.integers(1, 12), unique=True, max_size=4)

VALUE, TABLE, RING, LOG = Value(Record), Table(Row, order=("-rank", "amount")), Ring(Points, 5), Log(Row, 4)


def points(pairs: list[tuple[float, float | None]]) -> Points:
    bounded = RING.bounded(Points([t for t, _ in pairs], [value for _, value in pairs]))
    assert isinstance(bounded, Points)
    return bounded


def log_of(numbers: list[int]) -> list[Row]:
    return [Row(number, Decimal(number)) for number in numbers]


def over_the_wire(patch: Changes | Items) -> Any:
    """The patch as a client has it."""
    match patch:
        case Changes():
            return Changes(plain(patch.set), plain(patch.delete))
        case Items():
            return Items(plain(patch.rows))


def seen(shape: Any, data: Any) -> Any:
    """Data as a client has it after a snapshot."""
    held = plain(data)
    return in_order(held, shape.key, shape.order) if isinstance(shape, Table) else held


def check(shape: Any, states: list[Any]) -> None:
    """Leads a client from each state to the next, then over all in one jump."""
    held = seen(shape, states[0])
    steps = []
    for before, after in itertools.pairwise(states):
        patch = shape.diff(before, after)
        if patch is WHOLE:
            return
        if patch is not None:
            steps.append(patch)
            sent = over_the_wire(patch)
            held = shape.patch(held, sent)
            assert shape.patch(held, sent) == held
        assert held == seen(shape, after)
    if steps:
        jump = steps[0]
        for step in steps[1:]:
            jump = shape.compose(jump, step)
        assert shape.patch(seen(shape, states[0]), over_the_wire(jump)) == seen(shape, states[-1])


@given(st.lists(records, min_size=2, max_size=4))
def test_a_value_is_led_from_any_record_to_any_other(states: list[Record]) -> None:
    check(VALUE, states)


@given(st.lists(tables, min_size=2, max_size=4))
def test_a_table_is_led_from_any_rows_to_any_others(states: list[list[Row]]) -> None:
    check(TABLE, states)


@given(series, st.lists(series, min_size=1, max_size=4))
def test_a_ring_is_led_through_late_repeated_and_corrected_points(
    first: list[tuple[float, float | None]], arriving: list[list[tuple[float, float | None]]]
) -> None:
    states = [points(first)]
    for pairs in arriving:
        distinct = sorted(set(pairs), key=str)
        states.append(RING.join(states[-1], Points([t for t, _ in distinct], [value for _, value in distinct])))
    check(RING, states)


@given(st.lists(series.map(points), min_size=2, max_size=3))
def test_a_ring_asks_for_a_snapshot_when_points_went(states: list[Points]) -> None:
    check(RING, states)
    before, after = states[0], states[1]
    held = {t for t in before.t if not after.t or t >= after.t[0] or len(after.t) < RING.capacity}
    if held - set(after.t):
        assert RING.diff(before, after) is WHOLE


@given(histories, st.lists(histories, min_size=1, max_size=4))
def test_a_log_is_led_through_new_and_repeated_items(first: list[int], arriving: list[list[int]]) -> None:
    states = [log_of(first)]
    for ids in arriving:
        states.append(LOG.join(states[-1], log_of(ids)))
    check(LOG, states)


@given(st.lists(histories.map(log_of), min_size=2, max_size=2))
def test_a_log_whose_past_changed_asks_for_a_snapshot(states: list[list[Row]]) -> None:
    check(LOG, states)


@given(series, st.lists(series, min_size=2, max_size=4))
def test_ring_patches_compose_although_the_ring_is_full(
    first: list[tuple[float, float | None]], arriving: list[list[tuple[float, float | None]]]
) -> None:
    start = points(first)
    patches = [Items(points(pairs)) for pairs in arriving if pairs]
    if not patches:
        return
    stepwise, jump = seen(RING, start), patches[0]
    for patch in patches:
        stepwise = RING.patch(stepwise, over_the_wire(patch))
    for patch in patches[1:]:
        jump = RING.compose(jump, patch)
    assert RING.patch(seen(RING, start), over_the_wire(jump)) == stepwise


@given(histories, st.lists(histories, min_size=2, max_size=4))
def test_log_patches_compose_although_the_log_is_full(first: list[int], arriving: list[list[int]]) -> None:
    stepwise = seen(LOG, log_of(first))
    patches = [Items(log_of(ids)) for ids in arriving]
    jump = patches[0]
    for patch in patches:
        stepwise = LOG.patch(stepwise, over_the_wire(patch))
    for patch in patches[1:]:
        jump = LOG.compose(jump, patch)
    assert LOG.patch(seen(LOG, log_of(first)), over_the_wire(jump)) == stepwise


def test_money_is_a_number_on_the_wire() -> None:
    assert json.loads(encode(Inner(Decimal("1234.50"), 2))) == {"amount": 1234.5, "count": 2}
    assert encode(Inner(Decimal("1234.50"), 2)) == '{"amount":1234.50,"count":2}'


def test_a_table_with_a_key_twice_is_refused() -> None:
    with pytest.raises(ValueError, match="same id"):
        TABLE.diff([], [Row(1, Decimal(1)), Row(1, Decimal(2))])


def test_a_row_that_leaves_defaults_out_is_refused_because_patches_would_lose_them() -> None:
    class Short(msgspec.Struct, omit_defaults=True):
        id: int = 0

    with pytest.raises(TypeError, match="patches"):
        Table(Short)


def test_a_shape_that_names_a_missing_field_is_refused() -> None:
    with pytest.raises(TypeError, match="nothing"):
        Table(Row, order=("-nothing",))
    with pytest.raises(TypeError, match="must be t"):
        Ring(_Backwards, 10)


class _Backwards(msgspec.Struct):
    value: list[float]
    t: list[float]


def test_rows_without_a_value_come_last_in_either_direction() -> None:
    listed: list[dict[str, Any]] = [{"id": 1, "rank": None}, {"id": 2, "rank": 1}, {"id": 3, "rank": 2}]
    assert [row["id"] for row in in_order(listed, "id", ("rank",))] == [2, 3, 1]
    assert [row["id"] for row in in_order(listed, "id", ("-rank",))] == [3, 2, 1]
