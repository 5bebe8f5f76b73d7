"""Texts: `t("...")` is a Var that follows the language without a reload.

The id of a text is its English. `frontend/locale/*/LC_MESSAGES/farol.po` hold what each language shows; the build turns
them into one JavaScript module. JavaScript says `text("...")` (the result of `useText()`), with the same catalogues.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path

import reflex as rx
from babel.messages.pofile import read_po
from reflex.vars import VarData
from reflex.vars.base import LiteralVar

from frontend.place import hook

ROOM = Path(__file__).parent
LANGUAGES = {"pt-BR": "pt_BR", "en": "en"}
"""Language tags of pages and the catalogue directories that hold them; the first is the one a new visitor gets."""

_HOOK = "const text = useText();"
_IN_SCRIPT = re.compile(r"""\btext\(\s*("(?:[^"\\]|\\.)*")""")


def t(msgid: str, **values: rx.Var[object] | str | int) -> rx.Var[str]:
    """The text of `msgid` in the viewer's language; `{name}` places in it are filled with `values`."""
    data = hook("texts.js", "useText", _HOOK)
    if not values:
        return rx.Var(f"text({json.dumps(msgid)})", _var_type=str, _var_data=data)
    filled = LiteralVar.create(dict(values))
    return rx.Var(
        f"text({json.dumps(msgid)}, {filled!s})",
        _var_type=str,
        _var_data=VarData.merge(filled._get_all_var_data(), data),
    )


def catalogue(language: str) -> dict[str, str]:
    """Text ids to translations of one language tag. Raises KeyError for a language nobody translated to."""
    path = ROOM / "locale" / LANGUAGES[language] / "LC_MESSAGES" / "farol.po"
    with path.open("rb") as file:
        return {str(m.id): str(m.string) for m in read_po(file, locale=LANGUAGES[language]) if m.id}


def catalogues_module() -> str:
    """The JavaScript module that carries every catalogue."""
    both = {language: catalogue(language) for language in LANGUAGES}
    return f"export default {json.dumps(both, ensure_ascii=False, sort_keys=True, indent=0)};\n"


def used_in_python(source: str) -> Iterator[str]:
    """Ids given to `t(...)` in a Python source. Raises ValueError for one that is not a plain string."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "t":
            first = node.args[0]
            if not (isinstance(first, ast.Constant) and isinstance(first.value, str)):
                raise ValueError(f"line {node.lineno}: t() takes a plain string, so that catalogues can be checked")
            yield first.value


def used_in_script(source: str) -> Iterator[str]:
    """Ids given to `text("...")` in a JavaScript source."""
    for found in _IN_SCRIPT.finditer(source):
        yield json.loads(found.group(1))


def used() -> set[str]:
    """Every text id that the room uses."""
    ids: set[str] = set()
    for path in ROOM.rglob("*.py"):
        if path.name != "text.py":
            ids.update(used_in_python(path.read_text()))
    for pattern in ("*.js", "*.jsx"):
        for path in (ROOM / "assets").rglob(pattern):
            ids.update(used_in_script(path.read_text()))
    return ids
