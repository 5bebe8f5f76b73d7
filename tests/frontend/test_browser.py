"""Every page in a real browser, over a real server: it fills with live data and complains about nothing."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, Page, WebSocketRoute, expect

from tests.browser import Seat, chromium, seat
from tests.stories.house import House

PAGES = {
    "/login": "Entrar",
    "/": "Quanto entrou hoje",
    "/receivables": "Recebido por hora, acumulado",
    "/receivables?view=month": "Em aberto, por dias de atraso",
    "/receivables?view=list": "Assinante do Alto",
    "/technicians": "Em atendimento",
    "/agent": "o protocolo vem primeiro",
    "/traffic": "Upstream",
    "/access": "Conectados agora",
    "/access?view=sessions": "Sem busca",
    "/access?view=nas": "BNG 1",
    "/orders": "Sem agenda",
    "/orders?view=table": "Rua da Bahia, 1148",
    "/wall": "Recebido hoje",
    "/wall/receivables": "Recebido hoje",
    "/wall/technicians": "Atrasados e a caminho",
    "/wall/traffic": "Upstream",
    "/wall/orders": "Atrasadas agora",
    "/wall/access": "Últimas quedas",
    "/followup": "Proposta de plano",
    "/wall/followup": "Proposta de plano",
}
"""Addresses, and words that are there once the page is."""

WATCH_POLICY = """
addEventListener("securitypolicyviolation", (e) => console.error(`CSP ${e.violatedDirective} ${e.blockedURI}`));
"""
OVERFLOW = """() => document.documentElement.scrollWidth > document.documentElement.clientWidth"""


@pytest.fixture(scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as made:
        yield made


@pytest.fixture
async def desk(browser: Browser, open_house: House) -> AsyncIterator[Seat]:
    """A person signed in."""
    async with seat(browser, open_house.url, width=1366, height=768) as made:
        await made.page.add_init_script(WATCH_POLICY)
        await made.sign_in("root")
        yield made


async def filled(page: Page) -> None:
    """Every panel that is bound to a topic has its first snapshot."""
    await expect(page.locator(".box.is-waiting")).to_have_count(0, timeout=20_000)


@pytest.mark.parametrize("address", PAGES)
async def test_a_page_fills_and_complains_about_nothing(desk: Seat, address: str) -> None:
    await desk.page.goto(f"{desk.url}{address}")
    await expect(desk.page.get_by_text(PAGES[address]).first).to_be_visible(timeout=20_000)
    await filled(desk.page)
    assert desk.complaints == []


@pytest.mark.parametrize("address", [address for address in PAGES if address != "/wall"])
async def test_a_page_fits_a_telephone(desk: Seat, address: str) -> None:
    await desk.page.set_viewport_size({"width": 390, "height": 844})
    await desk.page.goto(f"{desk.url}{address}")
    await expect(desk.page.get_by_text(PAGES[address]).first).to_be_visible(timeout=20_000)
    await filled(desk.page)
    assert not await desk.page.evaluate(OVERFLOW)


async def test_whoever_is_not_signed_in_comes_back_to_the_page_they_wanted(browser: Browser, open_house: House) -> None:
    async with seat(browser, open_house.url) as visitor:
        await visitor.page.goto(f"{visitor.url}/traffic?range=6h")
        await visitor.page.wait_for_url("**/login?next=%2Ftraffic%3Frange%3D6h")
        await visitor.page.fill("input[name=login]", "root")
        await visitor.page.fill("input[name=password]", "wrong")
        await visitor.page.press("input[name=password]", "Enter")
        await expect(visitor.page.get_by_role("alert")).to_contain_text("incorretos")
        await visitor.page.fill("input[name=password]", "correct horse")
        await visitor.page.press("input[name=password]", "Enter")
        await visitor.page.wait_for_url("**/traffic?range=6h")


async def test_an_address_that_leads_nowhere_says_where_to_go(desk: Seat) -> None:
    answer = await desk.page.goto(f"{desk.url}/nothing/here")
    assert answer is not None and answer.status == 404
    await expect(desk.page.get_by_role("link", name="Recebíveis")).to_be_visible()


async def test_the_language_changes_without_a_reload(desk: Seat) -> None:
    await desk.page.goto(f"{desk.url}/")
    await filled(desk.page)
    await desk.page.evaluate("window.here = true")
    await desk.page.keyboard.press("l")
    await expect(desk.page.get_by_text("How much came in today")).to_be_visible()
    await expect(desk.page.locator("html")).to_have_attribute("lang", "en")
    assert await desk.page.evaluate("window.here")


async def test_the_theme_changes_and_is_remembered(desk: Seat) -> None:
    await desk.page.goto(f"{desk.url}/")
    await filled(desk.page)
    await desk.page.keyboard.press("t")
    await expect(desk.page.locator("html")).to_have_class(re.compile("light"))
    await desk.page.reload()
    await expect(desk.page.locator("html")).to_have_class(re.compile("light"))


async def test_the_palette_leads_anywhere_by_keyboard(desk: Seat) -> None:
    await desk.page.goto(f"{desk.url}/")
    await filled(desk.page)
    await desk.page.keyboard.press("Control+k")
    await expect(desk.page.locator("dialog.palette input")).to_be_focused()
    await desk.page.keyboard.type("titulos vencidos")
    await desk.page.keyboard.press("Enter")
    await desk.page.wait_for_url("**/receivables?view=list&status=overdue")


async def test_a_search_is_in_the_address_and_understood(desk: Seat) -> None:
    await desk.page.goto(f"{desk.url}/receivables?view=list&q=ninguem")
    await expect(desk.page.locator(".list-head")).to_contain_text("0")
    await expect(desk.page.locator(".search input")).to_have_value("ninguem")
    await desk.page.fill(".search input", "aberto alto")
    await desk.page.wait_for_url("**/receivables?view=list&q=aberto+alto")
    await expect(desk.page.locator(".list tbody tr")).to_have_count(1)
    assert desk.complaints == []


async def test_a_session_is_found_by_mac_in_any_notation_and_the_address_says_so(desk: Seat) -> None:
    await desk.page.goto(f"{desk.url}/access?view=sessions")
    rows = desk.page.locator(".list tbody tr")
    await expect(rows).to_have_count(1)
    await desk.page.fill(".search input", "AA-BB-CC-DD-EE-FF")
    await desk.page.wait_for_url("**/access?view=sessions&q=AA-BB-CC-DD-EE-FF")
    await expect(desk.page.locator(".session-meaning")).to_contain_text("MAC")
    await expect(rows).to_have_count(7)
    await expect(rows.first).to_contain_text("AA:BB:CC:DD:EE:FF")
    await desk.page.goto(f"{desk.url}/access?view=sessions&q=aabb.ccdd.eeff&at=2020-01-01T12:00:00Z")
    await expect(desk.page.locator(".empty")).to_contain_text("naquele instante")
    await expect(desk.page.locator(".instant input")).to_have_value("2020-01-01T09:00")
    await desk.page.goto(f"{desk.url}/access?view=sessions&q=100.64.0.300")
    await expect(desk.page.locator(".box-problem")).to_contain_text("IPv4")
    assert [said for said in desk.complaints if "422" not in said] == []


async def test_a_nas_is_added_by_hand_and_one_that_makes_no_sense_is_refused_in_words(desk: Seat) -> None:
    await desk.page.goto(f"{desk.url}/access?view=nas")
    await desk.page.get_by_role("button", name="Cadastrar um NAS").click()
    await desk.page.fill("input[name=name]", "BNG 2")
    await desk.page.fill("input[name=address]", "10.20.0.1/24")
    await desk.page.fill("input[name=secret]", "segredo")
    await desk.page.select_option("select[name=company_id]", label="Norte")
    await desk.page.select_option("select[name=city_id]", label="Alto")
    await desk.page.get_by_role("button", name="Cadastrar", exact=True).click()
    await expect(desk.page.get_by_role("alert")).to_contain_text("10.0.0.0/24")
    await desk.page.fill("input[name=address]", "10.20.0.0/24")
    await desk.page.get_by_role("button", name="Cadastrar", exact=True).click()
    await expect(desk.page.locator(".new-nas .calm")).to_contain_text("BNG 2")
    await expect(desk.page.locator(".list tbody tr")).to_have_count(2)
    await expect(desk.page.locator(".list tbody")).to_contain_text("10.20.0.0/24")


async def test_dragging_over_a_graph_zooms_and_the_address_says_so(desk: Seat) -> None:
    await desk.page.goto(f"{desk.url}/traffic?port=1")
    plot = desk.page.locator(".graph-plot .u-over")
    await expect(plot).to_be_visible(timeout=20_000)
    box = await plot.bounding_box()
    assert box is not None
    middle = box["y"] + box["height"] / 2
    await desk.page.mouse.move(box["x"] + box["width"] * 0.4, middle)
    await desk.page.mouse.down()
    await desk.page.mouse.move(box["x"] + box["width"] * 0.9, middle, steps=4)
    await desk.page.mouse.up()
    await desk.page.wait_for_url("**/traffic?port=1&from=*&to=*")
    await desk.page.get_by_title("Voltar para agora").click()
    await desk.page.wait_for_url("**/traffic?port=1&range=1h")
    assert desk.complaints == []


async def test_a_paused_desk_keeps_its_values_and_says_so(desk: Seat) -> None:
    await desk.page.goto(f"{desk.url}/")
    await filled(desk.page)
    await desk.page.keyboard.press("p")
    await expect(desk.page.locator(".banner")).to_contain_text("pausad")
    await desk.page.keyboard.press("p")
    await expect(desk.page.locator(".banner")).to_have_count(0)


async def test_scenes_of_a_wall_follow_each_other(desk: Seat) -> None:
    await desk.page.goto(f"{desk.url}/wall?seconds=5")
    await expect(desk.page.locator(".scene-receivables")).to_be_visible()
    await expect(desk.page.locator(".countdown-words")).to_contain_text("próxima cena em")
    await expect(desk.page.locator(".scene-traffic")).to_be_visible(timeout=15_000)
    await expect(desk.page.locator("header.top")).to_have_count(0)


async def test_a_wall_reloads_by_itself_for_a_new_build(desk: Seat) -> None:
    """The server's greeting is changed on its way to name another build; the page's clock is the test's."""

    def greet(socket: WebSocketRoute) -> None:
        server = socket.connect_to_server()

        def forward(frame: str | bytes) -> None:
            messages = json.loads(frame)
            for message in messages:
                if message["op"] == "welcome":
                    message["build"] = "another"
            socket.send(json.dumps(messages))

        server.on_message(forward)

    await desk.page.clock.install()
    await desk.page.route_web_socket("**/live", greet)
    await desk.page.goto(f"{desk.url}/wall/receivables")
    await filled(desk.page)
    await desk.page.evaluate("window.here = true")
    async with desk.page.expect_event("load"):
        await desk.page.clock.fast_forward(70_000)
    assert await desk.page.evaluate("window.here") is None
    assert await desk.page.evaluate("sessionStorage.getItem('farol.reloaded')")
