"""What the page of technicians costs while 200 of them report every two seconds: CPU of browser and server.

Real PostgreSQL and Valkey, `farol serve` with the built pages and the demo's streets, headless Chromium at 1920x1080
with the page open. The renderer is the process that runs our scripts. Beside it is the process that draws, which here
is a processor doing a GPU's work (SwiftShader) and on a desk is mostly the GPU itself.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, Page
from sqlalchemy import func, insert, select
from sqlalchemy.ext.asyncio import AsyncEngine

from backend.gps.token import digest_of, new_token
from bench.figures import Figure, Unmeasured
from bench.installation import Installation, free_port, installation, program
from bench.latency import percentile
from bench.machine import cpu_seconds, descendants
from bench.phones import Fleet
from bootstrap import find_tool
from db.engine import create_engine
from db.models import GpsDevice, Team, Technician, TechnicianFix
from frontend.build import CHECKOUT, ensure_built
from tests.browser import chromium, seat
from tests.world import World, build_world

TECHNICIANS = 200
EVERY_S = 2.0
WARM_S = 8.0
MEASURED_S = 24.0
TARGET_SHARE = 30.0
LOG = Path(__file__).parent / "results" / "technicians-serve.log"
PAGES = {"/technicians": "desk", "/wall/technicians": "wall"}
READY = """() => {
  const map = document.querySelector(".map")?.map;
  return map && map.getSource("technicians") && map.areTilesLoaded();
}"""
COUNT_REPAINTS = """() => {
  window.repaints = 0;
  document.querySelector(".map").map.on("render", () => { window.repaints += 1; });
}"""
WHERE = """async () => Object.fromEntries((await document.querySelector(".map").map.getSource("technicians").getData())
  .features.map((f) => [f.id, f.geometry.coordinates.join()]))"""


@dataclass(frozen=True)
class Use:
    """CPU seconds so far: the process that runs the page, the one that draws, the one that serves."""

    renderer: float
    drawing: float
    server: float


async def crew(engine: AsyncEngine, world: World) -> list[str]:
    """200 technicians of one city in 40 teams; the tokens of their phones."""
    tokens = [new_token() for _ in range(TECHNICIANS)]
    where = {"company_id": world.north, "business_unit_id": world.unit, "city_id": world.alto, "active": True}
    async with engine.begin() as db:
        now = datetime.now(UTC)
        team = {**where, "kind": "own", "workday_minutes": 480, "created_at": now}
        made = await db.execute(
            insert(Team).returning(Team.id), [{**team, "name": f"Equipe {n}"} for n in range(TECHNICIANS // 5)]
        )
        teams = [number for (number,) in made]
        people = [
            {**where, "name": f"Técnico {n:03}", "team_id": teams[n // 5], "created_at": now}
            for n in range(TECHNICIANS)
        ]
        made = await db.execute(insert(Technician).returning(Technician.id), people)
        phones = [
            {"technician_id": number, "token_digest": digest_of(token), "drops": {}, "created_at": now}
            for (number,), token in zip(made, tokens, strict=True)
        ]
        await db.execute(insert(GpsDevice), phones)
    return tokens


@asynccontextmanager
async def serving(home: Installation, port: int) -> AsyncIterator[int]:
    """`farol serve` with pages and streets; its process id."""
    environment = {
        "PORT": str(port),
        "FAROL_HOME": str(CHECKOUT / ".farol"),
        "FAROL_DEMO": "1",
        "FAROL_SECRET": "b" * 32,
        "DATABASE_URL": home.database_url.replace("+asyncpg", ""),
        "REDIS_URL": home.redis_url,
    }
    LOG.parent.mkdir(exist_ok=True)
    async with program("farol", "serve", port=port, environment=environment, log=LOG) as process:
        yield process.pid


def _use(server: int) -> Use:
    """Raises RuntimeError when this process has no browser."""
    mine = descendants(os.getpid())
    of = {
        kind: [pid for pid, command in mine.items() if f"--type={kind}" in command]
        for kind in ("renderer", "gpu-process")
    }
    if not of["renderer"]:
        raise RuntimeError("there is no process that renders a page")
    renderer, drawing = (sum(map(cpu_seconds, of[kind])) for kind in ("renderer", "gpu-process"))
    return Use(renderer, drawing, cpu_seconds(server))


async def _opened(page: Page, url: str) -> None:
    await page.goto(url)
    await page.wait_for_function(READY, timeout=60_000)
    await page.evaluate(COUNT_REPAINTS)


async def _one(browser: Browser, url: str, path: str, fleet: Fleet, engine: AsyncEngine, server: int) -> list[Figure]:
    name = PAGES[path]
    async with seat(browser, url) as desk:
        await desk.sign_in("root")
        await _opened(desk.page, url + path)
        await asyncio.sleep(WARM_S)  # what is measured is a page that is open all day, not the opening of it
        before, stored = await desk.page.evaluate(WHERE), await _stored(engine)
        await desk.page.evaluate("() => { window.repaints = 0; }")
        fleet.sent.clear()
        began, first = time.monotonic(), _use(server)
        await asyncio.sleep(MEASURED_S)
        last, passed = _use(server), time.monotonic() - began
        answers, took = dict(fleet.sent.answers), sorted(fleet.sent.took_s)
        repaints, kept = await desk.page.evaluate("() => window.repaints"), await _stored(engine)
        fleet.check()
        after: dict[str, Any] = await desk.page.evaluate(WHERE)
        assert desk.complaints == [], desk.complaints
    moved = sum(1 for key, place in after.items() if before.get(key) not in (None, place))
    fixes = answers.get(200, 0)
    given = f"{name} page open, {TECHNICIANS} technicians, a fix per {EVERY_S:g} s each"
    return [
        Figure(
            what=f"fixes answered per second, {given}", value=fixes / passed, unit="1/s", target=TECHNICIANS / EVERY_S
        ),
        Figure(what=f"answers that were no 200, {name}", value=sum(answers.values()) - fixes, unit=""),
        Figure(what=f"rows of the tracks written per second, {name}", value=(kept - stored) / passed, unit="1/s"),
        Figure(what=f"p99 of an answer to a phone, {name}", value=1000 * percentile(took, 0.99), unit="ms"),
        Figure(what=f"markers that moved, {name}", value=moved, unit="", target=TECHNICIANS),
        Figure(what=f"repaints of the map, {name}", value=repaints / passed, unit="1/s"),
        Figure(
            what=f"renderer, share of a core, {given}",
            value=100 * (last.renderer - first.renderer) / passed,
            unit="%",
            target=TARGET_SHARE,
        ),
        Figure(
            what=f"drawing in software, share of a core, {name}",
            value=100 * (last.drawing - first.drawing) / passed,
            unit="%",
        ),
        Figure(what=f"server per fix, {name}", value=1000 * (last.server - first.server) / max(1, fixes), unit="ms"),
    ]


async def _stored(engine: AsyncEngine) -> int:
    async with engine.connect() as db:
        return (await db.execute(select(func.count()).select_from(TechnicianFix))).scalar_one()


async def measure() -> list[Figure]:
    if find_tool("chromium") is None:
        raise Unmeasured("there is no Chromium")
    ensure_built(CHECKOUT / ".farol")
    async with AsyncExitStack() as stack:
        home = await stack.enter_async_context(installation())
        engine = create_engine(home.database_url)
        stack.push_async_callback(engine.dispose)
        tokens = await crew(engine, await build_world(engine))
        port = free_port()
        server = await stack.enter_async_context(serving(home, port))
        fleet = await stack.enter_async_context(Fleet(port, tokens, every_s=EVERY_S))
        browser = await stack.enter_async_context(chromium())
        found: list[Figure] = []
        for path in PAGES:
            found += await _one(browser, f"http://127.0.0.1:{port}", path, fleet, engine, server)
        return found
