"""A supplier in trouble: nobody is told more than is known, no order is made twice, and all money is accounted for."""

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from tests.journeys import goods
from tests.journeys.events import event_of, tells
from tests.journeys.orders import card_of, results, sees_order, sees_result, spoken
from tests.journeys.people import Person, reference_in
from tests.journeys.world import World

KEY_PRICE = Decimal(9)


@pytest.fixture(autouse=True)
def calm(world: World) -> World:
    return world


def balance(world: World) -> Decimal:
    return Decimal(str(world.voodoo.balance()))


@pytest.mark.parametrize("duplicate_status", ["400", "409"])
def test_a_lost_reply_is_owned_up_to_and_a_refused_resend_proves_nothing(
    ada: Person, world: World, duplicate_status: str
) -> None:
    desk = world.desk()
    world.voodoo.switch("outcome", "hold")
    world.voodoo.switch("duplicate_status", duplicate_status)
    world.voodoo.fault("create", "drop", moment="after")
    reference = goods.orders_keys(ada)
    unconfirmed = sees_order(ada, reference, "Not confirmed yet")
    assert "may or may not have gone through" in unconfirmed["text"]
    assert "do not order it again" in unconfirmed["text"]
    order = world.voodoo.waits(reference=world.voodoo.newest()["reference"], create_calls=2, held=True)
    notice = desk.sees(f"needs a look.*{reference}")
    assert f"/resolve {reference}" in notice["text"]
    assert "waiting for the supplier" in card_of(ada, reference), "refused as a duplicate, yet not called rejected"
    world.voodoo.settle(order["id"], "completed")
    sees_result(ada, reference, world.voodoo.order(order["id"]))
    assert [other["id"] for other in world.voodoo.orders() if other["reference"] == order["reference"]] == [order["id"]]


@pytest.mark.parametrize(
    "fault",
    [
        {"fate": "drop", "moment": "after"},
        {"fate": "cut"},
        {"fate": "hang", "moment": "after"},
        {"fate": "delay", "moment": "after", "seconds": 2},
        {"fate": "reply", "moment": "after", "status": 500},
        {"fate": "reply", "moment": "after", "status": 502, "json": False},
    ],
    ids=["dropped", "cut", "hanging", "late", "500", "502 in HTML"],
)
def test_a_create_reply_that_does_not_come_is_made_up_for_by_the_webhook(
    ada: Person, world: World, fault: dict[str, str]
) -> None:
    before = balance(world)
    world.voodoo.fault("create", **fault)
    reference = goods.orders_keys(ada)
    sees_order(ada, reference, "Delivered")
    order = world.voodoo.newest()
    sees_result(ada, reference, order)
    assert order["create_calls"] == 1
    assert balance(world) == before - KEY_PRICE


@pytest.mark.parametrize(
    "fault",
    [{"fate": "drop"}, {"fate": "reply", "status": 503}, {"fate": "reply", "status": 500, "json": False}],
    ids=["dropped", "503", "500 in HTML"],
)
def test_a_create_that_was_lost_on_its_way_is_sent_again(ada: Person, world: World, fault: dict[str, str]) -> None:
    before = balance(world)
    world.voodoo.fault("create", **fault)
    reference = goods.orders_keys(ada)
    sees_order(ada, reference, "Not confirmed yet")
    sees_order(ada, reference, "Delivered")
    order = world.voodoo.newest()
    sees_result(ada, reference, order)
    assert order["create_calls"] == 2
    assert balance(world) == before - KEY_PRICE


@pytest.mark.parametrize("retry_after", ["1", None], ids=["with Retry-After", "without"])
def test_a_supplier_with_too_much_to_do_gets_the_order_a_little_later(
    ada: Person, world: World, retry_after: str | None
) -> None:
    world.voodoo.fault("create", "reply", status=429, retry_after=retry_after)
    reference = goods.orders_keys(ada)
    waiting = ada.sees("does not answer at the moment")
    assert "Nothing was charged; we keep trying" in waiting["text"]
    sees_order(ada, reference, "Delivered")
    sees_result(ada, reference, world.voodoo.newest())


def test_a_supplier_that_issues_no_token_gets_the_order_a_little_later(ada: Person, world: World) -> None:
    world.voodoo.expire_tokens()
    world.voodoo.fault("token", "reply", status=503)
    reference = goods.orders_keys(ada)
    assert "keep trying" in ada.sees("does not answer at the moment")["text"]
    sees_order(ada, reference, "Delivered")
    sees_result(ada, reference, world.voodoo.newest())


def test_tokens_that_expire_in_the_middle_are_nobodys_business(ada: Person, world: World) -> None:
    goods.buys(ada, goods.KEY)
    ada.says("1")
    world.voodoo.expire_tokens()
    reference = goods.confirms(ada)
    sees_order(ada, reference, "Delivered")
    order = world.voodoo.newest()
    sees_result(ada, reference, order)
    assert order["create_calls"] == 2, "the first was refused with 401 and did nothing"
    assert not any("Not confirmed" in text or "keep trying" in text for text in ada.bot_texts())


