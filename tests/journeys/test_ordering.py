"""Ordering in a private chat, each product type from the first tap to the result."""

import re

import pytest

from tests.journeys import goods
from tests.journeys.people import Person, reference_in
from tests.journeys.world import World


def copied(message: dict[str, object]) -> list[str]:
    """What the message's copy buttons put on the clipboard."""
    rows: list[list[dict[str, dict[str, str]]]] = message["buttons"]  # type: ignore[assignment]
    return [button["copy_text"]["text"] for row in rows for button in row if "copy_text" in button]


def test_browsing_leads_from_categories_through_pages_to_an_item(ada: Person) -> None:
    ada.says("/order")
    catalog = ada.sees("Choose a category", button="›")
    ada.taps("›")
    ada.sees("Choose a category", button="‹")
    ada.taps("Landmarks & samples")
    first = ada.sees("Landmarks & samples")
    assert first["id"] == catalog["id"], "the list is edited in place"
    ada.taps("›")
    second = ada.sees("Landmarks & samples", button="‹ Categories")
    assert second["id"] == catalog["id"]
    assert second["buttons"] != first["buttons"]
    ada.taps("‹ Categories")
    ada.sees("Choose a category")


def test_an_item_card_says_what_a_buyer_must_know(ada: Person) -> None:
    card = goods.opens(ada, goods.DECIMAL_TOPUP)
    assert re.search(r"Price: \$1\.037 each", card["text"])
    assert re.search(r"as of \d\d:\d\d", card["text"])
    assert "0.5" in card["text"]
    assert "99.95" in card["text"]
    assert "You will be asked for" in card["text"]


def test_a_key_order_is_delivered_with_its_codes(ada: Person, world: World) -> None:
    goods.buys(ada, goods.KEY)
    ada.taps("2")
    confirm = ada.sees("Please check your order")
    assert "$18.00" in confirm["text"]
    assert "cannot be undone" in confirm["text"]
    ada.taps("Confirm")
    living = ada.sees(r"Delivered · [0-9A-Z]{4}-[0-9A-Z]{4}", min_id=confirm["id"])
    result = ada.sees("Delivered", min_id=confirm["id"] + 1)
    order = world.voodoo.order_like(goods.KEY.id)
    assert copied(result) == [*order["codes"], "\n".join(order["codes"])]
    assert all(code in result["text"] for code in order["codes"])
    assert reference_in(result) == reference_in(living)
    assert (order["charged"], order["quantity"], order["create_calls"]) == (18, 2, 1)


def test_a_topup_asks_amount_and_fields_and_sends_choice_ids_but_shows_labels(ada: Person, world: World) -> None:
    goods.buys(ada, goods.TOPUP)
    ada.says("10,5")
    ada.sees("Player ID", button="Cancel")
    ada.says("123456789")
    server = ada.sees("Choose", button="‹ Back")
    label = server["buttons"][0][0]["text"]
    ada.taps(label)
    confirm = ada.sees("Please check your order")
    assert "10.5" in confirm["text"]
    assert "123456789" in confirm["text"]
    assert label in confirm["text"]
    ada.taps("Confirm")
    ada.sees("Delivered", min_id=confirm["id"] + 1)
    order = world.voodoo.order_like(goods.TOPUP.id)
    assert order["fields"]["server"] == label
    assert order["fields"]["player_id"] == "123456789"
    assert order["quantity"] == 10.5


def test_a_service_asks_its_fields_and_no_quantity(ada: Person, world: World) -> None:
    goods.buys(ada, goods.SERVICE)
    ada.says("ada@example.com")
    confirm = ada.sees("Please check your order")
    assert "Quantity" not in confirm["text"]
    ada.taps("Confirm")
    ada.sees("Delivered", min_id=confirm["id"] + 1)
    assert world.voodoo.order_like(goods.SERVICE.id)["fields"] == {"account_email": "ada@example.com"}


def test_a_choice_with_many_options_is_paged_and_may_be_typed(ada: Person) -> None:
    goods.buys(ada, goods.MANY_CHOICES)
    ada.says("5")
    ada.sees("Type your answer")
    ada.says("42")
    page = ada.sees("Choose", button="›")
    ada.taps("›")
    next_page = ada.sees("Choose", button="‹")
    assert next_page["buttons"][0] != page["buttons"][0]
    label = next_page["buttons"][1][0]["text"]
    ada.says(label.upper())
    assert label in ada.sees("Please check your order")["text"]


def test_back_returns_to_each_earlier_question_and_finally_to_the_item(ada: Person) -> None:
    goods.buys(ada, goods.TOPUP)
    ada.says("3")
    ada.sees("Player ID", button="‹ Back")
    ada.says("77")
    ada.sees("Choose", button="‹ Back")
    ada.taps("‹ Back")
    ada.sees("Player ID", button="‹ Back")
    ada.taps("‹ Back")
    ada.sees("What amount", button="‹ Back")
    ada.taps("‹ Back")
    ada.sees("Price: ", button="Buy")


@pytest.mark.parametrize("answers", [(), ("3",), ("3", "77")], ids=["at the amount", "at a text", "at a choice"])
def test_cancel_works_at_every_question(ada: Person, answers: tuple[str, ...], world: World) -> None:
    before = len(world.voodoo.orders())
    goods.buys(ada, goods.TOPUP)
    for answer in answers:
        ada.says(answer)
        ada.sees("Type your answer|Choose", button="Cancel")
    ada.says("/cancel")
    ada.sees("Nothing was ordered and nothing was charged")
    assert len(world.voodoo.orders()) == before


def test_cancel_works_on_the_confirm_card(ada: Person, world: World) -> None:
    before = len(world.voodoo.orders())
    goods.buys(ada, goods.KEY)
    ada.taps("1")
    ada.sees("Please check your order")
    ada.taps("Cancel")
    ada.sees("Nothing was ordered and nothing was charged")
    assert len(world.voodoo.orders()) == before


def test_plain_text_in_private_searches_the_catalog(ada: Person) -> None:
    ada.says("sample gift")
    ada.sees("This is what the catalog has", button="$9.00 · Sample Gift Card 10 USD")


@pytest.mark.parametrize("typed", ["теплый дом", "ТЁПЛЫЙ", "ntgksq ljv", "подарочная катра теплый"])
def test_search_folds_case_letters_and_keyboard_layout(ada: Person, typed: str) -> None:
    ada.says(f"/find {typed}")
    found = ada.sees("This is what the catalog has")
    assert any("Тёплый дом" in button["text"] for row in found["buttons"] for button in row)


def test_a_search_without_results_says_what_to_do(ada: Person) -> None:
    ada.says("/find qqqqzzzz xxyyzz")
    ada.sees("Nothing in the catalog matches", button="‹ Categories")


def test_beginning_another_order_puts_the_first_aside(ada: Person) -> None:
    first = goods.buys(ada, goods.KEY)
    goods.buys(ada, goods.SERVICE)
    closed = next(message for message in ada.all_messages() if message["id"] == first["id"])
    assert "Put aside for another order: Sample Gift Card 10 USD" in closed["text"]
    ada.says("ada@example.com")
    assert goods.SERVICE.name in ada.sees("Please check your order")["text"]
