"""Accounts of resellers for the desk's tests, and people who answer, forge and repeat."""

from decimal import Decimal

from bot.presentation.buttons import Button
from bot.resellers.naming import folded
from bot.sandbox.telegram import people
from storage.records.resellers import MarkupRule, Reseller
from storage.store import Tables
from tests.conversations.shop import ADMIN, Shop
from tests.factories import NOW

FIVE = Decimal(5)


async def found_account(shop: Shop, name: str = "Nova Games", balance: str = "") -> Reseller:
    """An account with this much in it."""

    async def make(tables: Tables) -> Reseller:
        made = await tables.resellers.add(name, folded(name), FIVE, NOW)
        assert made is not None
        return made

    made = await shop.store.write(make)
    if balance:
        await shop.says(f"/credit {name} {balance}")
    return made


async def present(shop: Shop, reseller: Reseller) -> Reseller:
    """The account as it is now."""
    found = await shop.store.read(lambda tables: tables.resellers.get(reseller.id))
    assert found is not None
    return found


async def rules_of(shop: Shop, reseller: Reseller) -> list[MarkupRule]:
    """Its markups of its own."""
    return await shop.store.read(lambda tables: tables.resellers.rules(reseller.id))


async def replies(shop: Shop, text: str, *, who: int = ADMIN, chat: int | None = None) -> None:
    """Somebody answers the bot's newest message by replying to it."""
    await shop.says(text, who=who, chat=chat, reply_to=shop.last(chat or who).id)


def writes(shop: Shop, text: str, reply_to: int | None = None) -> None:
    """The operator writes; the bot does not react yet."""
    world = shop.telegram.world
    people.write(shop.telegram, world.user(ADMIN), world.chat(ADMIN), people.Draft(text, reply_to=reply_to))


async def forges(shop: Shop, meant: Button, who: int) -> None:
    """Somebody sends a button's data that no message shows to them; the bot reacts."""
    world, own = shop.telegram.world, shop.last(who)
    people.press(shop.telegram, world.user(who), world.chat(who), own.id, meant.pack(), "", forged=True)
    await shop.settle()


async def handled_twice(shop: Shop) -> None:
    """The bot handles everything that waits, and is killed before it can note so."""
    for update in await shop.fetch():
        await shop.handle(update)
        await shop.handle(update)
