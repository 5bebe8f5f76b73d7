"""A call, as it goes: the protocol, the caller found by phone, a payment from elsewhere, an order, a colleague."""

from __future__ import annotations

import re
import time
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from ipaddress import ip_address, ip_network

from playwright.async_api import Page, expect
from sqlalchemy.ext.asyncio import AsyncSession

from db.models import (
    Contract,
    ContractItem,
    Equipment,
    InternetLogin,
    Nas,
    OrderKind,
    Product,
    Session,
    SubscriberAddress,
    SubscriberNote,
    SubscriberPhone,
    Team,
)
from tests.browser import Seat, chromium, seat
from tests.stories.house import House
from tests.stories.test_wall import pay
from tests.world import owe

PHONE = "+5531987654321"


async def furnish(home: House) -> int:
    """A subscriber with all that a screen shows, and what is needed to send somebody there. Answers the team."""
    world, now = home.world, datetime.now(UTC)
    place = {"company_id": world.north, "business_unit_id": world.unit, "city_id": world.alto}
    north, about = {"company_id": world.north}, {"subscriber_id": world.subscriber_alto}
    async with AsyncSession(home.engine) as session, session.begin():
        address = SubscriberAddress(
            **about, kind="installation", street="Rua das Acácias", number="1148", complement="Apto 302",
            neighbourhood="Santa Luzia", city_id=world.alto, state="MG", postal_code="30160011",
            condominium="Residencial Ipê", pole="P00731",
        )  # fmt: skip
        product = Product(**north, name="Fibra 500", kind="internet", price=Decimal("99.90"))
        nas = Nas(**place, name="BNG Alto", network=ip_network("192.0.2.1"), secret=b"")
        team = Team(**place, name="Equipe 1")
        session.add_all([address, product, nas, team, OrderKind(**north, name="Reparo")])
        session.add(SubscriberPhone(**about, number=PHONE))
        session.add(SubscriberNote(**place, **about, text="Prefere a tarde."))
        await session.flush()
        contract = Contract(**place, **about, address_id=address.id, status="active", signed_on=date(2024, 1, 10))
        session.add(contract)
        await session.flush()
        owned = {**north, **about, "contract_id": contract.id}
        began = now - timedelta(hours=5)
        session.add_all(
            [
                ContractItem(contract_id=contract.id, product_id=product.id, price=Decimal(99), since=began.date()),
                InternetLogin(**owned, login="alto@norte"),
                Equipment(**owned, kind="onu", model="ONU W6", serial="FRLD0A1B2C3D", tag="T000042"),
                Session(
                    **place, **about, contract_id=contract.id, nas_id=nas.id, key=b"k", session_id="1",
                    login="alto@norte", port="", mac="aabbccddee0f", address=ip_address("100.64.7.9"),
                    started_at=began, last_at=now, heard_at=now, in_octets=412_000_000, out_octets=9_300_000_000,
                ),
            ]
        )  # fmt: skip
        return int(team.id)


async def opens(page: Page, key: str) -> None:
    """A form, by its key."""
    await page.locator("body").press(key)
    await expect(page.locator(".agent-dialog")).to_be_visible()


async def start(agent: Seat) -> str:
    """A contact, by its key, as soon as the page can; answers its protocol."""
    page = agent.page
    await page.goto(f"{agent.url}/agent")
    await expect(page.get_by_role("button", name="Iniciar atendimento")).to_be_enabled()
    await page.locator("body").press("c")
    number = page.locator(".protocol-number b")
    await expect(number).to_be_visible()
    protocol = await number.get_attribute("aria-label")
    assert protocol and re.fullmatch(r"\d{12,}", protocol)
    return protocol


