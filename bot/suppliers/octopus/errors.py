"""Octopus's error envelope, and what its refusals ask of the operator (HANDLING-ERRORS page). Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from bot.suppliers.budget import LONGEST_HOLD
from bot.suppliers.errors import SupplierMisconfigured, SupplierUnavailable
from bot.suppliers.exact import NotJson, decode_object
from bot.suppliers.http import Reply
from bot.suppliers.reading import text

VALIDATION_FAILURE = "VALIDATION_FAILURE"
BAD_REQUEST = "BAD_REQUEST"
INSUFFICIENT_FUNDS = "INSUFFICIENT_FUNDS"
FORBIDDEN = "FORBIDDEN"
INVALID_FEATURE = "INVALID_FEATURE"
NOT_FOUND = "NOT_FOUND"

PAUSE = 15.0
"""Seconds of silence after a 429 that does not say how long."""

ADD_ADDRESS = "Octopus Cards does not accept this server's address: add it to the IP allowlist of the account there"
CHECK_KEYS = "Octopus Cards refuses the credentials: check OCTOPUS_API_KEY and OCTOPUS_API_SECRET"
CHECK_WALLET = "Octopus Cards finds no wallet to pay from: check OCTOPUS_WALLET_ID against the account's wallets"

_SECONDS = re.compile(r"(?:after|in|wait)\D{0,20}(\d{1,9})|(\d{1,9})\s*s(?:ec|econds?)?\b", re.IGNORECASE)
_ADDRESS = re.compile(r"\bip\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Refusal:
    """A refusal's ``code`` and ``sentence``, either ``""`` where the body holds none."""

    code: str = ""
    sentence: str = ""


def refusal_of(reply: Reply) -> Refusal:
    """What the error envelope of a reply says; empty for a body that is none."""
    try:
        error: object = decode_object(reply.body).get("error")
    except NotJson:
        return Refusal()
    if not isinstance(error, dict):
        return Refusal()
    said = cast("Mapping[str, object]", error)
    return Refusal(text(said.get("code")).upper(), text(said.get("message")))


def pause_of(reply: Reply, chance: float) -> float:
    """Seconds that a 429 without ``Retry-After`` asks for: as its sentence says, else a while and some ``chance``."""
    said = _SECONDS.search(refusal_of(reply).sentence)
    return min(float(said[1] or said[2]), LONGEST_HOLD) if said else PAUSE * (1 + chance / 3)


def forbidden(reply: Reply) -> SupplierMisconfigured:
    """What the operator must ask Octopus for: the address allowed, or the feature switched on."""
    sentence = refusal_of(reply).sentence
    if _ADDRESS.search(sentence):
        return SupplierMisconfigured(ADD_ADDRESS)
    return SupplierMisconfigured("Octopus Cards forbids this account the call", sentence or f"HTTP {reply.status}")


def unavailable(reply: Reply) -> SupplierUnavailable | SupplierMisconfigured:
    """The error of a read that was answered with anything but what it asked for."""
    if reply.status == 403 or refusal_of(reply).code in {FORBIDDEN, INVALID_FEATURE}:
        return forbidden(reply)
    return SupplierUnavailable(f"the supplier answered {reply.status}", reply.retry_after)
