"""`/api/docs`: Swagger UI from our own origin. Litestar's page would need an inline script, which our CSP refuses."""

from __future__ import annotations

from importlib.resources import files

from litestar import MediaType, get
from litestar.static_files import create_static_files_router

_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8"><title>Farol API</title><meta name="viewport" content="width=device-width">
<link rel="stylesheet" href="/api/docs/assets/swagger-ui.css">
</head>
<body><div id="swagger"></div>
<script src="/api/docs/assets/swagger-ui-bundle.js"></script><script src="/api/docs/start.js"></script>
</body>
</html>
"""
_START = """SwaggerUIBundle({url: "/api/openapi.json", dom_id: "#swagger", deepLinking: true, validatorUrl: null});"""


@get("/api/docs", media_type=MediaType.HTML, include_in_schema=False)
async def page() -> str:
    return _PAGE


@get("/api/docs/start.js", media_type="text/javascript", include_in_schema=False)
async def start() -> str:
    return _START


assets = create_static_files_router(
    path="/api/docs/assets", directories=[str(files("swagger_ui") / "static")], include_in_schema=False
)

ROUTES = [page, start, assets]