async def test_a_call_from_the_protocol_to_the_visit(home: House) -> None:
    team = await furnish(home)
    debt = await owe(home.engine, home.world, home.world.subscriber_alto, "199.80", due_on=date(2026, 9, 10))
    async with (
        home.signed_in("root") as root,
        chromium() as browser,
        seat(browser, home.url, width=1366, height=768) as agent,
        seat(browser, home.url, width=1366, height=768) as colleague,
    ):
        await agent.sign_in("alto")
        page = agent.page
        protocol = await start(agent)

        box = page.get_by_role("combobox", name="Encontrar um assinante")
        await box.fill("98765-4321")
        found = page.get_by_role("option")
        await expect(found).to_have_count(1)
        await expect(found.locator("mark")).to_have_text("98765-4321")
        await box.press("Enter")
        await expect(page.locator(".who-name")).to_have_text("Assinante do Alto")
        await expect(page).to_have_url(re.compile(f"subscriber={home.world.subscriber_alto}.*"))
        await expect(page.locator(".agent-contacts")).to_contain_text(protocol)
        await expect(page.locator(".agent-connection")).to_contain_text("Conectado")
        fits = await page.evaluate("document.documentElement.scrollHeight <= innerHeight")
        assert fits, "the whole subscriber is on screen without scrolling at 1366x768"

        debts = page.locator(".agent-debts")
        await expect(debts).to_contain_text("199,80")
        began = time.monotonic()
        await pay(root, debt, "50.00")
        await expect(debts).to_contain_text("149,80")
        print(f"from the request to the debts on screen: {time.monotonic() - began:.3f} s")

        await opens(page, "n")
        await page.get_by_label("O que o próximo atendente deve saber").fill("Reclama de lentidão à noite.")
        await page.get_by_role("button", name="Gravar a anotação").click()
        await expect(page.locator(".agent-notes")).to_contain_text("lentidão")

        await opens(page, "r")
        await page.get_by_label("O que está sendo pedido").select_option(label="Mudança de endereço")
        await expect(page.locator(".agent-promise")).to_contain_text("Técnico responde em 10 dias")
        await page.get_by_role("button", name="Abrir a solicitação").click()
        work = page.locator(".agent-work")
        await expect(work).to_contain_text("Mudança de endereço")

        await opens(page, "o")
        await page.get_by_label("Tipo").select_option(label="Reparo")
        await page.get_by_role("button", name="Abrir a ordem").click()
        await expect(work).to_contain_text("Reparo")
        await expect(work).to_contain_text("sem horário")

        await colleague.sign_in("root")
        await colleague.page.goto(f"{home.url}/agent?subscriber={home.world.subscriber_alto}")
        await expect(page.locator(".agent-others")).to_contain_text("Root", timeout=5_000)
        await expect(colleague.page.locator(".agent-others")).to_contain_text("Alto", timeout=5_000)

        order = (await root.get("/service-orders")).json()["items"][0]["id"]
        await colleague.page.goto(f"{home.url}/orders")
        await expect(page.locator(".agent-others")).to_have_count(0, timeout=5_000)
        await expect(colleague.page.locator(f"[data-order='{order}']")).to_be_visible()
        soon = datetime.now(UTC) + timedelta(minutes=5)
        body = {
            "to": "scheduled",
            "team_id": team,
            "scheduled_from": soon.isoformat(),
            "scheduled_until": (soon + timedelta(hours=1)).isoformat(),
        }
        (await root.post(f"/service-orders/{order}/moves", json=body)).raise_for_status()
        await expect(work).to_contain_text("Equipe 1")
        await expect(colleague.page.locator(f".tray [data-order='{order}']")).to_have_count(0)
        (await root.post(f"/service-orders/{order}/moves", json={"to": "en_route"})).raise_for_status()
        await expect(work).to_contain_text("caminho")

        await opens(page, "e")
        await page.get_by_label("Em uma linha").fill("Lentidão; visita marcada.")
        await page.get_by_role("button", name="Encerrar o atendimento").click()
        await expect(page.locator(".agent-protocol")).to_have_count(0)
        await expect(page.locator(".agent-contacts")).to_contain_text("Lentidão; visita marcada.")
        assert agent.complaints == [] and colleague.complaints == []


async def test_a_link_to_nobody_says_so(home: House) -> None:
    async with chromium() as browser, seat(browser, home.url, width=390, height=844) as phone:
        await phone.sign_in("alto")
        await phone.page.goto(f"{home.url}/agent?subscriber={home.world.subscriber_baixo}")
        await expect(phone.page.locator(".agent-empty")).to_contain_text("ao seu alcance")
        wide = await phone.page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
        assert not wide
