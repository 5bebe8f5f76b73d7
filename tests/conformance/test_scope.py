"""A user of one city sees nothing of another, by REST and by `/live`, in whatever panel there is."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Any

import httpx
from sqlalchemy.ext.asyncio import AsyncEngine

from realtime.readings import TrafficSampled
from realtime.scope import Place
from realtime.viewer import Limits
from tests.conformance.panels import PANELS, REGISTRY, seen, topics
from tests.conformance.seed import seed
from tests.realtime.serving import Serving, Viewer, serving
from tests.waiting import until
from tests.world import World

STRANGERS = ("baixo", "south")


async def by_rest(api: httpx.AsyncClient, world: World) -> dict[str, Any]:
    """Panel -> its data."""
    data = {}
    for name, topic in topics(world).items():
        _, _, query = topic.partition("?")
        answer = await api.get(f"/panels/{name}?{query}")
        answer.raise_for_status()
        data[name] = seen(REGISTRY.panels[name], answer.json()["data"])
    return data


async def test_by_rest_rows_of_another_place_change_nothing(engine: AsyncEngine, world: World) -> None:
    async with (
        serving(engine, registry=REGISTRY) as server,
        server.api("baixo") as baixo,
        server.api("south") as south,
        server.api("root") as root,
    ):
        before = [await by_rest(each, world) for each in (baixo, south)]
        nothing = await by_rest(root, world)
        await seed(engine, world)
        assert [await by_rest(each, world) for each in (baixo, south)] == before
        everything = await by_rest(root, world)
        assert [name for name in PANELS if everything[name] == nothing[name]] == []


async def test_by_rest_who_may_see_nothing_is_refused(engine: AsyncEngine, world: World) -> None:
    async with serving(engine, registry=REGISTRY) as server, server.api("nobody") as nobody:
        for name, topic in topics(world).items():
            _, _, query = topic.partition("?")
            assert (await nobody.get(f"/panels/{name}?{query}")).status_code == 403
        listed = {item["name"]: item["allowed"] for item in (await nobody.get("/panels")).json()["items"]}
        assert listed == dict.fromkeys(PANELS, False)


async def proved_since(viewer: Viewer, instant: datetime) -> None:
    """Listens until every topic is known to be as young as this: whatever was sent before that has arrived."""
    async with asyncio.timeout(30):
        while any(held.as_of < instant for held in viewer.client.held.values()):
            await viewer.say(viewer.client.connected()[1])  # the watch of a topic that is held is answered by a beat
            await viewer.hear()


async def everything_happens(server: Serving, world: World) -> None:
    """Telemetry of the seeded port, and every topic asks again."""
    place = Place(world.north, world.unit, world.alto)
    now = datetime.now(UTC).timestamp()
    reading = TrafficSampled(place=place, at=now, device_id=1, rows=[(1, 5e9, 6e9)])
    await server.wiring.services.bus.announce([reading])
    server.wiring.hub.gap()


async def test_by_live_what_happens_elsewhere_is_not_heard_and_the_rest_is_what_rest_says(
    engine: AsyncEngine, world: World
) -> None:
    keys = topics(world)
    async with serving(engine, Limits(messages_per_s=1e6), REGISTRY) as server:
        cookies = [await server.cookie(login) for login in (*STRANGERS, "root")]
        async with (
            server.viewer(cookies[0]) as baixo,
            server.viewer(cookies[1]) as south,
            server.viewer(cookies[2]) as root,
        ):
            for viewer in (baixo, south, root):
                await viewer.watch(*keys.values())
                assert viewer.client.errors == {}
            before = [{key: held.data for key, held in each.client.held.items()} for each in (baixo, south)]
            await seed(engine, world)
            seeded = datetime.now(UTC)
            await everything_happens(server, world)
            for viewer in (baixo, south):
                await proved_since(viewer, seeded)
            assert [{key: held.data for key, held in each.client.held.items()} for each in (baixo, south)] == before
            async with server.api("root") as api, root.listening():

                async def live_is_rest() -> bool:
                    rest = await by_rest(api, world)
                    return all(_same(name, root.client.held[keys[name]].data, rest[name]) for name in PANELS)

                await until(live_is_rest, what="the same by /live as by REST")


def _same(name: str, live: Any, rest: Any) -> bool:
    """A ring also holds the point that was announced and not stored."""
    if REGISTRY.panels[name].append is not None and isinstance(live, dict):
        stored = set(rest["t"])
        kept = [index for index, t in enumerate(live["t"]) if t in stored]
        return {column: [values[index] for index in kept] for column, values in live.items()} == rest and bool(kept)
    return bool(live == rest)


async def test_by_live_who_may_see_nothing_is_told_so_in_every_panel(engine: AsyncEngine, world: World) -> None:
    await seed(engine, world)
    keys = topics(world)
    async with serving(engine, registry=REGISTRY) as server, server.viewer(await server.cookie("nobody")) as viewer:
        await viewer.watch(*keys.values())
        assert {key: error.code for key, error in viewer.client.errors.items()} == dict.fromkeys(
            keys.values(), "forbidden"
        )
        assert viewer.client.held == {}


async def test_a_record_of_another_place_looks_like_one_that_does_not_exist(engine: AsyncEngine, world: World) -> None:
    await seed(engine, world)
    async with serving(engine, registry=REGISTRY) as server, server.api("baixo") as baixo:
        for name, topic in topics(world).items():
            _, mark, query = topic.partition("?")
            if not mark:
                continue
            key, _, value = query.partition("=")
            real = await baixo.get(f"/panels/{name}?{key}={value}")
            unknown = await baixo.get(f"/panels/{name}?{key}=987654")
            assert real.json()["data"] == unknown.json()["data"]
