"""Ordering what has face values and a quoted price, from the catalog to Confirm."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from bot.suppliers.errors import SupplierUnavailable
from bot.suppliers.outcomes import QuoteProblem, QuoteRefused
from storage.records.catalog import Denomination, Item
from storage.records.orders import OrderState, Step
from storage.records.queues import KnownBalance
from storage.store import Store
from tests.conversations.buying import any_draft, draft, ordered, sends_photo
from tests.conversations.seller import Seller
from tests.conversations.shop import COLLEAGUE, GROUP, Shop, open_shop
from tests.factories import make_card, make_item


@pytest.fixture
def seller(store: Store) -> Seller:
    """The supplier behind the cards."""
    return Seller(store)


@pytest.fixture
async def shop(store: Store, tmp_path: Path, seller: Seller) -> AsyncIterator[Shop]:
    """The bot, its local Telegram, and one card."""
    async with open_shop(store, tmp_path, [make_card(), make_item()], seller=seller) as opened:
        yield opened


def ranged() -> Item:
    """A card of any value from 5 to 500 USD."""
    return make_card(denominations=(Denomination(Decimal(5), Decimal(500), Decimal("2.5")),))


async def age_quote(shop: Shop) -> None:
    """Let six minutes pass since the draft's price was quoted."""
    present = await draft(shop)
    assert present.quote is not None
    old = replace(present.quote, quoted_at=present.quote.quoted_at - timedelta(minutes=6))
    await shop.store.write(lambda tables: tables.drafts.save(replace(present, quote=old)))


async def to_values(shop: Shop) -> None:
    """Up to the question which face value."""
    await shop.says("/find steam wallet card")
    await shop.taps(" USD · Steam Wallet Card")
    await shop.taps("Buy")


async def to_confirm(shop: Shop) -> None:
    """Up to the confirm card of two cards of 50 USD."""
    await to_values(shop)
    await shop.taps("50 USD")
    await shop.taps("2")


async def test_a_card_is_ordered_with_taps_alone_in_one_message(shop: Shop, seller: Seller) -> None:
    await shop.says("/order")
    await shop.taps("Gaming · Steam")
    assert "5–100 USD · Steam Wallet Card · United States" in shop.labels()
    await shop.taps("Steam Wallet Card")
    assert "Values: 5, 10, 20, 50, 100 USD." in shop.text()
    assert "from $4.83 each" in shop.text()
    await shop.taps("Buy")
    assert "Which value?" in shop.text()
    await shop.taps("50 USD")
    assert "Value: 50 USD" in shop.text()
    assert "Price: $48.00 each" in shop.text()
    assert "A whole number from 1 to 100." in shop.text()
    await shop.taps("2")
    for fact in ("Value: 50 USD", "Face value: $100.00", "Discount: $4.00 (4%)", "Leaves the wallet: $96.00"):
        assert fact in shop.text()
    await shop.taps("Confirm · $96.00")
    assert len(shop.messages()) == 1
    [order] = await ordered(shop)
    assert (order.denomination, order.quantity, order.expected) == (Decimal(50), Decimal(2), Decimal(96))
    assert [request.quantity for request in seller.quoted] == [1, 2]


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


async def test_the_most_that_the_supplier_takes_bounds_the_quantity(shop: Shop, seller: Seller) -> None:
    seller.most = Decimal(20)
    await to_values(shop)
    await shop.taps("50 USD")
    assert "A whole number from 1 to 20." in shop.text()
    await shop.says("21")
    assert "too much" in shop.text()


async def test_a_replayed_answer_quotes_nothing_again_and_shows_the_same_price(shop: Shop, seller: Seller) -> None:
    await to_values(shop)
    await shop.taps("50 USD")
    shop.press("2")
    [update] = await shop.fetch()
    await shop.handle(update)
    asked = len(seller.quoted)
    seller.discount = Decimal(0)
    await shop.handle(update)
    assert len(seller.quoted) == asked
    assert "Leaves the wallet: $96.00" in shop.text()


async def test_a_dearer_quote_at_confirm_is_shown_first(shop: Shop, seller: Seller) -> None:
    await to_confirm(shop)
    await age_quote(shop)
    seller.discount = Decimal(0)
    await shop.taps("Confirm")
    assert "The total has changed from $96.00 to $100.00." in shop.text()
    assert await ordered(shop) == []
    await shop.taps("Confirm · $100.00")
    [order] = await ordered(shop)
    assert order.expected == 100


async def test_without_a_price_nothing_can_be_confirmed_and_it_can_be_tried_again(shop: Shop, seller: Seller) -> None:
    await to_values(shop)
    await shop.taps("50 USD")
    seller.refusal = SupplierUnavailable("charges: timed out")
    await shop.taps("2")
    assert "The price cannot be had right now" in shop.text()
    assert "charges: timed out" in shop.text()
    assert shop.labels() == ["Try again", "‹ Back", "Cancel"]
    await shop.says("yes please")
    assert shop.labels() == ["Try again", "‹ Back", "Cancel"]
    seller.refusal = None
    await shop.taps("Try again")
    assert "Leaves the wallet: $96.00" in shop.text()


