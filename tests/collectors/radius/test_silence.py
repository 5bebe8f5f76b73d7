from __future__ import annotations

import pytest

from collectors.radius.silence import LOST_AFTER_S, belief


@pytest.mark.parametrize(
    ("silent_s", "interim_s", "of_nas_s", "said"),
    [
        (960, 300, None, "online"),
        (961, 300, None, "unknown"),
        (961 + LOST_AFTER_S, 300, None, "lost"),
        (90, 300, None, "online"),
        (961, None, 300, "unknown"),
        (86_000, None, None, "online"),
        (90_000, None, None, "unknown"),
        (11_000, 3600, 300, "unknown"),
        (10_000, 3600, 300, "online"),
    ],
)
def test_silence_is_measured_by_the_interims_that_were_observed(
    silent_s: float, interim_s: float | None, of_nas_s: float | None, said: str
) -> None:
    assert belief(silent_s, interim_s, of_nas_s) == said
