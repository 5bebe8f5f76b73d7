"""A wall in a real browser: a payment appears by itself, a lost server is said in words, and the page heals alone."""

from __future__ import annotations

import time
from datetime import datetime
from zoneinfo import ZoneInfo

from playwright.async_api import Page, expect

from tests.browser import chromium, seat
from tests.stories.house import House
from tests.world import owe

HERO = ".wall-hero"


async def pay(house: House, receivable: int, amount: str) -> None:
    today = str(datetime.now(ZoneInfo("America/Sao_Paulo")).date())
    body = {"amount": amount, "paid_on": today, "credited_on": today, "channel": "pix"}
    async with house.signed_in("root") as root:
        (await root.post(f"/receivables/{receivable}/settlements", json=body)).raise_for_status()


async def shows(page: Page, text: str, *, within_ms: float = 15_000) -> None:
    await expect(page.locator(HERO)).to_contain_text(text, timeout=within_ms)


async def test_the_wall_shows_a_payment_and_outlives_its_server(home: House) -> None:
    receivable = await owe(home.engine, home.world, home.world.subscriber_alto, "9000.00")
    async with chromium() as browser, seat(browser, home.url) as display:
        await display.sign_in("alto")
        await display.page.goto(f"{home.url}/wall/receivables")
        await shows(display.page, "0,00")

        started = time.monotonic()
        await pay(home, receivable, "1234.56")
        await shows(display.page, "1.234,56")
        print(f"from signing in and paying to the page: {time.monotonic() - started:.3f} s")
        assert display.complaints == []

        await home.serve.kill()
        await expect(display.page.locator(".banner-lost")).to_contain_text("Sem conexão", timeout=15_000)
        await shows(display.page, "1.234,56")  # the last values stay

        await home.open()
        await expect(display.page.locator(".banner-lost")).to_have_count(0, timeout=40_000)
        await pay(home, receivable, "100.00")
        await shows(display.page, "1.334,56")


async def test_a_display_of_one_city_shows_nothing_of_another(home: House) -> None:
    mine = await owe(home.engine, home.world, home.world.subscriber_alto, "500.00")
    foreign = await owe(home.engine, home.world, home.world.subscriber_baixo, "700.00")
    async with chromium() as browser, seat(browser, home.url) as display:
        await display.sign_in("alto")
        await display.page.goto(f"{home.url}/wall/receivables")
        await shows(display.page, "0,00")
        await pay(home, foreign, "70.00")
        await pay(home, mine, "50.00")
        await shows(display.page, "50,00")
        await expect(display.page.locator("body")).not_to_contain_text("70,00")
