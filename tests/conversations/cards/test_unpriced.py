"""When the supplier names another price than before, or none."""

from decimal import Decimal

from bot.suppliers.errors import SupplierUnavailable
from bot.suppliers.outcomes import QuoteProblem, QuoteRefused
from tests.conversations.buying import any_draft, ordered
from tests.conversations.cards.ways import age_quote, to_confirm, to_values
from tests.conversations.seller import Seller
from tests.conversations.shop import Shop


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
