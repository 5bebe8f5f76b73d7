"""`/contacts`: conversations by their protocol."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromQuery, JSONBody, PathParameter, QueryParameter
from litestar.response import Stream

from backend.auth.identity import Identity
from backend.contacts import actions, queries
from backend.contacts.protocol import allocate, month_of
from backend.contacts.schemas import ContactDetail, ContactItem, ContactPage, Ending, Identification, NewContact
from backend.ids import QueryId
from backend.listing import Listing
from backend.once import once
from backend.places.choice import choose_company
from backend.requests.schemas import NewRequest
from backend.services import Services
from backend.words import may_say
from db.session import ReadSession, reading

Protocol = Annotated[str, PathParameter(max_length=200, description="As `POST /contacts` told it")]


class ContactController(Controller):
    """Conversations with subscribers. The protocol comes first, whoever it is that calls."""

    path = "/contacts"
    tags = ("contacts",)

    @get("/")
    async def list(
        self,
        listing: NamedDependency[Listing],
        identity: NamedDependency[Identity],
        subscriber_id: QueryId = None,
        agent: FromQuery[Literal["me"] | None] = None,
        still_open: Annotated[bool | None, QueryParameter(name="open", description="Has not ended")] = None,
    ) -> ContactPage | Stream:
        """Newest first."""
        scope = identity.require(actions.READ)
        narrow = queries.Filter(
            subscriber_id=subscriber_id, agent_id=identity.user_id if agent == "me" else None, open=still_open
        )
        return await listing.answer(
            "contacts",
            ContactItem,
            lambda db, cursor, limit: queries.page(db, scope, narrow, cursor=cursor, limit=limit),
        )

    @post("/")
    async def start(
        self,
        request: Request[Any, Any, Any],
        services: NamedDependency[Services],
        identity: NamedDependency[Identity],
        data: JSONBody[NewContact],
    ) -> Response[bytes]:
        """The number is allocated and committed before the contact is written, so no two callers hear the same one.

        A repetition with the same Idempotency-Key is told the first number; the one allocated for it stays a gap.
        """
        scope, now = identity.require(actions.WRITE), services.clock()
        may_say(data.caller, "caller", longest=200)
        async with reading(services.engine) as db:
            company = await choose_company(db, scope, data.company_id)
        async with services.unit_of_work() as alone:
            protocol = await allocate(alone, month_of(now, company.time_zone))
        return await once(
            request,
            services,
            identity,
            lambda uow: actions.start(uow, identity, now, data, company_id=company.id, protocol=protocol),
        )

    @get("/{protocol:str}")
    async def one(
        self,
        services: NamedDependency[Services],
        db: NamedDependency[ReadSession],
        identity: NamedDependency[Identity],
        protocol: Protocol,
    ) -> ContactDetail:
        return await queries.one(db, identity.require(actions.READ), services.clock(), protocol)

    @post("/{protocol:str}/subscriber", status_code=200)
    async def identify(
        self,
        request: Request[Any, Any, Any],
        services: NamedDependency[Services],
        identity: NamedDependency[Identity],
        protocol: Protocol,
        data: JSONBody[Identification],
    ) -> Response[bytes]:
        return await once(
            request,
            services,
            identity,
            lambda uow: actions.identify(uow, identity, services.clock(), protocol, data),
            status=200,
        )

    @post("/{protocol:str}/requests")
    async def ask(
        self,
        request: Request[Any, Any, Any],
        services: NamedDependency[Services],
        identity: NamedDependency[Identity],
        protocol: Protocol,
        data: JSONBody[NewRequest],
    ) -> Response[bytes]:
        return await once(
            request, services, identity, lambda uow: actions.ask(uow, identity, services.clock(), protocol, data)
        )

    @post("/{protocol:str}/end", status_code=200)
    async def end(
        self,
        request: Request[Any, Any, Any],
        services: NamedDependency[Services],
        identity: NamedDependency[Identity],
        protocol: Protocol,
        data: JSONBody[Ending],
    ) -> Response[bytes]:
        return await once(
            request,
            services,
            identity,
            lambda uow: actions.end(uow, identity, services.clock(), protocol, data),
            status=200,
        )


ROUTES = (ContactController,)
