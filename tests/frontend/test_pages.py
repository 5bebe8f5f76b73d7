"""Every page of the application can be built from what it says, and every component it names exists."""

from __future__ import annotations

import inspect
import re
from pathlib import Path
from typing import Any

import pytest
import reflex as rx

from frontend import components, table
from frontend.app import app

ASSETS = Path(components.__file__).parent / "assets" / "farol"
PAGES: dict[str, Any] = dict(app._unevaluated_pages)
OURS = [
    made
    for room in (components, table)
    for _, made in inspect.getmembers(room, inspect.isclass)
    if issubclass(made, rx.Component) and made.__module__ == room.__name__
]


@pytest.mark.parametrize("route", PAGES)
def test_a_page_is_made_of_components_that_render(route: str) -> None:
    page = PAGES[route]
    made = page.component()
    assert isinstance(made, rx.Component)
    assert made.render()["children"]
    assert page.title


def test_the_pages_that_links_promise_are_there() -> None:
    assert set(PAGES) == {
        "index", "login", "receivables", "traffic", "access", "wall", "wall/receivables", "wall/traffic", "wall/access",
        "orders", "wall/orders", "technicians", "wall/technicians", "404",
        "followup", "wall/followup", "agent",
    }  # fmt: skip


@pytest.mark.parametrize("component", OURS, ids=lambda made: made.__name__)
def test_a_component_is_exported_by_the_module_it_names(component: type[rx.Component]) -> None:
    file = ASSETS / str(component.library).rsplit("/", 1)[-1]
    found = re.search(rf"export function {component.tag}\(([^)]*)\)", file.read_text())
    assert found, f"{file.name} exports no {component.tag}"
    accepted = set(re.findall(r"(\w+)(?: = [^,}]+)?(?=[,} ])", found.group(1)))
    own = {name for name in inspect.get_annotations(component) if name not in ("library", "tag")}
    wanted = {re.sub(r"_(\w)", lambda letter: letter.group(1).upper(), name) for name in own}
    assert wanted <= accepted, f"{component.tag} takes {sorted(accepted)}"


def test_only_the_list_of_receivables_needs_reflex_state() -> None:
    """Live data never goes through Reflex state: it encodes per viewer, under a lock."""
    from frontend.receivables_filter import ReceivablesFilter

    states = {state for state in rx.State.__subclasses__() if state.__module__.startswith("frontend")}
    assert states == {ReceivablesFilter}
    assert set(ReceivablesFilter.base_vars) == {"narrow", "today"}
