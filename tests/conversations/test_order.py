"""Ordering in a chat, from the catalog to Confirm."""

from bot.ordering.service import Viewer
from storage.records.orders import OrderFilter, OrderLine, Step
from tests.conversations.shop import ADMIN, Shop


async def orders(shop: Shop) -> list[OrderLine]:
    """Every order there is."""
    return await shop.parts.ordering.lines(Viewer(ADMIN, ADMIN, admin=True, private=True), OrderFilter.ALL, None, 10)


async def test_a_key_is_ordered_with_taps_alone(shop: Shop) -> None:
    await shop.says("/order")
    await shop.taps("Steam")
    await shop.taps("Steam Wallet")
    assert "In stock" in shop.text()
    await shop.taps("Buy")
    assert "How many?" in shop.text()
    await shop.taps("2")
    assert "Total: $19.00" in shop.text()
    await shop.taps("Confirm")
    assert len(shop.messages()) == 1
    [order] = await orders(shop)
    assert (order.item_name, order.quantity) == ("Steam Wallet 10 USD", 2)
    assert shop.popups()[-1] == "Your order is being placed."
