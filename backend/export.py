"""CSV for spreadsheets: every list answers `Accept: text/csv` with all its rows, not one page."""

from __future__ import annotations

import csv
import io
from collections.abc import AsyncIterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import msgspec
from litestar import Request
from litestar.response import Stream

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


def csv_response(name: str, row: type[msgspec.Struct], pages: AsyncIterator[Sequence[msgspec.Struct]]) -> Stream:
    """Stream pages of structs; the header is the struct's field names. UTF-8 with BOM, which Excel needs."""
    fields = row.__struct_fields__

    async def body() -> AsyncIterator[bytes]:
        yield b"\xef\xbb\xbf" + (",".join(fields) + "\r\n").encode()
        async for page in pages:
            text = io.StringIO()
            writer = csv.writer(text)
            writer.writerows([_cell(getattr(item, field)) for field in fields] for item in page)
            yield text.getvalue().encode()

    return Stream(
        body(), media_type="text/csv; charset=utf-8", headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )
