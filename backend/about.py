"""`/about`: what anybody may know of this server before signing in."""

from __future__ import annotations

import msgspec
from litestar import get
from litestar.di import NamedDependency

from backend.services import Services


class About(msgspec.Struct, frozen=True):
    """`demo` says that every figure is made up and that the login demo/demo exists; `build` names the pages."""

    build: str
    demo: bool


@get("/about", tags=["session"], security=[])
async def about(services: NamedDependency[Services]) -> About:
    return About(services.build, services.demo)
