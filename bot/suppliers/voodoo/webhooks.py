"""The signature on Voodoo's webhooks: ``X-Webhook-Signature: sha256=<hex>`` over the raw body (WEBHOOKS page)."""

import hashlib
import hmac
import re
from collections.abc import Mapping, Sequence

HEADER = "x-webhook-signature"

_SIGNATURE = re.compile(r"sha256=([0-9a-fA-F]{64})")


def signed_by(secrets: Sequence[str], headers: Mapping[str, str], body: bytes) -> bool:
    """Whether one of our secrets signed these very bytes. Compares with all of them, so timing tells nothing."""
    given = _signature(headers)
    if given is None:
        return False
    matches = [hmac.compare_digest(given, _expected(secret, body)) for secret in secrets]
    return any(matches)


def signature(secret: str, body: bytes) -> str:
    """The header's value for a body."""
    return f"sha256={_expected(secret, body).hex()}"


def _expected(secret: str, body: bytes) -> bytes:
    return hmac.digest(secret.encode(), body, hashlib.sha256)


def _signature(headers: Mapping[str, str]) -> bytes | None:
    for name, value in headers.items():
        if name.lower() == HEADER:
            match = _SIGNATURE.fullmatch(value.strip())
            return bytes.fromhex(match[1]) if match else None
    return None
