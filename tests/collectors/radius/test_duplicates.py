from __future__ import annotations

from collectors.radius.duplicates import PENDING, Duplicates


def test_a_request_is_new_once_then_pending_then_answered() -> None:
    seen = Duplicates()
    assert seen.meet("a", 0.0) is None
    assert seen.meet("a", 0.1) == PENDING
    seen.answered("a", b"reply")
    assert seen.meet("a", 29.9) == b"reply"
    assert seen.meet("a", 30.1) is None


def test_one_that_was_not_stored_is_new_again() -> None:
    seen = Duplicates()
    seen.meet("a", 0.0)
    seen.forget("a")
    assert seen.meet("a", 0.1) is None


def test_it_stays_bounded() -> None:
    seen = Duplicates(most=10)
    for number in range(1000):
        assert seen.meet(number, 0.0) is None
    assert len(seen) == 10
    assert seen.meet(999, 0.0) == PENDING
    assert seen.meet(0, 0.0) is None
