"""Every text is there in every language, and no text is kept for nothing."""

from __future__ import annotations

import re

import pytest

from frontend import text

PLACE = re.compile(r"\{(\w+)\}")


@pytest.mark.parametrize("language", text.LANGUAGES)
def test_a_catalogue_translates_every_text_and_nothing_else(language: str) -> None:
    catalogue = text.catalogue(language)
    assert {msgid for msgid in text.used() if not catalogue.get(msgid)} == set()
    assert catalogue.keys() - text.used() == set()


@pytest.mark.parametrize("language", text.LANGUAGES)
def test_a_translation_has_the_places_of_its_text(language: str) -> None:
    differing = {
        msgid: translated
        for msgid, translated in text.catalogue(language).items()
        if sorted(PLACE.findall(msgid)) != sorted(PLACE.findall(translated))
    }
    assert differing == {}


def test_the_id_of_a_text_is_its_english() -> None:
    catalogue = text.catalogue("en")
    assert {msgid: said for msgid, said in catalogue.items() if PLACE.sub("", msgid).isascii() and not said} == {}


def test_texts_are_found_in_python_and_in_scripts() -> None:
    assert list(text.used_in_python('t("One"); other("Two"); t("Three {n}", n=1)')) == ["One", "Three {n}"]
    assert list(text.used_in_script('text("One \\"x\\""); context("no"); text("Two {n}", { n })')) == [
        'One "x"',
        "Two {n}",
    ]


def test_a_text_that_cannot_be_checked_is_refused() -> None:
    with pytest.raises(ValueError, match="line 2"):
        list(text.used_in_python('name = "x"\nt(name)'))


def test_a_text_follows_the_language_and_is_filled_in() -> None:
    plain, filled = text.t("Home"), text.t("{n} days", n=3)
    assert str(plain) == 'text("Home")'
    assert str(filled) == 'text("{n} days", ({ ["n"] : 3 }))'
    for var in (plain, filled):
        data = var._get_all_var_data()
        assert data is not None and "const text = useText();" in data.hooks
