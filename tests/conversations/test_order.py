"""Ordering in a private chat: from the catalog through every question, and back out."""

import pytest

from storage.records.catalog import Choice, FieldKind, ItemField
from tests.conversations.buying import any_draft, draft, ordered, sends_photo, to_confirm, to_item
from tests.conversations.shop import Shop
from tests.factories import make_service


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
    [order] = await ordered(shop)
    assert (order.title, order.quantity) == ("Steam Wallet 10 USD", 2)
    assert shop.popups()[-1] == "Your order is being placed."


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
    [order] = await ordered(shop)
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
    await sends_photo(shop)
    assert "answer with text" in shop.text()
    assert "Login" in shop.text()


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
    assert await any_draft(shop) is None


async def test_cancel_by_command_forgets_the_draft_and_takes_its_buttons_away(shop: Shop) -> None:
    await to_confirm(shop)
    question = shop.last()
    await shop.says("/cancel")
    assert "Nothing was ordered" in shop.text()
    assert question.keyboard is None
    assert await any_draft(shop) is None
    await shop.says("/cancel")
    assert "nothing to cancel" in shop.text()


async def test_cancel_by_button_forgets_the_draft(shop: Shop) -> None:
    await to_confirm(shop)
    await shop.taps("Cancel")
    assert "Cancelled: Steam Wallet 10 USD" in shop.text()
    assert await any_draft(shop) is None


async def test_other_commands_work_in_the_middle_of_a_question(shop: Shop) -> None:
    await to_item(shop, "steam")
    await shop.taps("Buy")
    await shop.says("/help")
    assert "/orders" in shop.text()
    await shop.says("4")
    assert "Quantity: 4" in shop.text()


async def test_a_photo_outside_an_order_is_not_a_search(shop: Shop) -> None:
    await sends_photo(shop)
    assert "I only understand text" in shop.text()


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
