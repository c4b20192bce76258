"""Encryption at rest: the keys that seal codes, raw replies and what people typed."""

from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet


class BadKey(ValueError):
    """A key of ``SECRET_KEYS`` cannot be used. Names its position, never the key."""


class Unreadable(Exception):
    """Sealed bytes that none of the keys opens: a key is missing, or the bytes were changed."""


class Vault:
    """Seals bytes with the first key and opens them with any, so that keys can be rotated."""

    def __init__(self, keys: Sequence[str]) -> None:
        """Raises ``BadKey`` when a key is malformed or none is given."""
        if not keys:
            raise BadKey("no secret key was given; `orderline keys` prints a new one")
        fernets = [_fernet(key, position) for position, key in enumerate(keys, start=1)]
        self._first = fernets[0]
        self._fernet = MultiFernet(fernets)

    def seal(self, plain: bytes) -> bytes:
        """Encrypt and sign ``plain``."""
        return self._fernet.encrypt(plain)

    def open(self, sealed: bytes) -> bytes:
        """Decrypt what ``seal`` made; raises ``Unreadable``."""
        try:
            return self._fernet.decrypt(sealed)
        except InvalidToken:
            raise Unreadable("none of the secret keys opens this value") from None

    def reseal(self, sealed: bytes) -> bytes | None:
        """The same sealed with the first key, None when it is already; raises ``Unreadable``."""
        try:
            self._first.decrypt(sealed)
        except InvalidToken:
            return self.seal(self.open(sealed))
        return None


def _fernet(key: str, position: int) -> Fernet:
    try:
        return Fernet(key.strip())
    except ValueError:
        # From None: the library's message quotes nothing, but a traceback's locals must not carry the key on.
        raise BadKey(f"secret key {position} is not a Fernet key; `orderline keys` prints a new one") from None
