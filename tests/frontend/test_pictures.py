"""The documentation shows every page as it looks: desks dark and light, walls, which are always dark."""

from __future__ import annotations

import re

from frontend.build import CHECKOUT
from tests.frontend.pictures import IMAGES, PICTURES

NO_PICTURE = {"/login", "/wall", "404"}
"""The door, the rotation of the walls, and what is shown where nothing is."""


def test_every_page_has_its_picture() -> None:
    pages = set(re.findall(r'route="([^"]+)"', (CHECKOUT / "frontend" / "app.py").read_text())) - NO_PICTURE
    assert pages == _taken("dark")
    assert {page for page in pages if not page.startswith("/wall/")} == _taken("light")


def _taken(theme: str) -> set[str]:
    return {picture.address.partition("?")[0] for picture in PICTURES.values() if picture.theme == theme}


def test_every_picture_is_there_and_shown_in_the_documentation() -> None:
    assert {path.stem for path in IMAGES.glob("*.png")} == set(PICTURES)
    shown = (CHECKOUT / "docs" / "screens.md").read_text()
    assert [name for name in PICTURES if f"images/{name}.png" not in shown] == []
