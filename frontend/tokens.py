"""Colours, type and spacing, once, for both themes and for walls. The build turns them into `tokens.css`.

Colour means abnormal (ISA-101): greys, one accent for what is measured, amber and red only for what asks for action.
"""

from __future__ import annotations

from dataclasses import dataclass, fields


@dataclass(frozen=True, kw_only=True)
class Palette:
    """Hex colours. `text` > `text_2` > `text_3` in importance; `line` separates, `line_2` is barely there."""

    ground: str
    surface: str
    raised: str
    line: str
    line_2: str
    text: str
    text_2: str
    text_3: str
    accent: str
    on_accent: str
    series_2: str
    series_3: str
    warn: str
    warn_ground: str
    bad: str
    bad_ground: str


DARK = Palette(
    ground="#0d1115",
    surface="#141a20",
    raised="#1d252d",
    line="#2c3742",
    line_2="#1f2830",
    text="#e8edf1",
    text_2="#b4bfc9",
    text_3="#8f9ca8",
    accent="#6fb7e9",
    on_accent="#08141d",
    series_2="#b6a6e3",
    series_3="#a3afba",
    warn="#f3b94b",
    warn_ground="#2f2613",
    bad="#ff8a7a",
    bad_ground="#361b19",
)

LIGHT = Palette(
    ground="#eef1f4",
    surface="#ffffff",
    raised="#f5f7f9",
    line="#ccd5dd",
    line_2="#e3e8ed",
    text="#141d26",
    text_2="#43505c",
    text_3="#5a6874",
    accent="#0c659f",
    on_accent="#ffffff",
    series_2="#6a4fb0",
    series_3="#6b7884",
    warn="#7d5200",
    warn_ground="#fdf0d3",
    bad="#ad2417",
    bad_ground="#fde7e4",
)

WALL = Palette(
    ground="#0a0e12",
    surface="#11171c",
    raised="#1a2229",
    line="#323e49",
    line_2="#1d262e",
    text="#edf1f4",
    text_2="#c3ccd4",
    text_3="#aab5bf",
    accent="#7cc0ee",
    on_accent="#08141d",
    series_2="#c0b2ea",
    series_3="#b0bbc5",
    warn="#f6c25c",
    warn_ground="#2f2613",
    bad="#ff9c8e",
    bad_ground="#3a1d1a",
)

DESK_CONTRAST = 4.5
WALL_CONTRAST = 7.0

READ_ON = (
    ("text", "ground"),
    ("text", "surface"),
    ("text", "raised"),
    ("text_2", "ground"),
    ("text_2", "surface"),
    ("text_2", "raised"),
    ("text_3", "surface"),
    ("text_3", "ground"),
    ("accent", "surface"),
    ("on_accent", "accent"),
    ("warn", "surface"),
    ("warn", "warn_ground"),
    ("bad", "surface"),
    ("bad", "bad_ground"),
)
"""Pairs that hold words: ink on ground. A pair that a style uses for words belongs here."""

SHAPES = {
    "font": '"Inter Variable", system-ui, sans-serif',
    "radius": "6px",
    "space-1": "4px",
    "space-2": "8px",
    "space-3": "12px",
    "space-4": "16px",
    "space-5": "24px",
    "space-6": "32px",
    "type-1": "12px",
    "type-2": "13px",
    "type-3": "14px",
    "type-4": "16px",
    "type-5": "20px",
    "type-6": "28px",
    "type-7": "44px",
    "plot-type": "0.857",
    "plot-stroke": "0.125",
}


def luminance(colour: str) -> float:
    """Relative luminance of a hex colour (WCAG 2.2)."""
    channels = [int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(ink: str, ground: str) -> float:
    """Contrast ratio of two hex colours, 1 to 21 (WCAG 2.2)."""
    light, dark = sorted((luminance(ink), luminance(ground)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _variables(palette: Palette) -> str:
    return "".join(f"--{f.name.replace('_', '-')}:{getattr(palette, f.name)};" for f in fields(palette))


def stylesheet() -> str:
    """The tokens as CSS variables: dark unless the page is light; walls are always their own dark."""
    shapes = "".join(f"--{name}:{value};" for name, value in SHAPES.items())
    return (
        f":root{{{shapes}{_variables(DARK)}color-scheme:dark}}\n"
        f":root.light{{{_variables(LIGHT)}color-scheme:light}}\n"
        f":root .wall{{{_variables(WALL)}--plot-type:0.72;--plot-stroke:0.107;color-scheme:dark}}\n"
    )
