"""`/search`."""

from __future__ import annotations

from typing import Annotated

from litestar import get
from litestar.di import NamedDependency
from litestar.params import QueryParameter

from backend.auth.identity import Identity
from backend.search import queries
from backend.search.schemas import SearchPage
from backend.subscribers.permissions import READ
from db.session import ReadSession

MOST = 20


@get("/search", tags=["subscribers"])
async def search(
    db: NamedDependency[ReadSession],
    identity: NamedDependency[Identity],
    q: Annotated[str, QueryParameter(description="A name, a number, an address, or the beginning of one")] = "",
    limit: Annotated[int, QueryParameter(ge=1, le=MOST, description="Subscribers at most")] = MOST,
) -> SearchPage:
    """Subscribers by whatever is known of them, the best match first, each with why it was found."""
    return await queries.search(db, identity.require(READ), q, limit)


ROUTES = (search,)
