"""Somebody new follows `docs/how-to/add-a-panel.md` to the letter, in a copy of the checkout."""

from __future__ import annotations

import asyncio
import re
import shutil
import sys
from pathlib import Path

import pytest

from tests.conformance.test_panels import ROOT

ROOMS = ("backend", "collectors", "db", "farol", "realtime", "tests")
NAME = "receivables_open_by_city"
CONTRACT, ANSWER = f"realtime/panels/{NAME}.py", f"backend/panels/{NAME}.py"


def code_of(page: str, path: str) -> str:
    """The block of code under the heading that names this file."""
    found = re.search(rf"^## [^\n]*`{re.escape(path)}`\n+```\w+\n(.*?)^```", page, re.DOTALL | re.MULTILINE)
    assert found, f"the page has no code for {path}"
    return found[1]


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The rooms, and what the page says in them."""
    folder = tmp_path / "farol"
    for room in ROOMS:
        shutil.copytree(ROOT / room, folder / room, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(ROOT / "docs", folder / "docs", ignore=shutil.ignore_patterns("*.png"))
    shutil.copy(ROOT / "pyproject.toml", folder)
    page = (ROOT / "docs" / "how-to" / "add-a-panel.md").read_text()
    for path in (CONTRACT, ANSWER):
        (folder / path).write_text(code_of(page, path))
    panels = folder / "docs" / "panels.md"
    table = panels.read_text()
    row = code_of(page, "docs/panels.md")
    panels.write_text(table.replace("\n| `receivables.latest`", f"\n{row}| `receivables.latest`", 1))
    assert row in panels.read_text()
    return folder


async def python(folder: Path, *arguments: str) -> tuple[int, str]:
    """Runs the copy's code, not ours; its exit code and everything it said."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *arguments,
        cwd=folder,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        env={"PYTHONPATH": str(folder), "PATH": "/usr/bin:/bin", "PYTHONDONTWRITEBYTECODE": "1"},
    )
    said, _ = await process.communicate()
    return process.returncode or 0, said.decode()


async def test_two_files_and_a_line_are_a_panel_that_passes_the_conformance_suite(copy: Path) -> None:
    found, said = await python(
        copy, "-c", "from realtime.registry import discover; print(*discover().panels, sep='\\n')"
    )
    assert (found, "receivables.open_by_city" in said.splitlines()) == (0, True), said
    suite = ("tests/conformance/test_panels.py", "tests/conformance/test_scope.py")
    failed, said = await python(
        copy,
        "-m",
        "pytest",
        *suite,
        "-q",
        "-p",
        "no:cacheprovider",
        "-k",
        "open_by_city or another_place_change_nothing or by_live_what",
        "-rA",
    )
    assert failed == 0, said[-5000:]
    passed = [line for line in said.splitlines() if line.startswith("PASSED")]
    assert sum("[receivables.open_by_city]" in line for line in passed) >= 5, said[-5000:]
    assert sum("test_scope.py" in line for line in passed) == 2, said[-5000:]


@pytest.mark.parametrize(("forgotten", "other"), [(ANSWER, CONTRACT), (CONTRACT, ANSWER)])
async def test_a_forgotten_file_stops_the_start_with_its_name(copy: Path, forgotten: str, other: str) -> None:
    (copy / forgotten).unlink()
    failed, said = await python(copy, "-c", "from realtime.registry import discover; discover()")
    assert failed != 0
    last = said.strip().splitlines()[-1]
    assert f"Create {forgotten}" in last
    assert other in last
