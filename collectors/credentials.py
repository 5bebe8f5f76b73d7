"""How to ask one device, as the operator said and the vault kept it."""

from __future__ import annotations

from typing import Literal

import msgspec


class Credentials(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """How to ask one device: `device.snmp_version`, and what `device.snmp_credentials` holds once opened.

    Version 3 without an auth password is noAuthNoPriv.
    """

    version: Literal["1", "2c", "3"] = "2c"
    community: str = "public"
    user: str = ""
    auth_protocol: Literal["md5", "sha", "sha224", "sha256", "sha384", "sha512"] = "sha"
    auth_password: str | None = None
    priv_protocol: Literal["des", "aes128", "aes192", "aes256"] = "aes128"
    priv_password: str | None = None


def read_credentials(version: str, opened: bytes) -> Credentials:
    """`opened` is the JSON of everything but the version. Raises msgspec.ValidationError."""
    return msgspec.convert({**msgspec.json.decode(opened, type=dict[str, str]), "version": version}, Credentials)
