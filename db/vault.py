"""Secrets at rest: SNMP communities, RADIUS secrets, bank keys.

A sealed secret is `version (1 byte) | nonce (12) | AES-256-GCM ciphertext and tag`. The key is derived per purpose by
HKDF-SHA256 (RFC 5869); the purpose and the record are associated data, so a ciphertext copied to another row, or
another use, does not open.
"""

from __future__ import annotations

import os
from collections.abc import Callable

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

VERSION = 1
NONCE_BYTES = 12
TAG_BYTES = 16
SHORTEST_SECRET = 16


class VaultError(Exception):
    """A sealed secret cannot be opened."""


class UnreadableError(VaultError):
    """Not something this vault sealed: too short, or of an unknown version."""


class WrongKeyError(VaultError):
    """Sealed with another FAROL_SECRET, for another record or purpose, or altered since."""


class Vault:
    """Seals and opens with keys derived from one secret of at least 16 bytes. `nonces` is for tests of the format."""

    def __init__(self, secret: bytes, *, nonces: Callable[[int], bytes] = os.urandom) -> None:
        if len(secret) < SHORTEST_SECRET:
            raise ValueError(f"FAROL_SECRET must have at least {SHORTEST_SECRET} bytes.")
        self._secret = secret
        self._nonces = nonces
        self._ciphers: dict[str, AESGCM] = {}

    def seal(self, plain: bytes, *, purpose: str, record: str) -> bytes:
        """`record` names the row it belongs to, such as `device:7`; opening needs the same purpose and record."""
        nonce = self._nonces(NONCE_BYTES)
        return bytes([VERSION]) + nonce + self._cipher(purpose).encrypt(nonce, plain, _bound(purpose, record))

    def open(self, sealed: bytes, *, purpose: str, record: str) -> bytes:
        """Raises UnreadableError or WrongKeyError; neither says anything about the secret."""
        if len(sealed) < 1 + NONCE_BYTES + TAG_BYTES or sealed[0] != VERSION:
            raise UnreadableError(f"The {purpose} secret of {record} is not in a format this version reads.")
        nonce, cipher_text = sealed[1 : 1 + NONCE_BYTES], sealed[1 + NONCE_BYTES :]
        try:
            return self._cipher(purpose).decrypt(nonce, cipher_text, _bound(purpose, record))
        except InvalidTag as error:
            raise WrongKeyError(
                f"The {purpose} secret of {record} does not open. Was FAROL_SECRET changed since it was stored?"
            ) from error

    def _cipher(self, purpose: str) -> AESGCM:
        if purpose not in self._ciphers:
            derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=f"farol vault 1 {purpose}".encode())
            self._ciphers[purpose] = AESGCM(derived.derive(self._secret))
        return self._ciphers[purpose]


def _bound(purpose: str, record: str) -> bytes:
    return bytes([VERSION]) + purpose.encode() + b"\0" + record.encode()
