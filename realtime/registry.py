"""Finds the panels and the queries that answer them. A missing peer stops the program with the file to create."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Iterable, Mapping
from importlib import import_module
from inspect import iscoroutinefunction
from pkgutil import iter_modules
from typing import Any

import msgspec

from realtime.facts import Fact
from realtime.panel import Answer, Panel
from realtime.readings import Reading
from realtime.scope import Scope
from realtime.shapes import Log, Ring
from realtime.topic import BadParams, key_of, read_params, split

Snapshot = Callable[[Any, Scope, Any], Awaitable[Answer]]
"""`async def snapshot(db, scope, params) -> Answer`; `db` is whatever the composition root passes."""

_NAME = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*")


class RegistryError(Exception):
    """The panels on disk do not fit together. The text says which file to create or change."""


class UnknownPanel(Exception):
    """There is no panel of this name."""


class Topic(msgspec.Struct, frozen=True):
    """What a viewer asked for: a panel with its parameters, and the one spelling of both."""

    key: str
    panel: Panel[Any]
    params: Any


class Registry:
    """`panels` by name, in order of name; each has an answer."""

    def __init__(self, panels: Iterable[Panel[Any]], answers: Mapping[str, Snapshot]) -> None:
        self.panels: dict[str, Panel[Any]] = {}
        for panel in sorted(panels, key=lambda panel: panel.name):
            _check(panel)
            if panel.name in self.panels:
                raise RegistryError(f"Two panels are named '{panel.name}'. Rename one of them.")
            if panel.name not in answers:
                raise RegistryError(f"The panel '{panel.name}' has no answer.")
            self.panels[panel.name] = panel
        self._answers = {name: answers[name] for name in self.panels}

    def answer(self, name: str) -> Snapshot:
        return self._answers[name]

    def topic(self, key: str) -> Topic:
        """The topic of a key. Raises UnknownPanel and BadParams, also for a key that is not spelt canonically."""
        name, pairs = split(key)
        panel = self.panels.get(name)
        if panel is None:
            raise UnknownPanel(f"There is no panel '{name[:100]}'.")
        params = read_params(panel.params, pairs)
        canonical = key_of(name, params)
        if key != canonical:
            raise BadParams(f"This topic is spelt '{canonical}'.")
        return Topic(key, panel, params)

    def schemas(self) -> dict[str, dict[str, Any]]:
        """JSON Schemas per panel: `params` and `rows` (the record, a row, or the columns), `$defs` inside each."""
        schemas = {}
        for name, panel in self.panels.items():
            row = panel.shape.columns if isinstance(panel.shape, Ring) else panel.shape.row
            schemas[name] = {"params": msgspec.json.schema(panel.params), "rows": msgspec.json.schema(row)}
        return schemas


def _check(panel: Panel[Any]) -> None:
    if not _NAME.fullmatch(panel.name):
        raise RegistryError(f"The panel name '{panel.name}' must be lower case words joined by dots.")
    if not panel.params.__struct_config__.forbid_unknown_fields:
        raise RegistryError(f"The parameters of '{panel.name}' must be declared with forbid_unknown_fields=True.")
    if panel.about is not None:
        for kind in panel.refresh_on:
            if kind.subjects in (Fact.subjects, Reading.subjects):
                raise RegistryError(f"The panel '{panel.name}' is about one record, and {kind.__name__} names none.")
    if panel.append is not None and not isinstance(panel.shape, Ring | Log):
        raise RegistryError(f"The panel '{panel.name}' has 'append', which only rings and logs can have.")


def _names(package: str) -> list[str]:
    path = import_module(package).__path__
    return sorted(found.name for found in iter_modules(path) if not found.name.startswith("_"))


def discover(contracts: str = "realtime.panels", answers: str = "backend.panels") -> Registry:
    """Reads both packages. Raises RegistryError with a sentence that names the file to create or change."""
    declared, answered = _names(contracts), _names(answers)
    # Names first: an answer imports its contract, and what it says when that is missing names no file to create.
    for name in sorted(set(declared) - set(answered)):
        raise RegistryError(
            f"{_file(contracts, name)} declares a panel that nothing answers. "
            f"Create {_file(answers, name)} with: async def snapshot(db, scope, params) -> Answer"
        )
    for name in sorted(set(answered) - set(declared)):
        raise RegistryError(
            f"{_file(answers, name)} answers a panel that nobody declares. "
            f"Create {_file(contracts, name)} with: panel = Panel(...)"
        )
    panels: list[Panel[Any]] = []
    found: dict[str, Snapshot] = {}
    for name in declared:
        panel = getattr(import_module(f"{contracts}.{name}"), "panel", None)
        if not isinstance(panel, Panel):
            raise RegistryError(f"{_file(contracts, name)} must define: panel = Panel(...)")
        snapshot = getattr(import_module(f"{answers}.{name}"), "snapshot", None)
        if not iscoroutinefunction(snapshot):
            raise RegistryError(f"{_file(answers, name)} must define: async def snapshot(db, scope, params) -> Answer")
        panels.append(panel)
        found[panel.name] = snapshot
    return Registry(panels, found)


def _file(package: str, module: str) -> str:
    return f"{package.replace('.', '/')}/{module}.py"
