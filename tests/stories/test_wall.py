"""A wall in a real browser: a payment appears by itself, a lost server is said in words, and the page heals alone."""

from __future__ import annotations

import asyncio
import time
from datetime import datetime
from zoneinfo import ZoneInfo

import httpx
from playwright.async_api import Page, expect

from tests.browser import chromium, seat
from tests.stories.house import House
from tests.world import owe

HERO = ".wall-hero"
APPEARS = """text => new Promise(seen => {
    const hero = document.querySelector(".wall-hero");
    const look = () => { if (hero.textContent.includes(text)) seen(); };
    new MutationObserver(look).observe(hero, { subtree: true, childList: true, characterData: true });
    look();
})"""
"""Ends when the text is there, at the change that brings it: an assertion that asks again would come late."""


async def pay(root: httpx.AsyncClient, receivable: int, amount: str) -> None:
    today = str(datetime.now(ZoneInfo("America/Sao_Paulo")).date())
    body = {"amount": amount, "paid_on": today, "credited_on": today, "channel": "pix"}
    (await root.post(f"/receivables/{receivable}/settlements", json=body)).raise_for_status()


async def shows(page: Page, text: str, *, within_ms: float = 15_000) -> None:
    await expect(page.locator(HERO)).to_contain_text(text, timeout=within_ms)


async def test_the_wall_shows_a_payment_and_outlives_its_server(home: House) -> None:
    receivable = await owe(home.engine, home.world, home.world.subscriber_alto, "9000.00")
    async with home.signed_in("root") as root, chromium() as browser, seat(browser, home.url) as display:
        await display.sign_in("alto")
        await display.page.goto(f"{home.url}/wall/receivables")
        await shows(display.page, "0,00")

        async with asyncio.TaskGroup() as tasks:
            appears = tasks.create_task(display.page.evaluate(APPEARS, "1.234,56"))
            started = time.monotonic()
            await pay(root, receivable, "1234.56")
            await appears
        print(f"from the request to the page: {time.monotonic() - started:.3f} s")
        await shows(display.page, "1.234,56")
        assert display.complaints == []

        await home.serve.kill()
        await expect(display.page.locator(".banner-lost")).to_contain_text("Sem conexão", timeout=15_000)
        await shows(display.page, "1.234,56")  # the last values stay

        await home.open()
        await expect(display.page.locator(".banner-lost")).to_have_count(0, timeout=40_000)
        await pay(root, receivable, "100.00")
        await shows(display.page, "1.334,56")


async def test_a_display_of_one_city_shows_nothing_of_another(home: House) -> None:
    mine = await owe(home.engine, home.world, home.world.subscriber_alto, "500.00")
    foreign = await owe(home.engine, home.world, home.world.subscriber_baixo, "700.00")
    async with home.signed_in("root") as root, chromium() as browser, seat(browser, home.url) as display:
        await display.sign_in("alto")
        await display.page.goto(f"{home.url}/wall/receivables")
        await shows(display.page, "0,00")
        await pay(root, foreign, "70.00")
        await pay(root, mine, "50.00")
        await shows(display.page, "50,00")
        await expect(display.page.locator("body")).not_to_contain_text("70,00")
