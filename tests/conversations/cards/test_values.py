"""Which face value: tapped, typed, turned to, or not asked at all."""

from decimal import Decimal
from pathlib import Path

from storage.records.catalog import Denomination
from storage.records.orders import Step
from storage.store import Store
from tests.conversations.buying import any_draft, draft, ordered, sends_photo
from tests.conversations.cards.ways import ranged, to_confirm, to_values
from tests.conversations.seller import Seller
from tests.conversations.shop import Shop, open_shop
from tests.factories import make_card


async def test_a_value_out_of_a_range_is_typed(store: Store, tmp_path: Path, seller: Seller) -> None:
    async with open_shop(store, tmp_path, [ranged()], seller=seller) as shop:
        await to_values(shop)
        assert "Any value from 5 to 500 USD." in shop.text()
        for typed, said in (
            ("a lot", "not a number"),
            ("4", "less than the smallest value"),
            ("501", "more than the largest value"),
            ("10.005", "too many decimals for USD"),
            ("1.000,5.2", "two ways"),
        ):
            await shop.says(typed)
            assert said in shop.text()
            assert "Any value from 5 to 500 USD." in shop.text()
        await shop.says("12,50 usd")
        assert "Value: 12.5 USD" in shop.text()


async def test_a_value_that_is_not_on_the_list_is_refused(shop: Shop) -> None:
    await to_values(shop)
    await shop.says("15")
    assert "There is no such value." in shop.text()
    assert "Which value?" in shop.text()


async def test_the_single_value_of_an_item_is_not_asked(store: Store, tmp_path: Path, seller: Seller) -> None:
    single = make_card(denominations=(Denomination(Decimal(25), Decimal(25)),))
    async with open_shop(store, tmp_path, [single], seller=seller) as shop:
        await shop.says("/find steam")
        await shop.taps("25 USD")
        assert "Value: 25 USD." in shop.text()
        await shop.taps("Buy")
        assert "How many?" in shop.text()
        assert "Value: 25 USD" in shop.text()


async def test_back_leads_from_the_quantity_to_the_value_and_from_there_to_the_item(shop: Shop) -> None:
    await to_confirm(shop)
    await shop.taps("‹ Back")
    assert "How many?" in shop.text()
    await shop.taps("‹ Back")
    assert "Which value?" in shop.text()
    await shop.taps("‹ Back")
    assert "Buy" in shop.labels()
    assert await any_draft(shop) is None


async def test_many_values_are_turned_by_pages(store: Store, tmp_path: Path, seller: Seller) -> None:
    values = tuple(Denomination(Decimal(value), Decimal(value)) for value in range(5, 205, 5))
    async with open_shop(store, tmp_path, [make_card(denominations=values)], seller=seller) as shop:
        await shop.says("/find steam")
        await shop.taps("5–200 USD")
        await shop.taps("Buy")
        await shop.taps("›")
        assert "80 USD" in shop.labels()
        assert "5 USD" not in shop.labels()
        await shop.taps("80 USD")
        assert "Value: 80 USD" in shop.text()


async def test_a_double_tap_on_a_value_answers_the_value_alone(shop: Shop) -> None:
    await to_values(shop)
    shop.press("50 USD")
    shop.press("50 USD")
    await shop.settle()
    assert "How many?" in shop.text()
    present = await draft(shop)
    assert (present.step, present.denomination, present.quantity) == (Step.QUANTITY, Decimal(50), None)


async def test_a_sticker_is_not_a_value(shop: Shop) -> None:
    await to_values(shop)
    await sends_photo(shop)
    assert "Please answer with text." in shop.text()
    assert "Which value?" in shop.text()


async def test_a_value_that_left_the_catalog_is_asked_again_at_confirm(shop: Shop) -> None:
    await to_confirm(shop)
    await shop.stock([make_card(denominations=make_card().denominations[:3])])
    await shop.taps("Confirm")
    assert "Which value?" in shop.text()
    assert "50 USD" not in shop.labels()
    assert await ordered(shop) == []
