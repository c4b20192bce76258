"""How orders go on: at once or later, whole or in part, failed or cancelled, and the money that follows."""

from decimal import Decimal

import pytest

from tests.sandbox.octopus.lab import Json, Lab, running_lab


async def credits_of(lab: Lab, order: Json) -> list[Decimal]:
    """What came back to the wallet for an order."""
    moves = (await lab.ask(f"transactions?order_id={order['id']}"))["transactions"]
    return [move["amount"] for move in moves if move["type"] == "CREDIT"]


@pytest.mark.parametrize(
    ("outcome", "status", "vouchers", "refund"),
    [
        ("delivered", "DELIVERED", 4, []),
        ("partial", "PARTIALLY_DELIVERED", 2, []),
        ("failed", "FAILED", 0, [193]),
        ("cancelled", "CANCELLED", 0, [193]),
        ("hold", "PENDING", 0, []),
    ],
)
async def test_a_small_order_ends_in_its_reply(outcome: str, status: str, vouchers: int, refund: list[int]) -> None:
    async with running_lab(outcome=outcome) as lab:
        order = await lab.created(quantity=4)
        assert (order["status"], len(order["vouchers"])) == (status, vouchers)
        assert await credits_of(lab, order) == refund
        assert await lab.balance() == 4807 + sum(refund)


@pytest.mark.parametrize(
    ("outcome", "status", "vouchers", "refund"),
    [
        ("delivered", "DELIVERED", 8, []),
        ("partial", "PARTIALLY_DELIVERED", 4, []),
        ("failed", "FAILED", 0, [386]),
        ("cancelled", "CANCELLED", 0, [386]),
    ],
)
async def test_a_large_order_ends_in_its_own_time(outcome: str, status: str, vouchers: int, refund: list[int]) -> None:
    async with running_lab(outcome=outcome) as lab:
        order = await lab.created(quantity=8, client_reference="B-1")
        assert order["status"] == "PENDING"
        await lab.wait(reference="B-1", statuses=[status])
        assert len((await lab.read(f"orders/{order['id']}"))["vouchers"]) == vouchers
        assert await credits_of(lab, order) == refund


async def test_an_order_of_one_is_never_delivered_in_part() -> None:
    async with running_lab(outcome="partial") as lab:
        assert (await lab.created())["status"] == "DELIVERED"


async def test_a_part_may_grow_by_itself() -> None:
    async with running_lab(outcome="partial", partial_grows=True, grow_after=0) as lab:
        order = await lab.created(quantity=5, client_reference="A-1")
        assert (order["status"], len(order["vouchers"])) == ("PARTIALLY_DELIVERED", 2)
        grown = await lab.wait(reference="A-1", statuses=["DELIVERED"], webhooks=2)
        assert (grown["delivered"], len(grown["vouchers"])) == (5, 5)
        assert sorted(lab.receiver.types) == ["order.delivered", "order.partially_delivered"]


async def test_a_part_may_grow_step_by_step(holding: Lab) -> None:
    order = await holding.created(quantity=10)
    for delivered in (3, 7):
        settled = await holding.settle(order, "partial", delivered=delivered)
        assert (settled["status"], settled["delivered"]) == ("PARTIALLY_DELIVERED", delivered)
    assert (await holding.settle(order, "delivered"))["delivered"] == 10


@pytest.mark.parametrize("delivered", [0, 3, 10, 11])
async def test_a_part_is_more_than_before_and_less_than_all(holding: Lab, delivered: int) -> None:
    order = await holding.created(quantity=10)
    await holding.settle(order, "partial", delivered=3)
    body = {"as": "partial", "delivered": delivered}
    assert (await holding.api.post(f"/sandbox/orders/{order['id']}/settle", json=body)).status_code == 409


@pytest.mark.parametrize("outcome", ["delivered", "failed", "cancelled"])
async def test_an_ended_order_ends_no_other_way(holding: Lab, outcome: str) -> None:
    order = await holding.created(quantity=10)
    await holding.settle(order, outcome)
    for again in ("delivered", "partial", "failed", "cancelled"):
        reply = await holding.api.post(f"/sandbox/orders/{order['id']}/settle", json={"as": again})
        assert reply.status_code == 409


@pytest.mark.parametrize("ending", ["failed", "cancelled"])
async def test_the_rest_of_a_part_is_refunded_when_it_ends(holding: Lab, ending: str) -> None:
    order = await holding.created(quantity=10)
    await holding.settle(order, "partial", delivered=4)
    settled = await holding.settle(order, ending)
    assert settled["refunded"] == Decimal("289.50")
    assert (await credits_of(holding, order), len(settled["vouchers"])) == ([Decimal("289.50")], 4)


async def test_the_rest_of_a_part_can_be_refunded_while_it_is_one(holding: Lab) -> None:
    order = await holding.created(quantity=10)
    settled = await holding.settle(order, "partial", delivered=5, refund=True)
    assert (settled["status"], settled["refunded"]) == ("PARTIALLY_DELIVERED", Decimal("241.25"))
    assert await credits_of(holding, order) == [Decimal("241.25")]
    reply = await holding.api.post(f"/sandbox/orders/{order['id']}/settle", json={"as": "delivered"})
    assert reply.status_code == 409


