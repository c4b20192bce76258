"""Ordering in a private chat, from the catalog to Confirm."""

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from bot.resellers.buyers import Buyer
from bot.sandbox.telegram import people
from bot.sandbox.telegram.model import StoredFile
from storage.records.catalog import Availability, Choice, FieldKind, ItemField
from storage.records.orders import Draft, OrderFilter, OrderLine, OrderState, Place, Step
from storage.store import Store
from tests.conversations.shop import ADMIN, COLLEAGUE, Shop, local_telegram, open_shop, priced
from tests.factories import make_item, make_service, make_topup


async def orders(shop: Shop) -> list[OrderLine]:
    """Every order there is."""
    return await shop.parts.ordering.lines(Buyer(Place(ADMIN, ADMIN), admin=True), OrderFilter.ALL, None, 10)


async def draft(shop: Shop, chat: int = ADMIN, who: int = ADMIN) -> Draft | None:
    """The order being put together."""
    return await shop.store.read(lambda tables: tables.drafts.get(chat, who))


async def to_item(shop: Shop, words: str) -> None:
    """Find an item and open its card."""
    await shop.says(f"/find {words}")
    await shop.taps("$")


async def to_confirm(shop: Shop) -> None:
    """Up to the confirm card of two keys."""
    await to_item(shop, "steam")
    await shop.taps("Buy")
    await shop.taps("2")


async def test_a_key_is_ordered_with_taps_alone_in_one_message(shop: Shop) -> None:
    await shop.says("/order")
    await shop.taps("Steam")
    await shop.taps("Steam Wallet")
    assert "In stock" in shop.text()
    await shop.taps("Buy")
    assert "How many?" in shop.text()
    await shop.taps("2")
    assert "Total: $19.00" in shop.text()
    await shop.taps("Confirm")
    assert len(shop.messages()) == 1
    [order] = await orders(shop)
    assert (order.item_name, order.quantity) == ("Steam Wallet 10 USD", 2)
    assert shop.popups()[-1] == "Your order is being placed."


async def test_the_confirm_card_becomes_the_orders_living_message(shop: Shop) -> None:
    await to_confirm(shop)
    await shop.taps("Confirm")
    [line] = await orders(shop)
    order = await shop.store.read(lambda tables: tables.orders.by_reference(line.reference))
    assert order is not None
    assert order.message_id == shop.last().id


async def test_a_topup_asks_for_an_amount_and_each_field_and_echoes_all_of_it(shop: Shop) -> None:
    await to_item(shop, "mobile legends")
    assert "You will be asked for: Player ID, Server" in shop.text()
    await shop.taps("Buy")
    await shop.says("12,5")
    assert "Player ID" in shop.text()
    await shop.says("<b>me & you_1</b>")
    assert "Server" in shop.text()
    await shop.taps("Asia & Pacific")
    card = shop.text()
    assert "Quantity: 12.5" in card
    assert "Player ID: <b>me & you_1</b>" in card
    assert "Server: Asia & Pacific" in card
    assert "Total: $15.63" in card
    assert "cannot be undone" in card
    await shop.taps("Confirm")
    [line] = await orders(shop)
    order = await shop.store.read(lambda tables: tables.orders.by_reference(line.reference))
    assert order is not None
    assert [value.value for value in order.values] == ["<b>me & you_1</b>", 32]


async def test_a_choice_may_be_typed_in_any_case(shop: Shop) -> None:
    await to_item(shop, "mobile legends")
    await shop.taps("Buy")
    await shop.taps("1")
    await shop.says("77")
    await shop.says("europe")
    assert "Server: Europe" in shop.text()


async def test_a_service_has_no_quantity(shop: Shop) -> None:
    await to_item(shop, "rank boost")
    await shop.taps("Buy")
    assert "Login" in shop.text()
    await shop.says("ann@example.org")
    assert "Quantity" not in shop.text()
    assert "Total: $24.90" in shop.text()


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("0", "too little"),
        ("-3", "too little"),
        ("1.5", "whole number"),
        ("51", "too much"),
        ("1e9", "not a number"),
        ("NaN", "not a number"),
        ("two", "not a number"),
        ("1,000.5,2", "two ways"),
    ],
)
async def test_a_wrong_quantity_is_explained_and_asked_again(shop: Shop, typed: str, said: str) -> None:
    await to_item(shop, "steam")
    await shop.taps("Buy")
    await shop.says(typed)
    assert said in shop.text()
    assert "A whole number from 1 to 50." in shop.text()
    await shop.says("٣")
    assert "Quantity: 3" in shop.text()


async def test_a_typed_answer_moves_the_question_below_it_and_takes_the_old_buttons_away(shop: Shop) -> None:
    await to_item(shop, "steam")
    await shop.taps("Buy")
    question = shop.last()
    await shop.says("3")
    assert shop.last().id > question.id
    assert question.keyboard is None
    present = await draft(shop)
    assert present is not None
    assert present.message_id == shop.last().id


