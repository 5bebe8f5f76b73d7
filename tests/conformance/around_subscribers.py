"""How facts about a subscriber come about, for `test_facts`: each writes its rows and gives its fact."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any

from sqlalchemy import update

from db.models import (
    Contact,
    Contract,
    InternetLogin,
    Subscriber,
    SubscriberNote,
)
from realtime.facts import (
    ContactEnded,
    ContactIdentified,
    ContractChanged,
    Fact,
    InternetLoginAdded,
    NoteWritten,
    SubscriberChanged,
)

Scene = Any
"""`tests.conformance.test_facts.Scene`."""


def of(scene: Scene) -> dict[str, Any]:
    return {"place": scene.place, "at": scene.uow.now, "subscriber_id": scene.world.subscriber_alto}


async def added(scene: Scene, model: type[Any], **values: Any) -> Any:
    row = model(**scene.where, subscriber_id=scene.world.subscriber_alto, **values)
    scene.uow.session.add(row)
    await scene.uow.session.flush()
    return row


async def rename(scene: Scene) -> Fact:
    await scene.uow.session.execute(
        update(Subscriber).where(Subscriber.id == scene.world.subscriber_alto).values(name="Outro Nome")
    )
    return SubscriberChanged(**of(scene))


async def sign(scene: Scene) -> Fact:
    contract = await added(scene, Contract, status="active", signed_on=date(2026, 1, 2))
    return ContractChanged(**of(scene), contract_id=contract.id)


async def give_login(scene: Scene) -> Fact:
    contract = await added(scene, Contract, status="active", signed_on=date(2026, 1, 2))
    login = InternetLogin(
        company_id=scene.world.north,
        contract_id=contract.id,
        subscriber_id=scene.world.subscriber_alto,
        login="novo@norte",
    )
    scene.uow.session.add(login)
    await scene.uow.session.flush()
    return InternetLoginAdded(**of(scene), internet_login_id=login.id, contract_id=contract.id)


async def identify(scene: Scene) -> Fact:
    contact = await added(scene, Contact, protocol="202611000007")
    return ContactIdentified(**of(scene), contact_id=contact.id, subscriber_before=None)


async def hang_up(scene: Scene) -> Fact:
    contact = await added(scene, Contact, protocol="202611000008", ended_at=scene.uow.now)
    return ContactEnded(**of(scene), contact_id=contact.id)


async def write_down(scene: Scene) -> Fact:
    note = await added(scene, SubscriberNote, text="Prefere a tarde.")
    return NoteWritten(**of(scene), note_id=note.id)


AROUND_SUBSCRIBERS: dict[type[Fact], Callable[[Scene], Awaitable[Any]]] = {
    SubscriberChanged: rename,
    ContractChanged: sign,
    InternetLoginAdded: give_login,
    ContactIdentified: identify,
    ContactEnded: hang_up,
    NoteWritten: write_down,
}
