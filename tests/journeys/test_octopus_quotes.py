"""The supplier's price: asked before every card, kept to its word, and said plainly where it cannot be had."""

import pytest

from tests.journeys import goods
from tests.journeys.cards import APPLE, STEAM, XBOX, asks_for, orders_cards, sees_cards
from tests.journeys.orders import sees_order, spoken
from tests.journeys.people import Message, Person
from tests.journeys.world import World


@pytest.fixture(autouse=True)
def calm(world: World) -> World:
    return world


def to_card(person: Person, quantity: int = 1) -> Message:
    """Come as far as the card with Confirm, for Steam cards of 20 dollars."""
    asks_for(person, STEAM)
    person.says("20")
    person.sees("How many")
    person.says(str(quantity))
    return person.sees("Please check your order")


def test_without_a_price_nothing_can_be_confirmed_until_it_is_there(ada: Person, world: World) -> None:
    before = len(world.octopus.orders())
    world.octopus.fault("charges", "reply", status=503, times=None)
    asks_for(ada, STEAM)
    ada.says("20")
    assert "price is asked for before you confirm" in ada.sees("How many")["text"]
    ada.says("2")
    card = ada.sees("price cannot be had right now", button="Try again")
    assert "Nothing was ordered." in card["text"]
    assert not any("Confirm" in button["text"] for row in card["buttons"] for button in row)
    assert ada.taps("Try again") == "Asking the supplier for the price…"
    world.calm()
    ada.taps("Try again")
    assert "Leaves the wallet: $38.60" in ada.sees("Please check your order")["text"]
    assert len(world.octopus.orders()) == before
    reference = goods.confirms(ada)
    sees_order(ada, reference, "Delivered")
    sees_cards(ada, reference, world.octopus.order_like(STEAM.id))


def test_the_card_shows_the_price_of_this_moment_not_of_the_question(ada: Person, world: World) -> None:
    asks_for(ada, STEAM)
    ada.says("20")
    assert "$19.30" in ada.sees("How many")["text"]
    world.octopus.reprice(2)
    ada.says("2")
    card = ada.sees("Please check your order")["text"]
    assert "Discount: $0.63 (1.58%)" in card
    assert "Leaves the wallet: $39.37" in card
    reference = goods.confirms(ada)
    sees_order(ada, reference, "Delivered")
    assert float(world.octopus.order_like(STEAM.id)["charged"]) == 39.37


def test_a_value_that_left_is_said_when_it_is_chosen_and_another_can_be(ada: Person, world: World) -> None:
    asks_for(ada, STEAM)
    world.octopus.drop_denomination(STEAM.id, 50)
    ada.taps("50 USD")
    asked = ada.sees("does not offer this value at the moment")
    assert "Which value?" in asked["text"]
    ada.taps("20 USD")
    ada.sees("How many")


def test_a_product_that_left_ends_the_order_before_it_costs_anything(ada: Person, world: World) -> None:
    asks_for(ada, STEAM)
    world.octopus.remove(STEAM.id)
    ada.says("20")
    gone = ada.sees("no longer available")
    assert "Nothing was ordered and nothing was charged." in gone["text"]


def test_a_limit_that_was_lowered_leads_back_to_the_quantity(ada: Person, world: World) -> None:
    asks_for(ada, APPLE)
    ada.says("25")
    assert "from 1 to 20" in ada.sees("How many")["text"]
    world.octopus.change(APPLE.id, max_quantity=3)
    ada.says("10")
    again = ada.sees("does not take that many at once")
    assert "How many?" in again["text"]
    assert "from 1 to 3" in again["text"]
    ada.says("3")
    assert "Quantity: 3" in ada.sees("Please check your order")["text"]


def test_a_value_that_left_after_its_card_is_refused_and_costs_nothing(ada: Person, world: World) -> None:
    before, desk = world.octopus.wallet(), world.desk()
    to_card(ada)
    world.octopus.drop_denomination(STEAM.id, 20)
    reference = goods.confirms(ada)
    refused = sees_order(ada, reference, "Not placed")
    assert "Invalid denomination for this product" in refused["text"]
    assert "Nothing was charged." in refused["text"]
    desk.sees(f"{spoken(reference)} was not placed")
    assert world.octopus.wallet() == before


def test_a_product_that_left_after_its_card_is_refused_and_costs_nothing(ada: Person, world: World) -> None:
    before = world.octopus.wallet()
    to_card(ada)
    world.octopus.remove(STEAM.id)
    reference = goods.confirms(ada)
    assert "Nothing was charged." in sees_order(ada, reference, "Not placed")["text"]
    assert world.octopus.wallet() == before


def test_a_limit_lowered_after_the_card_is_refused_and_costs_nothing(ada: Person, world: World) -> None:
    before = world.octopus.wallet()
    to_card(ada, 4)
    world.octopus.switch("max_quantity", 3)
    reference = goods.confirms(ada)
    refused = sees_order(ada, reference, "Not placed")
    assert "maximum of 3" in refused["text"]
    assert world.octopus.wallet() == before


def test_an_order_that_cost_more_than_its_quote_is_delivered_and_shown_to_operators(ada: Person, world: World) -> None:
    desk = world.desk()
    world.octopus.trick("dearer", value=10)
    before = world.octopus.wallet()
    to_card(ada)
    reference = goods.confirms(ada)
    sees_order(ada, reference, "Delivered")
    sees_cards(ada, reference, world.octopus.order_like(STEAM.id))
    left = before - world.octopus.wallet()
    told = desk.sees(f"needs a look.*{reference}")["text"]
    assert f"The supplier charged ${left:.2f}, more than the $19.30 that was confirmed." in told


@pytest.mark.parametrize("answer", ["400 INSUFFICIENT_FUNDS", "402 INSUFFICIENT_FUNDS", "400 BAD_REQUEST"])
def test_too_little_money_is_said_plainly_however_the_supplier_words_it(ada: Person, world: World, answer: str) -> None:
    world.octopus.switch("funds_answer", answer)
    to_card(ada)
    world.octopus.set_wallet("USD", "5")
    desk = world.desk()
    reference = goods.confirms(ada)
    refused = sees_order(ada, reference, "Not placed")
    assert "too little money" in refused["text"]
    assert "Nothing was charged." in refused["text"]
    desk.sees(f"{spoken(reference)} was not placed")
    assert world.octopus.wallet() == 5


def test_too_little_money_is_said_before_confirm(ada: Person, world: World) -> None:
    world.octopus.set_wallet("USD", "5")
    ada.says("/balance")
    ada.sees(r"\$5\.00")
    card = to_card(ada)
    assert "held only $5.00" in card["text"]
    boris = world.admin()
    here = world.in_group(boris, world.group(boris))
    asks_for(here, XBOX)
    here.taps("1")
    told = here.sees("Please check your order")["text"]
    assert "held too little for it" in told
    assert "$5.00" not in told, "what an account holds is nobody's business in a group"
    world.octopus.set_wallet("USD", "5000000")
    ada.says("/balance")
    ada.sees(r"\$5,000,000\.00")


def test_orders_of_the_two_suppliers_stand_side_by_side(ada: Person, world: World) -> None:
    cards, keys = orders_cards(ada), goods.orders_keys(ada)
    ada.says("/orders")
    shown = ada.sees("Orders · ")
    labels = " ".join(button["text"] for row in shown["buttons"] for button in row) + shown["text"]
    assert XBOX.name[:20] in labels
    assert goods.KEY.name[:20] in labels
    assert cards != keys
