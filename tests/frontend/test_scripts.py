"""The browser's modules that need no browser, run by node: see the `*.test.mjs` files beside this one."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.frontend.conftest import NODE

FILES = sorted(Path(__file__).parent.glob("*.test.mjs"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem.removesuffix(".test"))
def test_the_modules_of_the_browser_keep_their_rules(file: Path) -> None:
    done = subprocess.run(
        [NODE, "--test", "--test-reporter=tap", file], capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "# pass 0" not in done.stdout