async def test_an_answer_of_5000_characters_is_refused_with_the_limit(shop: Shop) -> None:
    await to_item(shop, "rank boost")
    await shop.taps("Buy")
    await shop.says("x" * 4000)
    assert "500 characters are the most" in shop.text()
    assert "Login" in shop.text()


async def test_a_photo_is_not_an_answer(shop: Shop) -> None:
    await to_item(shop, "rank boost")
    await shop.taps("Buy")
    await photo(shop)
    assert "answer with text" in shop.text()
    assert "Login" in shop.text()


async def test_a_photo_at_the_confirm_card_points_to_its_buttons(shop: Shop) -> None:
    await to_item(shop, "rank boost")
    await shop.taps("Buy")
    await shop.says("ada")
    await photo(shop)
    assert "check your order" in shop.text()
    assert "use the buttons" in shop.text()


async def test_back_returns_to_each_question_and_at_last_to_the_item(shop: Shop) -> None:
    await to_item(shop, "mobile legends")
    await shop.taps("Buy")
    await shop.taps("1")
    await shop.says("77")
    await shop.taps("Back")
    assert "Player ID" in shop.text()
    await shop.taps("Back")
    assert "What amount?" in shop.text()
    await shop.taps("Back")
    assert "Buy" in shop.labels()
    assert await draft(shop) is None


async def test_cancel_by_command_forgets_the_draft_and_takes_its_buttons_away(shop: Shop) -> None:
    await to_confirm(shop)
    question = shop.last()
    await shop.says("/cancel")
    assert "Nothing was ordered" in shop.text()
    assert question.keyboard is None
    assert await draft(shop) is None
    await shop.says("/cancel")
    assert "nothing to cancel" in shop.text()


async def test_cancel_by_button_forgets_the_draft(shop: Shop) -> None:
    await to_confirm(shop)
    await shop.taps("Cancel")
    assert "Cancelled: Steam Wallet 10 USD" in shop.text()
    assert await draft(shop) is None


async def test_other_commands_work_in_the_middle_of_a_question(shop: Shop) -> None:
    await to_item(shop, "steam")
    await shop.taps("Buy")
    await shop.says("/help")
    assert "/orders" in shop.text()
    await shop.says("4")
    assert "Quantity: 4" in shop.text()


async def test_three_taps_on_confirm_make_one_order_and_are_each_answered(shop: Shop) -> None:
    await to_confirm(shop)
    for _ in range(3):
        shop.press("Confirm")
    await shop.settle()
    assert len(await orders(shop)) == 1
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
    [line] = await orders(shop)
    order = await shop.store.read(lambda tables: tables.orders.by_reference(line.reference))
    assert order is not None
    rejected = replace(order, state=OrderState.REJECTED, next_check_at=None)
    await shop.store.write(lambda tables: tables.orders.save(rejected))
    await shop.handle(second)
    assert "Nothing was charged" in shop.text()


async def test_a_price_that_changed_is_shown_and_asked_about_again(shop: Shop) -> None:
    await to_confirm(shop)
    await shop.stock([priced(make_item(), "11.00"), make_topup()])
    await shop.taps("Confirm")
    assert "total has changed from $19.00 to $22.00" in shop.text()
    assert not await orders(shop)
    await shop.taps("Confirm")
    [order] = await orders(shop)
    assert order.expected == Decimal(22)


async def test_an_item_that_left_the_catalog_is_not_ordered(shop: Shop) -> None:
    await to_confirm(shop)
    await shop.stock([make_topup()])
    await shop.taps("Confirm")
    assert "no longer available" in shop.text()
    assert not await orders(shop)
    assert await draft(shop) is None


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
    assert not await orders(shop)


async def test_buying_something_else_puts_the_first_order_aside(shop: Shop) -> None:
    await to_confirm(shop)
    first = shop.last()
    await to_item(shop, "rank boost")
    await shop.taps("Buy")
    assert "Put aside" in first.body.text
    present = await draft(shop)
    assert present is not None
    assert present.item.name == "Account rank boost"


async def test_a_button_of_an_old_question_shows_the_present_one(shop: Shop) -> None:
    await to_item(shop, "mobile legends")
    await shop.taps("Buy")
    shop.press("5")
    shop.press("10")
    await shop.settle()
    present = await draft(shop)
    assert present is not None
    assert (present.step, present.quantity) == (Step.FIELD, Decimal(5))
    assert "Player ID" in shop.text()


async def test_a_button_of_a_cancelled_order_says_that_it_is_closed(shop: Shop) -> None:
    await to_confirm(shop)
    shop.press("Cancel")
    shop.press("Confirm")
    await shop.settle()
    assert "no longer open" in shop.text()
    assert not await orders(shop)


