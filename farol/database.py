"""The database as `farol up` and the commands need it: reachable, migrated, and with demo data where that is wanted."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import msgspec
from sqlalchemy import exists, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine

from db.engine import create_engine
from db.migrate import NewerDatabaseError, upgrade
from db.models import AppUser
from db.session import reading
from db.vault import Vault
from farol.embedded.fill import filled
from farol.embedded.postgres import EmbeddedPostgres
from farol.owner import is_owned, sole_owner
from farol.refusal import Refusal
from farol.settings import Settings
from farol.telling import Telling


@asynccontextmanager
async def reached(settings: Settings) -> AsyncIterator[Settings]:
    """Filled settings whose database answers. An embedded one that no `farol up` runs is started for this block."""
    if settings.database_url or is_owned(settings.home):
        yield filled(settings)
        return
    with sole_owner(settings.home):
        server = EmbeddedPostgres(settings.home)
        try:
            await server.start()
            redis_url = settings.redis_url or "memory://"  # nobody listens while no `farol up` runs
            yield filled(msgspec.structs.replace(settings, redis_url=redis_url))
        finally:
            await server.stop()


@asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[AsyncEngine]:
    engine = create_engine(settings.database_url, pool_size=2, application_name="farol command")
    try:
        yield engine
    except (OSError, SQLAlchemyError) as error:
        raise Refusal(
            f"The database does not do what was asked: {reason(error)}. `farol doctor` may know why."
        ) from error
    finally:
        await engine.dispose()


def reason(error: BaseException) -> str:
    """The first line of an error, without SQLAlchemy's wrapping."""
    cause = getattr(error, "orig", None) or error
    return (str(cause).strip().splitlines() or [type(error).__name__])[0]


async def migrate(settings: Settings) -> list[str]:
    """Brings the schema up to date and answers the revisions applied. Raises Refusal."""
    try:
        return await upgrade(settings.database_url)
    except NewerDatabaseError as error:
        raise Refusal(str(error)) from error
    except (OSError, SQLAlchemyError) as error:
        raise Refusal(f"The database could not be migrated: {reason(error)}.") from error


async def prepare(settings: Settings, telling: Telling) -> None:
    """Migrations, then demo data where it is wanted and nothing is there."""
    with telling.stage("Migrations"):
        applied = await migrate(settings)
    if applied:
        telling.say(f"Schema brought to revision {applied[-1]}")
    if settings.demo:
        async with opened(settings) as engine:
            await _seed(engine, settings, telling)


async def _seed(engine: AsyncEngine, settings: Settings, telling: Telling) -> None:
    from demo.seed import is_empty, seed

    if await is_empty(engine):
        with telling.stage("Demo data") as stage:
            await seed(engine, vault=Vault(settings.secret), now=datetime.now(UTC), progress=stage.counted)


async def anybody_there(settings: Settings) -> bool:
    """Whether there is a user who could sign in."""
    async with opened(settings) as engine, reading(engine) as db:
        return bool(await db.scalar(select(exists().select_from(AppUser))))
