"""What `farol up` shows while it works: moving bars on a terminal, plain lines in a log."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn
from rich.text import Text


class Stage:
    """One piece of long work on the screen."""

    def __init__(self, telling: Telling, title: str, task: TaskID | None) -> None:
        self.title = title
        self._telling = telling
        self._task = task

    def now(self, words: str) -> None:
        """What it does at this moment; on a terminal only."""
        self._telling.update(self._task, doing=Text(words.strip(), no_wrap=True, overflow="ellipsis"))

    def counted(self, words: str, done: int, total: int) -> None:
        """The same, with how much of it is done and how much there is."""
        self._telling.update(self._task, completed=done, total=total, doing=Text(words))


class Telling:
    """`async`-free and safe to call from any task of one thread. Everything goes to standard error."""

    def __init__(self, console: Console | None = None) -> None:
        self.console = console or Console(stderr=True, highlight=False)
        self._progress: Progress | None = None

    def say(self, words: str) -> None:
        """A line that stays."""
        self.console.print(Text(words))

    @contextmanager
    def working(self) -> Iterator[None]:
        """While stages may be shown."""
        if not self.console.is_terminal:
            yield
            return
        columns = (
            SpinnerColumn(),
            TextColumn("{task.description:<12}"),
            BarColumn(24),
            TimeElapsedColumn(),
            TextColumn("{task.fields[doing]}", style="dim"),
        )
        with Progress(*columns, console=self.console, transient=True) as self._progress:
            yield
        self._progress = None

    @contextmanager
    def stage(self, title: str) -> Iterator[Stage]:
        """Shows the work until the block is left; a line says how long it took when that could be felt."""
        began = time.monotonic()
        task = self._progress.add_task(title, total=None, doing="") if self._progress else None
        try:
            yield Stage(self, title, task)
            took = time.monotonic() - began
            if took >= 1:
                self.say(f"{title} ({took:.0f} s)")
        finally:
            if self._progress is not None and task is not None:
                self._progress.remove_task(task)

    def update(self, task: TaskID | None, **fields: object) -> None:
        if self._progress is not None and task is not None:
            self._progress.update(task, **fields)  # type: ignore[arg-type]
