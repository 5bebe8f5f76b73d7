"""Who runs in a FAROL_HOME: one `farol up` at a time, and none of the processes that a killed one left behind."""

from __future__ import annotations

import asyncio
import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from farol.child import Child
from farol.refusal import Refusal

SERVERS = ("postgres", "valkey")
"""These end what is left of them when they start."""


@contextmanager
def sole_owner(home: Path) -> Iterator[None]:
    """Holds `home` for this process. The system gives it back however the process ends. Raises Refusal."""
    run = home / "run"
    try:
        run.mkdir(parents=True, exist_ok=True)
        lock = (run / "up.pid").open("a+")
    except OSError as error:
        raise Refusal(
            f"{home} cannot be used: {error.strerror}. Set FAROL_HOME to a folder of yours on a disk with space."
        ) from error
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            lock.seek(0)
            pid = lock.read().strip() or "unknown"
            raise Refusal(
                f"Farol already runs in {home} (process {pid}). Use that one, end it with Ctrl-C, "
                "or start another with its own FAROL_HOME and PORT."
            ) from error
        lock.truncate(0)
        lock.write(f"{os.getpid()}\n")
        lock.flush()
        yield
        lock.truncate(0)


def is_owned(home: Path) -> bool:
    """Whether a `farol up` runs in `home` right now."""
    try:
        with (home / "run" / "up.pid").open() as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except OSError:
        return True
    return False


async def end_left_overs(home: Path) -> list[str]:
    """Ends the processes of an earlier `farol up` that was killed, and answers their names. Call as the sole owner."""
    children = [
        Child(file.stem, [], pid_file=file, log=None)
        for file in sorted((home / "run").glob("*.pid"))
        if file.stem not in (*SERVERS, "up")
    ]
    ended = await asyncio.gather(*(child.end_left_over() for child in children))
    for child in children:
        child.pid_file.unlink(missing_ok=True)
    return [child.name for child, found in zip(children, ended, strict=True) if found]
