"""Lists page by cursor: an opaque position after the last row, so that new rows never shift a page."""

from __future__ import annotations

import base64
import binascii
from typing import Annotated, Any

import msgspec
from litestar.params import QueryParameter

from backend.errors import BadInput

PAGE = 50
LARGEST_PAGE = 500

Cursor = Annotated[str | None, QueryParameter(name="cursor", description="`next` of the page before", max_length=500)]
Limit = Annotated[int, QueryParameter(name="limit", ge=1, le=LARGEST_PAGE, description="Rows per page")]


def encode_cursor(position: tuple[Any, ...]) -> str:
    return base64.urlsafe_b64encode(msgspec.json.encode(position)).decode().rstrip("=")


def decode_cursor[P](cursor: str | None, position: type[P]) -> P | None:
    """The position a cursor stands for. Raises BadInput for one that this list did not give out."""
    if cursor is None:
        return None
    try:
        raw = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        return msgspec.json.decode(raw, type=position)
    except (binascii.Error, ValueError, msgspec.DecodeError) as error:
        raise BadInput("This cursor does not belong to this list. Start again without it.") from error