async def test_a_replayed_answer_shows_the_present_question_instead_of_answering_it(shop: Shop) -> None:
    await to_item(shop, "mobile legends")
    await shop.taps("Buy")
    world = shop.telegram.world
    people.write(shop.telegram, world.user(ADMIN), world.chat(ADMIN), people.Draft("2"))
    [update] = await shop.fetch()
    await shop.handle(update)
    await shop.handle(update)
    present = await draft(shop)
    assert present is not None
    assert (present.step, present.field_index, present.values) == (Step.FIELD, 0, ())
    assert "Player ID" in shop.text()


async def test_a_replayed_buy_and_a_replayed_confirm_change_nothing(shop: Shop) -> None:
    await to_item(shop, "steam")
    shop.press("Buy")
    [buy] = await shop.fetch()
    await shop.handle(buy)
    begun = await draft(shop)
    await shop.handle(buy)
    assert await draft(shop) == begun
    await shop.taps("2")
    shop.press("Confirm")
    [confirm] = await shop.fetch()
    await shop.handle(confirm)
    await shop.handle(confirm)
    assert len(await orders(shop)) == 1


async def test_a_restart_in_the_middle_of_a_question_goes_on_there(store: Store, tmp_path: Path) -> None:
    items = [make_item(), make_topup(), make_service()]
    async with local_telegram() as running:
        async with open_shop(store, tmp_path, items, running=running) as shop:
            await to_item(shop, "mobile legends")
            await shop.taps("Buy")
            await shop.says("3")
        async with open_shop(store, tmp_path, items, running=running) as shop:
            await shop.says("player one")
            assert "Server" in shop.text()
            await shop.taps("Europe")
            assert "Player ID: player one" in shop.text()


async def test_an_answer_counts_even_if_the_question_could_not_be_sent(shop: Shop) -> None:
    await to_item(shop, "mobile legends")
    await shop.taps("Buy")
    present = await draft(shop)
    assert present is not None
    await shop.parts.drafts.answer_quantity(present, Decimal(2), 1)
    await shop.says("player one")
    assert "Server" in shop.text()


async def test_two_people_order_side_by_side(shop: Shop) -> None:
    await to_confirm(shop)
    await shop.says("/find rank", who=COLLEAGUE)
    await shop.taps("$", who=COLLEAGUE)
    await shop.taps("Buy", who=COLLEAGUE)
    mine, theirs = await draft(shop), await draft(shop, COLLEAGUE, COLLEAGUE)
    assert mine is not None
    assert theirs is not None
    assert mine.item.name != theirs.item.name


async def photo(shop: Shop) -> None:
    """A person sends a photo."""
    world = shop.telegram.world
    picture = StoredFile("photo", "photo.jpg", "image/jpeg", b"x", 10, 10)
    people.write(shop.telegram, world.user(ADMIN), world.chat(ADMIN), people.Draft(photo=picture))
    await shop.settle()


async def test_a_photo_outside_an_order_is_not_a_search(shop: Shop) -> None:
    await photo(shop)
    assert "I only understand text" in shop.text()


async def forget(shop: Shop) -> None:
    """What cleaning up after a few days does to a draft."""
    await shop.store.write(lambda tables: tables.drafts.delete(ADMIN, ADMIN))


async def test_a_text_long_after_an_abandoned_order_is_a_search(shop: Shop) -> None:
    await to_confirm(shop)
    await forget(shop)
    await shop.says("rank boost")
    assert shop.text().startswith("🔎 rank boost")


async def test_taps_and_commands_after_an_abandoned_order_say_that_it_is_closed(shop: Shop) -> None:
    await to_confirm(shop)
    await forget(shop)
    await shop.says("/back")
    assert "no longer open" in shop.text()
    await shop.taps("Confirm")
    assert "no longer open" in shop.text()
    assert not await orders(shop)


async def test_choices_are_paged_and_optional_fields_skipped(shop: Shop) -> None:
    servers = tuple(Choice(number, f"Server {number:02}") for number in range(30))
    fields = (
        ItemField("server", "Server", FieldKind.CHOICE, choices=servers),
        ItemField("note", "Note", FieldKind.TEXT, required=False),
        ItemField("clan", "Clan", FieldKind.TEXT, required=False),
    )
    await shop.stock([make_service(fields=fields)])
    await to_item(shop, "rank boost")
    await shop.taps("Buy")
    await shop.taps("›")
    await shop.taps("›")
    await shop.taps("Server 29")
    await shop.taps("Skip")
    await shop.says("/skip")
    card = shop.text()
    assert "Server: Server 29" in card
    assert "Note" not in card
    assert "Clan" not in card


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
    assert len(await orders(shop)) == 1


async def test_an_item_whose_rules_changed_is_asked_about_again(shop: Shop) -> None:
    await to_confirm(shop)
    await shop.stock([make_item(min_quantity=Decimal(5))])
    await shop.taps("Confirm")
    assert "How many?" in shop.text()
    assert not await orders(shop)
