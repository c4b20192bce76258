"""Exchanges the API key for short-lived tokens and checks them (Voodoo AUTH page)."""

import base64
import hmac
from datetime import datetime, timedelta
from random import Random
from typing import Final

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

MOST_TOKENS: Final = 10_000


class KeyDesk:
    """Issues JWTs signed with EdDSA, as the sample token's header says, and remembers which are good."""

    def __init__(self, api_key: str, chance: Random) -> None:
        self._api_key = api_key
        self._chance = chance
        self._signing_key = Ed25519PrivateKey.from_private_bytes(chance.randbytes(32))
        self._expires: dict[str, datetime] = {}

    def knows(self, api_key: str) -> bool:
        """Whether this is the account's key."""
        return hmac.compare_digest(api_key.encode(), self._api_key.encode())

    def issue(self, now: datetime, lifetime: float) -> str:
        """A new token good for ``lifetime`` seconds; earlier ones stay good."""
        if len(self._expires) >= MOST_TOKENS:
            del self._expires[next(iter(self._expires))]
        expires = now + timedelta(seconds=lifetime)
        token = self._sign({"alg": "EdDSA", "kid": "sandbox-1", "typ": "JWT"}, now, expires)
        self._expires[token] = expires
        return token

    def accepts(self, token: str, now: datetime) -> bool:
        """Whether the token was issued here and has not expired."""
        expires = self._expires.get(token)
        return expires is not None and now < expires

    def expire_all(self) -> int:
        """End every token now and return how many there were."""
        ended = len(self._expires)
        self._expires.clear()
        return ended

    def _sign(self, header: dict[str, str], now: datetime, expires: datetime) -> str:
        claims = {
            "origin": "api",
            "iat": int(now.timestamp()),
            "exp": int(expires.timestamp()),
            "jti": self._chance.randbytes(16).hex(),
        }
        signed = f"{_part(msgspec.json.encode(header))}.{_part(msgspec.json.encode(claims))}"
        return f"{signed}.{_part(self._signing_key.sign(signed.encode()))}"


def _part(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
