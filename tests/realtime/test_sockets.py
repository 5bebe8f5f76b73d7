"""`/live` over real WebSockets: what only a socket can do wrong, and who is not disturbed by it."""

from __future__ import annotations

import asyncio
import socket

import httpx
import pytest
import websockets
from sqlalchemy.ext.asyncio import AsyncEngine
from websockets.asyncio.client import connect

from backend.live import protocol
from realtime.viewer import Limits
from realtime.wire import CLOSE_NOT_ALLOWED, CLOSE_PROTOCOL, CLOSE_RESTART, CLOSE_SLOW, CLOSE_TOO_MANY
from tests.realtime.serving import TOPIC, Viewer, eventually, serving
from tests.world import World, build_world

MESSAGE_TOO_BIG = 1009
"""RFC 6455, 7.4.1: said by uvicorn, before the frame is read."""


def long_text(step: int) -> str:
    return f"{step} " + "x" * 400_000


@pytest.fixture
async def world(engine: AsyncEngine) -> World:
    return await build_world(engine)


async def test_a_page_of_another_origin_is_refused_before_it_is_accepted(engine: AsyncEngine, world: World) -> None:
    async with serving(engine) as server:
        cookie = await server.cookie()
        for origin in ("http://evil.example", "null", f"https://127.0.0.1:{server.port}", "http://127.0.0.1"):
            with pytest.raises(websockets.InvalidStatus) as refused:
                await connect(server.url("ws") + "/live", additional_headers={"Cookie": cookie, "Origin": origin})
            assert refused.value.response.status_code == 403
        assert server.wiring.services.gateway.viewers == 0


async def test_a_page_of_ours_is_known_by_its_cookie_and_a_stranger_is_not(engine: AsyncEngine, world: World) -> None:
    async with serving(engine) as server:
        async with server.viewer(await server.cookie()) as viewer:
            await viewer.join()
        async with server.viewer("farol_session=forged") as stranger:
            await stranger.say(*stranger.client.connected())
            assert await stranger.closed() == CLOSE_NOT_ALLOWED


async def test_who_may_not_see_a_topic_is_told_so(engine: AsyncEngine, world: World) -> None:
    async with serving(engine) as server, server.viewer(await server.cookie("nobody")) as viewer:
        viewer.client.wanted[TOPIC] = None
        await viewer.say(*viewer.client.connected())
        async with asyncio.timeout(5):
            while not viewer.client.errors:
                await viewer.hear()
        assert viewer.client.errors[TOPIC].code == "forbidden"
        assert viewer.client.held == {}


async def test_an_oversized_or_binary_frame_ends_its_viewer_and_no_other(engine: AsyncEngine, world: World) -> None:
    rude_frames: list[tuple[str | bytes, int]] = [
        ("x" * 32_900, CLOSE_PROTOCOL),
        ("x" * 40_000, MESSAGE_TOO_BIG),
        ("x" * 30_000_000, MESSAGE_TOO_BIG),
        (b"\x00" * 100, CLOSE_PROTOCOL),
    ]
    async with serving(engine) as server:
        cookie = await server.cookie()
        async with server.viewer(cookie) as other:
            await other.join()
            for step, (frame, code) in enumerate(rude_frames, start=1):
                async with server.viewer(cookie) as rude:
                    await rude.join()
                    sending = asyncio.create_task(rude.say(frame))
                    assert await rude.closed() == code
                    await asyncio.gather(sending, return_exceptions=True)
                await server.say()
                await other.until(step)


async def test_ten_thousand_watches_end_their_viewer_and_hold_nobody_up(engine: AsyncEngine, world: World) -> None:
    async with serving(engine) as server:
        cookie = await server.cookie()
        async with server.viewer(cookie) as rude, server.viewer(cookie) as other:
            await rude.join()
            await other.join()

            async def flood() -> None:
                for number in range(10_000):
                    await rude.say(f'{{"op":"watch","t":"{TOPIC}?n={number}"}}')

            flooding = asyncio.create_task(flood())
            for step in range(1, 20):
                await server.say()
                await other.until(step)
            assert await rude.closed() == CLOSE_TOO_MANY
            await asyncio.gather(flooding, return_exceptions=True)
            assert server.wiring.hub.topics == 1


async def test_a_reader_that_pauses_is_sent_away_and_heals_when_it_comes_back(
    engine: AsyncEngine, world: World
) -> None:
    async with serving(engine, Limits(blocked_s=1.0)) as server:
        cookie = await server.cookie()
        async with server.viewer(cookie) as other:
            await other.join()
            async with server.viewer(cookie, max_queue=1) as paused:
                await paused.join()
                paused.socket.transport.pause_reading()
                step = 0
                async with asyncio.timeout(30):
                    while server.wiring.services.gateway.counters.slow == 0:
                        step += 1
                        await server.say(long_text(step))
                        await other.until(step)
                assert server.wiring.services.gateway.counters.slow == 1
                paused.socket.transport.resume_reading()
                assert await paused.closed() in (CLOSE_SLOW, 1006)
                assert paused.step < step
            async with server.viewer(cookie) as again:
                again.client = paused.client
                await again.say(*again.client.connected())
                await again.until(step)
                assert again.client.held[TOPIC].data == other.client.held[TOPIC].data


async def test_a_reader_that_never_reads_again_is_let_go_of(
    engine: AsyncEngine, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """asyncio's close waits for the buffer to be sent, for ever if the other side answers but does not read."""
    monkeypatch.setattr(protocol, "LINGER_S", 0.1)
    async with serving(engine, Limits(blocked_s=0.5)) as server:
        cookie = await server.cookie()
        async with server.viewer(cookie) as other, server.viewer(cookie, max_queue=1) as paused:
            await other.join()
            await paused.join()
            paused.socket.transport.pause_reading()
            assert server.sockets == 2
            step = 0
            async with asyncio.timeout(30):
                while server.wiring.services.gateway.viewers == 2:
                    step += 1
                    await server.say(long_text(step))
                    await other.until(step)
            await eventually(lambda: server.sockets == 1)
            paused.socket.transport.abort()


async def test_a_restart_is_said_before_the_socket_is_closed(engine: AsyncEngine, world: World) -> None:
    async with serving(engine) as server, server.viewer(await server.cookie()) as viewer:
        await viewer.join()
        server.server.should_exit = True
        assert await viewer.closed() == CLOSE_RESTART
        assert viewer.client.bye is not None
        assert (viewer.client.bye.code, viewer.client.bye.retry) == ("restart", (1000, 8000))


async def test_a_login_that_ends_ends_its_sockets(engine: AsyncEngine, world: World) -> None:
    async with serving(engine) as server:
        cookie = await server.cookie()
        async with server.viewer(cookie) as viewer:
            await viewer.join()
            async with httpx.AsyncClient(base_url=server.url("http"), headers={"Cookie": cookie}) as client:
                csrf = (await client.get("/api/v1/session")).json()["csrf"]
                (await client.delete("/api/v1/session", headers={"X-CSRF-Token": csrf})).raise_for_status()
            assert await viewer.closed() == CLOSE_NOT_ALLOWED


async def test_a_client_that_vanishes_in_the_handshake_leaves_nothing_behind(engine: AsyncEngine, world: World) -> None:
    async with serving(engine) as server:
        with socket.create_connection(("127.0.0.1", server.port)) as raw:
            raw.sendall(b"GET /live HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n")
        async with server.viewer(await server.cookie()) as viewer:
            assert isinstance(await viewer.join(), Viewer)
        await eventually(lambda: server.wiring.services.gateway.viewers == 0)
