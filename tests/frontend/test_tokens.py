"""Words can be read: 4.5:1 on desks, 7:1 on walls, computed from the tokens themselves."""

from __future__ import annotations

import re

import pytest

from frontend.build import CHECKOUT
from frontend.tokens import DARK, DESK_CONTRAST, LIGHT, READ_ON, WALL, WALL_CONTRAST, Palette, contrast, stylesheet

STYLES = tuple((CHECKOUT / "frontend" / "assets" / "farol").glob("*.css"))


@pytest.mark.parametrize(("ink", "ground"), READ_ON)
@pytest.mark.parametrize(
    ("palette", "wanted"),
    [(DARK, DESK_CONTRAST), (LIGHT, DESK_CONTRAST), (WALL, WALL_CONTRAST)],
    ids=["dark", "light", "wall"],
)
def test_words_stand_out_from_their_ground(palette: Palette, wanted: float, ink: str, ground: str) -> None:
    assert contrast(getattr(palette, ink), getattr(palette, ground)) >= wanted


def test_contrast_is_the_one_of_wcag() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)


@pytest.mark.parametrize("palette", [DARK, WALL], ids=["dark", "wall"])
def test_no_large_area_of_a_dark_theme_is_bright(palette: Palette) -> None:
    for ground in (palette.ground, palette.surface, palette.raised, palette.warn_ground, palette.bad_ground):
        assert contrast(ground, "#000000") < 1.8


def test_styles_take_every_colour_from_the_tokens() -> None:
    for style in STYLES:
        written = re.findall(r"#[0-9a-fA-F]{3,8}\b|\brgba?\((?!0 0 0 /)[^)]*\)", style.read_text())
        assert written == [], style.name


def test_styles_use_only_variables_that_exist() -> None:
    defined = set(re.findall(r"(--[\w-]+):", stylesheet()))
    for style in STYLES:
        source = style.read_text()
        own = set(re.findall(r"(--[\w-]+):", source)) | {"--rows", "--depth", "--at"}
        assert set(re.findall(r"var\((--[\w-]+)", source)) - defined - own <= {"--u", "--tone"}, style.name
