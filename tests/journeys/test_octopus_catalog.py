"""Two suppliers' items in one catalog: found, refreshed, and each unharmed by the other's trouble."""

from collections.abc import Iterator

import pytest

from tests.journeys import goods, octopus
from tests.journeys.cards import AMAZON, NETFLIX, NINTENDO, STEAM, asks_for
from tests.journeys.people import Message, Person
from tests.journeys.world import ADMINS, World, build_world

ALL = 300 + octopus.ITEMS
OWN_ADMINS = ",".join(map(str, ADMINS[:40]))


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A world whose catalogs these journeys may spoil."""
    world = build_world(tmp_path_factory.mktemp("catalogs"), ADMIN_IDS=OWN_ADMINS)
    yield world
    world.close()


@pytest.fixture
def world(shop: World) -> World:
    """The same, calm, with both first catalogs in use."""
    shop.calm()
    shop.voodoo.publish()
    assert "The catalog is new" in refreshes(shop.admin())
    return shop


@pytest.fixture
def ada(world: World) -> Person:
    return world.admin()


def refreshes(person: Person) -> str:
    """Read the catalogs anew; returns what came of it."""
    person.says("/catalog refresh")
    return person.sees("The catalog is new|was not replaced")["text"]


def labels(message: Message) -> list[str]:
    return [button["text"] for row in message["buttons"] for button in row]


def finds(person: Person, words: str) -> list[str]:
    person.says(f"/find {words}")
    return labels(person.sees("This is what the catalog has|Nothing in the catalog matches"))


def test_items_of_both_suppliers_are_found_by_the_same_words(ada: Person) -> None:
    assert any(goods.KEY.name in label for label in finds(ada, goods.KEY.name))
    assert "5–100 USD · Steam Wallet Card · United States" in finds(ada, "steam wallet")


@pytest.mark.parametrize(
    ("words", "label"),
    [
        ("netflix kuwait", "2.5–40 KWD · Netflix Gift Card (Kuwait)"),
        ("nintendo japan", "500–30,000 JPY · Nintendo eShop Card (Japan)"),
        ("xbox pass united states", "14.99 USD · Xbox Game Pass (1 month) · United States"),
        ("apple gift us", "25–100 USD · Apple Gift Card · United States"),
    ],
)
def test_a_card_is_found_by_its_country_and_shown_with_its_currency(ada: Person, words: str, label: str) -> None:
    assert label in finds(ada, words)


def test_categories_hold_the_cards_by_brand(ada: Person) -> None:
    ada.says("/order")
    ada.sees("Choose a category")
    ada.taps("Gaming · Steam")
    page = ada.sees("Prices and stock as of", button="‹ Categories")
    assert all("Steam" in label for label in labels(page)[:8])
    assert any(" · United States" in label or "(Germany)" in label or "(" in label for label in labels(page)[:8])


def test_a_cards_own_card_names_values_discount_country_and_currency(ada: Person) -> None:
    finds(ada, NINTENDO.name)
    ada.taps(NINTENDO.name)
    card = ada.sees("Price: ", button="Buy")["text"]
    assert "Any value from 500 to 30,000 JPY." in card
    assert "Price: from ¥490 each" in card
    assert "Discount: 2% off" in card
    assert "Region: Japan" in card


def test_a_refresh_brings_what_the_supplier_changed(ada: Person, world: World) -> None:
    world.octopus.change(STEAM.id, name="Steam Wallet Card Renewed")
    assert f"The catalog is new: {ALL} items." in refreshes(ada)
    assert "5–100 USD · Steam Wallet Card Renewed · United States" in finds(ada, "wallet renewed")


def test_pages_without_their_headers_are_read_to_the_end(ada: Person, world: World) -> None:
    world.octopus.switch("pagination_headers", "false")
    world.octopus.change(AMAZON.id, name="Amazon.com Gift Card Headless")
    assert f"The catalog is new: {ALL} items." in refreshes(ada)
    assert finds(ada, "headless")[0].endswith("United States")


def test_bad_records_are_skipped_counted_and_named(ada: Person, world: World) -> None:
    world.octopus.switch("edition", "some bad records")
    shown = refreshes(ada)
    assert "The catalog is new" in shown
    assert "unusable records were skipped." in shown
    assert "• " in shown


def test_one_suppliers_trouble_leaves_the_others_news(ada: Person, world: World) -> None:
    world.octopus.fault("products", "reply", status=500, times=None)
    world.voodoo.change(goods.LONG_CODES.id, price=77)
    world.voodoo.publish()
    assert "was not replaced" in refreshes(ada)
    assert any("$77.00" in label for label in finds(ada, goods.LONG_CODES.name))
    assert finds(ada, "steam wallet"), "what was known of the other is still sold"


def test_a_refused_catalog_leaves_the_others_news(ada: Person, world: World) -> None:
    desk = world.desk()
    world.voodoo.publish("empty")
    world.octopus.change(STEAM.id, name="Steam Wallet Card Alone")
    assert "was not replaced" in refreshes(ada)
    desk.sees("catalog of Voodoo Center could not be renewed")
    assert finds(ada, "wallet alone")
    assert finds(ada, goods.KEY.name)


@pytest.mark.parametrize("edition", ["a third of the items", "empty"])
def test_a_catalog_that_lost_most_of_its_items_is_refused_and_sells_on(ada: Person, world: World, edition: str) -> None:
    desk = world.desk()
    world.octopus.switch("edition", edition)
    assert "was not replaced" in refreshes(ada)
    desk.sees("catalog of Octopus Cards could not be renewed")
    assert finds(ada, "netflix kuwait")
    world.calm()
    assert "The catalog is new" in refreshes(ada)
    desk.sees("catalog of Octopus Cards is fine again")


def test_an_address_that_is_not_allowed_keeps_the_catalog_and_tells_operators(ada: Person, world: World) -> None:
    desk = world.desk()
    world.octopus.switch("ip_allowed", "false")
    assert "IP allowlist" in refreshes(ada)
    assert "IP allowlist" in desk.sees("catalog of Octopus Cards could not be renewed")["text"]


def test_a_value_that_left_the_catalog_before_confirm_is_asked_for_again(ada: Person, world: World) -> None:
    before = len(world.octopus.orders())
    asks_for(ada, STEAM)
    ada.says("20")
    ada.sees("How many")
    ada.says("1")
    ada.sees("Please check your order")
    world.octopus.drop_denomination(STEAM.id, 20)
    refreshes(world.admin())
    ada.sees("Please check your order", after=0)
    ada.taps("Confirm")
    asked = ada.sees("Which value")
    assert "20 USD" not in labels(asked)
    assert "does not offer this value" in asked["text"]
    assert len(world.octopus.orders()) == before


def test_a_card_that_left_the_catalog_before_confirm_is_not_ordered(ada: Person, world: World) -> None:
    before = len(world.octopus.orders())
    asks_for(ada, NETFLIX)
    ada.says("5")
    ada.sees("How many")
    ada.says("1")
    ada.sees("Please check your order")
    world.octopus.remove(NETFLIX.id)
    refreshes(world.admin())
    ada.sees("Please check your order", after=0)
    ada.taps("Confirm")
    assert "Nothing was ordered and nothing was charged." in ada.sees("no longer available")["text"]
    assert len(world.octopus.orders()) == before
