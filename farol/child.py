"""A process that `farol` starts, watches and ends, and finds again when the `farol` before was killed.

A child dies with its parent (Linux). Where that cannot be had, or came too late, its pid file tells the next
start which process to end: pid and start time together name one process, so a pid given to somebody else since
is left alone.
"""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

LAUNCH = Path(__file__).with_name("launch.py")
POLL_SECONDS = 0.02


def launched(program: Sequence[str], *, on_parent_death: signal.Signals, identity: Sequence[str] = ()) -> list[str]:
    """The command line that starts `program` as a child of this process: see `farol/launch.py`."""
    how = ["--parent", str(os.getpid()), "--signal", str(int(on_parent_death)), *identity]
    return [sys.executable, "-I", "-S", str(LAUNCH), *how, "--", *program]


def start_time(pid: int) -> str | None:
    """When process `pid` started, as its system writes it down; None when there is no such process."""
    if sys.platform == "linux":
        try:
            stat = Path(f"/proc/{pid}/stat").read_text()
        except OSError:
            return None
        fields = stat.rpartition(")")[2].split()
        return None if fields[0] in "ZX" else fields[19]
    asked = ["ps", "-o", "lstart=", "-p", str(pid)]
    shown = subprocess.run(asked, capture_output=True, text=True, timeout=10, check=False)
    return shown.stdout.strip() or None


class Child:
    """Inert until `start`. `stop_signal` asks it to end in its own good way; after `grace` seconds it is killed."""

    def __init__(
        self,
        name: str,
        program: Sequence[str],
        *,
        pid_file: Path,
        log: Path | None,
        stop_signal: signal.Signals = signal.SIGTERM,
        grace: float = 10,
        identity: Sequence[str] = (),
        env: Mapping[str, str] | None = None,
        cwd: Path | None = None,
    ) -> None:
        self.name = name
        self.program = list(program)
        self.pid_file = pid_file
        self.log = log
        self.stop_signal = stop_signal
        self.grace = grace
        self.identity = identity
        self.env = env
        self.cwd = cwd
        self.process: asyncio.subprocess.Process | None = None

    @property
    def running(self) -> bool:
        return self.process is not None and self.process.returncode is None

    async def start(self) -> None:
        """Starts the program; output goes to the log, or to this process's own output when there is none."""
        assert not self.running, f"{self.name} runs already"
        command = launched(self.program, on_parent_death=self.stop_signal, identity=self.identity)
        self.pid_file.parent.mkdir(parents=True, exist_ok=True)
        output = None
        if self.log is not None:
            self.log.parent.mkdir(parents=True, exist_ok=True)
            output = self.log.open("ab")
        try:
            self.process = await asyncio.create_subprocess_exec(
                *command,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                env=self.env,
                cwd=self.cwd,
                start_new_session=True,  # Ctrl-C in the terminal reaches the supervisor only, which ends us in order
            )
        finally:
            if output is not None:
                output.close()
        self.pid_file.write_text(f"{self.process.pid} {start_time(self.process.pid)}\n")

    async def wait(self) -> int:
        """Waits for the end of the process and returns its status (negative: the signal that ended it)."""
        assert self.process is not None, f"{self.name} was never started"
        return await self.process.wait()

    async def stop(self) -> None:
        """Ends the process: asks, waits `grace` seconds, kills. Does nothing when it does not run."""
        if self.process is not None and self.process.returncode is None:
            self.process.send_signal(self.stop_signal)
            try:
                async with asyncio.timeout(self.grace):
                    await self.process.wait()
            except TimeoutError:
                self.process.kill()
                await self.process.wait()
        self.process = None
        self.pid_file.unlink(missing_ok=True)

    async def kill(self) -> None:
        """SIGKILL, as a power cut would. Returns when the process has ended."""
        if self.process is not None and self.process.returncode is None:
            self.process.kill()
            await self.process.wait()

    async def end_left_over(self) -> bool:
        """Ends the process of an earlier `farol` that was killed. True when there was one."""
        try:
            pid_text, _, started = self.pid_file.read_text().strip().partition(" ")
            pid = int(pid_text)
        except (OSError, ValueError):
            return False
        if start_time(pid) != started:
            return False
        for ending, patience in ((self.stop_signal, self.grace), (signal.SIGKILL, 5.0)):
            try:
                os.kill(pid, ending)
            except ProcessLookupError:
                return True
            if await gone(pid, started, patience):
                return True
        raise TimeoutError(f"process {pid}, left over by an earlier farol, does not end: end it and start again")


async def gone(pid: int, started: str, patience: float) -> bool:
    """Waits until the process has ended; False after `patience` seconds. It is not our child, so we have to ask."""
    deadline = asyncio.get_running_loop().time() + patience
    while start_time(pid) == started:
        if asyncio.get_running_loop().time() > deadline:
            return False
        await asyncio.sleep(POLL_SECONDS)
    return True
