"""What every panel must hold, whoever writes it. A new panel is tested here before its author writes a test."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from db.session import reading
from realtime.encoding import plain
from realtime.facts import Fact
from realtime.panel import Answer, Panel
from realtime.readings import Reading
from realtime.registry import discover
from realtime.scope import EVERYWHERE, Reach, Scope
from realtime.shapes import Log, Ring, Table, Value
from tests.conformance.seed import FULL_PARAMS, seed
from tests.world import World

REGISTRY = discover()
PANELS = sorted(REGISTRY.panels)
ROOT = Path(__file__).parents[2]


def params_of(panel: Panel[Any], world: World) -> Any:
    """The defaults, or for a panel with required parameters those that find the seeded data."""
    return panel.params(**FULL_PARAMS.get(panel.name, lambda _: {})(world))


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
async def test_a_difference_applied_to_the_old_data_gives_the_new(
    engine: AsyncEngine, world: World, name: str
) -> None:
    panel = REGISTRY.panels[name]
    params = params_of(panel, world)
    empty = (await ask(engine, name, EVERYWHERE, params)).data
    await seed(engine, world)
    full = (await ask(engine, name, EVERYWHERE, params)).data
    patch = panel.shape.diff(empty, full)
    assert patch is not None
    assert panel.shape.diff(full, full) is None


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
