"""CSV for spreadsheets: every list answers `Accept: text/csv` with all its rows, not one page."""

from __future__ import annotations

import csv
import io
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Protocol

import msgspec
from litestar import Request
from litestar.response import Stream
from sqlalchemy.ext.asyncio import AsyncEngine

from db.session import ReadSession, reading

EXPORT_PAGE = 2000
# Excel and LibreOffice run a cell that starts with one of these as a formula (OWASP, CSV injection).
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def wants_csv(request: Request[Any, Any, Any]) -> bool:
    return "text/csv" in request.headers.get("Accept", "")


def _cell(value: Any) -> str:
    match value:
        case None:
            return ""
        case datetime() | date():
            return value.isoformat()
        case Decimal() | int() | float():
            return str(value)
        case str():
            return f"'{value}" if value.startswith(_FORMULA) else value
        case _:
            return str(value)


class Page[Row: msgspec.Struct](Protocol):
    """A page of a list, as every list answers it."""

    @property
    def items(self) -> Sequence[Row]: ...
    @property
    def next(self) -> str | None: ...


def csv_of[Row: msgspec.Struct](
    engine: AsyncEngine,
    name: str,
    row: type[Row],
    page: Callable[[ReadSession, str | None], Awaitable[Page[Row]]],
) -> Stream:
    """Stream every page of a list, all seen at one instant. `page` is given the cursor it starts after.

    The header is the struct's field names. UTF-8 with BOM, which Excel needs.
    """
    fields = row.__struct_fields__

    async def body() -> AsyncIterator[bytes]:
        yield b"\xef\xbb\xbf" + (",".join(fields) + "\r\n").encode()
        cursor: str | None = None
        # The request's own session ends before a streamed body does.
        async with reading(engine) as db:
            while True:
                part = await page(db, cursor)
                text = io.StringIO()
                csv.writer(text).writerows([_cell(getattr(item, field)) for field in fields] for item in part.items)
                yield text.getvalue().encode()
                if (cursor := part.next) is None:
                    return

    return Stream(
        body(),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}.csv"'},
    )
