"""One topic's stream: its state, its offsets, and the messages that lead from one offset to the next.

Pure: no clock, no socket, no task. Every text is made once and shared by all viewers that need it.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from realtime.encoding import encode
from realtime.panel import Panel
from realtime.shapes import WHOLE, Changes, Items, Log, Patch, Ring, Table
from realtime.wire import Diff, Push, Snap

NOWHERE = -1
"""The position of a viewer that holds nothing."""


@dataclass(frozen=True, slots=True)
class _Step:
    """The patch from `offset` - 1 to `offset`."""

    offset: int
    patch: Patch
    text: str


class Stream:
    """`offset` counts changes and is 0 before the first answer. `version` moves with everything a viewer may see."""

    __slots__ = (
        "_bytes",
        "_mark",
        "_max_bytes",
        "_max_steps",
        "_steps",
        "_texts",
        "as_of",
        "data",
        "epoch",
        "key",
        "offset",
        "panel",
        "trouble",
        "version",
    )

    def __init__(
        self, *, key: str, panel: Panel[Any], epoch: str, max_steps: int = 256, max_bytes: int = 512 * 1024
    ) -> None:
        self.key = key
        self.panel = panel
        self.epoch = epoch
        self.offset = 0
        self.version = 0
        self.data: Any = None
        self.as_of: datetime | None = None
        self.trouble: str | None = None
        self._max_steps = max_steps
        self._max_bytes = max_bytes
        self._bytes = 0
        self._steps: deque[_Step] = deque()
        self._texts: dict[int, str] = {}
        self._mark = ""

    def replace(self, data: Any, as_of: datetime) -> bool:
        """The state is `data` now. True when viewers have to hear of it."""
        shape: Any = self.panel.shape
        data = shape.bounded(data)
        healed = self.trouble is not None
        if healed:
            self.trouble = None
            self.version += 1
        if self.offset == 0:
            self._whole(data, as_of)
            return True
        patch = shape.diff(self.data, data)
        if patch is None:
            self.as_of = as_of
            self._mark = ""
            return healed
        if patch is WHOLE:
            self._whole(data, as_of)
        else:
            self._step(data, as_of, patch)
        return True

    def append(self, items: Any, as_of: datetime) -> bool:
        """Rings and logs: joins items to the state. True when viewers have to hear of it."""
        shape: Any = self.panel.shape
        fresh = shape.unseen(self.data, items)
        assert self.as_of is not None, "nothing is appended before the first answer"
        as_of = max(self.as_of, as_of)
        if fresh is None:
            self.as_of = as_of
            self._mark = ""
            return False
        self._step(shape.join(self.data, fresh.rows), as_of, fresh)
        return True

    def fail(self, trouble: str) -> bool:
        """The state could not be read. The last values stay. True when viewers have to hear of it."""
        if self.trouble is not None:
            return False
        self.trouble = trouble
        self.version += 1
        return True

    def proves(self, epoch: str, offset: int) -> bool:
        """Whether a viewer at this position can be led to the present by patches."""
        return epoch == self.epoch and 0 < offset <= self.offset and offset >= self.offset - len(self._steps)

    def after(self, offset: int) -> str:
        """The message that leads from `offset` to the present one: patches joined into one, or a snapshot."""
        text = self._texts.get(offset)
        if text is None:
            text = self._texts[offset] = self._lead(offset)
        return text

    @property
    def mark(self) -> str:
        """This topic's entry in a beat: `"key":[offset,"as_of"]`."""
        if not self._mark:
            self._mark = f"{encode(self.key)}:{encode((self.offset, self.as_of))}"
        return self._mark

    def _whole(self, data: Any, as_of: datetime) -> None:
        self._steps.clear()
        self._bytes = 0
        self._move(data, as_of)

    def _step(self, data: Any, as_of: datetime, patch: Patch) -> None:
        self._move(data, as_of)
        text = self._write(self.offset - 1, patch)
        self._texts[self.offset - 1] = text
        self._steps.append(_Step(self.offset, patch, text))
        self._bytes += len(text)
        while len(self._steps) > self._max_steps or (self._bytes > self._max_bytes and len(self._steps) > 1):
            self._bytes -= len(self._steps.popleft().text)

    def _move(self, data: Any, as_of: datetime) -> None:
        self.data = data
        self.as_of = as_of
        self.offset += 1
        self.version += 1
        self._texts.clear()
        self._mark = ""

    def _lead(self, offset: int) -> str:
        if offset == NOWHERE:
            return self._snapshot()
        if not self.proves(self.epoch, offset):
            return self.after(NOWHERE)
        steps = [step for step in self._steps if step.offset > offset]
        shape: Any = self.panel.shape
        patch = steps[0].patch
        for step in steps[1:]:
            patch = shape.compose(patch, step.patch)
        return self._write(offset, patch)

    def _write(self, offset: int, patch: Patch) -> str:
        assert self.as_of is not None
        match patch:
            case Changes(set=changed, delete=gone):
                return encode(
                    Diff(t=self.key, p=offset, o=self.offset, as_of=self.as_of, set=changed or None, delete=gone)
                )
            case Items(rows=rows):
                return encode(Push(t=self.key, p=offset, o=self.offset, as_of=self.as_of, rows=rows))

    def _snapshot(self) -> str:
        assert self.as_of is not None
        shape = self.panel.shape
        return encode(
            Snap(
                t=self.key,
                e=self.epoch,
                o=self.offset,
                as_of=self.as_of,
                shape=shape.kind,
                data=self.data,
                period=self.panel.period.total_seconds(),
                key=shape.key if isinstance(shape, Table | Log) else None,
                order=shape.order if isinstance(shape, Table) else (),
                capacity=shape.capacity if isinstance(shape, Ring | Log) else None,
            )
        )
