"""Who is asking, and where they may do what."""

from __future__ import annotations

from datetime import datetime

import msgspec

from backend.errors import NotAllowed
from realtime.scope import Permission, Reach, Scope


class Grant(msgspec.Struct, frozen=True, order=True):
    """One permission in one reach. `*` as module or action stands for all of them."""

    module: str
    action: str
    reach: Reach

    def allows(self, permission: Permission) -> bool:
        return self.module in ("*", permission.module) and self.action in ("*", permission.action)

    def contains(self, other: Grant) -> bool:
        return self.allows(Permission(other.module, other.action)) and self.reach.contains(other.reach)


class Identity(msgspec.Struct, frozen=True, kw_only=True):
    """A signed-in user or program. `key` is unique per session or token: `session:12`, `token:7`."""

    key: str
    user_id: int
    login: str
    name: str
    locale: str
    expires_at: datetime
    grants: tuple[Grant, ...]

    @property
    def by_cookie(self) -> bool:
        return self.key.startswith("session:")

    def scope(self, permission: Permission) -> Scope:
        """The places where this identity holds the permission; empty where it does not."""
        return Scope.of(*(grant.reach for grant in self.grants if grant.allows(permission)))

    def require(self, permission: Permission) -> Scope:
        """The scope of a permission that must be held somewhere."""
        scope = self.scope(permission)
        if not scope:
            raise NotAllowed(f"You need the permission {permission}. Ask an administrator of Farol for it.")
        return scope
