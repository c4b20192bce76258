"""The confirm card in a private chat: one order, and only at the price that was read."""

from dataclasses import replace
from decimal import Decimal

from storage.records.catalog import Availability
from storage.records.orders import OrderState
from tests.conversations.buying import any_draft, ordered, sends_photo, to_confirm, to_item
from tests.conversations.shop import Shop, priced
from tests.factories import make_item, make_topup


async def test_three_taps_on_confirm_make_one_order_and_are_each_answered(shop: Shop) -> None:
    await to_confirm(shop)
    for _ in range(3):
        shop.press("Confirm")
    await shop.settle()
    assert len(await ordered(shop)) == 1
    answers = shop.popups()[-3:]
    assert answers[0] == "Your order is being placed."
    assert all(answer.startswith("Already ordered: ") for answer in answers[1:])
    assert shop.calls("answerCallbackQuery") == len(shop.popups())


async def test_a_confirm_after_the_end_shows_the_end(shop: Shop) -> None:
    await to_confirm(shop)
    for _ in range(2):
        shop.press("Confirm")
    [first, second] = await shop.fetch()
    await shop.handle(first)
    [order] = await ordered(shop)
    rejected = replace(order, state=OrderState.REJECTED, next_check_at=None)
    await shop.store.write(lambda tables: tables.orders.save(rejected))
    await shop.handle(second)
    assert "Nothing was charged" in shop.text()


async def test_a_price_that_changed_is_shown_and_asked_about_again(shop: Shop) -> None:
    await to_confirm(shop)
    await shop.stock([priced(make_item(), "11.00"), make_topup()])
    await shop.taps("Confirm")
    assert "total has changed from $19.00 to $22.00" in shop.text()
    assert not await ordered(shop)
    await shop.taps("Confirm")
    [order] = await ordered(shop)
    assert order.expected == Decimal(22)


async def test_an_item_that_left_the_catalog_is_not_ordered(shop: Shop) -> None:
    await to_confirm(shop)
    await shop.stock([make_topup()])
    await shop.taps("Confirm")
    assert "no longer available" in shop.text()
    assert not await ordered(shop)
    assert await any_draft(shop) is None


async def test_an_item_whose_rules_changed_is_asked_about_again(shop: Shop) -> None:
    await to_confirm(shop)
    await shop.stock([make_item(min_quantity=Decimal(5))])
    await shop.taps("Confirm")
    assert "How many?" in shop.text()
    assert not await ordered(shop)


async def test_a_sold_out_item_cannot_be_bought_from_an_old_card(shop: Shop) -> None:
    await to_item(shop, "steam")
    await shop.stock([make_item(availability=Availability.OUT_OF_STOCK)])
    await shop.taps("Buy")
    assert "not available" in shop.popups()[-1]
    assert "Sold out" in shop.text()
    assert "Buy" not in shop.labels()


async def test_text_at_the_confirm_card_orders_nothing(shop: Shop) -> None:
    await to_confirm(shop)
    await shop.says("yes")
    assert "Please use the buttons" in shop.text()
    assert not await ordered(shop)


async def test_a_photo_at_the_confirm_card_points_to_its_buttons(shop: Shop) -> None:
    await to_item(shop, "rank boost")
    await shop.taps("Buy")
    await shop.says("ada")
    await sends_photo(shop)
    assert "check your order" in shop.text()
    assert "use the buttons" in shop.text()


async def test_a_second_copy_of_the_confirm_card_is_replaced_by_a_link_to_the_order(shop: Shop) -> None:
    await to_confirm(shop)
    first = shop.last()
    keyboard = first.markup
    await shop.says("later")
    first.markup = keyboard  # as if taking its buttons away had failed
    await shop.taps("Confirm")
    shop.press("Confirm", message=first.id)
    await shop.settle()
    assert "This was already ordered" in first.body.text
    assert len(await ordered(shop)) == 1


async def test_the_confirm_card_becomes_the_orders_living_message(shop: Shop) -> None:
    await to_confirm(shop)
    await shop.taps("Confirm")
    [order] = await ordered(shop)
    assert order.message_id == shop.last().id
