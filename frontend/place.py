"""Where the browser's part lives: names of the modules under `frontend/assets/farol` as Reflex imports them."""

from __future__ import annotations

from reflex.utils.imports import ImportVar
from reflex.vars import VarData


def module(name: str) -> str:
    """The import path of a file in `assets/farol`, as Vite resolves it (`$/public` is the assets directory)."""
    return f"$/public/farol/{name}"


def hook(source: str, tag: str, line: str) -> VarData:
    """A React hook: `line` runs in the component that uses the Var, `tag` is imported from `source`."""
    return VarData(imports={module(source): [ImportVar(tag=tag)]}, hooks={line: None})
