"""The life of a line is a function of the clock: nobody is online twice, and what cuts sessions cuts many at once."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from ipaddress import ip_address, ip_network
from itertools import pairwise, takewhile

from demo.bng import BNGS, nodes_of
from demo.lines import CUT_WITHIN_S, Line, Stay, cuts, outage, reload, stays
from demo.notices import Status, of_session, spelt
from demo.places import MARKETS
from demo.plant import DEVICES

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC).timestamp()
DAY = 86_400.0
MANY = 1200
_SHARED = ip_network("100.64.0.0/10")


def lines() -> list[Line]:
    nodes = [node for bng in BNGS for node in bng.nodes]
    return [Line(number, f"s{number}@demo", nodes[number % len(nodes)]) for number in range(1, MANY + 1)]


def through(line: Line, since: float, until: float) -> list[Stay]:
    return list(takewhile(lambda stay: stay.began < until, stays(line, since)))


def is_online(line: Line, at: float) -> bool:
    return next(stays(line, at)).began <= at


def test_sessions_of_a_line_follow_each_other_and_do_not_overlap() -> None:
    for line in lines()[:60]:
        found = through(line, NOON, NOON + 5 * DAY)
        assert len(found) > 5
        assert all(stay.began < stay.ends for stay in found)
        assert all(before.ends < after.began for before, after in pairwise(found))


def test_whenever_one_asks_the_same_sessions_are_told() -> None:
    for line in lines()[:60]:
        found = through(line, NOON, NOON + 2 * DAY)
        for later in (1.0, 40_000.0, 100_000.0):
            assert through(line, NOON + later, NOON + 2 * DAY) == [s for s in found if s.ends > NOON + later]


def test_nearly_everybody_is_online_unless_an_olt_lost_its_light() -> None:
    quiet = outage(int(NOON // 5400) + 1).end + 120
    assert sum(is_online(line, quiet) for line in lines()) > 0.95 * MANY


def test_an_outage_ends_the_sessions_of_one_olt_within_seconds_and_they_come_back() -> None:
    cut = outage(int(NOON // 5400))
    behind = [line for line in lines() if line.node == cut.node]
    others = [line for line in lines() if line.node != cut.node]
    ended = [stay for line in behind for stay in through(line, cut.start, cut.end) if stay.ends < cut.end]
    assert len(ended) > 0.9 * len(behind)
    assert max(stay.ends for stay in ended) - min(stay.ends for stay in ended) <= CUT_WITHIN_S
    assert Counter(stay.cause for stay in ended)[2] > 0.9 * len(ended)
    assert not any(is_online(line, cut.end - 1) for line in behind)
    assert sum(is_online(line, cut.end - 1) for line in others) > 0.95 * len(others)
    assert sum(is_online(line, cut.end + 90) for line in behind) > 0.9 * len(behind)


def test_one_bng_a_night_is_restarted_and_cannot_say_what_ended() -> None:
    cut = reload(int(NOON // DAY))
    behind = [line for line in lines() if line.bng is cut.bng]
    ended = [next(stays(line, cut.start - 60)) for line in behind if is_online(line, cut.start - 60)]
    assert Counter(stay.cause for stay in ended if stay.ends == cut.start)[None] > 0.9 * len(behind)
    assert {reload(int(NOON // DAY) + day).bng.name for day in range(4)} == {bng.name for bng in BNGS}


def test_outages_do_not_overlap_and_come_now_and_then() -> None:
    found = [cut for cut in cuts(NOON, NOON + 10 * DAY) if cut.node]
    assert 150 < len(found) < 170
    assert all(before.end < after.start for before, after in pairwise(found))
    assert len({cut.node for cut in found}) == 8


def test_everybody_hangs_on_a_device_of_their_company() -> None:
    companies = {device.name: device.company.id for device in DEVICES}
    for company, city, _ in MARKETS:
        nodes = nodes_of(company.id, city.id)
        assert nodes
        assert {companies[node] for node in nodes} == {company.id}
    assert {node for bng in BNGS for node in bng.nodes} <= companies.keys()
    assert {bng.name for bng in BNGS} <= companies.keys()
    assert all(ip_address(bng.address).is_loopback for bng in BNGS)
    assert len({bng.address for bng in BNGS}) == len(BNGS)


def test_nobody_has_the_address_of_another() -> None:
    addresses = Counter(
        of_session(Status.INTERIM, line, stay, NOON)[8][0] for line in lines() for stay in [next(stays(line, NOON))]
    )
    assert max(addresses.values()) == 1
    assert all(ip_address(address) in _SHARED for address in addresses)


def test_counters_only_grow_and_fill_their_gigawords() -> None:
    line = lines()[0]
    stay = Stay(NOON, NOON + 10 * DAY, 1)
    totals = []
    for at in (NOON, NOON + 300, NOON + DAY, NOON + 10 * DAY):
        said = of_session(Status.INTERIM, line, stay, at)
        totals.append(int.from_bytes(said[53][0] + said[43][0]))
    assert totals == sorted(totals)
    assert totals[0] == 0 < totals[1]


def test_every_vendor_spells_macs_its_own_way() -> None:
    assert [spelt(vendor, "02fa200000ab") for vendor in ("mikrotik", "huawei", "juniper")] == [
        "02:FA:20:00:00:AB",
        "02fa-2000-00ab",
        "02fa.2000.00ab",
    ]
