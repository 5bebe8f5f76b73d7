"""The HTTP application: everything under one origin. `farol.serve` builds what it needs and passes it in."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

from litestar import Litestar, Router
from litestar.di import Provide
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.openapi.spec import Components, SecurityScheme
from litestar.plugins.prometheus import PrometheusConfig
from litestar.types import ControllerRouterHandler

from backend import api_docs, health
from backend.about import about
from backend.access import routes as access
from backend.auth.authenticate import provide_identity
from backend.auth.routes import SessionController, TokenController
from backend.contacts import routes as contacts
from backend.devices import routes as devices
from backend.errors import EXCEPTION_HANDLERS
from backend.gps import routes as gps
from backend.listing import provide_listing
from backend.live.panels import PanelController
from backend.live.socket import live
from backend.map import routes as maps
from backend.notes import routes as notes
from backend.orders import routes as orders
from backend.places import routes as places
from backend.receivables import routes as receivables
from backend.requests import routes as requests
from backend.search import routes as search
from backend.security import SecurityHeaders
from backend.services import Services, provide_db
from backend.subscribers import routes as subscribers
from backend.technicians import routes as technicians

LARGEST_BODY = 1024 * 1024


def create_api(
    services: Services,
    *,
    pages: Sequence[ControllerRouterHandler] = (),
    script_hashes: tuple[str, ...] = (),
    lifespan: Callable[[], AbstractAsyncContextManager[None]] | None = None,
) -> Litestar:
    """REST, `/live`, health, metrics, and the given pages (the frontend's static files and event endpoint).

    `lifespan` starts and stops what the services need; `script_hashes` are CSP sources of the pages' inline scripts.
    """

    @asynccontextmanager
    async def around(_: Litestar) -> AsyncIterator[None]:
        if lifespan is None:
            yield
        else:
            async with lifespan():
                yield

    api = Router(
        path="/api/v1",
        route_handlers=[
            SessionController,
            TokenController,
            PanelController,
            about,
            *places.ROUTES,
            *receivables.ROUTES,
            *devices.ROUTES,
            *access.ROUTES,
            *contacts.ROUTES,
            *requests.ROUTES,
            *notes.ROUTES,
            *orders.ROUTES,
            *technicians.ROUTES,
            *maps.ROUTES,
            *search.ROUTES,
            *subscribers.ROUTES,
        ],
        dependencies={
            "identity": Provide(provide_identity),
            "db": Provide(provide_db),
            "listing": Provide(provide_listing),
        },
        security=[{"session": []}, {"bearer": []}],
    )
    metrics = PrometheusConfig(app_name="farol", prefix="farol", group_path=True, exclude=["^/_event", "^/live"])
    handlers: list[Any] = [api, live, *gps.ROUTES, *health.ROUTES, *api_docs.ROUTES, *pages]
    return Litestar(
        route_handlers=handlers,
        dependencies={"services": Provide(lambda: services, sync_to_thread=False)},
        exception_handlers=EXCEPTION_HANDLERS,
        middleware=[metrics.middleware, SecurityHeaders(script_hashes)],
        lifespan=[around],
        logging_config=None,  # the composition root has decided how lines look
        request_max_body_size=LARGEST_BODY,
        openapi_config=OpenAPIConfig(
            title="Farol",
            version="1",
            description="What the screens of Farol are made of. Errors are problem+json (RFC 9457).",
            path="/api",
            render_plugins=[
                JsonRenderPlugin(path="/openapi.json"),
            ],
            components=Components(
                security_schemes={
                    "session": SecurityScheme(type="apiKey", name="farol_session", security_scheme_in="cookie"),
                    "bearer": SecurityScheme(type="http", scheme="bearer"),
                }
            ),
        ),
    )
