"""Resellers read their own prices, from the catalog to the last question."""

from decimal import Decimal

from storage.records.resellers import MarkupRule, MarkupScope, Reseller
from tests.conversations.buying import any_draft
from tests.conversations.resellers.nova import BUYER
from tests.conversations.shop import GROUP, Shop


async def test_lists_searches_and_cards_name_the_resellers_price(shop: Shop, nova: Reseller) -> None:
    await shop.says("/order", who=BUYER)
    await shop.taps("Steam · 1", who=BUYER)
    assert any("$10.45" in label for label in shop.labels(shop.last(BUYER)))
    await shop.says("steam wallet 10", who=BUYER)
    assert any("$10.45 · Steam Wallet 10 USD" in label for label in shop.labels(shop.last(BUYER)))
    await shop.taps("Steam Wallet 10", who=BUYER)
    assert "Price: $10.45 each" in shop.text(BUYER)
    assert "9.50" not in shop.text(BUYER)


async def test_an_operator_still_reads_the_cost(shop: Shop, nova: Reseller) -> None:
    await shop.says("steam wallet 10")
    await shop.taps("Steam Wallet 10")
    assert "Price: $9.50 each" in shop.text()


async def test_a_markup_of_its_own_goes_before_the_resellers(shop: Shop, nova: Reseller) -> None:
    rule = MarkupRule(nova.id, MarkupScope.CATEGORY, "Steam", Decimal(20))
    await shop.store.write(lambda tables: tables.resellers.set_rule(rule))
    await shop.says("steam wallet 10", who=BUYER)
    assert any("$11.40" in label for label in shop.labels(shop.last(BUYER)))


async def test_a_quoted_item_is_from_the_resellers_price_and_without_the_suppliers_discount(
    shop: Shop, nova: Reseller
) -> None:
    await shop.says("steam wallet card", who=BUYER)
    await shop.taps("Steam Wallet Card", who=BUYER)
    assert "from $5.31 each" in shop.text(BUYER)
    assert "iscount" not in shop.text(BUYER)
    await shop.taps("Buy", who=BUYER)
    assert "iscount" not in shop.text(BUYER)


async def test_a_quoted_order_is_shown_at_the_resellers_price_up_to_confirm(shop: Shop, nova: Reseller) -> None:
    await shop.says("steam wallet card", who=BUYER)
    await shop.taps("Steam Wallet Card", who=BUYER)
    await shop.taps("Buy", who=BUYER)
    await shop.taps("50 USD", who=BUYER)
    assert "Price: $52.80 each" in shop.text(BUYER)
    await shop.taps("1", who=BUYER)
    text = shop.text(BUYER)
    assert "Face value: $50.00" in text
    assert "Total: $52.80" in text
    for absent in ("48", "iscount", "wallet:", "Rate", "fee"):
        assert absent not in text


async def test_what_is_sold_in_another_currency_says_so_and_has_no_buy_button(shop: Shop, nova: Reseller) -> None:
    await shop.says("euro", who=BUYER)
    await shop.taps("Euro card", who=BUYER)
    assert "your balance is in USD" in shop.text(BUYER)
    assert "Buy" not in shop.labels(shop.last(BUYER))
    await shop.says("euro")
    await shop.taps("Euro card")
    assert "Buy" in shop.labels()


async def test_an_operator_sees_no_prices_in_a_resellers_group(shop: Shop, nova: Reseller) -> None:
    for words in ("/order", "/find steam"):
        await shop.says(words, chat=GROUP)
        assert "only its members order here" in shop.text(GROUP)
        assert "9.50" not in shop.text(GROUP)


async def test_an_operator_cannot_use_the_buttons_of_members_in_their_group(shop: Shop, nova: Reseller) -> None:
    await shop.says("/find steam wallet 10", who=BUYER, chat=GROUP)
    await shop.taps("Steam Wallet 10", chat=GROUP)
    assert "only its members order here" in shop.text(GROUP)
    await shop.says("/find steam wallet 10", who=BUYER, chat=GROUP)
    await shop.taps("Steam Wallet 10", who=BUYER, chat=GROUP)
    await shop.taps("Buy", chat=GROUP)
    assert await any_draft(shop, chat=GROUP) is None
