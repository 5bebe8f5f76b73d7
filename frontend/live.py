"""Live bindings: `live(panel, **params)` is a Var that stays true.

    from realtime.panels import receivables_day
    rx.el.strong(brl(live(receivables_day.panel).received))

The Var is typed by the panel's row struct, so `live(...).received` exists and `live(...).recieved` fails when the page
is compiled. Its `VarData` brings the hook `useLive` (one WebSocket per tab, see `assets/farol/live.js`) and the import.
Before the first snapshot the Var and everything under it is `undefined`, which every formatter shows as an em dash.
"""

from __future__ import annotations

import hashlib
from typing import Any

import msgspec
import reflex as rx
from reflex.vars import VarData
from reflex.vars.base import LiteralVar

from frontend.place import hook
from realtime.panel import Panel
from realtime.shapes import Log, Ring, Table, Value


@rx.serializer(to=dict)
def struct_to_dict(row: msgspec.Struct) -> dict[str, Any]:
    """Makes Reflex treat our structs as objects whose attributes are typed Vars."""
    return {name: getattr(row, name) for name in row.__struct_fields__}


class UnknownParameter(TypeError):
    """A page binds a parameter that the panel does not have."""


def data_type(panel: Panel[Any]) -> Any:
    """What a viewer holds of a panel: its row struct, a list of them, or the columns of a ring."""
    match panel.shape:
        case Value(row=row):
            return row
        case Table(row=row) | Log(row=row):
            return list[row]  # type: ignore[valid-type]
        case Ring(columns=columns):
            return columns


def _arguments(panel: Panel[Any], params: dict[str, Any]) -> rx.Var[Any]:
    known = {field.name: field.default for field in msgspec.structs.fields(panel.params)}
    if unknown := params.keys() - known.keys():
        raise UnknownParameter(f"{panel.name} has no parameter {', '.join(sorted(unknown))}; it has {sorted(known)}")
    # A parameter at its default is not part of the topic's key (realtime/topic.py).
    given = {name: params[name] for name in sorted(params)}
    return LiteralVar.create({n: v for n, v in given.items() if isinstance(v, rx.Var) or v != known[n]})


def _bound(panel: Panel[Any], params: dict[str, Any], use: str, var_type: Any) -> rx.Var[Any]:
    arguments = _arguments(panel, params)
    call = f'{use}("{panel.name}", {arguments!s})'
    name = f"{use}_{hashlib.blake2s(call.encode(), digest_size=6).hexdigest()}"
    # The hooks of a parameter (a route's query, a state) run before the hook that reads them.
    data = VarData.merge(arguments._get_all_var_data(), hook("live.js", use, f"const {name} = {call};"))
    return rx.Var(name, _var_type=var_type, _var_data=data).guess_type()


def live(panel: Panel[Any], **params: Any) -> Any:
    """The data of a panel, typed by its row struct. Parameters are plain values or Vars; an empty Var is left out."""
    return _bound(panel, params, "useLive", data_type(panel))


class Age(msgspec.Struct, frozen=True):
    """`ms` since the source was true; `fresh`, `late` (over one period), `stale` (over three) or `unknown`."""

    ms: float | None
    state: str


def live_age(panel: Panel[Any], **params: Any) -> Any:
    """How old what a panel shows is, renewed each second."""
    return _bound(panel, params, "useLiveAge", Age)


class Connection(msgspec.Struct, frozen=True):
    """`connecting`, `open` or `lost`; `since` and `retryAt` in epoch milliseconds while lost."""

    status: str
    since: float | None
    retryAt: float | None  # noqa: N815 - the name it has in live.js


def connection() -> Any:
    """The state of the tab's one live socket."""
    return rx.Var(
        "connection_",
        _var_type=Connection,
        _var_data=hook("live.js", "useConnection", "const connection_ = useConnection();"),
    ).guess_type()


def topic(panel: Panel[Any], **params: Any) -> rx.Var[str]:
    """The canonical topic key, for components that bind by themselves (`Box`, charts)."""
    arguments = _arguments(panel, params)
    imports = VarData(imports={"$/public/farol/live.js": [rx.ImportVar(tag="topicKey")]})
    return rx.Var(
        f'topicKey("{panel.name}", {arguments!s})',
        _var_type=str,
        _var_data=VarData.merge(arguments._get_all_var_data(), imports),
    )


def query(name: str) -> rx.Var[str]:
    """A query parameter of the page's address, empty when absent: deep links are state that anybody can copy."""
    return rx.Var(
        f"{name}_query",
        _var_type=str,
        _var_data=hook("address.js", "useQuery", f'const {name}_query = useQuery("{name}");'),
    )