async def test_refunds_may_never_come(holding: Lab) -> None:
    await holding.switch(refunds=False)
    order = await holding.created(quantity=10)
    assert (await holding.settle(order, "failed"))["refunded"] == 0
    assert await credits_of(holding, order) == []


async def test_refunds_may_come_later(holding: Lab) -> None:
    await holding.switch(refund_after=3600)
    order = await holding.created(quantity=10)
    assert (await holding.settle(order, "failed"))["refunded"] == Decimal("482.50")
    assert await credits_of(holding, order) == []


async def test_a_late_refund_arrives_and_is_told() -> None:
    async with running_lab(outcome="failed", refund_after=0.01, wallet_events=True, sync_events=False) as lab:
        order = await lab.created()
        await lab.receiver.gets(2)
        assert sorted(lab.receiver.types) == ["wallet.credited", "wallet.debited"]
        assert await credits_of(lab, order) == [Decimal("48.25")]
        assert await lab.balance() == 5000


@pytest.mark.parametrize("quantity", [3, 8])
async def test_an_order_may_have_fewer_vouchers_than_it_says(quantity: int) -> None:
    async with running_lab(vouchers_missing=2) as lab:
        order = await lab.created(quantity=quantity, client_reference="A-1")
        after = await lab.wait(reference="A-1", statuses=["DELIVERED"])
        assert (after["delivered"], len(after["vouchers"])) == (quantity, quantity - 2)
        assert len((await lab.read(f"orders/{order['id']}"))["vouchers"]) == quantity - 2


@pytest.mark.parametrize("word", ["PROCESSING", "ON_HOLD"])
async def test_an_open_order_may_be_called_something_else(holding: Lab, word: str) -> None:
    await holding.switch(open_word=word)
    order = await holding.created(quantity=6, client_reference="B-1")
    assert order["status"] == word
    assert [one["status"] for one in await holding.read("orders?client_reference=B-1")] == [word]
    await holding.settle(order, "delivered")
    assert (await holding.read(f"orders/{order['id']}"))["status"] == "DELIVERED"


@pytest.mark.parametrize(
    ("trick", "status", "vouchers"),
    [
        ("pending", "PENDING", 0),
        ("short", "DELIVERED", 3),
        ("partial", "PARTIALLY_DELIVERED", 2),
        ("fail", "FAILED", 0),
        ("cancel", "CANCELLED", 0),
        ("hold", "PENDING", 0),
    ],
)
async def test_a_trick_befalls_the_next_order_alone(lab: Lab, trick: str, status: str, vouchers: int) -> None:
    await lab.tell("faults/order", trick=trick)
    first, second = await lab.created(quantity=4), await lab.created(quantity=4)
    assert (first["status"], len(first["vouchers"])) == (status, vouchers)
    assert (second["status"], len(second["vouchers"])) == ("DELIVERED", 4)


@pytest.mark.parametrize(("trick", "value", "vouchers"), [("short", 3, 1), ("partial", 1, 1), ("partial", 9, 3)])
async def test_a_trick_may_say_how_many(lab: Lab, trick: str, value: int, vouchers: int) -> None:
    await lab.tell("faults/order", trick=trick, value=value)
    assert len((await lab.created(quantity=4))["vouchers"]) == vouchers


@pytest.mark.parametrize(("value", "debited"), [(None, "49.50"), (10, "49.50"), (-20, "36"), (200, "135")])
async def test_the_next_order_can_cost_another_price_than_its_quote(lab: Lab, value: int | None, debited: str) -> None:
    quoted = (await lab.quoted(126, denomination=50))["total_payable"]
    await lab.tell("faults/order", trick="dearer", value=value)
    order = await lab.created(126, 50)
    assert 5000 - await lab.balance() == Decimal(debited)
    assert order["discount"] == max(Decimal(0), 50 - Decimal(debited))
    assert (await lab.quoted(126, denomination=50))["total_payable"] == quoted


async def test_held_orders_are_released_as_the_switches_say(holding: Lab) -> None:
    first = await holding.created(quantity=6, client_reference="B-1")
    await holding.wait(reference="B-1", held=True)
    await holding.created(quantity=2)
    assert (await holding.tell("orders/release"))["released"] == 2
    assert (await holding.read(f"orders/{first['id']}"))["status"] == "DELIVERED"
    await holding.created(quantity=2, client_reference="A-2")
    await holding.switch(outcome="failed")
    await holding.tell("orders/release")
    await holding.wait(reference="A-2", statuses=["FAILED"])


async def test_a_held_order_does_not_go_on_by_itself() -> None:
    async with running_lab(settle_after=3600) as lab:
        order = await lab.created(quantity=6)
        assert (await lab.tell(f"orders/{order['id']}/hold"))["held"] is True
        assert (await lab.settle(order, "delivered"))["held"] is False


async def test_a_settled_order_is_left_alone_when_its_time_comes() -> None:
    async with running_lab(settle_after=0.05) as lab:
        order = await lab.created(quantity=6, client_reference="B-1")
        await lab.settle(order, "cancelled")
        await lab.created(quantity=6, client_reference="B-2")
        await lab.wait(reference="B-2", statuses=["DELIVERED"])
        assert (await lab.ask(f"orders/{order['id']}"))["status"] == "CANCELLED"
