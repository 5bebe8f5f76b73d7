"""Bearer tokens for programs and displays."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select, update

from backend.auth.identity import Grant, Identity
from backend.auth.schemas import IssuedToken, NewToken, TokenItem, TokenPage
from backend.auth.schemas import TokenGrant as GrantSchema
from backend.auth.secrets import digest, new_secret
from backend.errors import BadInput, NotAllowed, NotFound
from backend.services import Services
from db.models import Token, TokenGrant
from db.session import ReadSession
from db.uow import UnitOfWork
from realtime.scope import Reach

LONGEST = timedelta(days=400)


def _grant(asked: GrantSchema) -> Grant:
    return Grant(
        asked.module,
        asked.action,
        Reach(asked.company_id or 0, asked.business_unit_id or 0, asked.city_id or 0),
    )


async def issue(uow: UnitOfWork, services: Services, identity: Identity, asked: NewToken) -> IssuedToken:
    """Make a token that reaches no further than its owner and no longer than LONGEST."""
    now = services.clock()
    if not asked.grants:
        raise BadInput("A token needs at least one grant.")
    if not asked.name.strip() or len(asked.name) > 100:
        raise BadInput("A token needs a name of at most 100 characters.")
    if asked.expires_at.tzinfo is None:
        raise BadInput("expires_at needs an offset, such as 2027-01-31T00:00:00Z.")
    if not now < asked.expires_at <= now + LONGEST:
        raise BadInput(f"expires_at must lie in the next {LONGEST.days} days.")
    if any(grant.business_unit_id and not grant.company_id for grant in asked.grants):
        raise BadInput("A grant for a business unit needs its company_id.", errors={"grants": "company_id is missing"})
    for grant in map(_grant, asked.grants):
        if not any(mine.contains(grant) for mine in identity.grants):
            raise NotAllowed("A token cannot reach further than its owner.")
    secret = new_secret("ft")
    token = Token(
        user_id=identity.user_id,
        name=asked.name.strip(),
        token_hash=digest(secret),
        created_at=now,
        expires_at=asked.expires_at,
    )
    uow.session.add(token)
    await uow.session.flush()
    uow.session.add_all(
        TokenGrant(
            token_id=token.id,
            module=grant.module,
            action=grant.action,
            company_id=grant.company_id,
            business_unit_id=grant.business_unit_id,
            city_id=grant.city_id,
        )
        for grant in asked.grants
    )
    return IssuedToken(token.id, token.name, secret, asked.expires_at, asked.grants)


async def mine(db: ReadSession, identity: Identity) -> TokenPage:
    tokens = await db.scalars(select(Token).where(Token.user_id == identity.user_id).order_by(Token.id.desc()))
    return TokenPage([TokenItem(t.id, t.name, t.created_at, t.expires_at, t.revoked_at) for t in tokens], None)


async def revoke(services: Services, identity: Identity, token_id: int) -> None:
    """End one of the caller's own tokens; sockets that live on it are told at once."""
    async with services.unit_of_work() as uow:
        revoked = await uow.session.execute(
            update(Token)
            .where(Token.id == token_id, Token.user_id == identity.user_id, Token.revoked_at.is_(None))
            .values(revoked_at=services.clock())
            .returning(Token.id)
        )
        if revoked.first() is None:
            raise NotFound("token")
    await services.end_live(f"token:{token_id}")
