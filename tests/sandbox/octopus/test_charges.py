"""Quotes: the documented formula, the wallet, and how long a quote is remembered (CHARGES page)."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from bot.sandbox.octopus.config import OctopusConfig
from tests.sandbox.octopus.lab import Lab, error_of, running_lab

NOON = datetime(2026, 7, 5, 12, tzinfo=UTC)


async def test_the_sample_of_the_documentation(lab: Lab) -> None:
    assert await lab.quoted(quantity=5) == {
        "non_discounted_total": 250,
        "discount_amount": Decimal("8.75"),
        "total_amount": Decimal("241.25"),
        "discount": Decimal("3.5"),
        "gst_amount": 0,
        "total_payable": Decimal("241.25"),
        "max_quantity": 100,
        "net_amount": Decimal("241.25"),
        "handling_fee_amount": 0,
        "charges_details": {
            "source_currency": "USD",
            "destination_currency": "USD",
            "forex_rate": None,
            "conversion_fee": None,
        },
    }


async def test_another_wallet_converts_and_pays_the_fee(lab: Lab) -> None:
    await lab.switch(handling_fee="0.75")
    quote = await lab.quoted(456, denomination=25, quantity=2, wallet_id=2)
    assert (quote["total_amount"], quote["net_amount"]) == (Decimal("48.50"), Decimal("56.75"))
    assert (quote["handling_fee_amount"], quote["total_payable"]) == (Decimal("0.75"), Decimal("57.50"))
    details = quote["charges_details"]
    assert (details["source_currency"], details["destination_currency"]) == ("GBP", "EUR")
    assert (details["forex_rate"], details["conversion_fee"]) == (Decimal("1.17"), Decimal("0.75"))


async def test_without_a_wallet_in_its_currency_a_product_needs_a_wallet_id(lab: Lab) -> None:
    refused = (404, "NOT_FOUND", "Wallet in GBP not found")
    assert error_of(await lab.charges(456, denomination=25)) == refused
    assert error_of(await lab.order(456, 25)) == refused
    await lab.tell("wallets", currency="GBP", value=100)
    assert (await lab.quoted(456, denomination=25))["charges_details"]["forex_rate"] is None


async def test_a_wallet_that_is_not_there_is_not_found(lab: Lab) -> None:
    assert error_of(await lab.charges(wallet_id=9)) == (404, "NOT_FOUND", "Wallet not found")
    assert error_of(await lab.order(wallet_id=9)) == (404, "NOT_FOUND", "Wallet not found")


@pytest.mark.parametrize(
    ("body", "code", "message"),
    [
        ({"denomination": None}, "VALIDATION_FAILURE", "Invalid denomination: required"),
        ({"denomination": "50"}, "VALIDATION_FAILURE", "Invalid denomination: must be a number"),
        ({"denomination": True}, "VALIDATION_FAILURE", "Invalid denomination: must be a number"),
        ({"denomination": -50}, "VALIDATION_FAILURE", "Invalid denomination: must be greater than 0"),
        ({"denomination": 50.001}, "VALIDATION_FAILURE", "Invalid denomination: too many decimals for USD"),
        ({"denomination": 30}, "BAD_REQUEST", "Invalid denomination for this product"),
        ({"quantity": None}, "VALIDATION_FAILURE", "Invalid quantity: required"),
        ({"quantity": 0}, "VALIDATION_FAILURE", "Invalid quantity: must be between 1 and 5000"),
        ({"quantity": 5001}, "VALIDATION_FAILURE", "Invalid quantity: must be between 1 and 5000"),
        ({"quantity": 1.5}, "VALIDATION_FAILURE", "Invalid quantity: must be an integer"),
        ({"quantity": 101}, "BAD_REQUEST", "Quantity exceeds the maximum of 100"),
        ({"wallet_id": "1"}, "VALIDATION_FAILURE", "Invalid wallet_id: must be an integer"),
    ],
)
async def test_what_cannot_be_quoted_cannot_be_ordered_either(
    lab: Lab, body: dict[str, Any], code: str, message: str
) -> None:
    assert error_of(await lab.charges(**body)) == (400, code, message)
    wish = {"product_id": 123, "denomination": 50, "quantity": 1, **body}
    assert error_of(await lab.api.post("/api/v1/orders", json=wish)) == (400, code, message)
    assert await lab.balance() == 5000


@pytest.mark.parametrize(("item", "good", "bad"), [(131, 1234, 1234.5), (127, 2.555, 2.5555), (124, 5.55, 5.555)])
async def test_an_amount_has_the_precision_of_its_currency(lab: Lab, item: int, good: float, bad: float) -> None:
    assert (await lab.charges(item, denomination=good, wallet_id=1)).status_code == 200
    assert error_of(await lab.charges(item, denomination=bad, wallet_id=1))[1] == "VALIDATION_FAILURE"


async def test_the_bulk_limit_can_change(lab: Lab) -> None:
    assert (await lab.quoted(132, denomination=25))["max_quantity"] == 20
    await lab.tell("items/132", max_quantity=7)
    assert (await lab.quoted(132, denomination=25))["max_quantity"] == 7
    await lab.switch(max_quantity=3)
    assert (await lab.quoted(132, denomination=25))["max_quantity"] == 3
    assert error_of(await lab.order(132, 25, 4)) == (400, "BAD_REQUEST", "Quantity exceeds the maximum of 3")


async def test_a_quote_is_kept_for_five_minutes_while_an_order_costs_what_it_costs_now() -> None:
    now = [NOON]
    async with running_lab(OctopusConfig(clock=lambda: now[0])) as lab:
        before = (await lab.quoted(denomination=50))["total_payable"]
        await lab.switch(price_move=10)
        now[0] += timedelta(seconds=299)
        assert (await lab.quoted(denomination=50))["total_payable"] == before
        await lab.created(face=50)
        assert 5000 - await lab.balance() == Decimal("53.08")


async def test_a_quote_is_taken_anew_after_its_time() -> None:
    now = [NOON]
    async with running_lab(OctopusConfig(clock=lambda: now[0])) as lab:
        assert (await lab.quoted(456, denomination=10, wallet_id=1))["total_payable"] == Decimal("12.31")
        await lab.switch(handling_fee=1)
        now[0] += timedelta(seconds=299)
        assert (await lab.quoted(456, denomination=10, wallet_id=1))["total_payable"] == Decimal("12.31")
        now[0] += timedelta(seconds=1)
        assert (await lab.quoted(456, denomination=10, wallet_id=1))["total_payable"] == Decimal("13.31")


async def test_new_prices_and_rates_are_quoted_at_once(lab: Lab) -> None:
    assert (await lab.quoted(126, denomination=50))["total_payable"] == 45
    await lab.tell("prices", percent=10)
    assert (await lab.quoted(126, denomination=50))["total_payable"] == Decimal("49.50")
    await lab.tell("prices", percent=10)
    assert (await lab.quoted(126, denomination=50))["total_payable"] == 50
    await lab.tell("items/126", discount=20)
    assert (await lab.quoted(126, denomination=50))["total_payable"] == 40
    await lab.tell("rates", currency="EUR", usd="2")
    quote = await lab.quoted(126, denomination=50, wallet_id=2)
    assert (quote["total_payable"], quote["charges_details"]["forex_rate"]) == (20, Decimal("0.5"))
