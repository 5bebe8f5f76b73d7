"""From a cookie or a bearer token to an identity. Read anew on each request: a revoked right ends at once."""

from __future__ import annotations

from typing import Any

from litestar import Request
from litestar.di import NamedDependency
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from backend.auth.identity import Grant, Identity
from backend.auth.secrets import csrf_matches, digest
from backend.errors import NotAllowed, NotSignedIn
from backend.services import Services
from db.models import AppUser, RolePermission, Token, TokenGrant, UserGrant, UserSession
from db.session import ReadSession, reading
from realtime.scope import Reach

COOKIE = "farol_session"
_SAFE = {"GET", "HEAD", "OPTIONS"}


async def user_grants(db: ReadSession, user_id: int) -> tuple[Grant, ...]:
    rows = await db.execute(
        select(
            RolePermission.module,
            RolePermission.action,
            UserGrant.company_id,
            UserGrant.business_unit_id,
            UserGrant.city_id,
        )
        .join(UserGrant, UserGrant.role_id == RolePermission.role_id)
        .where(UserGrant.user_id == user_id)
    )
    return tuple(Grant(module, action, Reach(*(axis or 0 for axis in reach))) for module, action, *reach in rows)


async def identify_session(db: ReadSession, services: Services, secret: str) -> Identity:
    """The owner of a login. Raises NotSignedIn when it ended, expired, or never was."""
    found = (
        await db.execute(
            select(UserSession.id, UserSession.expires_at, AppUser)
            .join(AppUser, AppUser.id == UserSession.user_id)
            .where(
                UserSession.token_hash == digest(secret),
                UserSession.ended_at.is_(None),
                UserSession.expires_at > services.clock(),
                AppUser.active,
            )
        )
    ).one_or_none()
    if found is None:
        raise NotSignedIn("Your session has ended. Sign in again.")
    session_id, expires_at, user = found
    return Identity(
        key=f"session:{session_id}",
        user_id=user.id,
        login=user.login,
        name=user.name,
        locale=user.locale,
        expires_at=expires_at,
        grants=await user_grants(db, user.id),
    )


async def identify_token(db: ReadSession, services: Services, secret: str) -> Identity:
    """The owner of a bearer token, with those of its grants that the owner still holds."""
    found = (
        await db.execute(
            select(Token.id, Token.expires_at, AppUser)
            .join(AppUser, AppUser.id == Token.user_id)
            .where(
                Token.token_hash == digest(secret),
                Token.revoked_at.is_(None),
                Token.expires_at > services.clock(),
                AppUser.active,
            )
        )
    ).one_or_none()
    if found is None:
        raise NotSignedIn("This token is unknown, expired or revoked. Ask for a new one.")
    token_id, expires_at, user = found
    rows = await db.execute(
        select(
            TokenGrant.module, TokenGrant.action, TokenGrant.company_id, TokenGrant.business_unit_id, TokenGrant.city_id
        ).where(TokenGrant.token_id == token_id)
    )
    held = await user_grants(db, user.id)
    granted = (Grant(module, action, Reach(*(axis or 0 for axis in reach))) for module, action, *reach in rows)
    return Identity(
        key=f"token:{token_id}",
        user_id=user.id,
        login=user.login,
        name=user.name,
        locale=user.locale,
        expires_at=expires_at,
        grants=tuple(grant for grant in granted if any(mine.contains(grant) for mine in held)),
    )


async def identify(engine: AsyncEngine, services: Services, *, bearer: str | None, cookie: str | None) -> Identity:
    """A bearer token wins over a cookie: a program that sends one means it."""
    async with reading(engine) as db:
        if bearer is not None:
            return await identify_token(db, services, bearer)
        if cookie is not None:
            return await identify_session(db, services, cookie)
    raise NotSignedIn("Sign in, or send a bearer token.")


def bearer_of(authorization: str | None) -> str | None:
    """The token in an `Authorization` header (RFC 6750), if it carries one."""
    scheme, _, credentials = (authorization or "").partition(" ")
    return credentials.strip() if scheme.lower() == "bearer" and credentials.strip() else None


async def provide_identity(request: Request[Any, Any, Any], services: NamedDependency[Services]) -> Identity:
    """Dependency of every route that needs a caller. A write by cookie must carry its CSRF token."""
    cookie = request.cookies.get(COOKIE)
    identity = await identify(
        services.engine, services, bearer=bearer_of(request.headers.get("Authorization")), cookie=cookie
    )
    forgeable = identity.by_cookie and request.method not in _SAFE
    if forgeable and not csrf_matches(cookie or "", request.headers.get("X-CSRF-Token")):
        raise NotAllowed("The X-CSRF-Token header is missing or wrong. Reload the page and try again.")
    return identity
