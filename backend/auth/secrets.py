"""Passwords and bearer secrets: how they are made, kept and compared."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import secrets

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

_hasher = PasswordHasher()
# Verified when the login is unknown, so that known and unknown logins take the same time.
_NOBODY = _hasher.hash(secrets.token_urlsafe(16))
# Argon2 takes 64 MiB and a core for some 50 ms: more than two at once would starve the live path.
_hashing = asyncio.Semaphore(2)


def hash_password(password: str) -> str:
    """The argon2id hash as kept in `app_user.password_hash`."""
    return _hasher.hash(password)


def _verify(password_hash: str | None, password: str) -> bool:
    try:
        _hasher.verify(password_hash or _NOBODY, password)
    except (VerificationError, InvalidHashError):
        return False
    return password_hash is not None


async def password_matches(password_hash: str | None, password: str) -> bool:
    """Compare off the event loop. `None` (no such user) costs as much as a wrong password."""
    async with _hashing:
        return await asyncio.to_thread(_verify, password_hash, password)


def new_secret(prefix: str) -> str:
    """A bearer secret with 256 random bits. The prefix tells people (and leak scanners) what they hold."""
    return f"{prefix}_{secrets.token_urlsafe(32)}"


def digest(secret: str) -> bytes:
    """What is kept of a bearer secret: SHA-256. It has full entropy, so a plain hash is enough."""
    return hashlib.sha256(secret.encode()).digest()


def csrf_token(session_secret: str) -> str:
    """Derived from the cookie's secret, so that it needs no storage and dies with the session."""
    return hmac.new(session_secret.encode(), b"farol csrf", hashlib.sha256).hexdigest()


def csrf_matches(session_secret: str, given: str | None) -> bool:
    return given is not None and hmac.compare_digest(csrf_token(session_secret), given)
