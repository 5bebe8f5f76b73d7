"""`GET|POST /gps`: where phones report to, outside `/api/v1`. The token of the phone is all it needs."""

from __future__ import annotations

import base64
import binascii
from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency

from backend.auth.authenticate import bearer_of
from backend.errors import NotSignedIn, Problem
from backend.gps import dialects
from backend.gps.ledger import Heard
from backend.gps.numbers import Unreadable
from backend.gps.token import digest_of
from backend.services import Services

LONGEST_TOKEN = 200


class BadReport(Problem):
    """Not a position. 400 is what a phone's own protocol has for it."""

    status = 400
    code = "bad-report"
    title = "This is not a position"


def _token(request: Request[Any, Any, Any], inside: str | None) -> str:
    """From the Authorization header (OwnTracks: the password; or a bearer token), else from the content."""
    header = request.headers.get("Authorization")
    found = bearer_of(header) or _password(header) or inside
    if not found or len(found) > LONGEST_TOKEN:
        raise NotSignedIn("Send the token of this phone: as its id, or as the password.")
    return found


def _password(header: str | None) -> str | None:
    scheme, _, credentials = (header or "").partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        user, _, password = base64.b64decode(credentials.strip(), validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None
    return password or user or None


def _evidence(request: Request[Any, Any, Any], body: bytes, token: str) -> str:
    text = request.url.query + (f" {body[:2000].decode(errors='replace')}" if body else "")
    return text.replace(token, "…")


async def _report(request: Request[Any, Any, Any], services: Services) -> Response[Any]:
    body = await request.body()
    try:
        report = dialects.read(request.url.query, body, services.clock())
    except Unreadable as error:
        token = _token(request, error.token)
        evidence = f"{error}: {_evidence(request, body, token)}"
        await services.gps.take(Heard(digest=digest_of(token), dialect=None, dropped="malformed", evidence=evidence))
        raise BadReport(f"{error.field} {error.detail}.", errors={error.field: error.detail}) from error
    token = _token(request, report.token)
    await services.gps.take(
        Heard(
            digest=digest_of(token),
            dialect=report.dialect,
            fixes=report.fixes,
            evidence=_evidence(request, body, token),
        )
    )
    if report.dialect == "owntracks":
        # What it takes as a list of things to show; other answers are errors to it.
        return Response(b"[]", media_type="application/json", status_code=200)
    return Response(b"", media_type="text/plain", status_code=200)


@get("/gps", tags=["field"], security=[], operation_id="ReportPositionByQuery")
async def by_query(request: Request[Any, Any, Any], services: NamedDependency[Services]) -> Response[Any]:
    """One position in query parameters, as OsmAnd sends them."""
    return await _report(request, services)


@post("/gps", tags=["field"], security=[], status_code=200, operation_id="ReportPosition")
async def by_body(request: Request[Any, Any, Any], services: NamedDependency[Services]) -> Response[Any]:
    """Positions from OsmAnd (query or form), Traccar Client or OwnTracks (JSON), told apart by content."""
    return await _report(request, services)


ROUTES = (by_query, by_body)
