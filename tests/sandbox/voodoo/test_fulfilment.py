"""How orders end, and what that does to codes and money (INTRO, ORDERS and CL-0610)."""

from decimal import Decimal

import pytest

from bot.sandbox.goods import landmarks
from tests.sandbox.voodoo.lab import Json, Lab, exact, running_lab

BOOST: Json = {"account_email": "a@example.com", "realm": 1001, "platform": 41}


async def test_a_completed_key_order_delivers_its_codes(lab: Lab) -> None:
    order = await lab.created(quantity=3)
    await lab.wait(order_id=order["id"], statuses=["completed"])
    done = await lab.read(order["id"])
    assert (done["status"], done["delivered_quantity"], done["refund_amount"]) == ("completed", 3, 0)
    assert len(set(done["codes"])) == 3
    assert done["completed_at"] is not None


async def test_a_completed_topup_has_no_codes(lab: Lab) -> None:
    order = await lab.created(4211, quantity=10, fields={"player_id": "1", "server": 17})
    await lab.wait(order_id=order["id"], statuses=["completed"])
    done = await lab.read(order["id"])
    assert (done["codes"], done["delivered_quantity"]) == ([], 10)


@pytest.mark.parametrize(
    ("item", "looks"),
    [(4090, r"-"), (landmarks.LONG_CODES, "-"), (landmarks.LINK_CODES, "https://"), (landmarks.CYRILLIC, "")],
)
async def test_codes_of_every_shape_fit_one_line(lab: Lab, item: int, looks: str) -> None:
    order = await lab.created(item)
    (code,) = (await lab.wait(order_id=order["id"], statuses=["completed"]))["codes"]
    assert looks in code
    assert code == code.strip()
    assert "\n" not in code


async def test_long_codes_are_long(lab: Lab) -> None:
    order = await lab.created(landmarks.LONG_CODES)
    (code,) = (await lab.wait(order_id=order["id"], statuses=["completed"]))["codes"]
    assert len(code) > 200


async def test_a_partial_order_refunds_the_rest(holding: Lab) -> None:
    order = await holding.created(quantity=3)
    await holding.tell(f"orders/{order['id']}/settle", **{"as": "partial", "delivered": 2})
    done = await holding.read(order["id"])
    assert (done["status"], done["delivered_quantity"], done["price"], done["refund_amount"]) == ("partial", 2, 27, 9)
    assert len(done["codes"]) == 2
    assert (done["error"], done["error_message"]) == ("", "")
    assert await holding.balance() == 5000 - 18


async def test_a_failed_order_refunds_everything(holding: Lab) -> None:
    order = await holding.created(quantity=2)
    await holding.tell(f"orders/{order['id']}/settle", **{"as": "failed"})
    done = await holding.read(order["id"])
    assert (done["status"], done["error"], done["refund_amount"], done["codes"]) == ("failed", "OUT_OF_STOCK", 18, [])
    assert done["error_message"]
    assert await holding.balance() == 5000


async def test_a_failure_may_have_another_cause(holding: Lab) -> None:
    order = await holding.created()
    await holding.tell(f"orders/{order['id']}/settle", **{"as": "failed", "error": "PROVIDER", "message": "No."})
    done = await holding.read(order["id"])
    assert (done["error"], done["error_message"]) == ("PROVIDER", "No.")


async def test_an_order_settles_once(holding: Lab) -> None:
    order = await holding.created()
    await holding.tell(f"orders/{order['id']}/settle", **{"as": "completed"})
    reply = await holding.api.post(f"/sandbox/orders/{order['id']}/settle", json={"as": "failed"})
    assert reply.status_code == 409
    assert (await holding.read(order["id"]))["status"] == "completed"


@pytest.mark.parametrize("delivered", [0, 3, -1])
async def test_a_part_is_neither_nothing_nor_all(holding: Lab, delivered: int) -> None:
    order = await holding.created(quantity=3)
    body = {"as": "partial", "delivered": delivered}
    assert (await holding.api.post(f"/sandbox/orders/{order['id']}/settle", json=body)).status_code == 409


async def test_one_unit_cannot_be_split(holding: Lab) -> None:
    order = await holding.created(quantity=1)
    reply = await holding.api.post(f"/sandbox/orders/{order['id']}/settle", json={"as": "partial"})
    assert reply.status_code == 409


