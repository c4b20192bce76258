"""What resellers pay: cost plus a markup, rounded half up, and never a word of the cost itself."""

import re
from decimal import Decimal

import pytest

from tests.journeys import goods
from tests.journeys.cards import NETFLIX, STEAM, asks_for, orders_cards
from tests.journeys.orders import card_of, sees_order
from tests.journeys.people import Message, Person
from tests.journeys.resellers import Reseller, amount, does, group_of, holdings, reseller
from tests.journeys.world import World

COSTS = ("9.00", "18.00", "27.00")
"""What one, two or three sample gift cards cost."""


def price_of(person: Person, good: goods.Good = goods.KEY) -> str:
    """The price on an item's card."""
    found = re.search(r"Price: (\S+)", goods.opens(person, good)["text"])
    assert found
    return found[1]


def all_words(*people: Person) -> str:
    """Everything the bot ever showed these people: texts, buttons, and what it wrote into documents' captions."""
    messages: list[Message] = [message for person in people for message in person.all_messages()]
    ours = [message for message in messages if message["from"]["is_bot"]]
    labels = [button["text"] for message in ours for row in message["buttons"] for button in row]
    return "\n".join([*(message["text"] for message in ours), *labels])


@pytest.mark.parametrize(
    ("markup", "good", "price"),
    [
        ("10", goods.KEY, "$9.90"),
        ("0", goods.KEY, "$9.00"),
        ("12.5", goods.LONG_CODES, "$8.7413"),
        ("-50", goods.KEY, "$9.00"),
    ],
)
def test_the_markup_makes_the_price(world: World, markup: str, good: goods.Good, price: str) -> None:
    seller = reseller(world, markup="0")
    seller.boss.says(f"/markup {seller.name} {markup}")
    seller.boss.sees()
    shown = price_of(seller.buyer, good)
    assert shown.removesuffix("0") == price.removesuffix("0")


def test_a_total_is_marked_up_as_a_whole_and_rounded_half_up(world: World) -> None:
    seller = reseller(world, markup="12.5")
    goods.buys(seller.buyer, goods.LONG_CODES)
    seller.buyer.says("2")
    # 2 x 7.77 is 15.54, and 12.5 percent more 17.4825; two rounded prices would be 17.48 too, three would not.
    assert amount(seller.buyer.sees("Please check your order")["text"], "Total") == Decimal("17.48")
    does(seller.boss, f"/markup {seller.name} 2.5", "Markup")
    goods.buys(seller.buyer, goods.MARKUP)
    seller.buyer.says("5")
    assert amount(seller.buyer.sees("Please check your order")["text"], "Total") == Decimal("47.15")


def test_an_items_own_markup_goes_before_its_categorys_and_that_before_the_resellers(world: World) -> None:
    seller = reseller(world, markup="10")
    assert price_of(seller.buyer) == "$9.90"
    does(seller.boss, f"/markup {seller.name} 20 category Landmarks & samples", "✅")
    assert price_of(seller.buyer) == "$10.80"
    does(seller.boss, f"/markup {seller.name} 5 item voodoo:{goods.KEY.id}", "✅")
    assert price_of(seller.buyer) == "$9.45"
    does(seller.boss, f"/markup {seller.name} off item voodoo:{goods.KEY.id}", "✅")
    assert price_of(seller.buyer) == "$10.80"


def test_each_reseller_has_prices_of_its_own(world: World) -> None:
    cheap, dear = reseller(world, markup="1"), reseller(world, markup="30")
    assert (price_of(cheap.buyer), price_of(dear.buyer)) == ("$9.09", "$11.70")
    assert price_of(cheap.boss) == "$9.00"


