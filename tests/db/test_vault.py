"""The vault: what was sealed opens in its own place only, and nothing about the secret shows."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.vault import NONCE_BYTES, TAG_BYTES, UnreadableError, Vault, WrongKeyError

SECRET = b"a secret of at least sixteen bytes"
VAULT = Vault(SECRET)
PLACE = {"purpose": "snmp", "record": "device:7"}
SEALED = VAULT.seal(b"public", **PLACE)


@given(plain=st.binary(max_size=300), purpose=st.text(max_size=10), record=st.text(max_size=20))
def test_what_was_sealed_opens_again(plain: bytes, purpose: str, record: str) -> None:
    sealed = VAULT.seal(plain, purpose=purpose, record=record)
    assert Vault(SECRET).open(sealed, purpose=purpose, record=record) == plain
    assert len(sealed) == 1 + NONCE_BYTES + len(plain) + TAG_BYTES


@pytest.mark.parametrize(
    ("purpose", "record"),
    [("radius", "device:7"), ("snmp", "device:8"), ("snmp", ""), ("", "device:7"), ("snmp\0", "device:7")],
)
def test_it_opens_for_no_other_purpose_or_record(purpose: str, record: str) -> None:
    with pytest.raises(WrongKeyError, match="does not open"):
        VAULT.open(SEALED, purpose=purpose, record=record)


@given(position=st.integers(1, len(SEALED) - 1), bit=st.integers(0, 7))
def test_one_altered_bit_is_noticed(position: int, bit: int) -> None:
    altered = bytearray(SEALED)
    altered[position] ^= 1 << bit
    with pytest.raises(WrongKeyError):
        VAULT.open(bytes(altered), **PLACE)


def test_another_secret_does_not_open_it() -> None:
    with pytest.raises(WrongKeyError, match="FAROL_SECRET"):
        Vault(SECRET + b".").open(SEALED, **PLACE)


@pytest.mark.parametrize("sealed", [b"", b"\x01", SEALED[:28], b"\x02" + SEALED[1:], b"public"])
def test_what_is_not_a_sealed_secret_is_unreadable(sealed: bytes) -> None:
    with pytest.raises(UnreadableError, match="not in a format"):
        VAULT.open(sealed, **PLACE)


def test_a_truncated_secret_is_noticed() -> None:
    with pytest.raises(WrongKeyError):
        VAULT.open(SEALED[:-1], **PLACE)


def test_the_same_secret_sealed_twice_looks_different() -> None:
    assert len({VAULT.seal(b"public", **PLACE) for _ in range(100)}) == 100
    assert b"public" not in SEALED


def test_the_format_is_the_documented_one() -> None:
    """Fixed nonce, so fixed bytes: a change of format would lose every secret that is stored."""
    sealed = Vault(SECRET, nonces=bytes).seal(b"public", **PLACE)
    assert sealed[:1] == b"\x01"
    assert sealed[1:13] == bytes(12)
    assert sealed.hex() == FIXED


FIXED = "0100000000000000000000000081e0cb511ae9dad2d20bb10ba9ffe8281910bbfe0c27"


def test_a_short_secret_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 16 bytes"):
        Vault(b"fifteen bytes..")


def test_errors_tell_nothing_of_the_secret() -> None:
    with pytest.raises(WrongKeyError) as caught:
        VAULT.open(SEALED, purpose="radius", record="device:7")
    assert "public" not in str(caught.value)
    assert SECRET.decode() not in str(caught.value)
