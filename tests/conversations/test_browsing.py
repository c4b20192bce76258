"""Looking through the catalog."""

from decimal import Decimal

from storage.records.catalog import Availability, ItemKey
from storage.store import Store
from tests.conversations.shop import ADMIN, STRANGER, Shop
from tests.factories import make_item


async def many(shop: Shop, count: int) -> None:
    """Stock so many numbered items."""
    await shop.stock(
        [
            make_item(key=ItemKey("voodoo", str(n)), name=f"Gift card no. {n:02}", price=Decimal(n))
            for n in range(1, count + 1)
        ]
    )


async def test_categories_show_how_much_may_be_ordered(shop: Shop) -> None:
    await shop.says("/order")
    assert "Steam · 1" in shop.labels()


async def test_a_long_category_is_paged_in_place_and_leads_back(shop: Shop) -> None:
    await many(shop, 20)
    await shop.says("/order")
    await shop.taps("Steam")
    assert "1 of 3" in shop.labels()
    await shop.taps("›")
    await shop.taps("›")
    assert "3 of 3" in shop.labels()
    await shop.taps("Gift card no. 20")
    await shop.taps("Back")
    assert "3 of 3" in shop.labels()
    await shop.taps("Categories")
    assert len(shop.messages()) == 1


async def test_a_page_that_no_longer_exists_becomes_the_last_one(shop: Shop) -> None:
    await many(shop, 20)
    await shop.says("/order")
    await shop.taps("Steam")
    await shop.taps("›")
    await many(shop, 3)
    await shop.taps("›")
    assert len([label for label in shop.labels() if "Gift card" in label]) == 3


async def test_plain_text_searches_and_the_results_lead_to_items_and_back(shop: Shop) -> None:
    await many(shop, 20)
    await shop.says("gift card <no> & so")
    assert "Nothing in the catalog matches" in shop.text() or "Gift card" in "".join(shop.labels())
    await shop.says("gift card")
    await shop.taps("›")
    page = shop.labels()
    await shop.taps("$")
    assert shop.text().startswith("🔎 gift card")
    await shop.taps("Back")
    assert shop.labels() == page


async def test_a_search_without_results_says_what_to_do(shop: Shop) -> None:
    await shop.says("/find zzzzqqqq")
    assert "Nothing in the catalog matches" in shop.text()
    assert "‹ Categories" in shop.labels()


async def test_find_without_words_says_how(shop: Shop) -> None:
    await shop.says("/find")
    assert "/find steam 10" in shop.text()


async def test_an_item_that_left_the_catalog_leads_back_to_it(shop: Shop) -> None:
    await shop.says("/find steam")
    await shop.stock([make_item(key=ItemKey("voodoo", "9"), name="Other")])
    await shop.taps("$")
    assert "no longer in the catalog" in shop.text()
    await shop.taps("Categories")
    assert "Catalog" in shop.text()


async def test_a_sold_out_item_is_marked_and_cannot_be_bought(shop: Shop) -> None:
    await shop.stock([make_item(availability=Availability.OUT_OF_STOCK)])
    await shop.says("/find steam")
    assert any("sold out" in label for label in shop.labels())
    await shop.taps("sold out")
    assert "Buy" not in shop.labels()


async def test_without_a_catalog_people_are_asked_to_wait(shop: Shop) -> None:
    await shop.catalog.close()
    await shop.says("/order")
    assert "still being loaded" in shop.text()


async def test_a_button_nobody_knows_is_answered(shop: Shop) -> None:
    await shop.says("/order")
    shop.last().keyboard.rows[0][0]["callback_data"] = "v0|old"  # pyright: ignore[reportOptionalMemberAccess]
    await shop.taps("Mobile")
    assert "too old" in shop.popups()[-1]


async def test_a_stranger_is_told_so_and_nothing_else(shop: Shop) -> None:
    for words in ("/start", "/order", "/balance", "steam"):
        await shop.says(words, who=STRANGER)
    assert {message.body.text for message in shop.messages(STRANGER)} == {"У вас нет доступа к этому боту."}


async def test_an_unknown_command_points_to_help(shop: Shop) -> None:
    await shop.says("/frobnicate")
    assert "/help" in shop.text()


async def test_the_chosen_language_is_spoken_and_remembered(shop: Shop, store: Store) -> None:
    await shop.says("/language")
    await shop.taps("Русский")
    assert "по-русски" in shop.text()
    await shop.says("/order")
    assert "Каталог" in shop.text()
    chat = await store.read(lambda tables: tables.chats.get(ADMIN))
    assert chat is not None
    assert chat.language == "ru"


async def test_start_greets_by_name_and_offers_the_catalog(shop: Shop) -> None:
    await shop.says("/start")
    assert "Hello, Ada!" in shop.text()
    await shop.taps("Open the catalog")
    assert "Choose a category" in shop.text()
