"""A reseller's money: held at Confirm, captured by what was delivered, given back for the rest, moved by operators."""

from decimal import Decimal

import pytest

from tests.journeys import goods
from tests.journeys.cards import orders_cards
from tests.journeys.orders import sees_order
from tests.journeys.people import Message, Person
from tests.journeys.resellers import Holdings, Reseller, amount, does, entries, holdings, reseller
from tests.journeys.world import World

PRICE = Decimal("9.90")
"""A sample gift card at ten percent."""


def held(world: World, person: Person, quantity: int = 1) -> str:
    """Order keys that Voodoo Center does not settle yet; returns the reference."""
    world.voodoo.switch("outcome", "hold")
    reference = goods.orders_keys(person, quantity)
    sees_order(person, reference, "In progress")
    return reference


def settles(world: World, outcome: str) -> None:
    world.voodoo.settle(world.voodoo.newest()["id"], outcome)


def has(balance: str, held: str, available: str) -> Holdings:
    return Holdings(Decimal(balance), Decimal(held), Decimal(available))


def test_confirm_holds_the_price_and_completion_takes_it(world: World) -> None:
    seller = reseller(world)
    reference = held(world, seller.buyer)
    assert holdings(seller) == has("100.00", "9.90", "90.10")
    settles(world, "completed")
    sees_order(seller.buyer, reference, "Delivered")
    assert holdings(seller) == has("90.10", "0.00", "90.10")
    assert entries(seller) == [-PRICE, Decimal(100)]


def test_a_part_is_charged_by_its_share(world: World) -> None:
    seller = reseller(world)
    reference = held(world, seller.buyer, 3)
    settles(world, "partial")
    text = sees_order(seller.buyer, reference, "Partly delivered")["text"]
    left = holdings(seller)
    assert left.held == 0
    taken = Decimal(100) - left.balance
    assert taken in {PRICE, 2 * PRICE}
    assert (amount(text, "Charged"), amount(text, "Available again")) == (taken, 3 * PRICE - taken)


def test_a_failure_gives_everything_back(world: World) -> None:
    seller = reseller(world)
    reference = held(world, seller.buyer)
    settles(world, "failed")
    text = sees_order(seller.buyer, reference, "Not delivered")["text"]
    assert "Nothing was charged: $9.90 is available again." in text
    assert holdings(seller) == has("100.00", "0.00", "100.00")
    assert entries(seller) == [Decimal(100)]


def test_a_rejection_gives_everything_back(world: World) -> None:
    seller = reseller(world)
    world.voodoo.set_balance("1")
    reference = goods.orders_keys(seller.buyer)
    text = sees_order(seller.buyer, reference, "Not placed")["text"]
    assert "Nothing was charged: $9.90 is available again." in text
    assert "balance" not in text.lower().replace("your balance", "")
    assert holdings(seller) == has("100.00", "0.00", "100.00")


def test_an_unknown_outcome_keeps_the_hold_until_it_is_known(world: World) -> None:
    seller = reseller(world)
    world.voodoo.switch("outcome", "hold")
    world.voodoo.fault("create", "drop", moment="after")
    reference = goods.orders_keys(seller.buyer)
    text = sees_order(seller.buyer, reference, "Being checked|Not confirmed|Unconfirmed")["text"]
    assert "Held on your balance until it is known: $9.90" in text
    assert holdings(seller) == has("100.00", "9.90", "90.10")
    settles(world, "completed")
    sees_order(seller.buyer, reference, "Delivered")
    assert holdings(seller) == has("90.10", "0.00", "90.10")


@pytest.mark.parametrize(("outcome", "headline"), [("delivered", "Delivered"), ("failed", "Not delivered")])
def test_the_other_suppliers_orders_are_held_and_settled_alike(world: World, outcome: str, headline: str) -> None:
    seller = reseller(world)
    world.octopus.switch("outcome", outcome)
    reference = orders_cards(seller.buyer)
    # The card showed $15.50: 14.09 for a value of 14.99 less the supplier's discount, and ten percent.
    price = Decimal("15.50")
    sees_order(seller.buyer, reference, headline)
    taken = price if outcome == "delivered" else Decimal(0)
    assert holdings(seller) == Holdings(100 - taken, Decimal("0.00"), 100 - taken)


def test_too_little_is_said_on_the_card_and_at_confirm_and_passes_once_topped_up(world: World) -> None:
    seller = reseller(world, credit="15")
    before = len(world.voodoo.orders())
    goods.buys(seller.buyer, goods.KEY)
    seller.buyer.says("2")
    card = seller.buyer.sees("Please check your order")
    assert "Not enough: $4.80 is missing" in card["text"]
    assert "$4.80 is missing" in seller.buyer.taps("Confirm")
    assert len(world.voodoo.orders()) == before
    seller.credited("4.80")
    seller.buyer.taps("Confirm")
    seller.buyer.sees("Delivered")
    assert holdings(seller) == has("0.00", "0.00", "0.00")


def test_of_two_confirms_that_together_exceed_exactly_one_passes(world: World) -> None:
    seller = reseller(world, credit="15")
    before = len(world.voodoo.orders())
    cards: dict[int, Message] = {}
    for person in (seller.owner, seller.buyer):
        goods.buys(person, goods.KEY)
        person.says("1")
        cards[person.id] = person.sees("Please check your order", button="Cancel")
    for person in (seller.owner, seller.buyer):
        person.taps_without_waiting("Confirm", cards[person.id])
    texts = [person.sees(r"Delivered|\$4\.80 ")["text"] for person in (seller.owner, seller.buyer)]
    assert sorted("Delivered" in text for text in texts) == [False, True]
    assert len(world.voodoo.orders()) == before + 1
    assert holdings(seller) == has("5.10", "0.00", "5.10")


