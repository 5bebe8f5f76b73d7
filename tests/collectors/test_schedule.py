from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from collectors import schedule
from collectors.packing import CEILING, FEWEST, LARGEST_REPLY, Counted, Packing, pack, remembered
from collectors.schedule import (
    LAST_PROBE_S,
    TICK_S,
    Plan,
    answered,
    at_once,
    first,
    missed,
    next_slot,
    phase,
    sooner,
)

device_ids = st.integers(1, 2**40)


@given(device_ids, st.sampled_from([1.0, 10.0, 60.0, 300.0]), st.floats(0.0, 1e6))
def test_the_next_slot_is_ahead_and_within_one_interval(device_id: int, interval: float, now: float) -> None:
    due = next_slot(device_id, interval, now)
    assert now - 1e-6 < due <= now + interval + 1e-6


def test_a_thousand_devices_spread_over_the_interval() -> None:
    per_second = [0] * 10
    for device_id in range(1, 1_001):
        per_second[int(phase(device_id) * 10)] += 1
    assert max(per_second) < 150
    assert min(per_second) > 60


@given(device_ids, st.sampled_from([1.0, 10.0, 60.0]), st.floats(0.0, 1e6))
def test_polls_begin_on_whole_ticks_so_that_devices_share_a_wake_up(
    device_id: int, interval: float, now: float
) -> None:
    ticks = next_slot(device_id, interval, now) / TICK_S
    assert abs(ticks - round(ticks)) < 1e-3


@given(device_ids, st.sampled_from([1.0, 10.0, 60.0]), st.floats(0.0, 1e5))
def test_after_a_poll_beside_the_grid_half_an_interval_passes(device_id: int, interval: float, now: float) -> None:
    plan = at_once(Plan(now + interval, "up"), now)
    assert plan.due == now
    after = answered(plan, device_id, interval, now + 0.01)
    assert interval / 2 <= after.due - now <= interval * 1.5 + 1e-6
    assert after.skipped <= 1


def test_a_device_that_does_not_answer_is_not_asked_before_its_time() -> None:
    down = Plan(500.0, "down", 5)
    assert at_once(down, 100.0) == down


@given(device_ids, st.floats(0.0, 1e5))
def test_a_shorter_interval_counts_from_now_on(device_id: int, now: float) -> None:
    plan = sooner(Plan(now + 600.0, "up"), device_id, 10.0, now)
    assert now < plan.due <= now + 10.0 + 1e-6
    assert sooner(Plan(now + 0.5, "up"), device_id, 10.0, now).due <= now + 0.5


def test_a_poll_that_takes_longer_than_its_interval_skips_slots_and_counts_them() -> None:
    due = next_slot(7, 10.0, 1_000.0)
    plan = answered(Plan(due, "up"), 7, 10.0, due + 34.0)
    assert plan.skipped == 3
    assert plan.due == due + 40.0


def test_a_punctual_poll_skips_nothing() -> None:
    due = next_slot(7, 10.0, 1_000.0)
    assert answered(Plan(due, "up"), 7, 10.0, due + 0.2) == Plan(due + 10.0, "up")


def test_a_device_is_suspect_after_one_miss_and_down_after_three() -> None:
    plan = Plan(0.0, "up")
    statuses = []
    for _ in range(4):
        plan = missed(plan, 7, 60.0, plan.due + 2.0)
        statuses.append(plan.status)
    assert statuses == ["suspect", "suspect", "down", "down"]


def test_probes_of_a_dead_device_thin_out_to_one_in_five_minutes() -> None:
    plan, waits = Plan(0.0, "up"), []
    for _ in range(12):
        asked = plan.due
        plan = missed(plan, 7, 10.0, asked)
        waits.append(round(plan.due - asked, 6))
    assert waits[:3] == [10.0, 10.0, 60.0]
    assert waits == sorted(waits)
    assert LAST_PROBE_S * 0.9 <= waits[-1] <= LAST_PROBE_S * 1.1


def test_devices_that_recover_together_do_not_stay_together() -> None:
    together = [answered(Plan(0.0, "down", 9), device_id, 60.0, 500.0).due for device_id in range(1, 101)]
    assert len({int(due) for due in together}) > 30


def test_a_new_device_is_asked_within_two_seconds() -> None:
    assert 100.0 <= first(7, "unknown", 0, 300.0, 100.0).due <= 102.0


@given(device_ids, st.lists(st.booleans(), max_size=40), st.sampled_from([10.0, 60.0, 300.0]))
def test_the_next_poll_is_always_ahead(device_id: int, answers: list[bool], interval: float) -> None:
    plan = first(device_id, "unknown", 0, interval, 0.0)
    for answer in answers:
        finished = plan.due + 1.0
        step = answered if answer else missed
        plan = step(plan, device_id, interval, finished)
        assert plan.due > finished - 1e-6


def test_discovery_is_retried_a_minute_after_a_failure() -> None:
    assert schedule.next_discovery(7, 100.0, failed=True) == 160.0
    assert 1_000.0 <= schedule.next_discovery(7, 100.0, failed=False) <= 1_180.0


def ports(count: int) -> list[Counted]:
    return [Counted(port_id, port_id + 1_000_000, 64, None) for port_id in range(1, count + 1)]


@given(st.integers(0, 300), st.integers(FEWEST, CEILING))
def test_every_port_is_asked_once_with_uptime_in_each_request(count: int, variables: int) -> None:
    requests = pack(ports(count), variables)
    assert [counted.port_id for request in requests for counted in request.ports] == list(range(1, count + 1))
    for request in requests:
        assert request.question.oids[0] == "1.3.6.1.2.1.1.3.0"
        assert request.size == 1 + 2 * len(request.ports) <= variables


@given(st.lists(st.booleans(), max_size=60), st.integers(1, CEILING))
def test_the_size_of_a_request_settles_under_what_the_agent_can_answer(noise: list[bool], most: int) -> None:
    packing = Packing()
    failures = 0
    for _ in range(60):
        asked = packing.variables
        if asked > max(most, FEWEST):
            packing = packing.after_too_big(asked)
            failures += 1
        else:
            packing = packing.after_answer(asked)
        assert FEWEST <= packing.variables <= CEILING
    assert packing.variables <= max(most, FEWEST)
    assert failures <= 10


def test_one_lost_packet_is_forgotten_but_the_same_size_lost_twice_is_not_asked_again() -> None:
    once = Packing(40).after_silence(40)
    assert (once.variables, once.refused) == (20, CEILING + 1)
    assert once.after_silence(40).refused == 40


def test_half_empty_requests_do_not_make_it_grow() -> None:
    packing = Packing()
    for _ in range(10):
        packing = packing.after_answer(5)
    assert packing.variables == Packing().variables


def test_what_was_remembered_is_brought_within_bounds() -> None:
    assert remembered(0).variables == FEWEST
    assert remembered(500).variables == CEILING
    assert CEILING >= 40
    assert 64 + 29 * CEILING <= LARGEST_REPLY
