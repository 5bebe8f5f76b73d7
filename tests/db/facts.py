"""Facts for tests: a small one, told apart by its device, and one of any type."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Literal, get_args, get_origin, get_type_hints

from realtime.facts import AnyFact, DeviceAdded
from realtime.scope import Place

HERE = Place(1, 2, 3)
THEN = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)

_VALUES: dict[Any, Any] = {
    int: 7,
    int | None: 9,
    str: "Ação «ç» \\u0041",
    date: date(2026, 12, 31),
    datetime: datetime(2026, 11, 24, 15, 0, 0, 123456, tzinfo=UTC),
    Decimal: Decimal("123456789012.34"),
    Place: Place(1, None, 3),
}


def added(device_id: int, place: Place = HERE) -> DeviceAdded:
    return DeviceAdded(place=place, at=THEN, author_id=None, device_id=device_id)


def any_fact(kind: type[AnyFact]) -> AnyFact:
    """One with a value in every field, such as could come from an action."""
    hints = {name: hint for name, hint in get_type_hints(kind).items() if name in kind.__struct_fields__}
    return kind(
        **{name: get_args(hint)[0] if get_origin(hint) is Literal else _VALUES[hint] for name, hint in hints.items()}
    )
