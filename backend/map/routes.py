"""`/map/{layer}`: the provider's own GeoJSON, for whoever is signed in."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from backend.auth.identity import Identity
from backend.errors import NotFound
from backend.services import Services


@get("/map/{layer:str}", tags=["field"])
async def layer(
    request: Request[Any, Any, Any],
    services: NamedDependency[Services],
    identity: NamedDependency[Identity],
    layer: FromPath[str],
) -> Response[bytes]:
    """`cities`, `neighbourhoods`, `streets` or `pops` as GeoJSON (RFC 7946); empty where there is none."""
    try:
        body, etag = await services.layers.layer(layer)
    except KeyError as error:
        raise NotFound("map layer") from error
    headers = {"ETag": etag, "Cache-Control": "private, no-cache"}
    if request.headers.get("If-None-Match") == etag:
        return Response(b"", status_code=304, headers=headers)
    return Response(body, media_type="application/geo+json", headers=headers)


ROUTES = (layer,)