def test_a_markup_raised_before_confirm_asks_again(world: World) -> None:
    seller = reseller(world)
    before = len(world.voodoo.orders())
    goods.buys(seller.buyer, goods.KEY)
    seller.buyer.says("1")
    seller.buyer.sees("Please check your order")
    does(seller.boss, f"/markup {seller.name} 20", "Markup")
    seller.buyer.taps("Confirm")
    assert r"$10.80" in seller.buyer.sees("changed from")["text"]
    assert len(world.voodoo.orders()) == before
    seller.buyer.taps("Confirm")
    seller.buyer.sees("Delivered")
    assert holdings(seller).balance == Decimal("89.20")


ENDINGS = (("completed", "Delivered"), ("partial", "Partly delivered"), ("failed", "Not delivered"))


def orders_in_every_way(world: World, seller: Reseller) -> None:
    """Walk past every page that shows prices, and let orders end in every way; by turns, since a chat is paced."""
    person, other = seller.buyer, seller.owner
    for (outcome, headline), member in zip(ENDINGS, (person, other, person), strict=True):
        world.voodoo.switch("outcome", outcome)
        reference = goods.orders_keys(member, 2)
        sees_order(member, reference, headline)
        card_of(member, reference)
    world.voodoo.switch("outcome", "completed")
    world.voodoo.set_balance("1")
    sees_order(other, goods.orders_keys(other), "Not placed")
    world.voodoo.set_balance(50_000)
    for command in ("orders", "balance", "help", "start"):
        other.says(f"/{command}")
        other.sees()
    sees_order(person, orders_cards(person), "Delivered")
    asks_for(person, STEAM)
    person.taps("20 USD")
    person.sees("How many")
    person.taps("2")
    person.sees("Please check your order")


def test_no_member_ever_reads_the_cost(world: World) -> None:
    seller = reseller(world, credit="500", markup="13.7")
    chat, topic = group_of(world, seller)
    there = world.in_group(seller.owner, chat, topic)
    orders_in_every_way(world, seller)
    goods.buys(there, goods.KEY)
    there.taps("1")
    goods.confirms(there)
    there.sees("Delivered")
    card = next(text for text in seller.buyer.bot_texts() if "Steam Wallet" in text and "Total" in text)
    # Two twenties cost 38.60 after the supplier's discount of 3.5 percent.
    assert amount(card, "Total") == Decimal("43.89")
    words = all_words(seller.buyer, seller.owner, there)
    costs = [cost for cost in (*COSTS, "38.60", "1.40", "3.5%", "14.09", "13.7%") if cost in _amounts(words)]
    assert costs == []
    for word in ("Discount", "Leaves the wallet", "markup", "cost", "Voodoo Center", "Octopus Cards"):
        assert word not in words, word


def _amounts(words: str) -> set[str]:
    return {found.strip("$") for found in re.findall(r"\$?[\d,]+\.\d+%?", words)}


def test_an_order_that_cost_more_than_the_price_stands_and_the_operators_are_told(world: World) -> None:
    seller, desk = reseller(world), world.desk()
    goods.buys(seller.buyer, goods.KEY)
    seller.buyer.says("1")
    seller.buyer.sees("Please check your order")
    try:
        world.voodoo.change(goods.KEY.id, price="11.00")
        reference = goods.confirms(seller.buyer)
        sees_order(seller.buyer, reference, "Delivered")
    finally:
        world.voodoo.change(goods.KEY.id, price="9.00")
    assert holdings(seller).balance == Decimal("90.10")
    assert reference in desk.sees("needs a look|more than")["text"]
    assert "11.00" not in all_words(seller.buyer)


def test_what_is_sold_in_another_currency_cannot_be_ordered_on_a_balance(world: World) -> None:
    seller = reseller(world, credit="5000")
    before = len(world.octopus.orders())
    asks_for(seller.buyer, NETFLIX)
    seller.buyer.says("10")
    seller.buyer.sees("How many")
    seller.buyer.says("1")
    assert "another currency" in seller.buyer.sees("Please check your order")["text"]
    assert "another currency" in seller.buyer.taps("Confirm")
    assert len(world.octopus.orders()) == before
    assert holdings(seller).available == Decimal(5000)
