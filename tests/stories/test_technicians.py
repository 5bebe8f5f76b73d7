"""From a phone to the marker of an open page, in all three dialects; and what a page does without WebGL."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from playwright.async_api import Browser, expect

from tests.browser import Seat, chromium, seat
from tests.stories.house import House
from tests.waiting import until

FRESH_S = 2.0
HOME = (-19.9, -43.9)
MARKERS = """() => {
  const map = document.querySelector(".map")?.map;
  if (!map?.getSource("technicians")) return [];
  return map.querySourceFeatures("technicians").map((f) => [f.id, f.properties.label, ...f.geometry.coordinates]);
}"""
NO_WEBGL = """
const getContext = HTMLCanvasElement.prototype.getContext;
HTMLCanvasElement.prototype.getContext = function (kind, ...rest) {
  return kind.startsWith("webgl") ? null : getContext.call(this, kind, ...rest);
};
"""


@pytest.fixture(scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as made:
        yield made


async def crew(home: House, root: httpx.AsyncClient) -> tuple[int, str]:
    """A technician of Alto and the token of the phone."""
    place = {"company_id": home.world.north, "city_id": home.world.alto}
    made = await root.post("/technicians", json={"name": "Iara Luz", **place})
    made.raise_for_status()
    token = await root.post(f"/technicians/{made.json()['id']}/gps-token")
    token.raise_for_status()
    return int(made.json()["id"]), str(token.json()["token"])


def _at(latitude: float, seconds: int = 0) -> dict[str, dict[str, Any]]:
    """The same place as each dialect documents it, some seconds ahead: OwnTracks dates its fixes to the second, and a
    second has one position. `TOKEN` stands for the token."""
    now = datetime.now(UTC) + timedelta(seconds=seconds)
    coords = {"latitude": latitude, "longitude": HOME[1], "accuracy": 4, "speed": 9.5, "heading": 12, "altitude": 800}
    location = {"timestamp": now.isoformat(), "coords": coords, "battery": {"level": 0.8, "is_charging": False}}
    query = {"id": "TOKEN", "lat": latitude, "lon": HOME[1], "timestamp": int(now.timestamp() * 1000), "hdop": 1}
    message = {"_type": "location", "lat": latitude, "lon": HOME[1], "tst": int(now.timestamp()), "acc": 4, "vel": 30}
    return {
        "osmand": {"method": "GET", "params": query},
        "traccar": {"method": "POST", "json": {"location": location, "device_id": "TOKEN"}},
        "owntracks": {"method": "POST", "json": message, "auth": ("iara", "TOKEN")},
    }


def _with(token: str, asked: Any) -> Any:
    match asked:
        case dict():
            return {name: _with(token, value) for name, value in asked.items()}
        case tuple():
            return tuple(_with(token, value) for value in asked)
        case "TOKEN":
            return token
    return asked


async def markers(desk: Seat) -> dict[int, tuple[float, float]]:
    """Technician -> (latitude, longitude) as the map's tiles hold them, to some metres."""
    return {row[0]: (row[3], row[2]) for row in await desk.page.evaluate(MARKERS)}


async def test_each_dialect_moves_the_marker_of_an_open_page_within_two_seconds(home: House, browser: Browser) -> None:
    async with (
        home.signed_in("root") as root,
        seat(browser, home.url, width=1366, height=768) as desk,
        httpx.AsyncClient(base_url=home.url) as phone,
    ):
        number, token = await crew(home, root)
        first = _with(token, _at(HOME[0])["osmand"])
        assert (await phone.request(url="/gps", **first)).status_code == 200
        await desk.sign_in("root")
        await desk.page.goto(f"{home.url}/technicians?technician={number}")
        await expect(desk.page.locator(".technician-card")).to_contain_text("Iara Luz", timeout=20_000)

        async def on_the_map() -> bool:
            return number in await markers(desk)

        await until(on_the_map, within_s=30, what="the marker")
        for step, dialect in enumerate(("osmand", "traccar", "owntracks"), 1):
            latitude = HOME[0] + step * 0.0006
            sent = time.monotonic()
            answer = await phone.request(url="/gps", **_with(token, _at(latitude, 2 * step)[dialect]))
            assert answer.status_code == 200, answer.text

            async def moved(wanted: float = latitude) -> bool:
                where = (await markers(desk)).get(number)
                return where is not None and abs(where[0] - wanted) < 0.0002

            await until(moved, within_s=20, what=f"the marker's move by {dialect}")
            assert time.monotonic() - sent < FRESH_S, dialect
        await desk.page.wait_for_function("() => document.querySelector('.map').map.getSource('track')")

        assert (await root.post(f"/technicians/{number}/gps-token/revoke")).status_code == 204
        refused = await phone.request(url="/gps", **_with(token, _at(HOME[0])["osmand"]))
        assert refused.status_code == 401
        assert desk.complaints == []


