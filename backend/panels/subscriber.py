"""Answers `subscriber`: whether this scope may know them at all, then a few short queries by the subscriber's id."""

from __future__ import annotations

from backend.subscribers import care
from backend.subscribers.connection import NOT_CONNECTED, connection
from backend.subscribers.debts import NO_DEBTS, debts, payments
from backend.subscribers.who import addresses, contracts, known
from backend.today import present
from db.session import ReadSession
from realtime.panel import Answer
from realtime.panels.subscriber import Params, SubscriberScreen
from realtime.scope import Scope

NOBODY = SubscriberScreen(
    who=None,
    addresses=(),
    contracts=(),
    debts=NO_DEBTS,
    payments=(),
    connection=NOT_CONNECTED,
    requests=(),
    orders=(),
    notes=(),
    contacts=(),
)


async def snapshot(db: ReadSession, scope: Scope, params: Params) -> Answer:
    """The scope decides about the subscriber. What hangs on one belongs to the same company by foreign key, and is
    theirs to see who may see the subscriber, wherever it was written."""
    found = await known(db, scope, params.id)
    if found is None:
        return Answer(NOBODY, as_of=await present(db))
    number, now, today = params.id, found.now, found.today
    data = SubscriberScreen(
        who=found.who,
        addresses=await addresses(db, number),
        contracts=await contracts(db, number),
        debts=await debts(db, number, today),
        payments=await payments(db, number),
        connection=await connection(db, scope, number, found.company_id, found.who.status, now),
        requests=await care.requests(db, number, today),
        orders=await care.orders(db, number, now),
        notes=await care.notes(db, number),
        contacts=await care.contacts(db, number),
    )
    return Answer(data, as_of=now)
