"""What may be forgotten, and when. Only tables that are `FLEETING` can appear here: the others refuse DELETE."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncEngine

from db.models import IdempotencyKey, LoginFailure, UserSession

ANSWERS_KEPT_FOR = timedelta(days=7)
"""A program that repeats a request later than this does it anew."""

FAILURES_KEPT_FOR = timedelta(days=30)
"""Longer than any throttle looks back, so that a slow attack can still be read."""

SESSIONS_KEPT_FOR = timedelta(days=180)
"""After their end: access records of an application are kept for six months (Marco Civil, Lei 12.965/2014, art. 15)."""


async def forget(engine: AsyncEngine, now: datetime) -> int:
    """Delete what expired; returns how many rows went. Safe to repeat, and to run beside another."""
    expired = (
        delete(IdempotencyKey).where(IdempotencyKey.created_at < now - ANSWERS_KEPT_FOR),
        delete(LoginFailure).where(LoginFailure.at < now - FAILURES_KEPT_FOR),
        delete(UserSession).where(UserSession.expires_at < now - SESSIONS_KEPT_FOR),
    )
    gone = 0
    for statement in expired:
        async with engine.begin() as db:
            gone += (await db.execute(statement)).rowcount
    return gone
