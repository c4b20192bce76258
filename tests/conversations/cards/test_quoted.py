"""Ordering a card at a quoted price, from the catalog to the order's card."""

from datetime import UTC, datetime
from decimal import Decimal

from storage.records.orders import OrderState
from storage.records.queues import KnownBalance
from tests.conversations.buying import ordered
from tests.conversations.cards.ways import to_confirm, to_values
from tests.conversations.seller import Seller
from tests.conversations.shop import COLLEAGUE, GROUP, Shop


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
