"""The published description of `/live` is the one the code follows."""

from __future__ import annotations

from pathlib import Path
from typing import Any, get_args

import msgspec
import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]
from jsonschema.exceptions import ValidationError  # type: ignore[import-untyped]

from realtime.asyncapi import EXAMPLES, document, text
from realtime.encoding import plain
from realtime.wire import Beat, Bye, ClientMessage, Error, ServerMessage
from tests.realtime.test_viewer import WALL, Peer

FILE = Path(__file__).parents[2] / "docs" / "asyncapi.json"


def validator(name: str) -> Draft202012Validator:
    return Draft202012Validator({**document(), "$ref": f"#/components/schemas/{name}"})


def test_the_file_is_what_the_structs_say() -> None:
    assert FILE.read_text() == text(), "write it anew: python -m realtime.asyncapi > docs/asyncapi.json"


def test_every_reference_leads_somewhere_and_every_schema_is_one() -> None:
    whole = document()

    def walk(node: Any) -> None:
        if isinstance(node, list):
            for each in node:
                walk(each)
        elif isinstance(node, dict):
            for key, value in node.items():
                if key == "$ref":
                    found: Any = whole
                    for part in value.removeprefix("#/").split("/"):
                        found = found[part]
                else:
                    walk(value)

    walk(whole)
    for schema in whole["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)


def test_it_has_the_parts_that_asyncapi_3_asks_for() -> None:
    whole = document()
    assert whole["asyncapi"] == "3.0.0"
    assert {"title", "version"} <= whole["info"].keys()
    channel = whole["channels"]["live"]
    told = [name.rpartition("/")[2] for each in whole["operations"].values() for name in _refs(each["messages"])]
    assert sorted(told) == sorted(channel["messages"])
    assert {each["action"] for each in whole["operations"].values()} == {"send", "receive"}
    assert {each["channel"]["$ref"] for each in whole["operations"].values()} == {"#/channels/live"}
    kinds = {kind.__name__ for kind in get_args(ClientMessage) + get_args(ServerMessage)}
    assert kinds <= whole["components"]["schemas"].keys()


def _refs(messages: list[dict[str, str]]) -> list[str]:
    return [message["$ref"] for message in messages]


def test_its_examples_are_valid_and_are_read_by_the_code() -> None:
    whole = document()
    for name, message in whole["components"]["messages"].items():
        validator(message["payload"]["$ref"].rpartition("/")[2]).validate(EXAMPLES[name])
    for name, example in EXAMPLES.items():
        wanted: Any = list[ServerMessage] if name == "frame" else ClientMessage
        msgspec.convert(example, wanted)


def test_what_the_code_sends_fits_it() -> None:
    peer = Peer().welcome()
    for key in ("test.record", "test.table", "test.log", "nothing"):
        peer.watch(key)
    frame = validator("Frame")
    frame.validate(peer.take())
    peer.stream("test.record").fail("away")
    frame.validate(peer.take())
    peer.pass_time(15)
    frame.validate(peer.take())
    frame.validate(plain([Beat(now=WALL, at={}), Bye(code="restart", retry=(1, 2)), Error("t", "failed", "m", True)]))


@pytest.mark.parametrize("wrong", [{"op": "watch"}, {"op": "watch", "t": "x", "scope": 1}, {"op": "shout"}])
def test_what_the_code_refuses_does_not_fit_it(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        validator("Watch").validate(wrong)
