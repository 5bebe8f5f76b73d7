"""Chromium, as a person at a desk or a display on a wall uses it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from playwright.async_api import Browser, ConsoleMessage, Page, async_playwright

from bootstrap import find_tool
from tests.world import PASSWORD

# Chromium talks to its makers at every start; here it has nobody to talk to but the server under test.
QUIET = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-gpu",
    "--disable-quic",
)


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    program = find_tool("chromium")
    assert program, "no Chromium on this machine: run `make test`, which installs it or says what to do"
    async with async_playwright() as playwright:
        # The sandbox cannot be had as root; the pages under test are our own.
        browser = await playwright.chromium.launch(executable_path=program, args=list(QUIET), chromium_sandbox=False)
        yield browser
        await browser.close()


@dataclass
class Seat:
    """A page of a browser of its own, and what it complained about."""

    page: Page
    url: str
    complaints: list[str] = field(default_factory=list)

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.complaints.append(message.text)

    async def sign_in(self, login: str) -> None:
        """Through the login page, by hand; returns on the page that was wanted."""
        await self.page.goto(f"{self.url}/login")
        await self.page.fill("input[name=login]", login)
        await self.page.fill("input[name=password]", PASSWORD)
        await self.page.press("input[name=password]", "Enter")
        await self.page.wait_for_url(lambda url: "/login" not in url)


@asynccontextmanager
async def seat(browser: Browser, url: str, *, width: int = 1920, height: int = 1080) -> AsyncIterator[Seat]:
    context = await browser.new_context(
        viewport={"width": width, "height": height}, locale="pt-BR", timezone_id="America/Sao_Paulo"
    )
    page = await context.new_page()
    made = Seat(page, url)
    page.on("console", made._heard)
    page.on("pageerror", lambda error: made.complaints.append(str(error)))
    yield made
    await context.close()
