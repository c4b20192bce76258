"""Exchanges the API key and secret for pairs of tokens, rotates and revokes them (AUTH page)."""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Final

MOST_TOKENS: Final = 10_000


@dataclass(frozen=True, slots=True)
class Lifetimes:
    """Seconds that tokens are good for; access tokens end ``early`` seconds before they say."""

    access: float
    refresh: float
    early: float = 0.0


@dataclass(frozen=True, slots=True)
class Pair:
    """A new access token and the refresh token that replaces it, with the ends that are announced."""

    access: str = field(repr=False)
    refresh: str = field(repr=False)
    access_expires: datetime
    refresh_expires: datetime


class KeyDesk:
    """Issues opaque tokens and remembers which are good."""

    def __init__(self, api_key: str, api_secret: str, chance: Random) -> None:
        self._api_key = api_key
        self._api_secret = api_secret
        self._chance = chance
        self._access: dict[str, datetime] = {}
        self._refresh: dict[str, datetime] = {}

    def knows(self, api_key: str, api_secret: str) -> bool:
        """Whether these are the account's."""
        right_key = hmac.compare_digest(api_key.encode(), self._api_key.encode())
        right_secret = hmac.compare_digest(api_secret.encode(), self._api_secret.encode())
        return right_key and right_secret

    def issue(self, now: datetime, lifetimes: Lifetimes) -> Pair:
        """A new pair; earlier ones stay good."""
        access_expires = now + timedelta(seconds=lifetimes.access)
        refresh_expires = now + timedelta(seconds=lifetimes.refresh)
        access = self._keep(self._access, "at", access_expires - timedelta(seconds=lifetimes.early))
        refresh = self._keep(self._refresh, "rt", refresh_expires)
        return Pair(access, refresh, access_expires, refresh_expires)

    def accepts(self, token: str, now: datetime) -> bool:
        """Whether an access token was issued here and has not ended."""
        return _good(self._access, token, now)

    def use_up(self, refresh_token: str, now: datetime) -> bool:
        """Revoke a refresh token; returns whether it was good."""
        good = _good(self._refresh, refresh_token, now)
        self._refresh.pop(refresh_token, None)
        return good

    def end_access(self) -> int:
        """End every access token now and return how many there were."""
        ended = len(self._access)
        self._access.clear()
        return ended

    def end_all(self) -> int:
        """End every token now, as a logout does, and return how many there were."""
        ended = self.end_access() + len(self._refresh)
        self._refresh.clear()
        return ended

    def _keep(self, tokens: dict[str, datetime], prefix: str, ends: datetime) -> str:
        if len(tokens) >= MOST_TOKENS:
            del tokens[next(iter(tokens))]
        # Three parts like a JWT, and like one never to be looked into.
        token = ".".join((prefix, self._chance.randbytes(12).hex(), self._chance.randbytes(20).hex()))
        tokens[token] = ends
        return token


def _good(tokens: Mapping[str, datetime], token: str, now: datetime) -> bool:
    ends = tokens.get(token)
    return ends is not None and now < ends
