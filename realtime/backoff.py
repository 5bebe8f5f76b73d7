"""When a client that lost its connection tries again: a random wait, so that a thousand screens do not come at once."""

from __future__ import annotations

FIRST_S = 0.5
LONGEST_S = 20.0


def wait_s(attempt: int, chance: float, retry_ms: tuple[int, int] | None = None) -> float:
    """Seconds to wait. `attempt` counts from 0 since the last welcome, `chance` is random from 0 to 1.

    Full jitter: anywhere between nothing and a limit that doubles, from 0.5 s to 20 s. A server that said goodbye
    gave bounds itself (`bye.retry`); they hold for the first try, in which it may still be starting.
    """
    if retry_ms is not None and attempt == 0:
        low, high = retry_ms
        return (low + (high - low) * chance) / 1000
    return float(min(LONGEST_S, FIRST_S * 2 ** min(attempt, 16))) * chance