def test_an_item_out_of_stock_at_create_is_refused_and_costs_nothing(ada: Person, world: World) -> None:
    before, desk = balance(world), world.desk()
    world.voodoo.switch("stock", "sold out at create")
    reference = goods.orders_keys(ada)
    refused = sees_order(ada, reference, "Not placed")
    assert "Item is not available" in refused["text"]
    assert "Nothing was charged." in refused["text"]
    assert "was not placed" in desk.sees(spoken(reference))["text"]
    assert balance(world) == before


def test_an_item_that_sells_out_after_create_fails_with_its_refund_and_reason(ada: Person, world: World) -> None:
    before, desk = balance(world), world.desk()
    world.voodoo.switch("stock", "sold out after create")
    reference = goods.orders_keys(ada, 2)
    failed = sees_order(ada, reference, "Not delivered")
    assert "It sold out before it could be delivered." in failed["text"]
    assert "Refunded: $18.00" in failed["text"]
    assert "failed" in desk.sees(spoken(reference))["text"]
    assert balance(world) == before


def test_a_partial_delivery_shows_the_codes_that_came_and_what_came_back(ada: Person, world: World) -> None:
    before, desk = balance(world), world.desk()
    world.voodoo.switch("outcome", "partial")
    reference = goods.orders_keys(ada, 3)
    sees_order(ada, reference, "Partly delivered")
    order = world.voodoo.newest()
    (code,) = order["codes"]
    result = ada.sees(code)
    assert "1 of 3 delivered; 2 are missing." in result["text"]
    assert "Refunded: $18.00" in result["text"]
    assert "1 of 3 delivered" in desk.sees(spoken(reference))["text"]
    assert balance(world) == before - KEY_PRICE


def test_too_little_money_at_the_supplier_is_said_plainly_and_operators_are_told(ada: Person, world: World) -> None:
    ada.says("/balance")
    ada.sees(r"50,000|49,\d\d\d")
    desk = world.desk()
    world.voodoo.set_balance(5)
    reference = goods.orders_keys(ada)
    refused = sees_order(ada, reference, "Not placed")
    assert "too little money" in refused["text"]
    assert "Nothing was charged." in refused["text"]
    assert "was not placed" in desk.sees(spoken(reference))["text"]
    ada.says("/balance")
    ada.sees(r"\$5\.00")
    low = desk.sees("balance at .* is low")
    assert "$5.00" in low["text"]
    assert "Top it up" in low["text"]
    assert balance(world) == 5


def test_a_revoked_key_is_our_fault_and_operators_are_told_once(ada: Person, world: World) -> None:
    world.voodoo.switch("key_state", "revoked")
    world.voodoo.expire_tokens()
    hour = datetime.now(UTC).hour
    for _ in range(2):
        refused = sees_order(ada, goods.orders_keys(ada), "Not placed")
        assert "does not accept our orders at the moment" in refused["text"]
        assert "Nothing was charged." in refused["text"]
        assert "operator has to see to it" in refused["text"]
    # Told once an hour; another journey may have had the key refused before.
    world.operators.sees("Voodoo Center does not accept our orders")
    told = [text for text in world.operators.bot_texts() if "Voodoo Center does not accept our orders" in text]
    assert len(told) <= 1 + (datetime.now(UTC).hour != hour)


def test_codes_that_are_missing_hold_the_order_and_those_that_came_can_be_seen(ada: Person, world: World) -> None:
    desk = world.desk()
    world.voodoo.switch("codes_missing", 1)
    reference = goods.orders_keys(ada, 2)
    notice = desk.sees(f"needs a look.*{reference}")
    assert "fewer codes than it counts" in notice["text"]
    order = world.voodoo.newest()
    (came,) = order["codes"]
    assert "in progress" in card_of(ada, reference)
    ada.taps("Show the code")
    ada.sees(came)
    assert results(ada, reference) == []
    assert tells(world, event_of(order, codes=[came, "THE-SECOND-CODE"])) == "applied"
    delivered = ada.sees("THE-SECOND-CODE")
    assert came in delivered["text"]


def test_a_charge_above_the_confirmed_price_is_delivered_and_shown_to_operators(ada: Person, world: World) -> None:
    desk = world.desk()
    goods.buys(ada, goods.KEY)
    ada.says("1")
    world.voodoo.change(goods.KEY.id, price=10)
    try:
        reference = goods.confirms(ada)
        notice = desk.sees("charged .10.00, more than the")
    finally:
        world.voodoo.change(goods.KEY.id, price=int(KEY_PRICE))
    assert reference_in(notice) == reference
    assert "Charged: $10.00" in sees_order(ada, reference, "Delivered")["text"]
    sees_result(ada, reference, world.voodoo.newest())


def test_an_order_that_cannot_be_sent_is_given_up_in_the_end(own_world: Callable[..., World]) -> None:
    world = own_world(PLACE_WITHIN="4")
    ada = world.admin()
    goods.buys(ada, goods.KEY)
    ada.says("1")
    ada.sees("Please check your order")
    world.voodoo.server.stop()
    reference = goods.confirms(ada)
    assert "keep trying" in ada.sees("does not answer at the moment")["text"]
    given_up = sees_order(ada, reference, "Not placed")
    assert "could not be reached for a long time" in given_up["text"]
    assert "Nothing was charged." in given_up["text"]
