"""A serving process's parts on a real port. Without a registry of panels it has one whose text is what a test says."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import msgspec
import uvicorn
import websockets
from sqlalchemy.ext.asyncio import AsyncEngine
from websockets.asyncio.client import ClientConnection, connect

from backend.live.protocol import LiveWebSocket
from farol.http_server import bound, options
from farol.serve import Wiring, wire
from farol.settings import Settings
from realtime.client import Client
from realtime.facts import DeviceAdded, Recorded
from realtime.panel import Answer, NoParams, Panel
from realtime.registry import Registry
from realtime.scope import Permission, Place, Scope
from realtime.shapes import Value
from realtime.viewer import Limits
from tests.world import PASSWORD

TOPIC = "test.text"


class Text(msgspec.Struct, frozen=True):
    step: int
    text: str


class Serving:
    """`say` changes the panel's text and tells the bus."""

    def __init__(self, engine: AsyncEngine, limits: Limits, registry: Registry | None) -> None:
        self.text = Text(0, "")
        panel = Panel(
            name=TOPIC,
            params=NoParams,
            shape=Value(Text),
            permission=Permission("network", "read"),
            refresh_on=(DeviceAdded,),
            period=timedelta(seconds=60),
            settle=timedelta(milliseconds=1),
        )
        self.wiring: Wiring = wire(
            engine=engine,
            redis_url="memory://",
            secret=b"0" * 32,
            clock=lambda: datetime.now(UTC),
            build="test",
            demo=False,
            registry=registry or Registry([panel], {TOPIC: self._answer}),
            limits=limits,
        )
        settings = Settings()
        application = self.wiring.application(lifespan=self.wiring.running)
        self.server = uvicorn.Server(uvicorn.Config(application, **options(settings)))
        self.port = 0

    async def _answer(self, db: Any, scope: Scope, params: Any) -> Answer:
        return Answer(self.text, datetime.now(UTC))

    async def say(self, text: str = "") -> None:
        self.text = Text(self.text.step + 1, text)
        fact = DeviceAdded(place=Place(1, None, None), at=datetime.now(UTC), device_id=1)
        await self.wiring.services.bus.ring([Recorded(self.text.step, fact)])

    @asynccontextmanager
    async def api(self, login: str) -> AsyncIterator[httpx.AsyncClient]:
        """REST as this user."""
        async with httpx.AsyncClient(base_url=self.url("http") + "/api/v1") as client:
            answer = await client.post("/session", json={"login": login, "password": PASSWORD})
            answer.raise_for_status()
            yield client

    async def cookie(self, login: str = "root") -> str:
        async with self.api(login) as client:
            return "; ".join(f"{name}={value}" for name, value in client.cookies.items())

    @property
    def sockets(self) -> int:
        """WebSockets that are not let go of yet."""
        return sum(isinstance(each, LiveWebSocket) for each in self.server.server_state.connections)

    def url(self, scheme: str) -> str:
        return f"{scheme}://127.0.0.1:{self.port}"

    @asynccontextmanager
    async def viewer(self, cookie: str, **options: Any) -> AsyncIterator[Viewer]:
        headers = {"Cookie": cookie, "Origin": self.url("http")}
        async with connect(self.url("ws") + "/live", additional_headers=headers, max_size=None, **options) as socket:
            yield Viewer(socket)


class Viewer:
    """A client on a real socket."""

    def __init__(self, socket: ClientConnection, client: Client | None = None) -> None:
        self.socket = socket
        self.client = client or Client()

    async def say(self, *messages: str | bytes) -> None:
        for message in messages:
            await self.socket.send(message)

    async def hear(self) -> None:
        """Takes in one frame."""
        await self.say(*self.client.receive(await self.socket.recv()))

    async def until(self, step: int) -> None:
        """Listens until the text of this step is shown."""
        async with asyncio.timeout(20):
            while self.step < step:
                await self.hear()

    @property
    def step(self) -> int:
        held = self.client.held.get(TOPIC)
        return -1 if held is None else int(held.data["step"])

    async def join(self) -> Viewer:
        self.client.wanted[TOPIC] = None
        await self.say(*self.client.connected())
        await self.until(0)
        return self

    async def watch(self, *keys: str) -> None:
        """Joins with these topics, and listens until each of them is there."""
        self.client.wanted |= dict.fromkeys(keys)
        await self.say(*self.client.connected())
        async with asyncio.timeout(20):
            while not self.client.wanted.keys() <= self.client.held.keys() | self.client.errors.keys():
                await self.hear()

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[None]:
        """Takes in whatever comes, in the background."""

        async def listen() -> None:
            while True:
                await self.hear()

        async with asyncio.TaskGroup() as tasks:
            listener = tasks.create_task(listen())
            yield
            listener.cancel()

    async def closed(self) -> int:
        """Listens to the end; the close code."""
        async with asyncio.timeout(20):
            try:
                while True:
                    await self.hear()
            except websockets.ConnectionClosed as end:
                return end.rcvd.code if end.rcvd is not None else 1006


async def eventually(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while True:
            if condition():
                return
            await asyncio.sleep(0.01)


@asynccontextmanager
async def serving(
    engine: AsyncEngine, limits: Limits | None = None, registry: Registry | None = None
) -> AsyncIterator[Serving]:
    parts = Serving(engine, limits or Limits(), registry)
    listening = bound(Settings(port=0))
    parts.port = listening.getsockname()[1]
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(parts.server.serve(sockets=[listening]))
        try:
            async with asyncio.timeout(20):
                async with httpx.AsyncClient() as client:
                    await client.get(parts.url("http") + "/health/live")
            yield parts
        finally:
            parts.server.should_exit = True
