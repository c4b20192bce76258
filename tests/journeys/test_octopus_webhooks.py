"""Octopus's webhooks, in every mood and forged: they only point, so each result is read once and arrives once."""

import json
from typing import Any

import httpx
import pytest

from tests.journeys import events
from tests.journeys.cards import MANY, XBOX, orders_cards, sees_cards, theirs
from tests.journeys.octopus import PREVIOUS_SECRET, WEBHOOK_SECRET
from tests.journeys.orders import card_of, sees_order
from tests.journeys.people import Person, reference_in
from tests.journeys.supplier import Order
from tests.journeys.world import World

REFUSED = {401, 429}
"""After ten bad signatures in a minute a client is refused more curtly."""


@pytest.fixture(autouse=True)
def calm(world: World) -> World:
    return world


@pytest.fixture
def held(ada: Person, world: World) -> tuple[str, Order]:
    """An order that the supplier keeps PENDING: its reference here, and the supplier's books."""
    return holds(world, ada)


def holds(world: World, person: Person) -> tuple[str, Order]:
    world.octopus.trick("hold")
    reference = orders_cards(person, MANY)
    sees_order(person, reference, "In progress")
    return reference, world.octopus.waits(order_id=theirs(world.octopus, reference)["id"], held=True)


def told(order: Order, **changes: object) -> dict[str, object]:
    """What an event says of an order."""
    ours = order["reference"]
    usual = {"id": order["id"], "reference_code": ours, "client_reference": ours, "status": "DELIVERED"}
    return usual | changes


def forged(world: World, data: dict[str, object], **more: object) -> int:
    """Have any event sent; returns what the bot answered."""
    sent: Any = world.octopus.server.post("webhooks/forge", data=data, **more)
    return sent["deliveries"][0]["attempts"][0]["status"]


def sent(world: World, data: dict[str, object], headers: dict[bytes, bytes]) -> int:
    """Send an event by hand with any headers; returns what the bot answered."""
    body = json.dumps({"id": "evt_1", "type": "order.delivered", "data": data}).encode()
    return httpx.post(f"{world.bot.url}/webhooks/octopus", content=body, headers=headers, timeout=20).status_code


def outcome(world: World, data: dict[str, object], **more: object) -> str:
    """Have an event sent, which must be taken; waits until it was read and returns what came of it."""
    before = world.bot.log_end()
    assert forged(world, data, **more) == 200
    return str(world.bot.logged("event read", after=before, supplier="octopus")["outcome"])


def test_a_delivery_that_is_told_is_read_once(ada: Person, world: World) -> None:
    reference = orders_cards(ada, MANY)
    sees_order(ada, reference, "Delivered")
    order = theirs(world.octopus, reference)
    sees_cards(ada, reference, order)
    order = world.octopus.waits(order_id=order["id"], webhooks=1)
    assert order["reads"] == 1


def test_a_body_without_a_good_signature_is_refused_and_changes_nothing(
    ada: Person, world: World, held: tuple[str, Order]
) -> None:
    reference, order = held
    reads = world.octopus.order(order["id"])["reads"]
    statuses = {
        forged(world, told(order), secret="a guess"),
        forged(world, told(order), headers={"X-Signature": ""}),
        forged(world, told(order), headers={"X-Signature": "deadbeef"}),
        forged(world, told(order), secret="a guess", headers={"X-OCTOPUS-WEBHOOK-TOKEN": WEBHOOK_SECRET}),
        sent(world, told(order), {}),
        sent(world, told(order), {b"X-Signature": b"\xe9" * 64}),
        sent(world, told(order), {b"X-Signature": b"0" * 64}),
    }
    assert statuses <= REFUSED
    assert world.octopus.order(order["id"])["reads"] == reads
    assert "in progress" in card_of(ada, reference)


def test_what_the_other_supplier_signed_is_refused_here(world: World, held: tuple[str, Order]) -> None:
    _, order = held
    body = json.dumps({"id": "evt_1", "type": "order.delivered", "data": told(order)}).encode()
    foreign = events.signature(body)
    both = {events.SIGNATURE.encode(): foreign.encode(), b"X-Signature": foreign.removeprefix("sha256=").encode()}
    assert sent(world, told(order), both) in REFUSED
    assert events.post(world, body, events.signature(body, WEBHOOK_SECRET)) in REFUSED, "nor the other way round"


def test_the_previous_secret_is_still_accepted(ada: Person, world: World, held: tuple[str, Order]) -> None:
    reference, order = held
    world.octopus.settle(order["id"], "delivered", silent=True)
    assert outcome(world, told(order), secret=PREVIOUS_SECRET) in {"looked up", "the order had ended"}
    sees_order(ada, reference, "Delivered")
    sees_cards(ada, reference, world.octopus.order(order["id"]))


