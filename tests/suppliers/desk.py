"""A Voodoo client with a journal that remembers what it was given, and the requests that tests place."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from bot.suppliers.budget import Budget
from bot.suppliers.http import Patience
from bot.suppliers.outcomes import PlaceRequest
from bot.suppliers.voodoo.client import VoodooClient
from bot.suppliers.voodoo.config import VoodooConfig
from storage.clock import Clock, utc_now
from storage.records.catalog import Item, ItemKey, ProductType
from storage.records.orders import FieldValue

ORDER_ID = "7c1e7a9e-51d6-4d5e-9a51-6d3f4f0d2b11"
SHORT = Patience(connect=2, write=2, read=0.2, total=5)


@dataclass(slots=True)
class Journal:
    """Keeps every reply it is told of, in order."""

    replies: list[tuple[str, str, bytes]] = field(default_factory=list[tuple[str, str, bytes]])

    async def record(self, supplier: str, order_id: str, body: bytes) -> int:
        self.replies.append((supplier, order_id, body))
        return len(self.replies)


@dataclass(frozen=True, slots=True)
class Desk:
    """What a test drives."""

    client: VoodooClient
    journal: Journal
    calls: list[tuple[str, str, str]]


@asynccontextmanager
async def running_desk(url: str, *, clock: Clock = utc_now, **config: Any) -> AsyncGenerator[Desk]:
    """A client of the supplier at ``url`` that never waits for its own budget."""
    journal = Journal()
    calls: list[tuple[str, str, str]] = []
    client = VoodooClient(
        replace(VoodooConfig("ak_demo", api_url=url), **config),
        journal.record,
        clock,
        observe=lambda supplier, call, outcome, _: calls.append((supplier, call, outcome)),
        budget=Budget(rate=1_000, burst=1_000, concurrency=4),
    )
    try:
        yield Desk(client, journal, calls)
    finally:
        await client.close()


def make_request(
    item_id: str = "4090",
    quantity: str = "2",
    product_type: ProductType = ProductType.KEY,
    order_id: str = ORDER_ID,
    values: tuple[FieldValue, ...] = (),
) -> PlaceRequest:
    """A request for two gift cards unless told otherwise."""
    item = Item(ItemKey("voodoo", item_id), "Sample", "Samples", product_type, Decimal(9), "USD")
    return PlaceRequest(order_id, item, Decimal(quantity), values)


def order_body(**changes: Any) -> dict[str, Any]:
    """The order object of the ORDERS page."""
    body: dict[str, Any] = {
        "id": "0190f8a1-6b2c-7e33-9a10-4c1d2e3f5a6b",
        "item": 4090,
        "item_name": "Sample Gift Card 10 USD",
        "item_product_type": "key",
        "quantity": 2,
        "delivered_quantity": 0,
        "price": Decimal("18.00"),
        "refund_amount": 0,
        "fields": {},
        "status": "pending",
        "error": "",
        "error_message": "",
        "codes": [],
        "merchant_order_id": ORDER_ID,
        "source": "api",
        "created_by": {"id": "0190f8a0-1111-7000-8000-000000000001", "email": "reseller@example.com"},
        "created_at": "2026-07-05T12:00:00Z",
        "completed_at": None,
    }
    return body | changes
