"""Webhooks, sent by hand and by a supplier in every mood: each result arrives once, and nobody can forge one."""

from collections.abc import Callable, Iterator

import pytest

from tests.journeys import goods
from tests.journeys.events import event_of, post, signature, tells, wire
from tests.journeys.orders import card_of, results, sees_order, sees_result
from tests.journeys.people import Person, reference_in
from tests.journeys.supplier import Order
from tests.journeys.world import PREVIOUS_SECRET, World

REFUSED = {401, 429}
"""After ten bad signatures in a minute a client is refused more curtly."""

LARGEST_EVENT = 1 << 20


@pytest.fixture(autouse=True)
def calm(world: World) -> World:
    return world


@pytest.fixture
def held(ada: Person, world: World) -> Iterator[tuple[str, Order]]:
    """An order that the supplier has and does not end by itself: its reference here, and the supplier's books."""
    world.voodoo.switch("outcome", "hold")
    reference = goods.orders_keys(ada)
    sees_order(ada, reference, "In progress")
    order = world.voodoo.newest()
    yield reference, world.voodoo.waits(order_id=order["id"], held=True)
    if world.voodoo.order(order["id"])["held"]:
        world.voodoo.settle(order["id"], "completed")
        ada.mark = 0
        sees_order(ada, reference, "Delivered")


def test_a_body_without_a_good_signature_is_refused_and_changes_nothing(
    ada: Person, world: World, held: tuple[str, Order]
) -> None:
    reference, order = held
    body = wire(event_of(order, codes=["FORGED-CODE"]))
    true = signature(body)
    forged = [None, signature(body, "a guess"), true.removeprefix("sha256="), true[:-1], "sha256=", signature(b"{}")]
    statuses = {post(world, body, header) for header in forged}
    assert statuses <= REFUSED
    assert post(world, body[:-1], true) in REFUSED, "a signature holds for the whole body only"
    world.voodoo.settle(order["id"], "completed")
    sees_result(ada, reference, world.voodoo.order(order["id"]))
    assert not any("FORGED-CODE" in text for text in ada.bot_texts())


def test_a_huge_body_is_refused_unread_whoever_signed_it(world: World) -> None:
    body = b'"' + b"x" * LARGEST_EVENT + b'"'
    assert post(world, body, signature(body)) == 413
    assert post(world, body, None) == 413


@pytest.mark.parametrize(
    "body",
    [b"", b"not json", b"[]", b"null", b'{"order_id":', b"\xff\xfe\x00", b"[" * 5000, b'{"status":NaN}'],
    ids=["empty", "words", "list", "null", "cut", "not text", "deep", "NaN"],
)
def test_a_signed_body_that_is_no_event_is_taken_and_put_aside(world: World, body: bytes) -> None:
    # Spaces make the bytes new each time: the same bytes are taken only once.
    fresh = body + b" " * (world.bot.log_end() % 997)
    assert tells(world, fresh) == "malformed"


@pytest.mark.parametrize(
    "changes",
    [
        {"status": None},
        {"status": 7},
        {"order_id": None},
        {"order_id": "../../etc/passwd"},
        {"total_price": "a lot"},
        {"total_price": 1e400},
        {"codes": "ONE-CODE"},
        {"quantity": {}},
    ],
    ids=str,
)
def test_a_signed_event_of_an_impossible_shape_changes_nothing(
    ada: Person, world: World, held: tuple[str, Order], changes: dict[str, object]
) -> None:
    reference, order = held
    body = wire(event_of(order, **changes)).replace(b"Infinity", b"1e400")
    assert tells(world, body) == "malformed"
    assert "⏳ in progress" in card_of(ada, reference)


