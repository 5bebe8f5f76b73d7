"""The socket under `farol watch`: connects, keeps connecting, and yields what is held after each frame."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from urllib.parse import urlsplit

import httpx
from websockets.asyncio.client import connect
from websockets.client import process_exception
from websockets.exceptions import ConnectionClosed, InvalidStatus

from farol.refusal import Refusal
from realtime.client import Client

FINAL = {4001, 4003, 4009, 4010}
"""Close codes after which coming back would bring the same answer."""


def socket_url(url: str) -> str:
    """`http://host:8000` -> `ws://host:8000/live`; https becomes wss."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise Refusal(f"{url} is no address of a Farol: it begins with http:// or https://.")
    return parts._replace(scheme=parts.scheme.replace("http", "ws"), path="/live", query="", fragment="").geturl()


def signed_in(url: str, login: str, password: str) -> str:
    """The Cookie header of a new login. Raises Refusal."""
    try:
        answer = httpx.post(
            f"{url}/api/v1/session", json={"login": login, "password": password}, timeout=10, trust_env=False
        )
    except httpx.HTTPError as error:
        raise Refusal(f"{url} does not answer ({type(error).__name__}): does `farol up` run there?") from error
    if answer.status_code != 200:
        raise Refusal(f"Not signed in: {answer.json().get('detail', answer.status_code)}")
    return "; ".join(f"{name}={value}" for name, value in answer.cookies.items())


async def follow(url: str, topic: str, *, token: str | None, cookie: str | None) -> AsyncGenerator[tuple[Client, str]]:
    """The client after each frame, and what is wrong just now ("" when nothing is). Ends only by Refusal."""
    client = Client(token=token)
    client.watch(topic)
    headers = {"Cookie": cookie} if cookie else {}
    met = False

    def worth_a_retry(error: Exception) -> Exception | None:
        """Only who was met before is waited for; None means to try again."""
        return process_exception(error) if met else error

    connections = connect(
        socket_url(url), additional_headers=headers, max_size=None, proxy=None, process_exception=worth_a_retry
    )
    try:
        async for socket in connections:
            met = True
            problem = "the server closed the connection, connecting again"
            try:
                for message in client.connected():
                    await socket.send(message)
                async for frame in socket:
                    for message in client.receive(frame):
                        await socket.send(message)
                    refused = client.errors.get(topic)
                    if refused is not None and not refused.retry:
                        raise Refusal(f"{topic}: {refused.message}")
                    yield client, refused.message if refused else ""
            except ConnectionClosed as closed:
                _give_up_on(closed)
                problem = "connection lost, connecting again"
            yield client, problem
    except InvalidStatus as error:
        raise Refusal(f"{url} answered {error.response.status_code} to the live socket: is that a Farol?") from error
    except (OSError, TimeoutError) as error:
        raise Refusal(f"{url} does not answer ({type(error).__name__}): does `farol up` run there?") from error


def _give_up_on(closed: ConnectionClosed) -> None:
    code = closed.rcvd.code if closed.rcvd else None
    if code in FINAL:
        words = closed.rcvd.reason if closed.rcvd and closed.rcvd.reason else f"close code {code}"
        raise Refusal(f"The server ended the connection: {words}. Give a token (--token, FAROL_TOKEN) or a --login.")
