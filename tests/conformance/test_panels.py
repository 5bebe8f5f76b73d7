"""What every panel must hold, whoever writes it. A new panel is tested here before its author writes a test."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.ext.asyncio import AsyncEngine

from db.session import reading
from realtime.client import Client
from realtime.encoding import plain
from realtime.facts import Fact
from realtime.panel import Answer, Panel
from realtime.readings import Reading
from realtime.scope import EVERYWHERE, Reach, Scope
from realtime.shapes import Log, Ring, Table, Value
from realtime.stream import NOWHERE, Stream
from tests.conformance.made_up import data_of
from tests.conformance.panels import PANELS, REGISTRY, params_of, seen
from tests.conformance.seed import seed
from tests.world import World

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
ROOT = Path(__file__).parents[2]


async def ask(engine: AsyncEngine, name: str, scope: Scope, params: Any) -> Answer:
    async with reading(engine) as db:
        return await REGISTRY.answer(name)(db, scope, params)


def rows(panel: Panel[Any], answer: Answer) -> list[Any]:
    """How much an answer says, whatever its shape."""
    match panel.shape:
        case Ring():
            return list(getattr(answer.data, panel.shape.columns.__struct_fields__[0]))
        case Table() | Log():
            return list(answer.data)
        case Value():
            return [answer.data]


@pytest.mark.parametrize("name", PANELS)
async def test_an_empty_database_gives_a_whole_answer(engine: AsyncEngine, world: World, name: str) -> None:
    panel = REGISTRY.panels[name]
    answer = await ask(engine, name, EVERYWHERE, params_of(panel, world))
    assert answer.as_of.tzinfo is not None
    expected = 1 if isinstance(panel.shape, Value) else 0
    assert len(rows(panel, answer)) == expected


@pytest.mark.parametrize("name", PANELS)
async def test_a_seeded_database_gives_data_that_fits_the_declared_rows(
    engine: AsyncEngine, world: World, name: str
) -> None:
    await seed(engine, world)
    panel = REGISTRY.panels[name]
    answer = await ask(engine, name, EVERYWHERE, params_of(panel, world))
    assert rows(panel, answer)
    declared: Any = panel.shape.columns if isinstance(panel.shape, Ring) else panel.shape.row
    wanted = list[declared] if isinstance(panel.shape, Table | Log) else declared
    wire = msgspec.json.encode(plain(answer.data))
    assert plain(msgspec.json.decode(wire, type=wanted, strict=False)) == msgspec.json.decode(wire)


@pytest.mark.parametrize("name", PANELS)
async def test_nothing_of_another_place_is_seen(engine: AsyncEngine, world: World, name: str) -> None:
    """What a scope sees must not change when rows appear that lie outside it."""
    panel = REGISTRY.panels[name]
    params = params_of(panel, world)
    outside = (
        Scope(),
        Scope.of(Reach(world.north, 0, world.baixo)),
        Scope.of(Reach(world.south)),
        Scope.of(Reach(world.north, world.other_unit)),
    )
    before = [plain((await ask(engine, name, scope, params)).data) for scope in outside]
    everything = plain((await ask(engine, name, EVERYWHERE, params)).data)
    await seed(engine, world)
    after = [plain((await ask(engine, name, scope, params)).data) for scope in outside]
    assert before == after
    assert plain((await ask(engine, name, EVERYWHERE, params)).data) != everything


@pytest.mark.parametrize("name", PANELS)
async def test_the_seeded_answer_does_not_differ_from_itself(engine: AsyncEngine, world: World, name: str) -> None:
    """An answer whose rows come in another order or with other digits each time would send patches for ever."""
    await seed(engine, world)
    panel = REGISTRY.panels[name]
    first, second = [(await ask(engine, name, EVERYWHERE, params_of(panel, world))).data for _ in range(2)]
    assert panel.shape.diff(first, second) is None


@pytest.mark.parametrize("name", PANELS)
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_a_client_is_led_from_any_rows_to_any_others(name: str, data: st.DataObject) -> None:
    """Through the stream, the wire and the client, as one message per change and as one for all of them."""
    panel = REGISTRY.panels[name]
    stream = Stream(key="t", panel=panel, epoch="e")
    close, far = Client(), Client()
    for client in (close, far):
        client.watch("t")
    for step, rows in enumerate(data.draw(st.lists(data_of(panel.shape), min_size=2, max_size=4))):
        stream.replace(rows, NOW)
        for client in (close,) if step else (close, far):
            held = client.held.get("t")
            if held is None or held.offset != stream.offset:
                assert client.receive(f"[{stream.after(held.offset if held else NOWHERE)}]") == []
    if far.held["t"].offset != stream.offset:
        far.receive(f"[{stream.after(far.held['t'].offset)}]")
    for client in (close, far):
        assert client.held["t"].data == seen(panel, stream.data)


@pytest.mark.parametrize("name", PANELS)
def test_the_contract_is_complete(name: str) -> None:
    panel = REGISTRY.panels[name]
    assert panel.period > timedelta(0)
    assert panel.settle <= panel.period
    assert panel.refresh_on or panel.refresh_every, "nothing would ever refresh it"
    assert all(issubclass(kind, Fact | Reading) for kind in panel.refresh_on)
    assert len({panel.permission.module, panel.permission.action}) == 2


@pytest.mark.parametrize("name", PANELS)
def test_rows_and_contract_are_documented(name: str) -> None:
    panel = REGISTRY.panels[name]
    row: Any = panel.shape.columns if isinstance(panel.shape, Ring) else panel.shape.row
    assert row.__doc__ and not row.__doc__.startswith(f"{row.__name__}("), f"{row.__name__} needs a docstring"
    assert f"`{name}`" in (ROOT / "docs" / "panels.md").read_text(), f"docs/panels.md does not tell of {name}"
