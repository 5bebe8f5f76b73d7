"""How every process writes its log: one line per event, for people on a terminal, as JSON everywhere else.

Events of the libraries, which use the standard `logging`, come out in the same form.
"""

from __future__ import annotations

import logging
import sys
from typing import Any, TextIO

import structlog

QUIET = ("alembic.runtime.migration", "asyncio", "httpx", "httpcore", "websockets")
"""Libraries that tell at INFO what only their authors need."""


def configure(process: str, stream: TextIO | None = None) -> None:
    """Called once, by the composition root. `process` is written into each line (`serve`, `collect`)."""
    out = stream or sys.stderr
    for_people = out.isatty()
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="%H:%M:%S" if for_people else "iso", utc=not for_people),
        structlog.processors.StackInfoRenderer(),
    ]
    last: list[Any] = (
        # The renderer's own choice shows local variables, and with them passwords and communities.
        [structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)]
        if for_people
        else [_named(process), structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]
    )
    handler = logging.StreamHandler(out)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )


def _named(process: str) -> structlog.typing.Processor:
    def add(_: Any, __: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
        return {"process": process, **event}

    return add
