"""Webhooks as the supplier words and signs them, as the bytes of whole requests."""

import json
from typing import Any

from bot.suppliers.voodoo.webhooks import SIGNING
from tests.bench.load import post

SECRET = "bench-webhook-secret"
PATH = "/webhooks/voodoo"


def completed(order_id: str, supplier_order_id: str, codes: tuple[str, ...]) -> dict[str, Any]:
    """The event of an order that was delivered in full (Voodoo WEBHOOKS page)."""
    return {
        "order_id": supplier_order_id,
        "merchant_order_id": order_id,
        "status": "completed",
        "item_id": 4090,
        "item_name": "Sample Gift Card 10 USD",
        "quantity": len(codes),
        "total_price": 9.5 * len(codes),
        "delivered_quantity": len(codes),
        "refund_amount": 0,
        "fields": {},
        "codes": list(codes),
        "error": "",
        "error_message": "",
        "created_at": "2026-07-05T12:00:00Z",
        "completed_at": "2026-07-05T12:00:07Z",
    }


def wire(event: dict[str, Any]) -> bytes:
    """The body of an event."""
    return json.dumps(event, separators=(",", ":")).encode()


def signed(event: dict[str, Any]) -> bytes:
    """The request that brings an event."""
    body = wire(event)
    return post(PATH, body, {"X-Webhook-Signature": SIGNING.signature(SECRET, body)})
