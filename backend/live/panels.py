"""`/panels`: the registry, and one snapshot by the same query as the live topic."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec
from litestar import Controller, Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from backend.auth.identity import Identity
from backend.errors import BadInput, NotFound
from backend.services import Services
from db.session import ReadSession
from realtime.topic import BadParams, key_of, read_params


class PanelItem(msgspec.Struct, frozen=True):
    """`params` and `rows` are JSON Schemas; `allowed` says whether the caller may watch it somewhere."""

    name: str
    shape: str
    permission: str
    period: float
    allowed: bool
    params: dict[str, Any]
    rows: dict[str, Any]


class Panels(msgspec.Struct, frozen=True):
    items: list[PanelItem]
    next: str | None = None


class PanelController(Controller):
    """What can be watched."""

    path = "/panels"
    tags = ("panels",)

    @get("/")
    async def registry(self, services: NamedDependency[Services], identity: NamedDependency[Identity]) -> Panels:
        schemas = services.registry.schemas()
        return Panels(
            [
                PanelItem(
                    name=panel.name,
                    shape=type(panel.shape).__name__.lower(),
                    permission=str(panel.permission),
                    period=panel.period.total_seconds(),
                    allowed=bool(identity.scope(panel.permission)),
                    params=schemas[panel.name]["params"],
                    rows=schemas[panel.name]["rows"],
                )
                for panel in services.registry.panels.values()
            ]
        )

    @get("/{name:str}")
    async def snapshot(
        self,
        request: Request[Any, Any, Any],
        services: NamedDependency[Services],
        db: NamedDependency[ReadSession],
        identity: NamedDependency[Identity],
        name: FromPath[str],
    ) -> Response[bytes]:
        """The panel's data as a live viewer would hold it, with `as_of`; parameters are the topic's."""
        panel = services.registry.panels.get(name)
        if panel is None:
            raise NotFound("panel")
        try:
            params = read_params(panel.params, request.query_params.multi_items())
        except BadParams as error:
            raise BadInput(str(error)) from error
        answer = await services.registry.answer(name)(db, identity.require(panel.permission), params)
        body = _encoder.encode(Snapshot(key_of(name, params), answer.as_of, answer.data))
        return Response(body, media_type="application/json")


class Snapshot(msgspec.Struct, frozen=True):
    topic: str
    as_of: datetime
    data: Any


_encoder = msgspec.json.Encoder(decimal_format="number")
