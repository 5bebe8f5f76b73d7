"""Signing in and out, throttled by login and by address."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import func, select, update

from backend.auth.authenticate import identify_session
from backend.auth.identity import Identity
from backend.auth.secrets import digest, new_secret, password_matches
from backend.errors import NotSignedIn, Throttled
from backend.services import Services
from db.models import AppUser, LoginFailure, UserSession
from db.session import reading

LASTS = timedelta(hours=12)
WINDOW = timedelta(minutes=15)
FAILURES_PER_LOGIN = 5
FAILURES_PER_ADDRESS = 50
"""An office behind one address shares this; a login from one address gets the smaller allowance."""


async def sign_in(
    services: Services, login: str, password: str, *, address: str, user_agent: str
) -> tuple[str, Identity]:
    """Check the password and open a login. Returns the secret for the cookie and the identity.

    Raises Throttled after too many failures, NotSignedIn for an unknown login or a wrong password (the same answer).
    """
    login = login.strip().lower()[:200]
    now = services.clock()
    async with reading(services.engine) as db:
        recent = select(func.count()).select_from(LoginFailure).where(LoginFailure.at > now - WINDOW)
        by_login = await db.scalar(recent.where(LoginFailure.login == login, LoginFailure.address == address)) or 0
        by_address = await db.scalar(recent.where(LoginFailure.address == address)) or 0
        user = (
            await db.execute(select(AppUser).where(func.lower(AppUser.login) == login, AppUser.active))
        ).scalar_one_or_none()
    if by_login >= FAILURES_PER_LOGIN or by_address >= FAILURES_PER_ADDRESS:
        raise Throttled(
            f"Too many failed attempts. Wait {WINDOW.seconds // 60} minutes, or ask for a new password.",
            retry_after_s=WINDOW.seconds,
        )
    if not await password_matches(user.password_hash if user else None, password) or user is None:
        async with services.unit_of_work() as uow:
            uow.session.add(LoginFailure(login=login, address=address, at=now))
        raise NotSignedIn("Login or password is wrong.")
    secret = new_secret("fs")
    async with services.unit_of_work() as uow:
        uow.session.add(
            UserSession(
                user_id=user.id,
                token_hash=digest(secret),
                created_at=now,
                expires_at=now + LASTS,
                user_agent=user_agent[:300],
                address=address,
            )
        )
    async with reading(services.engine) as db:
        return secret, await identify_session(db, services, secret)


async def sign_out(services: Services, identity: Identity) -> None:
    """End the login behind this identity; its open live sockets are told at once."""
    session_id = int(identity.key.removeprefix("session:"))
    async with services.unit_of_work() as uow:
        await uow.session.execute(
            update(UserSession).where(UserSession.id == session_id).values(ended_at=services.clock())
        )
    await services.end_live(identity.key)
