"""`/session` and `/tokens`."""

from __future__ import annotations

from typing import Any

from litestar import Controller, Request, Response, delete, get, post
from litestar.datastructures import Cookie
from litestar.di import NamedDependency
from litestar.params import JSONBody

from backend.auth import sessions, tokens
from backend.auth.authenticate import COOKIE
from backend.auth.identity import Identity
from backend.auth.schemas import Login, NewToken, SignedIn, TokenPage, User
from backend.auth.secrets import csrf_token
from backend.errors import BadInput
from backend.ids import PathId
from backend.once import once
from backend.services import Services
from db.session import ReadSession


def _signed_in(services: Services, identity: Identity, secret: str | None) -> SignedIn:
    permissions = tuple(sorted({f"{grant.module}:{grant.action}" for grant in identity.grants}))
    user = User(identity.user_id, identity.login, identity.name, identity.locale, permissions)
    return SignedIn(user, csrf_token(secret) if secret else None, identity.expires_at, services.demo)


def _cookie(request: Request[Any, Any, Any], value: str, max_age: int) -> Cookie:
    return Cookie(
        key=COOKIE,
        value=value,
        max_age=max_age,
        path="/",
        httponly=True,
        samesite="lax",
        secure=request.url.scheme == "https",
    )


class SessionController(Controller):
    """Sign in, ask who is signed in, sign out."""

    path = "/session"
    tags = ("session",)

    @post("/", status_code=200)
    async def sign_in(
        self, request: Request[Any, Any, Any], services: NamedDependency[Services], data: JSONBody[Login]
    ) -> Response[SignedIn]:
        address = request.client.host if request.client else "unknown"
        secret, identity = await sessions.sign_in(
            services,
            data.login,
            data.password,
            address=address,
            user_agent=request.headers.get("User-Agent", ""),
        )
        cookie = _cookie(request, secret, int(sessions.LASTS.total_seconds()))
        return Response(_signed_in(services, identity, secret), cookies=[cookie])

    @get("/")
    async def who(
        self,
        request: Request[Any, Any, Any],
        services: NamedDependency[Services],
        identity: NamedDependency[Identity],
    ) -> SignedIn:
        return _signed_in(services, identity, request.cookies.get(COOKIE) if identity.by_cookie else None)

    @delete("/", status_code=204)
    async def sign_out(
        self,
        request: Request[Any, Any, Any],
        services: NamedDependency[Services],
        identity: NamedDependency[Identity],
    ) -> Response[None]:
        if not identity.by_cookie:
            raise BadInput("A bearer token has no session to end; revoke the token instead.")
        await sessions.sign_out(services, identity)
        return Response(None, status_code=204, cookies=[_cookie(request, "", 0)])


class TokenController(Controller):
    """Bearer tokens of the caller."""

    path = "/tokens"
    tags = ("session",)

    @post("/")
    async def issue(
        self,
        request: Request[Any, Any, Any],
        services: NamedDependency[Services],
        identity: NamedDependency[Identity],
        data: JSONBody[NewToken],
    ) -> Response[bytes]:
        return await once(request, services, identity, lambda uow: tokens.issue(uow, services, identity, data))

    @get("/")
    async def mine(self, db: NamedDependency[ReadSession], identity: NamedDependency[Identity]) -> TokenPage:
        return await tokens.mine(db, identity)

    @post("/{token_id:int}/revoke", status_code=204)
    async def revoke(
        self, services: NamedDependency[Services], identity: NamedDependency[Identity], token_id: PathId
    ) -> None:
        await tokens.revoke(services, identity, token_id)
