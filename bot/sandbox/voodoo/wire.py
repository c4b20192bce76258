"""How orders, webhooks and errors look on the wire (REF-CREATE, REF-GET, WEBHOOKS and ERRORS pages)."""

import hashlib
import hmac
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime

import msgspec
from starlette.responses import Response

from bot.sandbox.shop.exact import json_reply, number
from bot.sandbox.voodoo.books import Order
from bot.sandbox.voodoo.switches import DateStyle, MissingReference, Switches

SIGNATURE_HEADER = "X-Webhook-Signature"
SOURCE = "api"

_SORTED = msgspec.json.Encoder(decimal_format="number", order="sorted")

_EXTRA = {"loyalty_points": 12, "tax": {"rate": 0, "included": True}, "labels": ["new"], "parent_order": None}
"""Members that no page names: versioning is by addition, so clients must ignore them."""


def stamp(at: datetime, style: DateStyle) -> str:
    """An ISO 8601 time in UTC."""
    utc = at.astimezone(UTC).replace(tzinfo=None)
    seconds = utc.isoformat(timespec="seconds")
    match style:
        case DateStyle.ZULU:
            return f"{seconds}Z"
        case DateStyle.OFFSET:
            return f"{seconds}+00:00"
        case DateStyle.FRACTION:
            return f"{utc.isoformat(timespec='microseconds')}Z"
        case DateStyle.NAIVE:
            return seconds


def order_object(order: Order, switches: Switches, email: str) -> dict[str, object]:
    """The order as create and get show it (REF-CREATE and REF-GET pages)."""
    status = "on_review" if switches.unknown_status and not order.status.terminal else order.status.value
    shown: dict[str, object] = {
        "id": order.id,
        "item": order.good.id,
        "item_name": order.good.name,
        "item_product_type": order.good.kind.value,
        "quantity": number(order.quantity, switches.numbers),
        "delivered_quantity": order.delivered,
        "price": number(order.price, switches.numbers),
        "refund_amount": number(order.refund, switches.numbers),
        "fields": order.fields,
        "status": status,
        "error": order.error,
        "error_message": order.error_message,
        "codes": order.codes,
        **_reference(order, switches),
        "source": SOURCE,
        "created_by": {"id": str(uuid.uuid5(uuid.NAMESPACE_URL, f"mailto:{email}")), "email": email},
        "created_at": stamp(order.created_at, switches.dates),
        "completed_at": _completed(order, switches),
    }
    return shown | _extra(switches)


def webhook_object(order: Order, switches: Switches, *, null_item: bool = False) -> dict[str, object]:
    """The fifteen members of a webhook (WEBHOOKS page)."""
    shown: dict[str, object] = {
        "order_id": order.id,
        **_reference(order, switches),
        "status": order.status.value,
        "item_id": None if null_item else order.good.id,
        "item_name": order.good.name,
        "quantity": number(order.quantity, switches.numbers),
        "total_price": number(order.price, switches.numbers),
        "delivered_quantity": order.delivered,
        "refund_amount": number(order.refund, switches.numbers),
        "fields": order.fields,
        "codes": order.codes,
        "error": order.error,
        "error_message": order.error_message,
        "completed_at": _completed(order, switches),
        "created_at": stamp(order.created_at, switches.dates),
    }
    return shown | _extra(switches)


def webhook_bytes(content: Mapping[str, object]) -> bytes:
    """Sorted and compact JSON: the very bytes that are signed and sent (WEBHOOKS page)."""
    return _SORTED.encode(content)


def sign(secret: str, body: bytes) -> str:
    """The value of ``X-Webhook-Signature``: HMAC-SHA256 of the raw body, as ``sha256=<hex>`` (WEBHOOKS page)."""
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def envelope(status: int, code: str, detail: str, headers: Mapping[str, str] | None = None) -> Response:
    """An error as every endpoint but the token exchange words it (ERRORS page)."""
    return json_reply({"detail": detail, "code": code}, status, headers)


def _reference(order: Order, switches: Switches) -> dict[str, object]:
    if order.reference is not None:
        return {"merchant_order_id": order.reference}
    match switches.missing_reference:
        case MissingReference.EMPTY:
            return {"merchant_order_id": ""}
        case MissingReference.NULL:
            return {"merchant_order_id": None}
        case MissingReference.ABSENT:
            return {}


def _completed(order: Order, switches: Switches) -> str | None:
    return stamp(order.completed_at, switches.dates) if order.completed_at else None


def _extra(switches: Switches) -> dict[str, object]:
    return dict(_EXTRA) if switches.extra_fields else {}