async def test_without_webgl_a_drawing_says_so_and_shows_everybody(home: House, browser: Browser) -> None:
    async with home.signed_in("root") as root, seat(browser, home.url) as desk, httpx.AsyncClient() as phone:
        number, token = await crew(home, root)
        await phone.request(url=f"{home.url}/gps", **_with(token, _at(HOME[0])["owntracks"]))
        await desk.page.add_init_script(NO_WEBGL)
        await desk.sign_in("root")
        await desk.page.goto(f"{home.url}/technicians")
        await expect(desk.page.get_by_role("note")).to_contain_text("não desenha WebGL", timeout=20_000)
        await desk.page.locator(".map-person").click()
        await expect(desk.page).to_have_url(f"{home.url}/technicians?technician={number}")
        await expect(desk.page.locator(".technician-card")).to_contain_text("Iara Luz")
        assert desk.complaints == []


async def test_a_dispatcher_adds_a_team_and_a_technician_and_sets_the_phone_up(home: House, browser: Browser) -> None:
    async with seat(browser, home.url, width=1366, height=768) as desk, httpx.AsyncClient(base_url=home.url) as phone:
        page = desk.page
        await desk.sign_in("root")
        await page.goto(f"{home.url}/technicians")
        await page.get_by_role("button", name="Adicionar equipe").click()
        dialog = page.get_by_role("dialog", name="Nova equipe")
        await dialog.get_by_label("Nome").fill("Alto Instalação")
        await dialog.get_by_label("Negócio").select_option(label="Norte · Residencial")
        await dialog.get_by_label("Cidade").select_option(label="Alto")
        await dialog.get_by_label("Nome").press("Control+Enter")
        await expect(dialog).to_have_count(0)

        await page.get_by_role("button", name="Adicionar técnico").press("Enter")
        dialog = page.get_by_role("dialog", name="Novo técnico")
        await dialog.get_by_label("Nome").fill("Iara Luz")
        await dialog.get_by_label("Telefone").fill("99999")
        await dialog.get_by_label("Equipe").select_option(label="Alto Instalação")
        await dialog.get_by_role("button", name="Adicionar o técnico").click()
        await expect(dialog).to_be_visible()  # a telephone without its area code is asked for again
        await dialog.get_by_label("Telefone").fill("(31) 99999-0000")
        await dialog.get_by_role("button", name="Adicionar o técnico").click()
        card = page.locator(".technician-card")
        await expect(card).to_contain_text("Iara Luz", timeout=20_000)
        await expect(card).to_contain_text("+5531999990000")
        await expect(card).to_contain_text("não tem token")

        await card.get_by_role("button", name="Emitir token").click()
        url = await card.get_by_label("Endereço do servidor").input_value()
        token = await card.get_by_label("Token", exact=True).input_value()
        assert url == f"{home.url}/gps"
        sent = _with(token, _at(HOME[0])["traccar"])
        assert (await phone.request(url=url, **sent)).status_code == 200
        await card.get_by_role("button", name="O telefone está configurado").click()
        await expect(card.get_by_label("Token", exact=True)).to_have_count(0)
        row = page.get_by_role("row").filter(has_text="Iara Luz")
        await expect(row).not_to_contain_text("sem telefone", timeout=20_000)

        await card.get_by_role("button", name="Revogar o token").click()
        confirm = card.get_by_role("group", name="Tem certeza?")
        await confirm.get_by_role("button", name="Voltar").press("Escape")
        await expect(confirm).to_have_count(0)
        assert (await phone.request(url=url, **_with(token, _at(HOME[0], 2)["osmand"]))).status_code == 200
        await card.get_by_role("button", name="Revogar o token").click()
        await confirm.get_by_role("button", name="Revogar o token").click()
        await expect(card).to_contain_text("não tem token")
        assert (await phone.request(url=url, **_with(token, _at(HOME[0], 4)["osmand"]))).status_code == 401
        assert desk.complaints == []
