"""Webhooks written by hand: an order's event as the supplier would word it, changed at will, signed or not."""

import hashlib
import hmac
import json
from typing import Any

import httpx

from tests.journeys.supplier import Order
from tests.journeys.world import WEBHOOK_SECRET, World

SIGNATURE = "X-Webhook-Signature"


def event_of(order: Order, **changes: Any) -> dict[str, Any]:
    """The event of an order in the supplier's books, as if it were completed, with whatever else is said."""
    usual = {
        "order_id": order["id"],
        "merchant_order_id": order["reference"],
        "status": "completed",
        "item_id": order["item"],
        "item_name": order["item_name"],
        "quantity": order["quantity"],
        "total_price": order["charged"],
        "delivered_quantity": order["quantity"],
        "refund_amount": 0,
        "fields": order["fields"],
        "codes": [f"HAND-MADE-{number:04}" for number in range(int(order["quantity"]))],
        "error": "",
        "error_message": "",
        "created_at": order["created_at"],
        "completed_at": "2026-07-05T12:00:07Z",
    }
    return usual | changes


def wire(event: object) -> bytes:
    """The bytes of an event: compact, keys sorted."""
    return json.dumps(event, sort_keys=True, separators=(",", ":")).encode()


def signature(body: bytes, secret: str = WEBHOOK_SECRET) -> str:
    """What the supplier writes into its header over these bytes."""
    return f"sha256={hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()}"


def post(world: World, body: bytes, signed: str | None) -> int:
    """Send a body with a signature, or with none; returns the status."""
    headers = {"Content-Type": "application/json"} | ({SIGNATURE: signed} if signed else {})
    return httpx.post(f"{world.bot.url}/webhooks/voodoo", content=body, headers=headers, timeout=20).status_code


def tells(world: World, body: bytes | dict[str, Any], *, secret: str = WEBHOOK_SECRET) -> str:
    """Send a signed body, which must be taken; waits until it was read and returns what came of it."""
    content = body if isinstance(body, bytes) else wire(body)
    before = world.bot.log_end()
    assert post(world, content, signature(content, secret)) == 200
    return str(world.bot.logged("event read", after=before)["outcome"])
