"""The vault: rotation, tampering and keys that are none."""

import pytest
from cryptography.fernet import Fernet

from storage.crypto import BadKey, Unreadable, Vault


def new_key() -> str:
    return Fernet.generate_key().decode()


def test_what_was_sealed_is_opened_again() -> None:
    vault = Vault([new_key()])
    sealed = vault.seal(b"7KQ2-M9XF")
    assert b"7KQ2" not in sealed
    assert vault.open(sealed) == b"7KQ2-M9XF"


def test_an_older_key_still_opens_what_it_sealed() -> None:
    old, new = new_key(), new_key()
    sealed = Vault([old]).seal(b"code")
    assert Vault([new, old]).open(sealed) == b"code"


def test_the_first_key_seals() -> None:
    old, new = new_key(), new_key()
    sealed = Vault([new, old]).seal(b"code")
    assert Vault([new]).open(sealed) == b"code"


def test_a_foreign_key_opens_nothing() -> None:
    with pytest.raises(Unreadable):
        Vault([new_key()]).open(Vault([new_key()]).seal(b"code"))


def test_changed_bytes_are_not_opened() -> None:
    vault = Vault([new_key()])
    sealed = bytearray(vault.seal(b"code"))
    sealed[20] ^= 1
    with pytest.raises(Unreadable):
        vault.open(bytes(sealed))


def test_a_malformed_key_is_named_by_its_position_only() -> None:
    with pytest.raises(BadKey, match="secret key 2") as caught:
        Vault([new_key(), "not-a-key"])
    assert "not-a-key" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_no_key_at_all_is_refused() -> None:
    with pytest.raises(BadKey, match="orderline keys"):
        Vault([])
