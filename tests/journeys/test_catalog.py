"""The catalog: imported, refreshed, refused and recovered, while people order from it."""

from collections.abc import Iterator
from decimal import Decimal

import pytest

from tests.journeys import goods, octopus
from tests.journeys.goods import Good
from tests.journeys.orders import sees_order, sees_result
from tests.journeys.people import Person
from tests.journeys.world import ADMINS, World, build_world

ALL = 300 + octopus.ITEMS
OWN_ADMINS = ",".join(map(str, ADMINS[:40]))


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A world whose catalog these journeys may spoil; its account may have prices of its own."""
    folder = tmp_path_factory.mktemp("catalog")
    world = build_world(folder, VOODOO_CLIENT_ID="demo-client", ADMIN_IDS=OWN_ADMINS)
    yield world
    world.close()


@pytest.fixture
def world(shop: World) -> World:
    """The same, calm and with a whole catalog on offer; nobody has read it yet."""
    shop.calm()
    shop.voodoo.publish()
    return shop


@pytest.fixture
def ada(world: World) -> Person:
    return world.admin()


def refreshes(person: Person) -> str:
    """Read the catalog anew; returns what came of it."""
    person.says("/catalog refresh")
    return person.sees("The catalog is new|was not replaced")["text"]


def status(person: Person, command: str = "/catalog") -> str:
    person.says(command)
    return person.sees("items")["text"]


def price_of(person: Person, good: Good) -> str:
    return goods.opens(person, good)["text"].partition("Price: ")[2].partition(" each")[0]


def to_confirm(person: Person, good: Good) -> None:
    """Come as far as the card with Confirm."""
    goods.buys(person, good)
    person.says("1")
    person.sees("Please check your order")


def test_the_first_import_is_there_when_the_bot_is_ready(ada: Person, world: World) -> None:
    shown = status(ada)
    assert f"Catalog: {ALL} items" in shown
    assert f"{world.voodoo.url}/catalog.lmdb.zst" in shown
    assert f"Catalog: {ALL} items" in status(ada, "/status")


def test_a_refresh_brings_new_prices(ada: Person, world: World) -> None:
    world.voodoo.change(goods.LONG_CODES.id, price=77)
    world.voodoo.publish()
    assert f"The catalog is new: {ALL} items." in refreshes(ada)
    assert price_of(ada, goods.LONG_CODES) == "$77.00"


def test_a_catalog_that_did_not_change_is_not_downloaded_again(ada: Person, world: World) -> None:
    assert "The catalog is new" in refreshes(ada)
    assert f"{ALL} items" in refreshes(ada)
    assert world.voodoo.calls("catalog")[-1]["status"] == 304


def test_an_item_that_left_between_its_card_and_confirm_is_not_ordered(ada: Person, world: World) -> None:
    before = len(world.voodoo.orders())
    to_confirm(ada, goods.LIMITED)
    world.voodoo.server.post(f"items/{goods.LIMITED.id}/remove")
    world.voodoo.publish()
    refreshes(world.admin())
    ada.sees("Please check your order", after=0)
    ada.taps("Confirm")
    gone = ada.sees("no longer|not available|sold out|left")
    assert "charged" in gone["text"] or "ordered" in gone["text"]
    assert len(world.voodoo.orders()) == before


def test_a_price_that_changed_before_confirm_is_shown_and_asked_about(ada: Person, world: World) -> None:
    before = len(world.voodoo.orders())
    to_confirm(ada, goods.KEY)
    world.voodoo.change(goods.KEY.id, price="11.50")
    world.voodoo.publish()
    refreshes(world.admin())
    card = ada.sees("Please check your order", after=0)
    old = next(b["callback_data"] for row in card["buttons"] for b in row if "Confirm" in b["text"])
    ada.presses(old, card)
    asked = ada.sees(r"total has changed from \$9\.00 to \$11\.50")
    assert "Nothing was ordered yet." in asked["text"]
    new = next(b["callback_data"] for row in asked["buttons"] for b in row if "Confirm" in b["text"])
    assert new != old, "the old button, if it is tapped in haste, confirms nothing"
    assert len(world.voodoo.orders()) == before
    reference = goods.confirms(ada)
    sees_order(ada, reference, "Delivered")
    order = world.voodoo.newest()
    assert Decimal(str(order["charged"])) == Decimal("11.50")
    sees_result(ada, reference, order)


@pytest.mark.parametrize(
    "edition",
    ["truncated", "cut archive", "empty", "not a catalog", "zip bomb"],
)
def test_a_broken_catalog_is_refused_and_the_last_good_one_sells_on(ada: Person, world: World, edition: str) -> None:
    refreshes(ada)
    before = status(ada)
    desk = world.desk()
    world.voodoo.publish(edition)
    refused = refreshes(ada)
    assert "was not replaced" in refused
    assert "The last good one stays in use." in refused
    desk.sees("catalog of Voodoo Center could not be renewed")
    assert "The last refresh failed" in status(ada)
    assert before.partition(" items")[0] in status(ada)
    world.voodoo.publish()
    assert "The catalog is new" in refreshes(ada)
    assert "items" in desk.sees("catalog of Voodoo Center is fine again")["text"]
    assert "failed" not in status(ada)


def test_a_catalog_that_lost_most_of_its_items_is_refused_and_sells_on(ada: Person, world: World) -> None:
    refreshes(ada)
    desk = world.desk()
    world.voodoo.publish("a third of the items")
    refused = refreshes(ada)
    assert "lost" in refused
    desk.sees("could not be renewed.*lost")
    assert price_of(ada, goods.MARKUP)


def test_bad_records_are_skipped_counted_and_named(ada: Person, world: World) -> None:
    world.voodoo.publish("some bad records")
    shown = refreshes(ada)
    assert "The catalog is new" in shown
    assert "3 unusable records were skipped." in shown, "a record under a key of text is none"
    assert "1099511627777" in shown
    assert "3 unusable records" in status(ada)


def test_a_personal_catalog_comes_first_and_only_its_absence_leads_back(ada: Person, world: World) -> None:
    world.voodoo.switch("personal_catalog", "true")
    refreshes(ada)
    assert "demo-client" in status(ada)
    personal = price_of(ada, goods.SERVICE)
    world.voodoo.switch("personal_answer", "403")
    refused = refreshes(ada)
    assert "403" in refused
    assert "The last good one stays in use." in refused
    bob = world.admin()
    assert "403" in status(bob)
    assert price_of(bob, goods.SERVICE) == personal, "never silently the prices of everybody"
    world.voodoo.switch("personal_catalog", "false")
    refreshes(bob)
    assert "demo-client" not in status(bob)
    assert price_of(bob, goods.SERVICE) != personal


@pytest.mark.parametrize("answer", ["404", "503"])
def test_a_catalog_that_cannot_be_had_leaves_the_last_good_one(ada: Person, world: World, answer: str) -> None:
    world.voodoo.switch("catalog_answer", answer)
    assert "The last good one stays in use." in refreshes(ada)
    assert price_of(ada, goods.MARKUP)


def test_a_download_that_is_cut_leaves_the_last_good_one(ada: Person, world: World) -> None:
    world.voodoo.change(goods.DECIMAL_TOPUP.id, price="1.5")
    world.voodoo.publish()
    world.voodoo.fault("catalog", "cut", times=None)
    assert "The last good one stays in use." in refreshes(ada)
    assert price_of(ada, goods.MARKUP)
