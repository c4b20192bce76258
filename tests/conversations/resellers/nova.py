"""Nova Games and its people: what they ordered before, what they put together, and what others try."""

from decimal import Decimal
from typing import Any

from bot.sandbox.telegram import people
from storage.records.catalog import ItemKey
from storage.records.orders import Order, OrderState, Place
from storage.records.resellers import Reseller
from storage.store import Tables
from tests.conversations.shop import COLLEAGUE, STRANGER, Shop
from tests.factories import NOW, keys, make_item, make_order

OWNER, BUYER, RIVAL = COLLEAGUE, STRANGER, 1005
REFERENCE = "7KQ2M9XF"
EURO = make_item(key=ItemKey("voodoo", "9"), name="Euro card", currency="EUR", category="Euro")


async def stored(shop: Shop, reseller: Reseller | None, *codes: str, **changes: Any) -> Order:
    """A delivered order of Nova's buyer for 10.45 that cost 9.50."""
    ended = {"state": OrderState.COMPLETED, "settled_at": NOW, "next_check_at": None, "reference": REFERENCE}
    sold = {"reseller_id": reseller.id, "price": Decimal("10.45"), "captured": Decimal("10.45")} if reseller else {}
    cost = {"expected": Decimal("9.50"), "charged": Decimal("9.50"), "place": Place(BUYER, BUYER)}
    order = make_order(**(ended | cost | sold | changes))

    async def unit(tables: Tables) -> Order:
        added = await tables.orders.add(order)
        await tables.orders.add_codes(added.id, keys(*codes))
        return added

    return await shop.store.write(unit)


async def at_confirm(shop: Shop, who: int = BUYER, chat: int | None = None, quantity: str = "2") -> None:
    """Order the simple item up to the confirm card."""
    await shop.says("/find steam wallet 10", who=who, chat=chat)
    await shop.taps("Steam Wallet 10", who=who, chat=chat)
    await shop.taps("Buy", who=who, chat=chat)
    await shop.taps(quantity, who=who, chat=chat)


async def forged(shop: Shop, data: str, who: int = RIVAL) -> None:
    """Somebody sends a tap with this data, which was another's, under their own newest message with buttons."""
    world = shop.telegram.world
    bearer = next(one for one in reversed(shop.messages(who)) if one.keyboard)
    people.press(shop.telegram, world.user(who), world.chat(who), bearer.id, data, "", forged=True)
    await shop.settle()
