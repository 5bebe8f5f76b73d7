"""Whoever exports a file finds every column in docs/how-to/import.md."""

from __future__ import annotations

import pytest

from backend.imports.documentation import EXAMPLES, PAGE, section
from backend.imports.registry import KINDS

RENEW = "python -m backend.imports.documentation renews it"


@pytest.mark.parametrize("name", KINDS)
def test_every_column_is_documented(name: str) -> None:
    assert section(KINDS[name]) in PAGE.read_text(), RENEW


@pytest.mark.parametrize("name", KINDS)
def test_every_example_file_is_the_one_that_loads(name: str) -> None:
    assert (EXAMPLES / f"{name}.csv").read_bytes().decode() == KINDS[name].example(), RENEW
