"""The token of a phone: short enough to be typed, with 99 random bits."""

from __future__ import annotations

import hashlib
import secrets

LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without those that look alike on a small screen."""

LENGTH = 20


def new_token() -> str:
    return "".join(secrets.choice(LETTERS) for _ in range(LENGTH))


def digest_of(token: str) -> bytes:
    """What is kept: SHA-256, which is enough for random bits. Keyboards of phones begin words with a capital."""
    return hashlib.sha256(token.strip().lower().encode()).digest()