def test_repeated_and_replayed_events_deliver_one_result(ada: Person, world: World) -> None:
    world.octopus.webhook_fault("repeat", value=3)
    reference = orders_cards(ada, MANY)
    sees_order(ada, reference, "Delivered")
    order = world.octopus.waits(order_id=theirs(world.octopus, reference)["id"], webhooks=4)
    event = order["webhooks"][0]["event_id"]
    replayed: Any = world.octopus.server.post(f"webhooks/{event}/replay")
    assert replayed["deliveries"][0]["attempts"][0]["status"] == 200
    assert outcome(world, told(order, product_name="told anew")) == "the order had ended"
    sees_cards(ada, reference, order)
    assert world.octopus.order(order["id"])["reads"] == 1


@pytest.mark.parametrize("trick", ["lose", "mis-sign"])
def test_polling_delivers_what_no_webhook_brought(ada: Person, world: World, trick: str) -> None:
    world.octopus.webhook_fault(trick)
    reference = orders_cards(ada, MANY)
    sees_order(ada, reference, "Delivered")
    order = theirs(world.octopus, reference)
    sees_cards(ada, reference, order)
    assert all(webhook["state"] != "delivered" for webhook in order["webhooks"])


def test_a_late_event_finds_the_order_ended(ada: Person, world: World) -> None:
    world.octopus.webhook_fault("delay", value=3)
    reference = orders_cards(ada, MANY)
    sees_order(ada, reference, "Delivered")
    before = world.bot.log_end()
    order = world.octopus.waits(order_id=theirs(world.octopus, reference)["id"], webhooks=1)
    world.bot.logged("event read", after=before, outcome="the order had ended")
    sees_cards(ada, reference, order)
    assert order["reads"] == 1


def test_events_out_of_order_leave_nothing_out(ada: Person, world: World, held: tuple[str, Order]) -> None:
    reference, order = held
    world.octopus.webhook_fault("out of order")
    world.octopus.settle(order["id"], "partial", delivered=2)
    world.octopus.settle(order["id"], "delivered")
    sees_order(ada, reference, "Delivered")
    whole = world.octopus.waits(order_id=order["id"], webhooks=2)
    assert whole["webhooks"][0]["event"] == "order.partially_delivered"
    sees_cards(ada, reference, whole)


@pytest.mark.parametrize("quantity", [1, MANY], ids=["answered with its vouchers", "answered PENDING"])
def test_an_event_before_the_create_reply_delivers_once(ada: Person, world: World, quantity: int) -> None:
    world.octopus.webhook_fault("early")
    reference = orders_cards(ada, quantity)
    sees_order(ada, reference, "Delivered")
    order = theirs(world.octopus, reference)
    sees_cards(ada, reference, order)
    assert order["create_calls"] == 1


def test_an_event_of_an_order_that_is_still_pending_ends_nothing(
    ada: Person, world: World, held: tuple[str, Order]
) -> None:
    reference, order = held
    reads = world.octopus.order(order["id"])["reads"]
    assert outcome(world, told(order)) == "looked up"
    world.octopus.waits(order_id=order["id"], reads=reads + 1)
    assert "in progress" in card_of(ada, reference)
    world.octopus.settle(order["id"], "delivered")
    sees_order(ada, reference, "Delivered")
    sees_cards(ada, reference, world.octopus.order(order["id"]))


def test_an_event_with_another_orders_id_is_shown_to_operators_and_mixes_nothing_up(
    ada: Person, world: World, held: tuple[str, Order]
) -> None:
    reference, order = held
    bea, desk = world.admin(), world.desk()
    hers, other = holds(world, bea)
    assert outcome(world, told(order, id=other["id"])) == "another order id"
    notice = desk.sees("under a second id")
    assert reference_in(notice) == reference
    for person, name, one in ((bea, hers, other), (ada, reference, order)):
        world.octopus.settle(one["id"], "delivered")
        sees_order(person, name, "Delivered")
        sees_cards(person, name, world.octopus.order(one["id"]))


@pytest.mark.parametrize(
    ("data", "kind", "read"),
    [
        ({"wallet_id": 1, "amount": 50}, "wallet.debited", "not about an order"),
        ({"id": 5, "reference_code": "x"}, "topup.delivered", "not about an order"),
        ({"id": 987_654_321, "client_reference": "somebody-elses"}, "order.delivered", "unknown order"),
        ({"client_reference": "no-id-at-all"}, "order.delivered", "malformed"),
        ({}, "account.closed", "not about an order"),
    ],
    ids=["wallet", "another product", "another client's order", "no id", "nobody knows"],
)
def test_events_that_concern_no_order_of_ours_are_taken_and_put_aside(
    world: World, data: dict[str, object], kind: str, read: str
) -> None:
    assert outcome(world, data, type=kind) == read


def test_wallet_events_of_an_order_change_nothing(ada: Person, world: World) -> None:
    before = world.bot.log_end()
    reference = orders_cards(ada, good=XBOX)
    sees_order(ada, reference, "Delivered")
    world.bot.logged("event read", after=before, supplier="octopus", outcome="not about an order")
    order = theirs(world.octopus, reference)
    sees_cards(ada, reference, order)
    assert order["reads"] == 0
