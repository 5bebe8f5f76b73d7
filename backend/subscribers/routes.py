"""`/subscribers`."""

from __future__ import annotations

from litestar import get
from litestar.di import NamedDependency

from backend.auth.identity import Identity
from backend.errors import NotFound
from backend.ids import PathId
from backend.panels import subscriber
from backend.subscribers.permissions import READ
from db.session import ReadSession
from realtime.panels.subscriber import Params, SubscriberScreen


@get("/subscribers/{subscriber_id:int}", tags=["subscribers"])
async def one(
    db: NamedDependency[ReadSession], identity: NamedDependency[Identity], subscriber_id: PathId
) -> SubscriberScreen:
    """What the panel `subscriber` shows of one subscriber."""
    answer = await subscriber.snapshot(db, identity.require(READ), Params(subscriber_id))
    data: SubscriberScreen = answer.data
    if data.who is None:
        raise NotFound("subscriber")
    return data


ROUTES = (one,)
