"""Octopus's webhooks: ``X-Signature``, a hex HMAC-SHA256 of the raw body, and what they point at (WEBHOOKS page).

The secret itself travels in another header, in clear: that header is neither read nor logged.
"""

from collections.abc import Mapping
from typing import Final, cast

from bot.suppliers.errors import MalformedReport
from bot.suppliers.exact import NotANumber, NotJson, decode_object, integer
from bot.suppliers.octopus.reports import reference_of
from bot.suppliers.outcomes import Irrelevant, Pointer
from bot.suppliers.signing import Signing

SIGNING: Final = Signing("x-signature")


def read_event(body: bytes) -> Pointer | Irrelevant:
    """Which order changed, or that it was none; raises ``MalformedReport``.

    No payload holds codes, and most are not documented: everything but the ids is asked for.
    """
    try:
        event = decode_object(body)
    except NotJson as error:
        raise MalformedReport(str(error)) from None
    kind = event["type"].strip()[:100] if isinstance(event.get("type"), str) else ""
    room = kind.partition(".")[0].casefold()
    if room in {"wallet", "topup", "esim"}:
        return Irrelevant(kind)
    data = event.get("data")
    return _pointer(cast("Mapping[str, object]", data) if isinstance(data, dict) else {}, kind, room == "order")


def _pointer(data: Mapping[str, object], kind: str, about_an_order: bool) -> Pointer | Irrelevant:
    try:
        id_ = integer(data.get("id"))
    except NotANumber:
        id_ = 0
    if id_ > 0:
        return Pointer(str(id_), reference_of(data))
    if about_an_order:
        raise MalformedReport("an order's event names no order")
    return Irrelevant(kind)
