"""The dispatcher's board in a real browser: an order is dragged, moved by keys, and said no to in words."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import httpx
from playwright.async_api import Locator, expect

from tests.browser import chromium, seat
from tests.crew import build_crew
from tests.stories.house import House
from tests.waiting import until


async def _order(root: httpx.AsyncClient, number: int) -> dict[str, Any]:
    order: dict[str, Any] = (await root.get(f"/service-orders/{number}")).json()["order"]
    return order


async def _middle(where: Locator, share: float = 0.5) -> tuple[float, float]:
    box = await where.bounding_box()
    assert box
    return box["x"] + box["width"] * share, box["y"] + box["height"] / 2


async def test_an_order_is_given_to_a_technician_by_hand_by_keys_and_not_over_somebody_elses_head(home: House) -> None:
    world, crew = home.world, await build_crew(home.engine, home.world)
    async with (
        home.signed_in("root") as root,
        chromium() as browser,
        seat(browser, home.url, width=1366, height=768) as desk,
    ):
        opened = await root.post(
            "/service-orders",
            json={"kind_id": crew.repair, "subscriber_id": world.subscriber_alto, "location": "Rua A, 1"},
        )
        number = opened.json()["id"]
        await desk.sign_in("root")
        page = desk.page
        # Tomorrow: whatever the hour, every place on its axis is still to come.
        tomorrow = datetime.now(ZoneInfo("America/Sao_Paulo")).date() + timedelta(days=1)
        await page.goto(f"{home.url}/orders?date={tomorrow}")
        card = page.locator(f".tray [data-order='{number}']")
        lane = page.locator(f"[data-drop='{crew.team}-{crew.iara}']")
        await expect(card).to_be_visible(timeout=20_000)
        await expect(lane).to_be_visible()
        await expect(page.locator(".gantt-axis time").first).to_be_visible()

        await page.mouse.move(*await _middle(card))
        await page.mouse.down()
        await page.mouse.move(*await _middle(lane, 0.3))
        await page.mouse.move(*await _middle(lane, 0.5), steps=4)
        await expect(lane.locator(".landing")).to_be_visible()
        await page.mouse.up()

        async def scheduled() -> bool:
            return bool((await _order(root, number))["stage"] == "scheduled")

        await until(scheduled, what="the drop")
        first = await _order(root, number)
        assert (first["team_id"], first["technician_id"]) == (crew.team, crew.iara)
        block = page.locator(f".gantt [data-order='{number}']:not(.is-hope)")
        await expect(block).to_be_visible()

        await block.focus()
        for key in ("Space", "ArrowRight", "ArrowRight", "ArrowDown", "Enter"):
            await page.keyboard.press(key)

        async def moved() -> bool:
            return bool((await _order(root, number))["technician_id"] == crew.joel)

        await until(moved, what="the move by keys")
        second = await _order(root, number)
        later = datetime.fromisoformat(second["scheduled_from"]) - datetime.fromisoformat(first["scheduled_from"])
        assert later == timedelta(minutes=30)
        assert desk.complaints == []

        await page.goto(f"{home.url}/orders?date={tomorrow}&order={number}")
        await page.get_by_role("button", name="Cancelada").click()
        await page.get_by_label("Motivo").select_option(str(crew.reason))
        # The page may not hear of it before the form is sent: this very moment is what the version is for.
        await page.route("**/live", lambda route: route.abort())
        assert (await root.post(f"/service-orders/{number}/moves", json={"to": "en_route"})).status_code == 201
        await page.get_by_role("button", name="Confirmar").click()
        await expect(page.get_by_role("alert")).to_contain_text("Alguém mexeu nesta ordem")
        await expect(page.locator(".order-stage")).to_contain_text("A caminho")
        assert (await _order(root, number))["stage"] == "en_route"
