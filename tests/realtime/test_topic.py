"""Topic keys: one spelling each, read strictly."""

from __future__ import annotations

from datetime import date
from urllib.parse import quote

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from realtime.topic import MAX_KEY_LENGTH, BadParams, key_of, read_params, split


class Params(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    zone: str = "all"
    limit: int = 20
    day: date | None = None
    late: bool = False
    share: float = 0.5


params = st.builds(
    Params,
    zone=st.text(max_size=20),
    limit=st.integers(-(2**60), 2**60),
    day=st.none() | st.dates(),
    late=st.booleans(),
    share=st.floats(allow_nan=False, allow_infinity=False),
)


@given(params)
def test_a_key_says_the_parameters_and_gives_them_back(given_params: Params) -> None:
    name, pairs = split(key_of("a.b", given_params))
    assert name == "a.b"
    assert read_params(Params, pairs) == given_params


def test_parameters_are_sorted_encoded_and_left_out_at_their_default() -> None:
    assert key_of("a.b", Params()) == "a.b"
    assert key_of("a.b", Params(zone="São João & cia", day=date(2026, 11, 24))) == (
        "a.b?day=2026-11-24&zone=S%C3%A3o%20Jo%C3%A3o%20%26%20cia"
    )


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("limit=many", "Expected `int`"),
        ("limit=1&limit=2", "given twice"),
        ("colour=red", "unknown field"),
        ("limit", "name=value"),
        ("=1", "name=value"),
        ("", "name=value"),
        ("zone=%ff", "not UTF-8"),
        ("day=2026-02-30", "day"),
        ("zone=" + quote("x" * 600), f"at most {MAX_KEY_LENGTH}"),
    ],
)
def test_parameters_that_do_not_fit_are_refused_in_words(query: str, message: str) -> None:
    with pytest.raises(BadParams, match=message):
        read_params(Params, split(f"a.b?{query}")[1])
