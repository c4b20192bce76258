"""A draft becomes an order, once."""

import asyncio
from dataclasses import replace
from decimal import Decimal
from typing import Any

from bot.ordering.confirming import (
    AlreadyConfirmed,
    AskAgain,
    Confirmed,
    ConfirmOutcome,
    DraftGone,
    ItemGone,
    PriceChanged,
)
from storage.records.catalog import Availability
from storage.records.orders import Draft, OrderState, Place, Step
from storage.records.queues import DeliveryKind, Priority
from tests.factories import NOW, PLACE, make_draft, make_item, make_topup
from tests.ordering.shop import Shop


async def ready(shop: Shop, **changes: Any) -> Draft:
    """A stored draft that waits for Confirm."""
    draft = make_draft(**({"step": Step.CONFIRM, "quantity": Decimal(2), "update_id": 5, "message_id": 33} | changes))
    await shop.store.write(lambda tables: tables.drafts.save(draft))
    return draft


async def tap(shop: Shop, draft: Draft, update_id: int, place: Place = PLACE) -> ConfirmOutcome:
    """Tap Confirm on the card that shows this draft."""
    return await shop.ordering.confirm(draft.id, place, update_id, shown=draft.update_id)


async def test_a_confirmed_draft_is_an_order_that_is_due_and_announced(shop: Shop) -> None:
    draft = await ready(shop)
    outcome = await tap(shop, draft, 6)
    assert isinstance(outcome, Confirmed)
    order = outcome.order
    assert (order.state, order.expected, order.currency) == (OrderState.PLACING, Decimal("19.00"), "USD")
    assert (order.next_check_at, order.message_id, order.draft_id) == (NOW, 33, draft.id)
    assert order.id.isascii()
    assert await shop.drafts.current(PLACE) is None
    [owed] = await shop.owed()
    assert (owed.kind, owed.order_id, owed.priority) == (DeliveryKind.STATUS, order.id, Priority.REPLY)


async def test_a_second_confirm_finds_the_order_already_made(shop: Shop) -> None:
    draft = await ready(shop)
    first = await tap(shop, draft, 6)
    assert isinstance(first, Confirmed)
    for update_id in (6, 7):
        assert await tap(shop, draft, update_id) == AlreadyConfirmed(first.order)
    assert len(await shop.owed()) == 1


async def test_many_confirms_at_once_make_one_order(shop: Shop) -> None:
    draft = await ready(shop)
    outcomes = await asyncio.gather(*(tap(shop, draft, 6 + n) for n in range(8)))
    assert sum(isinstance(outcome, Confirmed) for outcome in outcomes) == 1
    assert sum(isinstance(outcome, AlreadyConfirmed) for outcome in outcomes) == 7
    assert len(await shop.all_orders()) == 1


async def test_nobody_confirms_for_somebody_else(shop: Shop) -> None:
    draft = await ready(shop)
    stranger = Place(PLACE.chat_id, 2)
    assert await tap(shop, draft, 6, stranger) == DraftGone()
    await tap(shop, draft, 7)
    assert await tap(shop, draft, 8, stranger) == DraftGone()


async def test_a_draft_that_is_gone_makes_no_order(shop: Shop) -> None:
    assert await shop.ordering.confirm("never", PLACE, 6, shown=5) == DraftGone()


async def test_a_new_price_is_shown_and_asked_about(shop: Shop) -> None:
    draft = await ready(shop)
    shop.shelf.items[draft.item.key] = make_item(price=Decimal("10.00"))
    outcome = await tap(shop, draft, 6)
    assert isinstance(outcome, PriceChanged)
    assert (outcome.old_total, outcome.draft.item.price) == (Decimal("19.00"), Decimal("10.00"))
    assert await shop.all_orders() == []
    confirmed = await tap(shop, outcome.draft, 7)
    assert isinstance(confirmed, Confirmed)
    assert confirmed.order.expected == Decimal("20.00")


async def test_a_replayed_confirm_does_not_buy_at_a_price_nobody_saw(shop: Shop) -> None:
    draft = await ready(shop)
    shop.shelf.items[draft.item.key] = make_item(price=Decimal("10.00"))
    await tap(shop, draft, 6)
    outcome = await tap(shop, draft, 6)
    assert isinstance(outcome, AskAgain)
    assert outcome.draft.step is Step.CONFIRM
    assert await shop.all_orders() == []


async def test_a_double_tap_does_not_buy_at_a_price_nobody_saw(shop: Shop) -> None:
    draft = await ready(shop)
    shop.shelf.items[draft.item.key] = make_item(price=Decimal("10.00"))
    first = await tap(shop, draft, 6)
    assert isinstance(first, PriceChanged)
    assert await tap(shop, draft, 7) == AskAgain(first.draft)
    assert await shop.all_orders() == []


async def test_the_card_of_an_earlier_answer_confirms_nothing(shop: Shop) -> None:
    draft = await ready(shop)
    changed = replace(draft, quantity=Decimal(20), update_id=6)
    await shop.store.write(lambda tables: tables.drafts.save(changed))
    assert await tap(shop, draft, 7) == AskAgain(changed)
    assert await shop.all_orders() == []


async def test_an_item_that_left_the_catalog_is_not_ordered(shop: Shop) -> None:
    draft = await ready(shop)
    shop.shelf.items.clear()
    assert await tap(shop, draft, 6) == ItemGone(draft)


async def test_an_item_that_is_out_of_stock_is_not_ordered(shop: Shop) -> None:
    draft = await ready(shop)
    shop.shelf.items[draft.item.key] = make_item(availability=Availability.OUT_OF_STOCK)
    assert await tap(shop, draft, 6) == ItemGone(draft)


async def test_an_answer_that_no_longer_holds_is_asked_again(shop: Shop) -> None:
    draft = await ready(shop)
    shop.shelf.items[draft.item.key] = make_item(max_quantity=Decimal(1))
    outcome = await tap(shop, draft, 6)
    assert isinstance(outcome, AskAgain)
    assert outcome.draft.step is Step.QUANTITY
    assert await shop.drafts.current(PLACE) == outcome.draft


async def test_an_item_that_became_another_one_is_shown_again(shop: Shop) -> None:
    draft = await ready(shop)
    shop.shelf.items[draft.item.key] = make_item(region="TR")
    outcome = await tap(shop, draft, 6)
    assert isinstance(outcome, AskAgain)
    assert outcome.draft.item.region == "TR"
    assert isinstance(await tap(shop, outcome.draft, 7), Confirmed)


async def test_confirm_before_every_answer_is_given_asks_the_open_question(shop: Shop) -> None:
    draft = await ready(shop, item=make_topup(), step=Step.FIELD)
    assert await tap(shop, draft, 6) == AskAgain(draft)


async def test_two_orders_never_share_a_reference(shop: Shop) -> None:
    first = await shop.confirmed()
    shop.restart()  # the same chance from its beginning
    second = await shop.confirmed()
    assert first.reference != second.reference


async def test_what_was_ordered_is_kept_as_it_was_ordered(shop: Shop) -> None:
    order = await shop.confirmed()
    shop.shelf.items[order.item.key] = replace(order.item, price=Decimal(99))
    assert (await shop.order(order)).item.price == Decimal("9.50")
