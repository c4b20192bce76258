"""An Octopus client with a journal that remembers what it was given, and the records of the documentation."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from bot.suppliers.budget import Budget
from bot.suppliers.exact import encode
from bot.suppliers.octopus.client import OctopusClient
from bot.suppliers.octopus.config import Budgets, OctopusConfig
from bot.suppliers.outcomes import PlaceRequest, QuoteRequest
from storage.clock import Clock, utc_now
from storage.records.catalog import Item, ItemKey, ProductType
from tests.suppliers.desk import ORDER_ID, Journal
from tests.suppliers.wire import Answer

SUPPLIER_ID = "1234"


@dataclass(frozen=True, slots=True)
class Desk:
    """What a test drives."""

    client: OctopusClient
    journal: Journal
    calls: list[tuple[str, str]]


def wide_budgets() -> Budgets:
    """Budgets that nobody ever waits for."""
    return Budgets(*(Budget(rate=1_000, burst=1_000, concurrency=4) for _ in range(6)))


@asynccontextmanager
async def running_desk(
    url: str, *, clock: Clock = utc_now, budgets: Budgets | None = None, **config: Any
) -> AsyncGenerator[Desk]:
    """A client of the supplier at ``url``; ``calls`` are its requests by name with how they ended."""
    journal = Journal()
    calls: list[tuple[str, str]] = []
    client = OctopusClient(
        replace(OctopusConfig("oc_demo", "oc_demo_secret", api_url=url), **config),
        journal.record,
        clock,
        observe=lambda _supplier, call, outcome, _seconds: calls.append((call, outcome)),
        budgets=budgets or wide_budgets(),
        chance=lambda: 0.0,
    )
    try:
        yield Desk(client, journal, calls)
    finally:
        await client.close()


def make_card(**changes: Any) -> Item:
    """The documentation's gift card."""
    card = Item(
        ItemKey("octopus", "123"),
        "Steam Wallet Card",
        "Gaming · Steam",
        ProductType.KEY,
        Decimal("4.83"),
        "USD",
        quoted=True,
    )
    return replace(card, **changes)


def make_request(quantity: str = "2", denomination: str = "50.00") -> PlaceRequest:
    """A request for two cards of 50 USD unless told otherwise."""
    return PlaceRequest(
        ORDER_ID, make_card(), Decimal(quantity), denomination=Decimal(denomination), expected=Decimal("96.5")
    )


def make_question(quantity: str = "2", denomination: str = "50.00", **changes: Any) -> QuoteRequest:
    """The quote for such a request."""
    return QuoteRequest(make_card(**changes), Decimal(denomination), Decimal(quantity))


def voucher(number: int, **changes: Any) -> dict[str, Any]:
    """A card with a PIN."""
    return {
        "card_number": f"STEAM-{number:04d}-ABCD-EFGH",
        "pin_code": "1234",
        "claim_url": None,
        "expires_at": "2027-03-25T00:00:00Z",
        "voucher_reference_number": f"VCH-{number:03d}",
    } | changes


def order_body(**changes: Any) -> dict[str, Any]:
    """The create reply of the CREATE-ORDER page, for two cards."""
    return {
        "id": 1234,
        "product_id": 123,
        "product_name": "Steam Wallet Card",
        "denomination": Decimal("50.00"),
        "quantity": 2,
        "amount": Decimal("100.00"),
        "discount": Decimal("3.50"),
        "client_reference": ORDER_ID,
        "wallet_id": 1,
        "status": "DELIVERED",
        "base_currency": "USD",
        "deduction_currency": "USD",
        "message": "Order created successfully",
        "vouchers": [voucher(1), voucher(2)],
    } | changes


def transaction(direction: str, amount: str, order_id: object = 1234, **changes: Any) -> dict[str, Any]:
    """One entry of the TRANSACTIONS page."""
    verb = "debited" if direction == "DEBIT" else "credited"
    return {
        "id": 456,
        "wallet_id": 1,
        "currency_id": 1,
        "amount": Decimal(amount),
        "transaction_type": direction,
        "status": "COMPLETED",
        "remarks": f"USD Wallet {verb} by amount {amount} - Order #{order_id}",
        "created_at": "2026-07-05T12:00:00Z",
    } | changes


def charges_body(**changes: Any) -> dict[str, Any]:
    """The quote of the first-order guide, for two cards of 50 USD."""
    return {
        "non_discounted_total": Decimal("100.00"),
        "discount_amount": Decimal("3.50"),
        "total_payable": Decimal("96.50"),
        "max_quantity": 100,
        "charges_details": {
            "source_currency": "USD",
            "destination_currency": "USD",
            "forex_rate": None,
            "conversion_fee": None,
        },
    } | changes


def said(status: int, code: str, message: str = "No", *headers: tuple[str, str]) -> Answer:
    """A refusal in the documented envelope."""
    return Answer(status, encode({"error": {"name": "Error", "code": code, "message": message}}), headers)


def ok(body: object, *headers: tuple[str, str]) -> Answer:
    """A success."""
    return Answer(200, encode(body), headers)
