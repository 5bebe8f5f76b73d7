"""What a reader of the table `traffic_sample`, or of the counters, looks for in docs/collectors.md."""

from __future__ import annotations

from pathlib import Path

import pytest

from collectors.metrics import Metrics
from collectors.rates import Reason

DOCS = "".join((Path(__file__).parents[2] / "docs" / name).read_text() for name in ("collectors.md", "access.md"))


@pytest.mark.parametrize("reason", Reason)
def test_every_reason_for_a_gap_is_explained(reason: Reason) -> None:
    assert reason.name.lower() in DOCS


@pytest.mark.parametrize("family", [family.name for family in Metrics().registry.collect()])
def test_every_counter_is_explained(family: str) -> None:
    assert f"`{family.removeprefix('farol_collector_')}`" in DOCS
