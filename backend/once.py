"""Creating POSTs that may be repeated: one transaction, and with an `Idempotency-Key` one answer.

The key is reserved by the action's own transaction. A second request with the same key waits on the unique index until
the first has committed or rolled back, then answers what the first answered or does the work.
"""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
from litestar import Request, Response
from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert

from backend.auth.identity import Identity
from backend.errors import BadInput, Conflict
from backend.services import Services
from db.expiry import ANSWERS_KEPT_FOR
from db.models import IdempotencyKey
from db.uow import UnitOfWork

PURPOSE = "idempotency"
"""Kept answers are sealed: one may hold a token that is shown once."""


async def once(
    request: Request[Any, Any, Any],
    services: Services,
    identity: Identity,
    action: Callable[[UnitOfWork], Awaitable[msgspec.Struct]],
    *,
    status: int = 201,
) -> Response[bytes]:
    """Run the action in a unit of work and answer what it returns, encoded as JSON."""
    key = request.headers.get("Idempotency-Key")
    if key is not None and not 1 <= len(key) <= 200:
        raise BadInput("Idempotency-Key must have from 1 to 200 characters.")
    async with services.unit_of_work() as uow:
        if key is None:
            return _json(msgspec.json.encode(await action(uow)), status)
        route = f"{request.method} {request.url.path}"
        fingerprint = hashlib.sha256(route.encode() + b"\n" + await request.body()).hexdigest()
        owner = str(identity.user_id)
        record = f"{owner}:{key}"
        where = (IdempotencyKey.owner == owner, IdempotencyKey.key == key)
        await uow.session.execute(
            delete(IdempotencyKey).where(*where, IdempotencyKey.created_at < services.clock() - ANSWERS_KEPT_FOR)
        )
        reserved = await uow.session.execute(
            insert(IdempotencyKey)
            .values(owner=owner, key=key, route=route, request_hash=fingerprint, created_at=services.clock())
            .on_conflict_do_nothing(index_elements=["owner", "key"])
            .returning(IdempotencyKey.key)
        )
        if reserved.first() is None:
            earlier = (await uow.session.execute(select(IdempotencyKey).where(*where))).scalar_one()
            if earlier.request_hash != fingerprint or earlier.body is None:
                raise Conflict("This Idempotency-Key was used for another request. Use a new key for new content.")
            return _json(services.vault.open(earlier.body, purpose=PURPOSE, record=record), earlier.status or status)
        body = msgspec.json.encode(await action(uow))
        sealed = services.vault.seal(body, purpose=PURPOSE, record=record)
        await uow.session.execute(update(IdempotencyKey).where(*where).values(status=status, body=sealed))
        return _json(body, status)


def _json(body: bytes, status: int) -> Response[bytes]:
    return Response(body, status_code=status, media_type="application/json")