@pytest.mark.parametrize("outcome", ["completed", "partial", "failed"])
async def test_the_switch_decides_how_orders_end(lab: Lab, outcome: str) -> None:
    await lab.switch("outcome", outcome)
    order = await lab.created(quantity=4)
    await lab.wait(order_id=order["id"], statuses=[outcome])
    assert (await lab.read(order["id"]))["status"] == outcome


async def test_a_held_order_waits_until_it_is_released(holding: Lab) -> None:
    order = await holding.created(merchant_order_id="po-1")
    await holding.wait(reference="po-1", held=True)
    await holding.switch("outcome", "completed")
    assert (await holding.read(order["id"]))["status"] == "processing"
    assert await holding.tell("orders/release") == {"released": 1}
    assert (await holding.read(order["id"]))["status"] == "completed"


async def test_held_orders_can_be_released_while_new_ones_are_held(holding: Lab) -> None:
    order = await holding.created(merchant_order_id="po-1")
    await holding.wait(reference="po-1", held=True)
    assert await holding.tell("orders/release") == {"released": 1}
    assert (await holding.read(order["id"]))["status"] == "completed"


async def test_one_order_can_be_held_by_hand() -> None:
    async with running_lab(settle_after=3600) as lab:
        order = await lab.created()
        await lab.tell(f"orders/{order['id']}/hold")
        await lab.tell("orders/release")
        assert (await lab.wait(order_id=order["id"], statuses=["completed"]))["held"] is False


async def test_processing_comes_between_pending_and_the_end(holding: Lab) -> None:
    order = await holding.created()
    assert order["status"] == "pending"
    await holding.wait(order_id=order["id"], statuses=["processing"])


async def test_processing_can_be_left_out() -> None:
    async with running_lab(outcome="hold", visit_processing=False) as lab:
        order = await lab.created()
        await lab.wait(order_id=order["id"], held=True)
        assert (await lab.read(order["id"]))["status"] == "pending"


async def test_an_order_that_takes_long_stays_pending() -> None:
    async with running_lab(settle_after=3600, service_settle_after=0) as lab:
        slow = await lab.created(4090)
        quick = await lab.created(landmarks.OPTIONAL_FIELD, fields=BOOST)
        await lab.wait(order_id=quick["id"], statuses=["completed"])
        assert (await lab.read(slow["id"]))["status"] == "pending"


async def test_stock_may_run_out_at_create(lab: Lab) -> None:
    await lab.switch("stock", "sold out at create")
    reply = await lab.order()
    assert (reply.status_code, reply.json()["detail"]) == (400, "Item is not available")


async def test_stock_may_run_out_after_create(lab: Lab) -> None:
    await lab.switch("stock", "sold out after create")
    order = await lab.created(merchant_order_id="po-1")
    await lab.wait(reference="po-1", statuses=["failed"])
    assert (await lab.read(order["id"]))["error"] == "OUT_OF_STOCK"


async def test_codes_may_be_fewer_than_delivered(lab: Lab) -> None:
    await lab.switch("codes_missing", 1)
    order = await lab.created(quantity=3)
    done = await lab.wait(order_id=order["id"], statuses=["completed"])
    assert (done["delivered"], len(done["codes"])) == (3, 2)


async def test_an_open_order_may_show_an_undocumented_status(holding: Lab) -> None:
    await holding.switch("unknown_status", True)
    order = await holding.created()
    assert order["status"] == "on_review"
    await holding.tell(f"orders/{order['id']}/settle", **{"as": "completed"})
    assert (await holding.read(order["id"]))["status"] == "completed"


async def test_the_ledger_explains_the_balance(holding: Lab) -> None:
    order = await holding.created(quantity=2)
    await holding.tell(f"orders/{order['id']}/settle", **{"as": "failed"})
    await holding.tell("balance", value=100.25)
    account = exact(await holding.api.get("/sandbox/account"))
    kinds = [entry["kind"] for entry in account["ledger"]]
    assert kinds == ["opening", "charge", "refund", "correction"]
    assert sum(Decimal(str(entry["amount"])) for entry in account["ledger"]) == account["balance"] == Decimal("100.25")
