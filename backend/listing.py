"""A list as it was asked for: one page of it as JSON, or all of it as CSV."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import msgspec
from litestar import Request
from litestar.di import NamedDependency
from litestar.response import Stream

from backend.export import EXPORT_PAGE, Page, csv_of, wants_csv
from backend.paging import PAGE, Cursor, Limit
from backend.services import Services
from db.session import ReadSession


@dataclass(frozen=True, kw_only=True)
class Listing:
    """What every list route takes, as the dependency `listing`."""

    services: Services
    db: ReadSession
    csv: bool
    cursor: str | None
    limit: int

    async def answer[Row: msgspec.Struct, P: Page[Any]](
        self, name: str, row: type[Row], page: Callable[[ReadSession, str | None, int], Awaitable[P]]
    ) -> P | Stream:
        """`page` is given the cursor it starts after and how many rows it may have; `name` is the file's.

        It is asked once in either case, because a stream that has begun can no longer answer an error.
        """
        first = await page(self.db, self.cursor, self.limit)
        if not self.csv:
            return first
        return csv_of(self.services.engine, name, row, lambda db, after: page(db, after, EXPORT_PAGE))


async def provide_listing(
    request: Request[Any, Any, Any],
    services: NamedDependency[Services],
    db: NamedDependency[ReadSession],
    cursor: Cursor = None,
    limit: Limit = PAGE,
) -> Listing:
    return Listing(services=services, db=db, csv=wants_csv(request), cursor=cursor, limit=limit)