def test_a_credit_while_an_order_settles_loses_neither(world: World) -> None:
    seller = reseller(world)
    reference = held(world, seller.buyer)
    seller.boss.says(f"/credit {seller.name} 50 in between")
    settles(world, "completed")
    seller.boss.says(f"/debit {seller.name} 20")
    sees_order(seller.buyer, reference, "Delivered")
    seller.boss.sees("20.00 debited")
    assert holdings(seller) == has("120.10", "0.00", "120.10")
    assert sorted(entries(seller)) == [Decimal(-20), -PRICE, Decimal(50), Decimal(100)]


@pytest.mark.parametrize(
    "typed",
    ["0", "-5", "+-5", "1e3", "12345678901234567890", "5.001", "five", "", "€5", "5 €", "1.2.3", "½", "NaN", "1,23,4"],
)
def test_an_amount_that_is_none_changes_nothing(world: World, typed: str) -> None:
    seller = reseller(world, credit="0")
    for command in ("credit", "debit", "limit"):
        if (command, typed) != ("limit", "0"):
            seller.boss.says(f"/{command} {seller.name} {typed}")
            assert "✅" not in seller.boss.sees()["text"]
    assert holdings(seller) == has("0.00", "0.00", "0.00")


@pytest.mark.parametrize(
    ("typed", "means"),
    [("50", "50"), ("50.5", "50.50"), ("50,5", "50.50"), ("$50", "50"), ("50 USD", "50"), ("1 000", "1000")],
)
def test_amounts_are_read_as_people_write_them(world: World, typed: str, means: str) -> None:
    seller = reseller(world, credit="0")
    does(seller.boss, f"/credit {seller.name} {typed}", "✅")
    assert holdings(seller).balance == Decimal(means)


def test_a_mistyped_amount_is_undone_by_the_opposite_entry(world: World) -> None:
    seller = reseller(world, credit="0")
    undo = does(seller.boss, f"/credit {seller.name} 500 wrong", "opposite entry undoes it")["text"].splitlines()[-1]
    assert undo.startswith(f"/debit {seller.name} 500")
    does(seller.boss, undo, "✅")
    assert holdings(seller) == has("0.00", "0.00", "0.00")
    assert entries(seller) == [Decimal(-500), Decimal(500)]


def test_a_repeated_credit_is_posted_once(world: World) -> None:
    seller = reseller(world, credit="0")
    seller.credited("50")
    world.telegram.post("faults/redeliver", count=3)
    assert holdings(seller).balance == Decimal(50)


def test_more_than_there_is_cannot_be_debited(world: World) -> None:
    seller = reseller(world)
    held(world, seller.buyer)
    assert "$4.90 more than" in does(seller.boss, f"/debit {seller.name} 95", "Nothing was debited")["text"]
    does(seller.boss, f"/debit {seller.name} 90.10", "✅")
    assert holdings(seller) == has("9.90", "9.90", "0.00")
    settles(world, "completed")
    seller.buyer.sees("Delivered")
    assert holdings(seller) == has("0.00", "0.00", "0.00")


def test_a_credit_limit_lets_the_balance_go_below_zero_and_no_further(world: World) -> None:
    seller = reseller(world, credit="0")
    does(seller.boss, f"/limit {seller.name} 10", "Credit limit")
    goods.orders_keys(seller.buyer)
    seller.buyer.sees("Delivered", button="Copy the code")
    assert holdings(seller) == has("-9.90", "0.00", "0.10")
    goods.buys(seller.buyer, goods.KEY)
    seller.buyer.says("1")
    assert "$9.80" in seller.buyer.sees("Please check your order")["text"]
    assert "Nothing was changed" in does(seller.boss, f"/limit {seller.name} 5", "already uses more")["text"]


def owner_hears(seller: Reseller, pattern: str) -> str:
    seller.owner.mark = 0
    return str(seller.owner.sees(pattern)["text"])


def test_both_sides_hear_of_a_credit_with_its_note(world: World) -> None:
    desk, seller = world.desk(), reseller(world, credit="0")
    seller.credited("75 invoice <7>")
    told = owner_hears(seller, "credited to your balance")
    assert "$75.00" in told
    assert "invoice <7>" in told
    assert seller.name in desk.sees(r"\$75\.00 credited to")["text"]


def test_a_balance_of_exactly_the_price_is_enough_once(world: World) -> None:
    seller = reseller(world, credit="9.90")
    goods.orders_keys(seller.buyer)
    seller.buyer.sees("Delivered", button="Copy the code")
    assert holdings(seller) == has("0.00", "0.00", "0.00")
    goods.buys(seller.owner, goods.KEY)
    seller.owner.says("1")
    assert "Not enough: $9.90 is missing" in seller.owner.sees("Please check your order")["text"]


def test_confirm_tapped_three_times_holds_and_charges_once(world: World) -> None:
    seller = reseller(world)
    goods.buys(seller.buyer, goods.KEY)
    seller.buyer.says("1")
    card = seller.buyer.sees("Please check your order")
    before = len(world.voodoo.orders())
    seller.buyer.taps_without_waiting("Confirm", card, times=3)
    seller.buyer.sees("Delivered", button="Copy the code")
    assert len(world.voodoo.orders()) == before + 1
    assert holdings(seller) == has("90.10", "0.00", "90.10")
