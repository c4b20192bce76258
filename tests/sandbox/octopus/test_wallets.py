"""Wallets and their transactions (WALLETS and TRANSACTIONS pages)."""

from decimal import Decimal

import pytest

from bot.sandbox.octopus.config import OctopusConfig
from tests.sandbox.octopus.lab import Lab, error_of, running_lab


async def test_there_are_two_wallets_in_two_currencies(lab: Lab) -> None:
    assert await lab.read("wallets") == [
        {"id": 1, "currency_id": 1, "amount": 5000, "type": "PREPAID"},
        {"id": 2, "currency_id": 2, "amount": 3000, "type": "PREPAID"},
    ]


async def test_wallets_are_chosen_when_it_starts() -> None:
    async with running_lab(OctopusConfig(wallets=(("KWD", Decimal("12.345")),))) as lab:
        assert await lab.read("wallets") == [
            {"id": 1, "currency_id": 6, "amount": Decimal("12.345"), "type": "PREPAID"}
        ]


async def test_an_order_is_debited_with_its_id_in_the_remarks(lab: Lab) -> None:
    order = await lab.created()
    (debit, *_) = await lab.read("transactions")
    created_at = debit.pop("created_at")
    assert created_at.endswith("Z")
    assert debit == {
        "id": 3,
        "wallet_id": 1,
        "currency_id": 1,
        "amount": Decimal("48.25"),
        "transaction_type": "DEBIT",
        "status": "COMPLETED",
        "source_currency": None,
        "destination_currency": None,
        "forex_rate": None,
        "conversion_charges": None,
        "remarks": f"USD Wallet debited by amount 48.25 - Order #{order['id']}",
    }
    assert (await lab.read("transactions/3"))["amount"] == Decimal("48.25")


async def test_a_refund_is_a_second_transaction(lab: Lab) -> None:
    await lab.switch(outcome="failed")
    order = await lab.created()
    credit, debit = (await lab.read("transactions"))[:2]
    assert (credit["transaction_type"], debit["transaction_type"]) == ("CREDIT", "DEBIT")
    assert credit["remarks"] == f"USD Wallet credited by amount 48.25 - Refund for Order #{order['id']}"
    assert await lab.balance() == 5000


async def test_transactions_are_of_one_wallet_if_asked(lab: Lab) -> None:
    await lab.created()
    await lab.created(wallet_id=2)
    shown = await lab.read("transactions?wallet_id=2")
    assert [one["transaction_type"] for one in shown] == ["DEBIT", "CREDIT"]
    assert await lab.read("transactions?wallet_id=9") == []
    reply = await lab.api.get("/api/v1/transactions", params={"limit": 1, "page": 2})
    assert (reply.headers["x-total-count"], reply.json()[0]["id"]) == ("4", 3)


@pytest.mark.parametrize(
    ("path", "refusal"),
    [
        ("transactions?wallet_id=0", (400, "BAD_REQUEST", "Invalid wallet ID")),
        ("transactions/99", (404, "NOT_FOUND", "Transaction not found")),
        ("transactions?limit=10001", (400, "VALIDATION_FAILURE", "Invalid limit: must be between 1 and 10000")),
    ],
)
async def test_a_question_without_sense_is_refused(lab: Lab, path: str, refusal: tuple[int, str, str]) -> None:
    assert error_of(await lab.api.get(f"/api/v1/{path}")) == refusal


async def test_a_balance_can_be_set_up_and_down(lab: Lab) -> None:
    for amount in ("10.5", "7000"):
        assert (await lab.tell("wallets/1", value=amount))["amount"] == Decimal(amount)
        assert await lab.balance() == Decimal(amount)
    kinds = [one["transaction_type"] for one in (await lab.read("transactions?wallet_id=1"))]
    assert kinds == ["CREDIT", "DEBIT", "CREDIT"]


async def test_a_wallet_can_be_opened_once_and_made_postpaid(lab: Lab) -> None:
    assert (await lab.tell("wallets", currency="GBP", value=50))["id"] == 3
    assert (await lab.api.post("/sandbox/wallets", json={"currency": "GBP"})).status_code == 409
    assert (await lab.api.post("/sandbox/wallets", json={"currency": "XXX"})).status_code == 422
    await lab.tell("wallets/3", type="POSTPAID")
    assert (await lab.read("wallets"))[2] == {"id": 3, "currency_id": 3, "amount": 50, "type": "POSTPAID"}


async def test_the_books_explain_every_balance(lab: Lab) -> None:
    for outcome, wallet in (("delivered", 1), ("failed", 2), ("partial", 1), ("cancelled", 1)):
        await lab.switch(outcome=outcome)
        await lab.created(quantity=3, wallet_id=wallet)
    moves = (await lab.ask("transactions"))["transactions"]
    for wallet in (await lab.ask("wallets"))["wallets"]:
        own = [one for one in moves if one["wallet_id"] == wallet["id"]]
        assert wallet["amount"] == sum(one["amount"] * (1 if one["type"] == "CREDIT" else -1) for one in own)