@pytest.mark.parametrize(
    "changes",
    [
        {"merchant_order_id": "0190f8a1-0000-7000-8000-000000000000"},
        {"merchant_order_id": "po-10231"},
        {"merchant_order_id": ""},
        {"merchant_order_id": None},
    ],
    ids=["another uuid", "somebody else's", "empty", "null"],
)
def test_an_event_of_an_order_we_never_made_is_taken_and_put_aside(world: World, changes: dict[str, object]) -> None:
    stranger: Order = {
        "id": f"0190f8a1-6b2c-7e33-9a10-{world.bot.log_end():012}",
        "reference": "",
        "item": goods.KEY.id,
        "item_name": goods.KEY.name,
        "quantity": 1,
        "charged": 9,
        "fields": {},
        "created_at": "2026-07-05T12:00:00Z",
    }
    assert tells(world, event_of(stranger, **changes)) == "unknown order"


def test_our_order_under_another_supplier_id_is_shown_to_operators_and_settles_nothing(
    ada: Person, world: World, held: tuple[str, Order]
) -> None:
    reference, order = held
    desk = world.desk()
    other = event_of(order, order_id="0190f8a1-6b2c-7e33-9a10-4c1d2e3f5a6b", codes=["ANOTHER-CODE"])
    assert tells(world, other) == "another order id"
    notice = desk.sees("needs a look")
    assert "under a second id" in notice["text"]
    assert reference_in(notice) == reference
    world.voodoo.settle(order["id"], "completed")
    sees_result(ada, reference, world.voodoo.order(order["id"]))
    assert not any("ANOTHER-CODE" in text for text in ada.bot_texts())


def test_an_event_that_goes_backwards_after_the_end_changes_nothing(ada: Person, world: World) -> None:
    reference = goods.orders_keys(ada)
    sees_order(ada, reference, "Delivered")
    order = world.voodoo.waits(order_id=world.voodoo.newest()["id"], webhooks=1)
    assert tells(world, event_of(order, status="processing", codes=[], completed_at=None)) == "backwards"
    assert tells(world, event_of(order, status="pending", codes=order["codes"])) == "backwards"
    assert "✅ delivered" in card_of(ada, reference)
    sees_result(ada, reference, order)


def test_an_event_that_contradicts_the_end_is_shown_to_operators_and_changes_nothing(ada: Person, world: World) -> None:
    reference = goods.orders_keys(ada)
    sees_order(ada, reference, "Delivered")
    order = world.voodoo.waits(order_id=world.voodoo.newest()["id"], webhooks=1)
    desk = world.desk()
    failed = event_of(order, status="failed", codes=[], delivered_quantity=0, refund_amount=9, error="OUT_OF_STOCK")
    assert tells(world, failed) == "contradicts a terminal state"
    assert "contradicted" in desk.sees("needs a look")["text"]
    assert tells(world, failed | {"error_message": "again"}) == "contradicts a terminal state"
    assert "✅ delivered" in card_of(ada, reference)
    sees_result(ada, reference, order)
    assert sum(f"{reference[:4]}-{reference[4:]}" in text for text in desk.bot_texts()) == 1, "told once"


def test_the_same_event_ten_times_delivers_one_result(ada: Person, world: World) -> None:
    world.voodoo.webhook_fault("repeat", value=9)
    reference = goods.orders_keys(ada)
    sees_order(ada, reference, "Delivered")
    order = world.voodoo.waits(order_id=world.voodoo.newest()["id"], webhooks=10)
    assert all(attempt["status"] == 200 for w in order["webhooks"] for attempt in w["attempts"])
    spelled_otherwise = wire(event_of(order, codes=order["codes"], completed_at=order["completed_at"])) + b"\n"
    assert tells(world, spelled_otherwise) == "nothing new"
    sees_result(ada, reference, order)


def test_an_event_that_arrives_before_the_create_reply_delivers_once(ada: Person, world: World) -> None:
    world.voodoo.webhook_fault("early")
    reference = goods.orders_keys(ada)
    sees_order(ada, reference, "Delivered")
    order = world.voodoo.newest()
    assert order["create_calls"] == 1
    sees_result(ada, reference, order)


