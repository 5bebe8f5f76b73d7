"""What a browser gets when it asks for a page, and what the build's files promise about keeping them."""

from __future__ import annotations

import gzip
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, cast

import httpx
import pytest

from frontend.asgi import guarded, inline_script_hashes, same_origin
from frontend.static import Receive, Scope, Send, StaticFiles

PAGE = '<html><script>alert("ã")</script><script src="/assets/app-1a2b.js"></script></html>'


@pytest.fixture
def build(tmp_path: Path) -> Path:
    made = tmp_path / "build"
    for folder in ("assets", "wall", "farol"):
        (made / folder).mkdir(parents=True)
    (made / "index.html").write_text(PAGE)
    (made / "index.html.gz").write_bytes(gzip.compress(PAGE.encode()))
    (made / "404.html").write_text("<html>nothing here</html>")
    (made / "wall.html").write_text("<html>wall</html>")
    (made / "wall" / "index.html").write_text("<html>wall</html>")
    (made / "wall" / "traffic.html").write_text("<html>traffic wall</html>")
    (made / "assets" / "app-1a2b.js").write_text("export {}")
    (made / "farol" / "icon.svg").write_text("<svg/>")
    (tmp_path / "secret.txt").write_text("secret")
    return made


@pytest.fixture
async def browser(build: Path) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app=cast(Any, StaticFiles(build)))
    async with httpx.AsyncClient(transport=transport, base_url="http://farol.test") as client:
        yield client


@pytest.mark.parametrize(
    ("path", "text"), [("/", "alert"), ("/wall", "wall"), ("/wall/", "wall"), ("/wall/traffic", "traffic wall")]
)
async def test_an_address_leads_to_its_page(browser: httpx.AsyncClient, path: str, text: str) -> None:
    answer = await browser.get(path)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["cache-control"] == "no-cache"
    assert text in answer.text


async def test_a_page_that_has_not_changed_is_not_sent_again(browser: httpx.AsyncClient) -> None:
    etag = (await browser.get("/")).headers["etag"]
    again = await browser.get("/", headers={"If-None-Match": f'"other", {etag}'})
    assert (again.status_code, again.content) == (304, b"")
    assert (await browser.get("/", headers={"If-None-Match": '"other"'})).status_code == 200


async def test_what_is_named_by_its_content_may_be_kept_for_ever(browser: httpx.AsyncClient) -> None:
    answer = await browser.get("/assets/app-1a2b.js")
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["content-type"] == "text/javascript; charset=utf-8"


async def test_gzip_is_sent_to_who_can_read_it(browser: httpx.AsyncClient) -> None:
    packed = await browser.get("/", headers={"Accept-Encoding": "gzip"})
    plain = await browser.get("/", headers={"Accept-Encoding": "identity"})
    assert packed.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert packed.text == plain.text == PAGE
    assert plain.headers["vary"] == "accept-encoding"


@pytest.mark.parametrize(
    "path", ["/nothing", "/404", "/assets/app.js", "/%2e%2e/secret.txt", "/assets/..%2f..%2fsecret.txt"]
)
async def test_other_addresses_lead_nowhere(browser: httpx.AsyncClient, path: str) -> None:
    answer = await browser.get(path)
    assert answer.status_code == 404
    assert answer.text == "<html>nothing here</html>"


async def test_head_says_what_get_would_send(browser: httpx.AsyncClient) -> None:
    head, get = await browser.head("/wall"), await browser.get("/wall")
    assert head.content == b""
    assert head.headers["content-length"] == get.headers["content-length"]


async def test_nothing_can_be_written(browser: httpx.AsyncClient) -> None:
    answer = await browser.post("/")
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD")


def test_only_scripts_written_in_a_page_are_hashed(build: Path) -> None:
    # printf 'alert("ã")' | openssl dgst -sha256 -binary | base64
    expected = ("'sha256-hKCTF6kx1DKCxRAsWKFHF6iomahj4uslSBBWMv5I4NY='",)
    assert inline_script_hashes(StaticFiles(build).files) == expected


def _scope(**headers: str) -> Scope:
    return {
        "type": "websocket",
        "path": "/_event",
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
    }


@pytest.mark.parametrize(
    ("origin", "host", "same"),
    [
        ("https://farol.example:8443", "farol.example:8443", True),
        ("http://127.0.0.1:8000", "127.0.0.1:8000", True),
        ("", "farol.example", True),
        ("https://evil.example", "farol.example", False),
        ("http://farol.example:81", "farol.example", False),
        ("null", "farol.example", False),
    ],
)
def test_a_page_of_another_origin_is_recognised(origin: str, host: str, same: bool) -> None:
    given = {"host": host} | ({"origin": origin} if origin else {})
    assert same_origin(_scope(**given)) is same


async def test_a_socket_of_another_origin_never_reaches_the_events() -> None:
    reached: list[Scope] = []
    sent: list[Any] = []

    async def events(scope: Scope, receive: Receive, send: Send) -> None:
        reached.append(scope)

    async def receive() -> Any:
        raise AssertionError("nobody reads from a socket that is refused")

    async def send(message: Any) -> None:
        sent.append(message)

    await guarded(events)(_scope(origin="https://evil.example", host="farol.example"), receive, send)
    assert (reached, sent[0]["type"]) == ([], "websocket.close")
    await guarded(events)(_scope(origin="https://farol.example", host="farol.example"), receive, send)
    assert reached[0]["path"] == "/_event"
