"""`/subscribers/{id}/notes`."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import JSONBody
from litestar.response import Stream

from backend.auth.identity import Identity
from backend.ids import PathId
from backend.listing import Listing
from backend.notes import actions, queries
from backend.notes.schemas import NewNote, NoteItem, NotePage
from backend.once import once
from backend.services import Services


@get("/subscribers/{subscriber_id:int}/notes", tags=["subscribers"])
async def notes(
    listing: NamedDependency[Listing], identity: NamedDependency[Identity], subscriber_id: PathId
) -> NotePage | Stream:
    """Newest first."""
    scope = identity.require(actions.READ)
    return await listing.answer(
        f"notes-{subscriber_id}",
        NoteItem,
        lambda db, cursor, limit: queries.page(db, scope, subscriber_id, cursor=cursor, limit=limit),
    )


@post("/subscribers/{subscriber_id:int}/notes", tags=["subscribers"])
async def write_note(
    request: Request[Any, Any, Any],
    services: NamedDependency[Services],
    identity: NamedDependency[Identity],
    subscriber_id: PathId,
    data: JSONBody[NewNote],
) -> Response[bytes]:
    return await once(
        request, services, identity, lambda uow: actions.write(uow, identity, services.clock(), subscriber_id, data)
    )


ROUTES = (notes, write_note)
