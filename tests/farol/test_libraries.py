"""Every library that Farol stands on is accounted for."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "decisions" / "libraries.md").read_text()
DEPENDENCIES = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]


@pytest.mark.parametrize("requirement", DEPENDENCIES)
def test_a_dependency_has_a_reason_and_a_licence(requirement: str) -> None:
    name = re.split(r"[\[><=]", requirement)[0]
    rows = [line for line in PAGE.splitlines() if re.search(rf"^\| [^|]*\b{re.escape(name)}\b", line)]
    assert len(rows) == 1, f"docs/decisions/libraries.md tells of {name} in {len(rows)} rows"
    assert all(cell.strip() for cell in rows[0].strip("|").split("|"))
