"""Record ids at the border: what a Postgres bigint identity can be."""

from __future__ import annotations

from typing import Annotated

import msgspec
from litestar.params import PathParameter, QueryParameter

LARGEST = 2**63 - 1

RecordId = Annotated[int, msgspec.Meta(ge=1, le=LARGEST)]
"""An id in a body."""

QueryId = Annotated[int | None, QueryParameter(ge=1, le=LARGEST)]
"""An id in a query that may be absent."""

PathId = Annotated[int, PathParameter(ge=1, le=LARGEST)]
"""An id in a path."""
