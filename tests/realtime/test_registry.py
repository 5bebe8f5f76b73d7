"""Panels are found on disk; whatever does not fit stops the program with the file to create or change."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import msgspec
import pytest

from realtime.facts import DeviceAdded
from realtime.panel import Answer, NoParams, Panel
from realtime.registry import Registry, RegistryError, UnknownPanel, discover
from realtime.scope import Scope
from realtime.topic import BadParams
from tests.realtime.rows import LOG, PANELS, RECORD, RING, TABLE

CONTRACT = """
from tests.realtime.rows import TABLE
from dataclasses import replace
panel = replace(TABLE, name="{name}")
"""
ANSWER = "async def snapshot(db, scope, params): return db"


async def snapshot(db: Any, scope: Scope, params: Any) -> Answer:
    return Answer([], db)


Folders = Callable[[dict[str, str], dict[str, str]], tuple[str, str]]


@pytest.fixture
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Folders]:
    """Writes two packages with these modules and gives their names."""
    monkeypatch.syspath_prepend(tmp_path)
    name = f"found_{tmp_path.name.replace('-', '_')}"

    def write(contracts: dict[str, str], answers: dict[str, str]) -> tuple[str, str]:
        for folder, modules in (("contracts", contracts), ("answers", answers)):
            package = tmp_path / name / folder
            package.mkdir(parents=True)
            for module, text in {"__init__": "", **modules}.items():
                (package / f"{module}.py").write_text(text)
        return f"{name}.contracts", f"{name}.answers"

    yield write
    for module in [module for module in sys.modules if module.startswith(name)]:
        del sys.modules[module]


def test_a_panel_is_two_files_of_the_same_name(folders: Folders) -> None:
    registry = discover(*folders({"a": CONTRACT.format(name="x.a")}, {"a": ANSWER}))
    assert list(registry.panels) == ["x.a"]
    assert registry.answer("x.a").__name__ == "snapshot"


def test_a_panel_without_an_answer_names_the_file_to_create(folders: Folders) -> None:
    contracts, answers = folders({"a": CONTRACT.format(name="x.a")}, {})
    with pytest.raises(RegistryError, match=rf"Create {answers.replace('.', '/')}/a\.py"):
        discover(contracts, answers)


def test_an_answer_without_a_panel_names_the_file_to_create(folders: Folders) -> None:
    contracts, answers = folders({}, {"a": ANSWER})
    with pytest.raises(RegistryError, match=rf"Create {contracts.replace('.', '/')}/a\.py"):
        discover(contracts, answers)


@pytest.mark.parametrize(
    ("contract", "answer", "message"),
    [
        ("", ANSWER, r"contracts/a\.py must define: panel"),
        (CONTRACT.format(name="x.a"), "", r"answers/a\.py must define: async def snapshot"),
        (CONTRACT.format(name="x.a"), "def snapshot(db, scope, params): ...", "must define: async def snapshot"),
    ],
)
def test_a_file_without_its_content_is_named(folders: Folders, contract: str, answer: str, message: str) -> None:
    with pytest.raises(RegistryError, match=message):
        discover(*folders({"a": contract}, {"a": answer}))


def test_two_panels_of_one_name_are_refused(folders: Folders) -> None:
    text = CONTRACT.format(name="x.a")
    with pytest.raises(RegistryError, match=r"Two panels are named 'x\.a'"):
        discover(*folders({"a": text, "b": text}, {"a": ANSWER, "b": ANSWER}))


class _Lenient(msgspec.Struct, frozen=True):
    port: int = 1


@pytest.mark.parametrize(
    ("panel", "message"),
    [
        (replace(TABLE, name="Not A Name"), "lower case"),
        (replace(cast(Panel[Any], TABLE), params=_Lenient), "forbid_unknown_fields"),
        (replace(RING, refresh_on=(DeviceAdded,)), "DeviceAdded names none"),
        (replace(RECORD, append=lambda params, fact: None), "only rings and logs"),
    ],
)
def test_a_contract_that_cannot_work_is_refused(panel: Any, message: str) -> None:
    with pytest.raises(RegistryError, match=message):
        Registry([panel], {panel.name: snapshot})


def test_a_topic_is_read_from_its_key() -> None:
    registry = Registry(PANELS, {panel.name: snapshot for panel in PANELS})
    topic = registry.topic("test.ring?port=7")
    assert (topic.panel, topic.params.port) == (RING, 7)
    assert registry.topic("test.log").params == NoParams() and registry.topic("test.log").panel is LOG


@pytest.mark.parametrize("key", ["test.ring", "test.ring?port=x", "test.ring?port=07", "test.log?", "test.log?a=1"])
def test_a_key_that_is_not_the_one_spelling_is_refused(key: str) -> None:
    registry = Registry(PANELS, {panel.name: snapshot for panel in PANELS})
    with pytest.raises(BadParams):
        registry.topic(key)
    with pytest.raises(UnknownPanel):
        registry.topic("nothing.here")


def test_schemas_tell_of_parameters_and_rows() -> None:
    registry = Registry(PANELS, {panel.name: snapshot for panel in PANELS})
    schemas = registry.schemas()
    assert list(schemas) == sorted(panel.name for panel in PANELS)
    assert "PortParams" in schemas["test.ring"]["params"]["$defs"]
    assert "Points" in schemas["test.ring"]["rows"]["$defs"]
