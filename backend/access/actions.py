"""What may be done to NAS."""

from __future__ import annotations

import ipaddress
from datetime import datetime

from sqlalchemy import select

from backend.access.queries import nas_item
from backend.access.schemas import NasItem, NewNas
from backend.auth.identity import Identity
from backend.errors import BadInput, Conflict
from backend.places.choice import choose_place
from db.models import Nas
from db.uow import UnitOfWork
from db.vault import Vault
from realtime.facts import NasAdded
from realtime.scope import Permission

READ = Permission("access", "read")
WRITE = Permission("access", "write")

WIDEST = {4: 8, 6: 32}
"""The shortest prefix of a NAS: whoever forges a packet from inside it needs only the secret."""


async def add_nas(uow: UnitOfWork, identity: Identity, now: datetime, vault: Vault, asked: NewNas) -> NasItem:
    """Collectors believe its packets within seconds."""
    scope = identity.require(WRITE)
    try:
        network = ipaddress.ip_network(asked.address.strip())
    except ValueError as error:
        raise BadInput(
            "address must be an IPv4 or IPv6 address, or a network such as 10.0.0.0/24 without host bits.",
            errors={"address": "not an address or network"},
        ) from error
    if network.prefixlen < WIDEST[network.version]:
        raise BadInput(
            f"A network of NAS has at least /{WIDEST[network.version]}.", errors={"address": "too wide a network"}
        )
    if not asked.name.strip() or len(asked.name) > 200:
        raise BadInput("A NAS needs a name of at most 200 characters.", errors={"name": "length"})
    if not 1 <= len(asked.secret.encode()) <= 128:
        raise BadInput("A secret has from 1 to 128 octets; 16 or more are hard to guess.", errors={"secret": "length"})
    place = await choose_place(
        uow, scope, company_id=asked.company_id, business_unit_id=asked.business_unit_id, city_id=asked.city_id
    )
    if await uow.session.scalar(select(Nas.id).where(Nas.network == network)) is not None:
        raise Conflict("Another NAS has this address: the source of a packet has to say which NAS it is.")
    nas = Nas(
        company_id=place.company_id,
        business_unit_id=place.business_unit_id,
        city_id=asked.city_id,
        name=asked.name.strip(),
        network=network,
        vendor=asked.vendor,
        secret=b"",
        enabled=True,
        created_at=now,
    )
    uow.session.add(nas)
    await uow.session.flush()
    nas.secret = vault.seal(asked.secret.encode(), purpose="radius", record=f"nas:{nas.id}")
    uow.emit(NasAdded(place=place, at=now, author_id=identity.user_id, nas_id=nas.id))
    return nas_item(nas)
