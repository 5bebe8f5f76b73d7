"""What the agent's screen says: pure parts, and the panel over real rows."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from ipaddress import ip_network

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from backend.panels.subscriber import snapshot
from backend.subscribers.connection import why_offline
from backend.subscribers.debts import bucket_of, summed
from db.models import Contract, InternetLogin, Nas, Session, SessionHistory
from db.session import reading
from realtime.panels.subscriber import LastEnd, Params, SessionNow, SubscriberScreen
from realtime.scope import EVERYWHERE, Reach, Scope
from tests.backend.conftest import SignIn
from tests.world import TODAY, World, owe

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


def session(*, unknown: bool = False) -> SessionNow:
    return SessionNow(1, "a", unknown, NOW, NOW, "BNG", None, None, 0, 0)


def end(together: int) -> LastEnd:
    return LastEnd("a", NOW, NOW, "stop", 2, "BNG", together)


@pytest.mark.parametrize(
    ("status", "has_login", "sessions", "last_end", "why"),
    [
        ("suspended", True, (session(),), None, None),
        ("active", False, (), None, "no_login"),
        ("suspended", True, (), end(9), "suspended"),
        ("active", True, (session(unknown=True),), None, "silent"),
        ("active", True, (), None, "never"),
        ("active", True, (), end(4), "ended"),
        ("active", True, (), end(5), "together"),
    ],
)
def test_the_cause_that_lies_deepest_is_told(
    status: str, has_login: bool, sessions: tuple[SessionNow, ...], last_end: LastEnd | None, why: str | None
) -> None:
    assert why_offline(status, has_login=has_login, sessions=sessions, last_end=last_end) == why  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("late", "bucket"),
    [
        (-5, "not_due"), (0, "not_due"), (1, "1_30"), (30, "1_30"), (31, "31_60"), (60, "31_60"), (90, "61_90"),
        (91, "over_90"),
    ],
)  # fmt: skip
def test_debts_fall_into_buckets_by_their_age(late: int, bucket: str) -> None:
    assert bucket_of(late) == bucket


def test_the_buckets_sum_to_what_is_owed_however_many_are_listed() -> None:
    rows = [
        (number, TODAY - timedelta(days=10 * number - 15), Decimal("10.00"), Decimal("7.50")) for number in range(20)
    ]
    debts = summed(rows, Decimal("0.00"), TODAY)
    assert debts.total == sum(each.amount for each in debts.buckets) == Decimal("150.00")
    assert debts.overdue == debts.total - debts.buckets[0].amount
    assert len(debts.receivables) == 12


async def screen(engine: AsyncEngine, number: int, scope: Scope = EVERYWHERE) -> SubscriberScreen:
    async with reading(engine) as db:
        data = (await snapshot(db, scope, Params(number))).data
    assert isinstance(data, SubscriberScreen)
    return data


async def test_a_mass_drop_explains_why_one_of_them_is_offline(engine: AsyncEngine, world: World) -> None:
    now = datetime.now(UTC)
    place = {"company_id": world.north, "business_unit_id": world.unit, "city_id": world.alto}
    async with AsyncSession(engine) as db, db.begin():
        nas = Nas(**place, name="BNG Alto", network=ip_network("192.0.2.1"), secret=b"")
        about = {"subscriber_id": world.subscriber_alto}
        contract = Contract(**place, **about, status="active", signed_on=date(2026, 1, 2))
        db.add_all([nas, contract])
        await db.flush()
        db.add(InternetLogin(company_id=world.north, contract_id=contract.id, **about, login="alto"))
        said = {**place, "nas_id": nas.id, "session_id": "1", "port": "", "started_at": now - timedelta(hours=2)}
        for number, login in enumerate(("alto", *(f"other{n}" for n in range(6)))):
            at = now - timedelta(minutes=9, seconds=number)
            db.add(
                SessionHistory(
                    **said, id=number, key=b"%d" % number, login=login, last_at=at, ended_at=at, ended="lost"
                )
            )
    data = await screen(engine, world.subscriber_alto)
    assert (data.connection.offline, data.connection.sessions) == ("together", ())
    assert data.connection.last_end is not None and data.connection.last_end.together == 7
    async with AsyncSession(engine) as db, db.begin():
        began = {**said, "last_at": now, "heard_at": now}
        db.add(Session(**began, **about, key=b"now", login="alto", mac="aabbccddee0f"))
    data = await screen(engine, world.subscriber_alto)
    assert data.connection.offline is None
    assert [each.mac for each in data.connection.sessions] == ["aa:bb:cc:dd:ee:0f"]


async def test_whoever_may_not_see_a_subscriber_sees_nothing_of_them(
    engine: AsyncEngine, world: World, api: SignIn
) -> None:
    await owe(engine, world, world.subscriber_baixo)
    data = await screen(engine, world.subscriber_baixo, Scope.of(Reach(world.north, 0, world.alto)))
    assert (data.who, data.debts.total, data.contacts) == (None, Decimal("0.00"), ())
    clerk, root = await api("alto"), await api("root")
    assert (await clerk.get(f"/subscribers/{world.subscriber_baixo}")).status_code == 404
    shown = (await root.get(f"/subscribers/{world.subscriber_baixo}")).json()
    assert (shown["who"]["document"], shown["debts"]["total"]) == ("***.982.247-**", "100.00")
