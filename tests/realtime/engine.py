"""The engine in virtual time: a made-up truth, hub and gateway as they are, and screens that hold what they hear."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from realtime.client import Client
from realtime.connection import Socket
from realtime.encoding import plain
from realtime.facts import DeviceAdded, PaymentReceived, Recorded
from realtime.gateway import Gateway
from realtime.hub import Hub, HubSettings
from realtime.panel import Answer, Panel
from realtime.readings import TrafficSampled
from realtime.registry import Registry
from realtime.scope import Place, Scope
from realtime.shapes.table import in_order
from realtime.viewer import Limits
from tests.realtime.rows import PANELS, Inner, Points, Record, Row, Somebody

START = datetime(2026, 11, 24, 12, tzinfo=UTC)
HERE = Place(1, 1, 1)


def clock() -> datetime:
    return START + timedelta(seconds=asyncio.get_running_loop().time())


class Truth:
    """What the database holds, and the queries of the panels over it.

    A query takes `takes` seconds, or what `slow` says for its panel.
    """

    def __init__(self) -> None:
        self.record = Record("start", Decimal(0), Inner(Decimal(0), 0), (), None)
        self.table: dict[int, Row] = {}
        self.points: dict[int, dict[float, float | None]] = {}
        self.log: list[Row] = []
        self.takes = 0.01
        self.slow: dict[str, float] = {}
        self.away = False
        self.asked: list[str] = []

    async def ask(self, panel: Panel[Any], params: Any, scope: Scope) -> Answer:
        self.asked.append(panel.name)
        answer = self.answer(panel.name, params)
        await asyncio.sleep(self.slow.get(panel.name, self.takes))
        if self.away:
            raise ConnectionError("the database is away")
        return answer

    def answer(self, name: str, params: Any) -> Answer:
        match name:
            case "test.record":
                return Answer(self.record, clock())
            case "test.table":
                return Answer(list(self.table.values()), clock())
            case "test.ring":
                last = sorted(self.points.get(params.port, {}).items())[-5:]
                return Answer(Points([t for t, _ in last], [value for _, value in last]), clock())
            case "test.log":
                return Answer(self.log[-4:], clock())
        raise LookupError(name)

    def seen(self, registry: Registry, key: str) -> Any:
        """What a screen of this topic must hold."""
        topic = registry.topic(key)
        data = plain(self.answer(topic.panel.name, topic.params).data)
        shape = topic.panel.shape
        return in_order(data, shape.key, shape.order) if shape.kind == "table" else data


class Screen:
    """A viewer somewhere: its client survives connections, its socket can be blocked.

    `direct` says whether the server may write to it at once, as under our own protocol, or only through its writer.
    """

    def __init__(self, engine: Engine, token: str | None = None, *, direct: bool = False) -> None:
        self.client = Client(token)
        self.frames: list[tuple[float, str]] = []
        self.closed: tuple[int, str] | None = None
        self.flowing = asyncio.Event()
        self.flowing.set()
        self._engine = engine
        self._direct = direct
        self._inbox: asyncio.Queue[str | bytes | None] = asyncio.Queue()
        self._serving: asyncio.Task[None] | None = None

    def connect(self) -> None:
        self.closed = None
        inbox: asyncio.Queue[str | bytes | None] = asyncio.Queue()
        self._inbox = inbox
        self.say(*self.client.connected())

        def arrive(frame: str) -> None:
            if inbox is self._inbox:
                self.frames.append((asyncio.get_running_loop().time(), frame))
                self.say(*self.client.receive(frame))

        async def send(frame: str) -> None:
            await self.flowing.wait()
            arrive(frame)

        async def close(code: int, reason: str) -> None:
            self.closed = code, reason

        direct = Wire(self.flowing, arrive) if self._direct else None
        socket = Socket(receive=inbox.get, send=send, close=close, direct=direct)
        self._serving = self._engine.tasks.create_task(
            self._engine.gateway.serve(socket, self._engine.authenticate), name="serve"
        )

    def say(self, *messages: str | bytes) -> None:
        for message in messages:
            self._inbox.put_nowait(message)

    def watch(self, key: str) -> None:
        self.say(*self.client.watch(key))

    def unwatch(self, key: str) -> None:
        self.say(*self.client.unwatch(key))

    async def vanish(self) -> None:
        """The network goes; what is on the way is lost."""
        self._inbox.put_nowait(None)
        self._inbox = asyncio.Queue()
        assert self._serving is not None
        await self._serving

    def data(self, key: str) -> Any:
        return self.client.held[key].data


@dataclass(frozen=True)
class Wire:
    """A socket that takes frames at once while it flows."""

    flowing: asyncio.Event
    write: Callable[[str], None]

    @property
    def ready(self) -> bool:
        return self.flowing.is_set()

    def on_stop(self, leave: Callable[[], None]) -> None:
        """A server's stop is told by the gateway's drain here."""


class Engine:
    """`who` answers for every token; the random numbers are those of `seed`."""

    def __init__(
        self, tasks: asyncio.TaskGroup, settings: HubSettings, limits: Limits, panels: list[Panel[Any]]
    ) -> None:
        self.tasks = tasks
        self.truth = Truth()
        self.registry = Registry(panels, {panel.name: _unused for panel in panels})
        chance = random.Random(7)
        self.hub = Hub(
            ask=self.truth.ask,
            epoch=lambda: f"{chance.getrandbits(32):08x}",
            jitter=chance.random,
            settings=settings,
        )
        self.gateway = Gateway(hub=self.hub, registry=self.registry, clock=clock, build="test", limits=limits)
        self.who: Callable[[str | None], Somebody | None] = lambda token: Somebody(START + timedelta(days=30))
        self.asked_who = 0
        self._next = 0

    async def authenticate(self, token: str | None) -> Somebody | None:
        self.asked_who += 1
        return self.who(token)

    def screen(self, *keys: str, direct: bool = False) -> Screen:
        screen = Screen(self, direct=direct)
        screen.client.wanted = dict.fromkeys(keys)
        screen.connect()
        return screen

    # What happens in the business; `announced` False when the bus loses the word of it

    def _recorded(self, fact: Any, announced: bool) -> None:
        self._next += 1
        if announced:
            self.hub.facts([Recorded(self._next, fact)])

    def device(self, announced: bool = True) -> None:
        self._recorded(DeviceAdded(place=HERE, at=clock(), device_id=1), announced)

    def change_record(self, announced: bool = True, **fields: Any) -> None:
        values = {name: getattr(self.truth.record, name) for name in Record.__struct_fields__}
        self.truth.record = Record(**(values | fields))
        self.device(announced)

    def set_row(self, row: Row, announced: bool = True) -> None:
        self.truth.table[row.id] = row
        self.device(announced)

    def drop_row(self, row_id: int, announced: bool = True) -> None:
        self.truth.table.pop(row_id, None)
        self.device(announced)

    def pay(self, payment: int, announced: bool = True) -> None:
        if all(row.id != payment for row in self.truth.log):
            self.truth.log.append(Row(payment, Decimal(payment)))
        self._recorded(
            PaymentReceived(
                place=HERE,
                at=clock(),
                settlement_id=payment,
                receivable_id=1,
                subscriber_id=1,
                amount=Decimal(1),
                applied=Decimal(1),
                credited=Decimal(0),
                channel="pix",
                paid_on=START.date(),
                due_on=START.date(),
            ),
            announced,
        )

    def sample(self, port: int, at: float, value: float | None, announced: bool = True) -> None:
        self.truth.points.setdefault(port, {})[at] = value
        if announced:
            self.hub.readings([TrafficSampled(place=HERE, at=at, device_id=1, rows=[(port, value, 0.0)])])


async def _unused(db: Any, scope: Scope, params: Any) -> Answer:
    raise AssertionError("the hub asks the truth of the test")


@asynccontextmanager
async def running(
    settings: HubSettings | None = None, limits: Limits | None = None, **changes: Any
) -> AsyncIterator[Engine]:
    """An engine over the test panels; `changes` replace fields of all of them."""
    panels = [replace(panel, **changes) for panel in PANELS]
    async with asyncio.TaskGroup() as tasks:
        engine = Engine(tasks, settings or HubSettings(), limits or Limits(), panels)
        async with engine.hub, engine.gateway:
            yield engine
            await engine.gateway.drain(timedelta(seconds=30))
