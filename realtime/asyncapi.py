"""The AsyncAPI 3 document of `/live`, from the structs that decode and encode it.

`python -m realtime.asyncapi > docs/asyncapi.json` writes it; a test fails when the file is not what this gives.
"""

from __future__ import annotations

import sys
from typing import Any, get_args

import msgspec

from realtime.viewer import Limits
from realtime.wire import VERSION, ClientMessage, ServerMessage

DESCRIPTION = """What Farol's screens watch. One WebSocket carries many topics; prose for people is in live-protocol.md.

A client sends one object per frame. The server's frames are JSON arrays of messages, to be applied in order."""

EXAMPLES: dict[str, Any] = {
    "hello": {"op": "hello", "v": 1, "token": None},
    "watch": {"op": "watch", "t": "receivables.day?date=2026-11-24", "since": {"e": "k3f9", "o": 41}},
    "unwatch": {"op": "unwatch", "t": "receivables.day?date=2026-11-24"},
    "pong": {"op": "pong"},
    "frame": [
        {
            "op": "diff",
            "t": "receivables.day?date=2026-11-24",
            "p": 41,
            "o": 43,
            "as_of": "2026-11-24T15:00:00.25Z",
            "set": {"received": 1234.56, "received_count": 9},
        }
    ],
}


def document() -> dict[str, Any]:
    """The whole document, as plain JSON values."""
    says, hears = get_args(ClientMessage), get_args(ServerMessage)
    _, schemas = msgspec.json.schema_components((*says, *hears), ref_template="#/components/schemas/{name}")
    frame = {
        "type": "array",
        "description": "Messages to apply in order.",
        "minItems": 1,
        "items": {"oneOf": [_ref("schemas", kind.__name__) for kind in hears]},
    }
    limits = Limits()
    messages = {_tag(kind): _message(_tag(kind), _ref("schemas", kind.__name__)) for kind in says}
    messages["frame"] = _message("frame", _ref("schemas", "Frame"))
    return {
        "asyncapi": "3.0.0",
        "info": {"title": "Farol /live", "version": str(VERSION), "description": DESCRIPTION},
        "defaultContentType": "application/json",
        "servers": {
            "farol": {
                "host": "{host}",
                "protocol": "wss",
                "description": "The origin of the pages; ws on a machine without TLS.",
                "variables": {"host": {"default": "127.0.0.1:8000", "description": "Host and port of the pages."}},
                "security": [
                    {"$ref": "#/components/securitySchemes/session"},
                    {"$ref": "#/components/securitySchemes/token"},
                ],
            }
        },
        "channels": {
            "live": {
                "address": "/live",
                "description": (
                    f"At most {limits.message_length} characters per frame, {limits.messages_per_s:g} frames a second "
                    f"after a first {limits.burst}, and {limits.watches} topics per socket."
                ),
                "messages": {name: _ref("messages", name) for name in messages},
            }
        },
        "operations": {
            "hear": {
                "action": "receive",
                "summary": "What a client says; hello comes first.",
                "channel": {"$ref": "#/channels/live"},
                "messages": [{"$ref": f"#/channels/live/messages/{_tag(kind)}"} for kind in says],
            },
            "tell": {
                "action": "send",
                "summary": "What the server tells.",
                "channel": {"$ref": "#/channels/live"},
                "messages": [{"$ref": "#/channels/live/messages/frame"}],
            },
        },
        "components": {
            "messages": messages,
            "schemas": {name: schemas[name] for name in sorted(schemas)} | {"Frame": frame},
            "securitySchemes": {
                "session": {"type": "httpApiKey", "in": "cookie", "name": "farol_session"},
                "token": {"type": "http", "scheme": "bearer", "description": "Sent in hello, never in the URL."},
            },
        },
    }


def text() -> str:
    """The document as the file holds it."""
    return msgspec.json.format(msgspec.json.encode(document()), indent=2).decode() + "\n"


def _tag(kind: type[msgspec.Struct]) -> str:
    tag = kind.__struct_config__.tag
    assert isinstance(tag, str)
    return tag


def _ref(where: str, name: str) -> dict[str, str]:
    return {"$ref": f"#/components/{where}/{name}"}


def _message(name: str, payload: dict[str, str]) -> dict[str, Any]:
    return {"name": name, "payload": payload, "examples": [{"payload": EXAMPLES[name]}]}


if __name__ == "__main__":
    sys.stdout.write(text())
