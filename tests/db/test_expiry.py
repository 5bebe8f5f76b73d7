"""What expires goes, and nothing else does."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncEngine

from db.expiry import ANSWERS_KEPT_FOR, FAILURES_KEPT_FOR, SESSIONS_KEPT_FOR, forget
from db.models import AppUser, IdempotencyKey, LoginFailure, UserSession

SECOND = timedelta(seconds=1)
NOW = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)


async def test_only_what_is_older_than_its_time_is_forgotten(engine: AsyncEngine) -> None:
    async with engine.begin() as db:
        user = (
            await db.execute(insert(AppUser).values(login="ana", name="Ana", password_hash="x").returning(AppUser.id))
        ).scalar_one()
        for name, age in (("old", SECOND), ("new", -SECOND)):
            key = {"owner": "1", "key": name, "route": "POST /", "request_hash": "h"}
            await db.execute(insert(IdempotencyKey).values(**key, created_at=NOW - ANSWERS_KEPT_FOR - age))
            await db.execute(
                insert(LoginFailure).values(login=name, address="192.0.2.1", at=NOW - FAILURES_KEPT_FOR - age)
            )
            await db.execute(
                insert(UserSession).values(
                    user_id=user,
                    token_hash=name.encode().ljust(32),
                    expires_at=NOW - SESSIONS_KEPT_FOR - age,
                    address=name,
                )
            )
    assert await forget(engine, NOW) == 3
    assert await forget(engine, NOW) == 0
    async with engine.connect() as db:
        for left in (IdempotencyKey.key, LoginFailure.login, UserSession.address):
            assert (await db.execute(select(left))).scalars().all() == ["new"]
