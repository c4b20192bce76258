"""Creating an order at Voodoo: the body that is sent, and what each answer means (voodoo ERRORS page). Pure."""

from bot.suppliers.exact import NotJson, decode_object, encode, wire_number
from bot.suppliers.http import Reply
from bot.suppliers.outcomes import Deferred, PlaceRequest, Rejected, Unknown
from bot.suppliers.reading import text
from storage.records.catalog import ProductType
from storage.records.orders import RejectReason

INSUFFICIENT_BALANCE = "insufficient_balance"


class NotVoodoos(ValueError):
    """The request names something that cannot be an item of this supplier."""


def create_body(request: PlaceRequest) -> bytes:
    """The create request (REF-CREATE): quantity except for services, fields except for keys; raises ``NotVoodoos``."""
    item = request.item
    if not (item.key.id.isascii() and item.key.id.isdigit()):
        raise NotVoodoos("the item's id is not a number")
    body: dict[str, object] = {"item_id": int(item.key.id), "merchant_order_id": request.order_id}
    if item.product_type is not ProductType.SERVICE:
        body["quantity"] = wire_number(request.quantity)
    if item.product_type is not ProductType.KEY:
        body["fields"] = {value.name: value.value for value in request.values}
    return encode(body)


def envelope(reply: Reply) -> tuple[str, str]:
    """The ``code`` and the sentence of an error, either ``""`` when missing; both envelopes of the ERRORS page."""
    try:
        body = decode_object(reply.body)
    except NotJson:
        return "", ""
    return text(body.get("code")), text(body.get("detail")) or text(body.get("error"))


def refusal(reply: Reply) -> Rejected | Deferred | Unknown:
    """What an answer other than 2xx and 401 to a create means (voodoo.md 6.2)."""
    status = reply.status
    if status == 429:
        return Deferred("the supplier answered 429", reply.retry_after)
    if status == 408 or not 400 <= status < 500:
        return Unknown(f"the supplier answered {status}")
    code, detail = envelope(reply)
    # Every refusal may follow an attempt that took effect, and then says nothing about the order: hence duplicate.
    return Rejected(_reason(status, code), detail or f"HTTP {status}", duplicate=True, taken=status == 409)


def _reason(status: int, code: str) -> RejectReason:
    if code == INSUFFICIENT_BALANCE:
        return RejectReason.INSUFFICIENT_FUNDS
    return RejectReason.MISCONFIGURED if status == 403 else RejectReason.REFUSED
