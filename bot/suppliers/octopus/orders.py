"""Creating an order at Octopus: the body that is sent, and what each answer means (CREATE-ORDER page). Pure."""

import re

from bot.suppliers.exact import encode, wire_number
from bot.suppliers.http import Reply
from bot.suppliers.octopus.errors import (
    CHECK_WALLET,
    FORBIDDEN,
    INSUFFICIENT_FUNDS,
    INVALID_FEATURE,
    NOT_FOUND,
    VALIDATION_FAILURE,
    Refusal,
    forbidden,
    refusal_of,
)
from bot.suppliers.outcomes import Deferred, PlaceRequest, Rejected, Unknown
from storage.records.catalog import Item
from storage.records.orders import RejectReason

MOST = 5_000
"""Vouchers that one order may have, whatever the client's own limit."""

REFERENCE = re.compile(r"[A-Za-z0-9_-]{1,64}")
"""Safe for any server that takes printable ASCII up to 255 characters."""

_DUPLICATE = re.compile(r"duplicate|reference.*(already|exists|used|taken)", re.IGNORECASE)
_FUNDS = re.compile(r"insufficient|not enough (money|funds|balance)", re.IGNORECASE)
_WALLET = re.compile(r"\bwallet", re.IGNORECASE)
_PRODUCT_ID = re.compile(r"[1-9][0-9]{0,17}")

_DEFINITE = frozenset({VALIDATION_FAILURE, NOT_FOUND, INSUFFICIENT_FUNDS, FORBIDDEN, INVALID_FEATURE})
"""Codes whose checks precede the debit and do not mean that the reference is known."""


class NotOctopus(ValueError):
    """The request names something that cannot be bought from this supplier."""


def product_id(item: Item) -> int:
    """The item's number at Octopus; raises ``NotOctopus``."""
    if not _PRODUCT_ID.fullmatch(item.key.id):
        raise NotOctopus("the item's id is not a number")
    return int(item.key.id)


def create_body(request: PlaceRequest, wallet_id: int | None) -> bytes:
    """The create request, numbers exact; raises ``NotOctopus``. No e-mail: the supplier would write to people."""
    if not REFERENCE.fullmatch(request.order_id):
        raise NotOctopus("the order's id is no reference that any server takes")
    if request.denomination is None or request.denomination <= 0:
        raise NotOctopus("the order has no face value")
    if request.quantity != int(request.quantity) or not 1 <= request.quantity <= MOST:
        raise NotOctopus("the quantity is not a whole number that one order may have")
    body: dict[str, object] = {
        "product_id": product_id(request.item),
        "denomination": wire_number(request.denomination),
        "quantity": int(request.quantity),
        "client_reference": request.order_id,
    }
    if wallet_id is not None:
        body["wallet_id"] = wallet_id
    return encode(body)


def lacks_funds(said: Refusal) -> bool:
    """Whether a refusal is about too little money, by its code or, under a general one, by its sentence."""
    return said.code == INSUFFICIENT_FUNDS or bool(_FUNDS.search(said.sentence))


def names_wallet(said: Refusal) -> bool:
    """Whether a refusal is about which wallet should pay: only an operator can help then."""
    return not lacks_funds(said) and bool(_WALLET.search(said.sentence))


def refusal(reply: Reply) -> Rejected | Deferred | Unknown:
    """What an answer other than 2xx to a create means (octopus.md, section 7)."""
    status = reply.status
    if status == 429:
        return Deferred("the supplier answered 429", reply.retry_after)
    if status == 408 or not 400 <= status < 500:
        return Unknown(f"the supplier answered {status}")
    said = refusal_of(reply)
    reason, detail = _verdict(reply, said)
    # Codes of business rules and unknown ones may also mean that an earlier attempt took effect: hence duplicate.
    taken = said.code not in _DEFINITE and bool(_DUPLICATE.search(said.sentence))
    return Rejected(reason, detail, duplicate=said.code not in _DEFINITE, taken=taken)


def _verdict(reply: Reply, said: Refusal) -> tuple[RejectReason, str]:
    detail = said.sentence or f"HTTP {reply.status}"
    if lacks_funds(said):
        return RejectReason.INSUFFICIENT_FUNDS, detail
    if reply.status == 403 or said.code in {FORBIDDEN, INVALID_FEATURE}:
        return RejectReason.MISCONFIGURED, str(forbidden(reply))
    if names_wallet(said):
        return RejectReason.MISCONFIGURED, f"{CHECK_WALLET} ({detail})"
    return RejectReason.REFUSED, detail
