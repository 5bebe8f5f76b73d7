"""A department at two desks: what is asked for appears, and what one has in hand the other sees, and is told."""

from __future__ import annotations

from playwright.async_api import Page, expect

from tests.browser import chromium, seat
from tests.care import asked
from tests.stories.house import House

SOON_MS = 15_000


async def shows(page: Page, where: str, words: str) -> None:
    await expect(page.locator(where)).to_contain_text(words, timeout=SOON_MS)


async def test_a_request_opened_by_rest_appears_and_taking_it_shows_at_the_other_desk(home: House) -> None:
    async with (
        home.signed_in("root") as root,
        chromium() as browser,
        seat(browser, home.url, width=1366, height=768) as one,
        seat(browser, home.url, width=1366, height=768) as other,
    ):
        for desk, login in ((one, "root"), (other, "alto")):
            await desk.sign_in(login)
            await desk.page.goto(f"{home.url}/followup?department=finance")
            await shows(desk.page, ".followup", "Nada em aberto neste setor")

        contact = {"company_id": home.world.north}
        request = await asked(root, home.world.subscriber_alto, "finance", **contact)
        hidden = await asked(root, home.world.subscriber_baixo, "finance", **contact)
        await shows(one.page, ".followup tbody", str(request["protocol"]))
        await shows(other.page, ".followup tbody", str(request["protocol"]))
        await shows(one.page, ".followup tbody", str(hidden["protocol"]))
        await expect(other.page.locator(".followup tbody tr")).to_have_count(1)

        await one.page.keyboard.press("j")
        await one.page.wait_for_url(f"**/followup?department=finance&request={request['id']}")
        await shows(one.page, ".request", "Contestação de cobrança")
        await one.page.keyboard.press("t")
        await shows(other.page, ".followup tbody", "Root")

        await other.page.keyboard.press("j")
        await shows(other.page, ".request-facts", "Root")
        await other.page.keyboard.press("c")
        await other.page.locator("dialog.ask textarea").fill("Feito por mim.")
        await other.page.keyboard.press("Control+Enter")
        await shows(other.page, ".request [role=alert]", "Root está com ele desde")
        other.complaints.clear()  # the browser itself complains of the 409

        await one.page.keyboard.press("c")
        await one.page.locator("dialog.ask textarea").fill("Boleto reenviado.")
        await one.page.keyboard.press("Control+Enter")
        await shows(one.page, ".request-history", "Boleto reenviado.")
        await shows(other.page, ".followup", "Nada em aberto neste setor")
        await shows(other.page, ".request-history", "Boleto reenviado.")
        assert one.complaints == other.complaints == []


async def test_a_request_forwarded_at_a_desk_waits_in_the_other_department(home: House) -> None:
    async with (
        home.signed_in("root") as root,
        chromium() as browser,
        seat(browser, home.url, width=1366, height=768) as desk,
    ):
        request = await asked(root, home.world.subscriber_alto, "finance", company_id=home.world.north)
        await desk.sign_in("alto")
        await desk.page.goto(f"{home.url}/followup?department=finance&request={request['id']}")
        await shows(desk.page, ".request", str(request["protocol"]))
        await desk.page.keyboard.press("f")
        await desk.page.get_by_role("dialog").get_by_role("button", name="Técnico").click()
        await desk.page.locator("dialog.ask textarea").fill("É com a rede.")
        await desk.page.keyboard.press("Control+Enter")
        await shows(desk.page, ".request-history", "É com a rede.")
        await desk.page.get_by_role("group", name="Setor").get_by_role("button", name="Técnico").click()
        await shows(desk.page, ".followup tbody", str(request["protocol"]))
        assert desk.complaints == []
