"""Rows of who may log in to the demo, their roles, and where the roles hold."""

from __future__ import annotations

from datetime import datetime

from argon2 import PasswordHasher

from demo.care import AGENTS, NAMES, WORKERS
from demo.copy import Batch
from demo.logins import LIMITED_LOGIN, LOGIN, PASSWORD
from demo.places import UBA

_USERS = (
    (1, LOGIN, "Demonstração"),
    (2, LIMITED_LOGIN, "Atendente de Ubá"),
    *((number, login, NAMES[login]) for login, number in (*AGENTS.items(), *WORKERS.values())),
)

_ROLES = (
    (1, "administrador", (("*", "*"),)),
    (
        2,
        "atendente",
        (
            ("receivables", "read"),
            ("receivables", "issue"),
            ("receivables", "settle"),
            ("receivables", "cancel"),
            ("network", "read"),
            ("access", "read"),
            ("orders", "read"),
            ("orders", "open"),
            ("orders", "move"),
            ("field", "read"),
            ("subscribers", "read"),
            ("care", "read"),
            ("care", "write"),
            ("requests", "read"),
            ("requests", "work"),
        ),
    ),
    (3, "noc", (("network", "read"), ("network", "write"), ("access", "read"), ("access", "write"))),
)

_GRANTS: tuple[tuple[int, int, int, int | None], ...] = (
    (1, 1, 1, None),
    (2, 2, 2, UBA.id),
    *((number, number, 2, None) for number in (*AGENTS.values(), *(number for _, number in WORKERS.values()))),
)
"""(id, user, role, city)."""


def batches(at: datetime) -> list[Batch]:
    hasher = PasswordHasher()
    return [
        Batch(
            "app_user",
            "id login name password_hash created_at",
            [(number, login, name, hasher.hash(PASSWORD), at) for number, login, name in _USERS],
        ),
        Batch("role", "id name created_at", [(number, name, at) for number, name, _ in _ROLES]),
        Batch(
            "role_permission",
            "role_id module action created_at",
            [(number, module, action, at) for number, _, allowed in _ROLES for module, action in allowed],
            numbered=False,
        ),
        Batch(
            "user_grant",
            "id user_id role_id city_id created_at",
            [(number, user, role, city, at) for number, user, role, city in _GRANTS],
        ),
    ]
