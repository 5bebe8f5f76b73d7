"""Farol's REST API as a program of the outside uses it, patient with a server that is away."""

from __future__ import annotations

import asyncio
import random
from types import TracebackType
from typing import Any, Self

import httpx
import msgspec
import structlog

from demo.backoff import Backoff

log = structlog.get_logger(__name__)

TIMEOUT_S = 10.0
REFUSED_LOGIN_S = 60.0
"""A refused login is tried again this rarely: the server counts failures, and the seed may still be under way."""

_SIGNED_OUT, _TOO_MANY = 401, 429
_NOT_NOW = (_SIGNED_OUT, _TOO_MANY)


class RefusedError(Exception):
    """The server understood and said no; asking the same again would not help."""

    def __init__(self, status: int, title: str) -> None:
        super().__init__(f"{status} {title}")
        self.status = status


class _SignedIn(msgspec.Struct):
    csrf: str


class _Problem(msgspec.Struct):
    title: str = ""
    detail: str = ""


class Api:
    """An async context manager. Calls return once the server has answered, however long it is away.

    `lost` and `found` count how often it went and came back. Raises RefusedError for an answer of 4xx.
    """

    def __init__(self, url: str, *, login: str, password: str, rng: random.Random) -> None:
        self.lost = 0
        self.found = 0
        self._http = httpx.AsyncClient(base_url=f"{url}/api/v1", timeout=TIMEOUT_S, follow_redirects=False)
        self._credentials = {"login": login, "password": password}
        self._csrf: str | None = None
        self._signing_in = asyncio.Lock()
        self._backoff = Backoff(rng)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._http.aclose()

    async def get[T](self, path: str, reply: type[T], **query: Any) -> T:
        answer = await self._ask(
            "GET", path, params={name: value for name, value in query.items() if value is not None}
        )
        return msgspec.json.decode(answer.content, type=reply, strict=False)

    async def post(self, path: str, body: dict[str, Any], *, key: str) -> None:
        """`key` makes repeating it harmless, so it is repeated until there is an answer."""
        await self._ask("POST", path, json=body, headers={"Idempotency-Key": key})

    async def make[T](self, path: str, body: dict[str, Any], reply: type[T], *, key: str) -> T:
        """As `post`, with what the server answers."""
        answer = await self._ask("POST", path, json=body, headers={"Idempotency-Key": key})
        return msgspec.json.decode(answer.content, type=reply, strict=False)

    async def _ask(
        self, method: str, path: str, *, headers: dict[str, str] | None = None, **request: Any
    ) -> httpx.Response:
        answer = await self._patiently(method, path, headers=headers or {}, **request)
        if not answer.is_success:
            raise RefusedError(answer.status_code, _why(answer))
        return answer

    async def _patiently(self, method: str, path: str, *, headers: dict[str, str], **request: Any) -> httpx.Response:
        """The first answer that is about the request. After every other one there is a wait, whatever the reason."""
        while True:
            wait_s: float
            try:
                csrf = await self._signed_in()
                answer = await self._http.request(method, path, headers={**headers, "X-CSRF-Token": csrf}, **request)
                if answer.status_code < 500 and answer.status_code not in _NOT_NOW:
                    self._is_there()
                    return answer
                if answer.status_code == _SIGNED_OUT:
                    self._csrf = None
                reason, wait_s = str(answer.status_code), _retry_after(answer)
            except RefusedError as error:
                reason, wait_s = f"login: {error}", REFUSED_LOGIN_S
            except (httpx.TransportError, msgspec.DecodeError) as error:
                reason, wait_s = f"{type(error).__name__}: {error}", 0.0
            self._is_away(reason)
            await asyncio.sleep(wait_s + self._backoff.next_s())

    async def _signed_in(self) -> str:
        """The CSRF token of the session; whoever comes first opens it for all."""
        async with self._signing_in:
            if self._csrf is None:
                self._csrf = await self._sign_in()
            return self._csrf

    async def _sign_in(self) -> str:
        answer = await self._http.post("/session", json=self._credentials)
        if answer.status_code >= 500 or answer.status_code == _TOO_MANY:
            raise httpx.RemoteProtocolError(f"signing in: {answer.status_code}")
        if not answer.is_success:
            raise RefusedError(answer.status_code, _why(answer))
        return msgspec.json.decode(answer.content, type=_SignedIn).csrf

    def _is_away(self, reason: str) -> None:
        if not self._backoff.failures:
            self.lost += 1
            log.warning("server_away", reason=reason)

    def _is_there(self) -> None:
        if self._backoff.failures:
            self.found += 1
            log.info("server_back")
        self._backoff.succeeded()


def _why(answer: httpx.Response) -> str:
    try:
        problem = msgspec.json.decode(answer.content, type=_Problem)
    except msgspec.DecodeError:
        return answer.reason_phrase
    return problem.detail or problem.title


def _retry_after(answer: httpx.Response) -> float:
    text = answer.headers.get("Retry-After", "")
    return min(float(text), 900.0) if text.isdigit() else 0.0