async def test_a_price_lost_at_confirm_orders_nothing(shop: Shop, seller: Seller) -> None:
    await to_confirm(shop)
    await age_quote(shop)
    seller.refusal = SupplierUnavailable("charges: timed out")
    await shop.taps("Confirm")
    assert "The price cannot be had right now" in shop.text()
    assert await ordered(shop) == []
    seller.refusal = None
    await shop.taps("Try again")
    await shop.taps("Confirm · $96.00")
    assert len(await ordered(shop)) == 1


async def test_without_a_quote_the_quantity_is_asked_without_a_price(shop: Shop, seller: Seller) -> None:
    seller.refusal = SupplierUnavailable("charges: timed out")
    await to_values(shop)
    await shop.taps("50 USD")
    assert "The supplier names no price for this at the moment." in shop.text()
    assert "asked for before you confirm" in shop.text()
    seller.refusal = None
    await shop.taps("2")
    assert "Leaves the wallet: $96.00" in shop.text()


async def test_a_value_that_the_supplier_refuses_is_asked_again(shop: Shop, seller: Seller) -> None:
    await to_values(shop)
    seller.refusal = QuoteRefused(QuoteProblem.DENOMINATION)
    await shop.taps("50 USD")
    assert "does not offer this value at the moment" in shop.text()
    assert "Which value?" in shop.text()


async def test_too_many_at_once_leads_back_to_the_quantity(shop: Shop, seller: Seller) -> None:
    await to_values(shop)
    await shop.taps("50 USD")
    seller.refusal = QuoteRefused(QuoteProblem.QUANTITY, max_quantity=Decimal(10))
    await shop.says("20")
    assert "does not take that many at once" in shop.text()
    assert "How many?" in shop.text()
    assert "from 1 to 10" in shop.text()


async def test_an_item_that_the_supplier_gave_up_ends_the_draft(shop: Shop, seller: Seller) -> None:
    await to_values(shop)
    seller.refusal = QuoteRefused(QuoteProblem.ITEM_GONE)
    await shop.taps("50 USD")
    assert "is no longer available" in shop.text()
    assert await any_draft(shop) is None


async def test_a_currency_that_no_wallet_of_ours_pays_in_ends_the_draft(shop: Shop, seller: Seller) -> None:
    await to_values(shop)
    seller.refusal = QuoteRefused(QuoteProblem.NO_WALLET)
    await shop.taps("50 USD")
    assert "no wallet at the supplier that pays in this currency" in shop.text()
    assert await any_draft(shop) is None


async def test_a_value_that_left_the_catalog_is_asked_again_at_confirm(shop: Shop) -> None:
    await to_confirm(shop)
    await shop.stock([make_card(denominations=make_card().denominations[:3])])
    await shop.taps("Confirm")
    assert "Which value?" in shop.text()
    assert "50 USD" not in shop.labels()
    assert await ordered(shop) == []


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


async def test_a_quoted_tap_is_answered_before_the_card_changes(shop: Shop) -> None:
    await to_values(shop)
    await shop.taps("50 USD")
    methods = [call.method.lower() for call in shop.telegram.world.calls]
    last_edit = len(methods) - methods[::-1].index("editmessagetext") - 1
    assert methods[last_edit - 2 : last_edit] == ["answercallbackquery", "sendchataction"]


async def hold(shop: Shop, amount: str) -> None:
    """Let the wallet hold this much."""
    balance = KnownBalance("octopus", "1", Decimal(amount), "USD", datetime.now(UTC), "prepaid")
    await shop.store.write(lambda tables: tables.balances.put(balance))


async def test_an_operator_in_private_reads_how_much_is_missing(shop: Shop) -> None:
    await hold(shop, "95.99")
    await to_confirm(shop)
    assert "The supplier account held only $95.99" in shop.text()
    assert "Confirm · $96.00" in shop.labels()


async def test_in_a_group_values_are_tapped_or_replied_and_no_balance_is_named(shop: Shop) -> None:
    await hold(shop, "95.99")
    await shop.says("/find steam wallet card", chat=GROUP)
    await shop.taps("5–100 USD", chat=GROUP)
    await shop.taps("Buy", chat=GROUP)
    await shop.says("20", chat=GROUP)
    assert "Which value?" in shop.text(GROUP)
    await shop.says("50", chat=GROUP, reply_to=shop.last(GROUP).id)
    assert "How many?" in shop.text(GROUP)
    await shop.taps("3", chat=GROUP, who=COLLEAGUE)
    assert "How many?" in shop.text(GROUP)
    await shop.taps("3", chat=GROUP)
    assert "Leaves the wallet: $144.00" in shop.text(GROUP)
    assert "held too little for it" in shop.text(GROUP)
    assert "95.99" not in shop.text(GROUP)


async def test_the_orders_card_says_what_was_quoted(shop: Shop) -> None:
    await to_confirm(shop)
    await shop.taps("Confirm")
    [order] = await ordered(shop)
    assert order.state is OrderState.PLACING
    await shop.says("/orders")
    assert "Steam Wallet Card · 50 USD × 2 · $96.00" in shop.text()
    await shop.says(f"/order_{order.reference}")
    for fact in ("Value: 50 USD", "Discount: $4.00 (4%)", "Confirmed price: $96.00", "Supplier: Octopus"):
        assert fact in shop.text()
