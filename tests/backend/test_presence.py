"""Two agents on one subscriber see each other, at once and until the last tab is closed; nobody else is seen."""

from __future__ import annotations

from sqlalchemy import func, insert
from sqlalchemy.ext.asyncio import AsyncEngine

from backend.live.attendance import BELIEVED
from backend.panels.subscriber_presence import snapshot
from db.models import Attendance
from db.session import reading
from realtime.panels.subscriber_presence import Params
from realtime.readings import AttendanceMoved
from realtime.scope import EVERYWHERE, Place
from tests.conformance.panels import REGISTRY
from tests.realtime.serving import Serving, Viewer, serving
from tests.waiting import until
from tests.world import World


def names(viewer: Viewer, key: str) -> list[str]:
    return sorted(row["name"] for row in viewer.client.held[key].data)


async def test_agents_see_each_other_come_and_go(engine: AsyncEngine, world: World) -> None:
    key = f"subscriber.presence?id={world.subscriber_alto}"
    async with serving(engine, registry=REGISTRY) as server, server.viewer(await server.cookie("root")) as root:
        await root.watch(key)
        async with root.listening():
            await until(lambda: is_there(root, key, ["Root"]), what="oneself in the list")
            async with server.viewer(await server.cookie("alto")) as alto:
                await alto.watch(key)
                async with alto.listening():
                    await until(lambda: is_there(alto, key, ["Alto", "Root"]), what="both, seen by the second")
                await until(lambda: is_there(root, key, ["Alto", "Root"]), what="both, seen by the first")
            await until(lambda: is_there(root, key, ["Root"]), what="the second gone")


async def test_who_is_served_by_another_process_is_seen_too(engine: AsyncEngine, world: World) -> None:
    key = f"subscriber.presence?id={world.subscriber_alto}"
    place = {"company_id": world.north, "business_unit_id": world.unit, "city_id": world.alto}
    async with serving(engine, registry=REGISTRY) as server, server.viewer(await server.cookie("root")) as root:
        await root.watch(key)
        async with root.listening():
            async with engine.begin() as db:
                row = {"process": "another", "since": func.now(), "seen_at": func.now(), "user_id": world.users["alto"]}
                await db.execute(insert(Attendance).values(**place, **row, subscriber_id=world.subscriber_alto))
            said = AttendanceMoved(place=Place(*place.values()), at=0.0, subscriber_id=world.subscriber_alto)
            await server.wiring.services.bus.announce([said])
            await until(lambda: is_there(root, key, ["Alto", "Root"]), what="the one of another process")


async def is_there(viewer: Viewer, key: str, expected: list[str]) -> bool:
    return names(viewer, key) == expected


async def second_tab(server: Serving, cookie: str, key: str) -> None:
    async with server.viewer(cookie) as viewer:
        await viewer.watch(key)


async def test_a_second_tab_that_closes_takes_nobody_away(engine: AsyncEngine, world: World) -> None:
    key = f"subscriber.presence?id={world.subscriber_alto}"
    async with serving(engine, registry=REGISTRY) as server:
        cookie = await server.cookie("root")
        async with server.viewer(cookie) as first, server.viewer(await server.cookie("alto")) as witness:
            await first.watch(key)
            await second_tab(server, cookie, key)
            await witness.watch(key)
            async with witness.listening():
                await until(lambda: is_there(witness, key, ["Alto", "Root"]), what="the one with a tab left")


async def test_whoever_may_not_see_the_subscriber_is_not_seen_with_them(engine: AsyncEngine, world: World) -> None:
    key = f"subscriber.presence?id={world.subscriber_baixo}"
    async with (
        serving(engine, registry=REGISTRY) as server,
        server.viewer(await server.cookie("alto")) as alto,
        server.viewer(await server.cookie()) as root,
    ):
        await alto.watch(key)
        await root.watch(key)
        async with root.listening(), alto.listening():
            await until(lambda: is_there(root, key, ["Root"]), what="the one who may")
            assert alto.client.held[key].data == []


async def test_the_dead_are_not_believed_for_long(engine: AsyncEngine, world: World) -> None:
    place = {"company_id": world.north, "business_unit_id": world.unit, "city_id": world.alto}
    row = {**place, "process": "dead", "subscriber_id": world.subscriber_alto, "since": func.now()}
    async with engine.begin() as db:
        for user, age in (("alto", BELIEVED * 0.5), ("south", BELIEVED * 1.1)):
            await db.execute(insert(Attendance).values(**row, user_id=world.users[user], seen_at=func.now() - age))
    async with reading(engine) as db:
        answer = await snapshot(db, EVERYWHERE, Params(world.subscriber_alto))
    assert [each.name for each in answer.data] == ["Alto"]
