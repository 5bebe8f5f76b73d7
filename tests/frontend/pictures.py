"""Takes the pictures of `docs/images` from a running demo: `python -m tests.frontend.pictures http://127.0.0.1:8000`.

With names after the address, those only."""

from __future__ import annotations

import asyncio
import struct
import sys
import zlib
from typing import Literal, NamedTuple

from playwright.async_api import Browser, expect

from frontend.build import CHECKOUT
from tests.browser import chromium

IMAGES = CHECKOUT / "docs" / "images"
DESK, LAPTOP, PHONE = (1920, 1080), (1366, 768), (390, 844)
LARGEST_BYTES = 500_000
Theme = Literal["dark", "light"]

DESKS = {
    "home": "/",
    "receivables": "/receivables",
    "receivables-month": "/receivables?view=month",
    "receivables-list": "/receivables?view=list&status=overdue",
    "traffic": "/traffic",
    "access": "/access",
    "access-sessions": "/access?view=sessions",
    "access-nas": "/access?view=nas",
    "orders": "/orders",
    "technicians": "/technicians?technician=4",
    "agent": "/agent?subscriber={asking}",
    "followup": "/followup?department=technical",
}
WALLS = {
    f"wall-{name}": f"/wall/{name}"
    for name in ("receivables", "traffic", "access", "orders", "technicians", "followup")
}


class Picture(NamedTuple):
    address: str
    size: tuple[int, int]
    theme: Theme


PICTURES = {
    **{name: Picture(address, DESK, "dark") for name, address in (DESKS | WALLS).items()},
    **{f"{name}-light": Picture(address, LAPTOP, "light") for name, address in DESKS.items()},
    "home-phone": Picture("/", PHONE, "dark"),
}
"""By the name of the file. Desks are dark and light, walls are always dark."""


def _chunks(png: bytes) -> list[tuple[bytes, bytes]]:
    found, at = [], 8
    while at < len(png):
        (length,) = struct.unpack(">I", png[at : at + 4])
        found.append((png[at + 4 : at + 8], png[at + 8 : at + 8 + length]))
        at += 12 + length
    return found


def smaller(png: bytes) -> bytes:
    """The same PNG without what only describes it, compressed as hard as zlib can."""
    kept = [(kind, data) for kind, data in _chunks(png) if kind in (b"IHDR", b"IDAT", b"IEND")]
    pixels = zlib.decompress(b"".join(data for kind, data in kept if kind == b"IDAT"))
    best = min((_deflated(pixels, strategy) for strategy in (zlib.Z_DEFAULT_STRATEGY, zlib.Z_FILTERED)), key=len)
    chunks = [kept[0], (b"IDAT", best), (b"IEND", b"")]
    return png[:8] + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in chunks
    )


def _deflated(pixels: bytes, strategy: int) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, 15, 9, strategy)
    return packer.compress(pixels) + packer.flush()


async def take(browser: Browser, url: str, name: str) -> None:
    address, (width, height), theme = PICTURES[name]
    context = await browser.new_context(
        viewport={"width": width, "height": height}, locale="pt-BR", timezone_id="America/Sao_Paulo", color_scheme=theme
    )
    await context.add_init_script(f"localStorage.setItem('theme', '{theme}')")
    answer = await context.request.post(f"{url}/api/v1/session", data={"login": "demo", "password": "demo"})
    assert answer.ok, await answer.text()
    if "{asking}" in address:  # whoever has waited longest for an answer
        waiting = await (await context.request.get(f"{url}/api/v1/requests?status=open&limit=1")).json()
        address = address.format(asking=waiting["items"][0]["subscriber_id"])
    page = await context.new_page()
    await page.goto(f"{url}{address}")
    await expect(page.locator("#content, .scene").first).to_be_visible(timeout=30_000)
    await expect(page.locator(".is-waiting")).to_have_count(0, timeout=30_000)
    await page.wait_for_timeout(3000)  # what has just arrived is lit for two seconds
    png = smaller(await page.screenshot(animations="disabled"))
    assert len(png) <= LARGEST_BYTES, f"{name} has {len(png)} bytes"
    await asyncio.to_thread((IMAGES / f"{name}.png").write_bytes, png)
    await context.close()


async def main(url: str, *names: str) -> None:
    IMAGES.mkdir(exist_ok=True)
    async with chromium() as browser:
        for name in names or PICTURES:
            await take(browser, url, name)
            print(name, flush=True)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1].rstrip("/"), *sys.argv[2:]))
