"""A session's life, whatever comes of it, in whatever order."""

from __future__ import annotations

from functools import reduce
from ipaddress import ip_address
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from collectors.radius.life import SAME_S, End, Known, Life, advance
from collectors.radius.packet import LARGEST_COUNTER, Kind, Notice

T0 = 1_795_539_600.0
ADDRESS = ip_address("100.64.0.7")


def notice(kind: Kind, at: float, seconds: int | None = None, octets: int | None = None, **said: Any) -> Notice:
    given_: dict[str, Any] = {
        "kind": kind,
        "at": T0 + at,
        "heard_at": T0 + at + 0.1,
        "session_id": "1",
        "login": "a",
        "port": "",
        "mac": "aabbccddee01",
        "address": ADDRESS,
        "delegated_prefix": None,
        "session_s": seconds,
        "in_octets": octets,
        "out_octets": None if octets is None else 2 * octets,
        "cause": 1 if kind is Kind.STOP else None,
        "clock_off": False,
    }
    return Notice(**given_ | said)


def start(at: float = 0, **said: Any) -> Notice:
    return notice(Kind.START, at, **said)


def interim(at: float, octets: int, **said: Any) -> Notice:
    return notice(Kind.INTERIM, at, **{"seconds": int(at), "octets": octets} | said)


def stop(at: float, octets: int, **said: Any) -> Notice:
    return notice(Kind.STOP, at, **{"seconds": int(at), "octets": octets} | said)


def lived(*notices: Notice, life: Life | None = None, **more: Any) -> Life:
    return reduce(lambda so_far, each: advance(so_far, each, **more), notices, life or Life())


def opened(life: Life) -> Known:
    assert life.open is not None
    return life.open


def stored(life: Life, number: int = 7) -> Life:
    """As the ledger reads it back."""
    if life.open is not None:
        return Life(open=Known(*[number, *_fields(life.open)[1:]]))
    assert life.last is not None
    known = Known(*[number, *_fields(life.last.session)[1:]])
    return Life(last=End(known, life.last.ended_at, life.last.ended, life.last.cause, stored_at=life.last.ended_at))


def _fields(known: Known) -> list[Any]:
    return [getattr(known, name) for name in Known.__struct_fields__]


def test_a_session_begins_reports_and_ends() -> None:
    life = lived(start(), interim(300, 1000), interim(600, 5000), stop(700, 6000))
    (end,) = life.ends
    assert life.open is None
    assert (end.session.started_at, end.ended_at, end.ended, end.cause) == (T0, T0 + 700, "stop", 1)
    assert (end.session.in_octets, end.session.out_octets) == (6000, 12_000)
    assert end.session.interim_s == 300


def test_an_interim_that_comes_first_begins_the_session_when_it_says_it_began() -> None:
    assert opened(lived(interim(900, 10))).started_at == T0
    assert opened(lived(interim(900, 10, seconds=None))).started_at == T0 + 900


def test_an_interim_after_the_stop_is_ignored_unless_it_is_later() -> None:
    over = lived(start(), stop(700, 6000))
    assert advance(over, interim(600, 5000)) is over
    assert advance(over, interim(702, 6000)) is over
    alive = advance(stored(over), interim(900, 7000))
    assert opened(alive).id == 7
    assert (alive.resumed_from, opened(alive).in_octets) == (T0 + 700, 7000)


def test_a_second_stop_changes_nothing() -> None:
    over = lived(start(), stop(700, 6000))
    assert advance(over, stop(700, 6000)) is over
    again = stored(over)
    assert advance(again, stop(703, 6000)) is again


def test_a_stop_alone_is_a_whole_session() -> None:
    life = lived(stop(700, 6000))
    (end,) = life.ends
    assert (end.session.started_at, end.ended_at, end.session.in_octets) == (T0, T0 + 700, 6000)


def test_counters_that_fall_begin_a_new_epoch() -> None:
    life = lived(start(), interim(300, 1000), interim(600, 200), interim(900, 250))
    assert (opened(life).in_octets, opened(life).in_counter) == (1250, 250)


def test_an_older_interim_does_not_pass_for_fallen_counters() -> None:
    life = lived(start(), interim(600, 1000), interim(300, 400))
    assert (opened(life).in_octets, opened(life).last_at) == (1000, T0 + 600)


