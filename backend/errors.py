"""Anticipated errors, and the one place that renders them (RFC 9457, `application/problem+json`).

Actions and queries raise these classes; anything else that escapes is a bug and answers 500 without its trace.
"""

from __future__ import annotations

from typing import Any

import structlog
from litestar import Request, Response
from litestar.exceptions import HTTPException, ValidationException
from litestar.types import ExceptionHandlersMap
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

log = structlog.get_logger("farol.http")


class Problem(Exception):
    """The base of anticipated errors. `detail` is a sentence for people that says what to try."""

    status = 400
    code = "bad-request"
    title = "The request cannot be served"

    def __init__(self, detail: str, **extra: Any) -> None:
        super().__init__(detail)
        self.detail = detail
        self.extra = extra
        self.headers: dict[str, str] = {}


class BadInput(Problem):
    """The request was understood but its content is wrong. `errors` maps fields to sentences."""

    status = 422
    code = "bad-input"
    title = "The content of the request is not acceptable"


class NotSignedIn(Problem):
    status = 401
    code = "not-signed-in"
    title = "Sign in first"


class NotAllowed(Problem):
    status = 403
    code = "not-allowed"
    title = "Your roles do not include this"


class NotFound(Problem):
    """Unknown, or outside the caller's scope: from outside, both look the same."""

    status = 404
    code = "not-found"
    title = "There is no such record"

    def __init__(self, noun: str) -> None:
        super().__init__(f"No {noun} with this id is known to you.")


class Conflict(Problem):
    status = 409
    code = "conflict"
    title = "The record is not in a state that allows this"


class Throttled(Problem):
    status = 429
    code = "throttled"
    title = "Too many attempts"

    def __init__(self, detail: str, *, retry_after_s: int) -> None:
        super().__init__(detail, retry_after=retry_after_s)
        self.headers["Retry-After"] = str(retry_after_s)


class Unavailable(Problem):
    status = 503
    code = "unavailable"
    title = "A part that this request needs is away"

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.headers["Retry-After"] = "2"


def _render(status: int, code: str, title: str, detail: str, **extra: Any) -> Response[dict[str, Any]]:
    body = {"type": f"urn:farol:{code}", "title": title, "status": status, "detail": detail, **extra}
    return Response(body, status_code=status, media_type="application/problem+json")


def _problem(_: Request[Any, Any, Any], problem: Problem) -> Response[dict[str, Any]]:
    response = _render(problem.status, problem.code, problem.title, problem.detail, **problem.extra)
    response.headers.update(problem.headers)
    return response


def _validation(_: Request[Any, Any, Any], error: ValidationException) -> Response[dict[str, Any]]:
    """Litestar found that body, path or query do not fit: name each field, say nothing of our internals."""
    fields = {}
    for item in error.extra if isinstance(error.extra, list) else []:
        if isinstance(item, dict):
            fields[str(item.get("key", "body"))] = str(item.get("message", ""))
    return _render(422, BadInput.code, BadInput.title, "Some fields are missing, unknown or wrong.", errors=fields)


def _http(_: Request[Any, Any, Any], error: HTTPException) -> Response[dict[str, Any]]:
    response = _render(error.status_code, f"http-{error.status_code}", "The request cannot be served", error.detail)
    response.headers.update(error.headers or {})
    return response


# PostgreSQL's text holds no NUL, and no character that its encoding lacks (SQLSTATE).
_NO_TEXT = ("22021", "22P05")
# Connection lost or refused, server stopping or starting or too slow, too many clients (SQLSTATE classes).
_AWAY = ("08", "57", "53")


def _database(request: Request[Any, Any, Any], error: DBAPIError) -> Response[dict[str, Any]]:
    state = str(getattr(error.orig, "sqlstate", None) or "")
    if state in _NO_TEXT:
        return _problem(request, BadInput("A text holds a character that cannot be kept, such as NUL."))
    if state.startswith(_AWAY) or error.connection_invalidated:
        return _away(request, error)
    return _bug(request, error)


def _away(request: Request[Any, Any, Any], error: Exception) -> Response[dict[str, Any]]:
    log.warning("database away", path=request.url.path, reason=f"{type(error).__name__}: {error}"[:300])
    # Whether a commit that was under way has reached the disk is unknown here: the key makes the second try safe.
    sentence = "The database does not answer. Try again, a write with the same Idempotency-Key."
    return _problem(request, Unavailable(sentence))


def _bug(request: Request[Any, Any, Any], error: Exception) -> Response[dict[str, Any]]:
    log.error("request failed", method=request.method, path=request.url.path, exc_info=error)
    return _render(500, "bug", "Farol failed", "The request could not be served; the error was recorded. Try again.")


EXCEPTION_HANDLERS: ExceptionHandlersMap = {
    Problem: _problem,
    ValidationException: _validation,
    HTTPException: _http,
    DBAPIError: _database,
    ConnectionError: _away,
    TimeoutError: _away,
    PoolTimeoutError: _away,
    Exception: _bug,
}
