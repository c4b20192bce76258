"""How far somebody is with an order, and the ways that lead there."""

from bot.sandbox.telegram import people
from bot.sandbox.telegram.model import StoredFile
from storage.records.orders import Draft, Order, OrderFilter
from storage.store import Tables
from tests.conversations.shop import ADMIN, Shop


async def any_draft(shop: Shop, who: int = ADMIN, chat: int | None = None) -> Draft | None:
    """The order being put together, if there is one."""
    return await shop.store.read(lambda tables: tables.drafts.get(chat or who, who))


async def draft(shop: Shop, who: int = ADMIN, chat: int | None = None) -> Draft:
    """The order being put together."""
    found = await any_draft(shop, who, chat)
    assert found is not None
    return found


async def ordered(shop: Shop) -> list[Order]:
    """Every order there is, newest first."""

    async def every(tables: Tables) -> list[Order]:
        lines = await tables.orders.lines(OrderFilter.ALL, chat_id=None, user_id=None, before=None, limit=50)
        found = [await tables.orders.by_reference(line.reference) for line in lines]
        return [order for order in found if order is not None]

    return await shop.store.read(every)


async def to_item(shop: Shop, words: str) -> None:
    """Find an item and open its card."""
    await shop.says(f"/find {words}")
    await shop.taps("$")


async def to_confirm(shop: Shop) -> None:
    """Up to the confirm card of two keys."""
    await to_item(shop, "steam")
    await shop.taps("Buy")
    await shop.taps("2")


async def sends_photo(shop: Shop) -> None:
    """The operator sends a picture."""
    world = shop.telegram.world
    picture = StoredFile("photo", "photo.jpg", "image/jpeg", b"x", 10, 10)
    people.write(shop.telegram, world.user(ADMIN), world.chat(ADMIN), people.Draft(photo=picture))
    await shop.settle()