def lose(world: World) -> None:
    world.voodoo.webhook_fault("lose")


def mis_sign(world: World) -> None:
    world.voodoo.webhook_fault("mis-sign")


@pytest.mark.parametrize("trouble", [lose, mis_sign], ids=["lost", "mis-signed"])
def test_polling_delivers_what_no_webhook_brought(ada: Person, world: World, trouble: Callable[[World], None]) -> None:
    trouble(world)
    reference = goods.orders_keys(ada)
    sees_order(ada, reference, "Delivered")
    order = world.voodoo.newest()
    sees_result(ada, reference, order)
    looked_up = [call for call in world.voodoo.calls("get") if call["path"].endswith(order["id"])]
    assert looked_up
    assert all(webhook["state"] != "delivered" for webhook in order["webhooks"])


def test_polling_delivers_what_a_late_webhook_then_only_repeats(ada: Person, world: World) -> None:
    world.voodoo.webhook_fault("delay", value=4)
    reference = goods.orders_keys(ada)
    sees_order(ada, reference, "Delivered")
    order = world.voodoo.newest()
    assert all(webhook["state"] == "under way" for webhook in order["webhooks"])
    before = world.bot.log_end()
    world.voodoo.waits(order_id=order["id"], webhooks=1)
    assert world.bot.logged("event read", after=before)["outcome"] == "nothing new"
    sees_result(ada, reference, order)


@pytest.mark.parametrize(
    ("switch", "value"),
    [
        ("numbers", "18.0"),
        ("numbers", "18.00"),
        ("dates", "+00:00"),
        ("dates", "fraction"),
        ("dates", "none"),
        ("extra_fields", "true"),
    ],
)
def test_every_spelling_of_numbers_dates_and_extra_fields_is_understood(
    ada: Person, world: World, switch: str, value: str
) -> None:
    world.voodoo.switch(switch, value)
    reference = goods.orders_keys(ada, 2)
    delivered = sees_order(ada, reference, "Delivered")
    assert "$18.00" in delivered["text"]
    order = world.voodoo.waits(order_id=world.voodoo.newest()["id"], webhooks=1)
    sees_result(ada, reference, order)


def test_an_event_without_the_items_id_is_understood(ada: Person, world: World) -> None:
    world.voodoo.webhook_fault("null item")
    reference = goods.orders_keys(ada)
    sees_order(ada, reference, "Delivered")
    order = world.voodoo.waits(order_id=world.voodoo.newest()["id"], webhooks=1)
    sees_result(ada, reference, order)


def test_a_status_nobody_knows_is_shown_to_operators_and_is_not_the_end(ada: Person, world: World) -> None:
    world.voodoo.switch("unknown_status", "true")
    world.voodoo.switch("outcome", "hold")
    desk = world.desk()
    reference = goods.orders_keys(ada)
    sees_order(ada, reference, "In progress")
    notice = desk.sees("needs a look")
    assert "status that we do not know" in notice["text"]
    assert "on_review" in notice["text"]
    order = world.voodoo.waits(order_id=world.voodoo.newest()["id"], held=True)
    assert tells(world, event_of(order, status="teleported", codes=[], delivered_quantity=0)) != "malformed"
    assert results(ada, reference) == []
    world.voodoo.settle(order["id"], "completed")
    sees_result(ada, reference, world.voodoo.order(order["id"]))
    assert "do not know" not in card_of(ada, reference), "news that we understand ends the doubt"


def test_the_previous_webhook_secret_is_still_accepted(ada: Person, world: World, held: tuple[str, Order]) -> None:
    reference, order = held
    assert tells(world, event_of(order, codes=["FROM-LAST-YEAR"]), secret=PREVIOUS_SECRET) == "applied"
    sees_order(ada, reference, "Delivered")
    ada.sees("FROM-LAST-YEAR")
