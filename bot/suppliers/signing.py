"""Webhooks that carry a hex HMAC-SHA256 of their raw body in a header."""

import hashlib
import hmac
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

_HEX = re.compile(r"[0-9a-fA-F]{64}")


@dataclass(frozen=True, slots=True)
class Signing:
    """How one supplier signs: the header, by its name in lower case, and what stands before the digest there."""

    header: str
    prefix: str = ""

    def signature(self, secret: str, body: bytes) -> str:
        """The header's value for a body."""
        return f"{self.prefix}{_digest(secret, body).hex()}"

    def signed_by(self, secrets: Sequence[str], headers: Mapping[str, str], body: bytes) -> bool:
        """Whether one of our secrets signed these very bytes. Compares with all of them, so timing tells nothing."""
        given = self._given(headers)
        if given is None:
            return False
        matches = [hmac.compare_digest(given, _digest(secret, body)) for secret in secrets]
        return any(matches)

    def _given(self, headers: Mapping[str, str]) -> bytes | None:
        for name, value in headers.items():
            if name.lower() == self.header:
                given = value.strip()
                digest = _HEX.fullmatch(given, len(self.prefix)) if given.startswith(self.prefix) else None
                return bytes.fromhex(digest[0]) if digest else None
        return None


def _digest(secret: str, body: bytes) -> bytes:
    return hmac.digest(secret.encode(), body, hashlib.sha256)