def test_octets_stop_where_the_database_does() -> None:
    life = lived(interim(300, LARGEST_COUNTER // 2), interim(600, 5), interim(900, LARGEST_COUNTER // 2))
    assert opened(life).out_octets <= LARGEST_COUNTER


def test_an_id_used_again_after_a_crash_is_another_session() -> None:
    life = lived(start(), interim(300, 1000), start(1000), interim(1300, 50, seconds=300))
    (end,) = life.ends
    assert (end.ended, end.ended_at, end.session.in_octets) == ("replaced", T0 + 300, 1000)
    assert (opened(life).started_at, opened(life).in_octets) == (T0 + 1000, 50)


def test_an_id_used_again_is_noticed_by_an_interim_when_the_start_was_lost() -> None:
    life = lived(start(), interim(300, 1000), interim(1300, 50, seconds=200))
    assert [end.ended for end in life.ends] == ["replaced"]
    assert opened(life).started_at == T0 + 1100


def test_a_reload_in_between_is_how_it_ended() -> None:
    life = lived(start(), interim(300, 1000), start(1000), reloaded_at=T0 + 900)
    assert [(end.ended, end.ended_at) for end in life.ends] == [("reload", T0 + 900)]


def test_a_late_stop_corrects_a_session_that_was_given_up() -> None:
    given_up = lived(start(), interim(300, 1000), start(5000)).ends[0]
    before = stored(Life(last=given_up))
    life = advance(before, stop(700, 6000))
    (end,) = life.ends
    assert (end.stored_at, end.ended_at, end.ended, end.session.in_octets) == (T0 + 300, T0 + 700, "stop", 6000)


def test_a_session_that_was_given_up_and_reports_again_is_the_same_session() -> None:
    given_up = stored(Life(last=lived(start(), interim(300, 1000), start(5000)).ends[0]))
    life = advance(given_up, interim(30_000, 9000))
    assert (opened(life).id, opened(life).in_octets, life.resumed_from) == (7, 9000, T0 + 300)
    assert life.ends == ()


def test_an_interval_grows_at_once_and_shrinks_slowly() -> None:
    life = lived(start(), interim(10, 1), interim(310, 2), interim(910, 3), interim(1210, 4))
    assert opened(life).interim_s == 600 * 0.75


def test_the_address_that_only_an_interim_knows_is_kept() -> None:
    life = lived(start(address=None), interim(0, 0), interim(300, 1, address=None))
    assert opened(life).address == ADDRESS


def newest(life: Life) -> Known:
    if life.open is not None:
        return life.open
    assert life.last is not None
    return life.last.session


SESSION = [start(), *(interim(300 * n, 1000 * n) for n in range(1, 6)), stop(1700, 5500)]


@given(st.lists(st.sampled_from(SESSION), min_size=1, max_size=25))
def test_however_shuffled_doubled_or_lost_there_is_one_session(notices: list[Notice]) -> None:
    life = lived(*notices)
    heard_last = max(notices, key=lambda each: each.at)
    if any(each.kind is Kind.STOP for each in notices):
        assert life.open is None
        (end,) = life.ends
        assert (end.ended, end.ended_at, end.session.in_octets) == ("stop", T0 + 1700, 5500)
    else:
        assert life.ends == ()
        assert opened(life).in_octets == (heard_last.in_octets or 0)
        assert opened(life).last_at == heard_last.at
    known = life.open or life.ends[0].session
    assert known.started_at == T0


@given(st.lists(st.sampled_from(SESSION), min_size=1, max_size=25), st.data())
def test_what_was_stored_in_between_makes_no_difference(notices: list[Notice], data: st.DataObject) -> None:
    """Batches end anywhere, and a batch whose acknowledgement was lost comes again."""
    cut = data.draw(st.integers(0, len(notices)))
    again = data.draw(st.integers(0, cut))
    life = lived(*notices[:cut])
    if life.open is not None or life.last is not None:
        life = stored(life)
    life = lived(*notices[again:], life=life)
    expected = lived(*notices)
    got, wanted = newest(life), newest(expected)
    assert (got.started_at, got.last_at, got.in_octets) == (wanted.started_at, wanted.last_at, wanted.in_octets)
    assert (life.open is None) == (expected.open is None)


@given(
    st.lists(
        st.tuples(
            st.sampled_from([Kind.START, Kind.INTERIM, Kind.STOP]),
            st.integers(-3000, 3000),
            st.one_of(st.none(), st.integers(0, 4000)),
            st.one_of(st.none(), st.integers(0, 10**6)),
        ),
        max_size=30,
    )
)
def test_whatever_a_nas_says_the_books_stay_in_order(said: list[tuple[Kind, int, int | None, int | None]]) -> None:
    """Ends are in order of time, never before their beginning, and octets never shrink while a session is open."""
    life = Life()
    for kind, at, seconds, octets in said:
        before = life
        life = advance(life, notice(kind, at, seconds, octets))
        if before.open is not None and life.open is not None and before.open.started_at == life.open.started_at:
            assert life.open.in_octets >= before.open.in_octets
            assert life.open.last_at >= before.open.last_at
        for end in life.ends:
            assert end.ended_at >= end.session.started_at - SAME_S
    starts = [end.session.started_at for end in life.ends]
    assert starts == sorted(starts)
