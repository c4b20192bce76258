"""People of resellers for tests: who joins, how links are made, and groups that the bot is brought to."""

from collections.abc import Sequence

from bot.resellers.buyers import Buyers
from bot.resellers.invitations import Links
from bot.resellers.membership import build_membership
from bot.sandbox.telegram import groups, people
from bot.sandbox.telegram.model import BotStanding, Chat, ChatKind, User
from storage.clock import utc_now
from storage.records.resellers import MemberRole, Reseller
from tests.conversations.shop import ADMIN, Shop
from tests.resellers.club import Told, next_update

ZOE, YAN, BEA = 1010, 1011, 1012
NEW_GROUP = -100_777


def meets(shop: Shop, user_id: int = ZOE, name: str = "Zoe", *, language: str = "en") -> int:
    """Somebody whom the bot does not know; returns their id."""
    world = shop.telegram.world
    if user_id not in world.users:
        world.add_user(User(user_id, name, username=name.lower(), language_code=language))
    return user_id


async def starts(shop: Shop, user_id: int, token: str = "") -> None:
    """Somebody follows a link for people; the bot reacts."""
    people.start(shop.telegram, shop.telegram.world.user(user_id), token)
    await shop.settle()


def group(shop: Shop, members: Sequence[int], chat_id: int = NEW_GROUP) -> Chat:
    """A group that the bot is not in."""
    corner = Chat(chat_id, ChatKind.SUPERGROUP, "Corner", members=list(members), standing=BotStanding.LEFT)
    return shop.telegram.world.add_chat(corner)


async def brings(shop: Shop, user_id: int, chat: Chat, token: str | None = None) -> None:
    """Somebody adds the bot to a group, with the token of a link or without; the bot reacts."""
    user = shop.telegram.world.user(user_id)
    if token is None:
        groups.add_bot(shop.telegram, chat, user)
    else:
        groups.start_in_group(shop.telegram, user, chat, token)
    await shop.settle()


async def links_of(shop: Shop, reseller: Reseller, by: int = ADMIN, role: MemberRole | None = None) -> Links:
    """New links of a reseller."""
    invitations = build_membership(shop.store, Buyers([ADMIN]), Told(), utc_now).invitations
    links = await invitations.links(reseller.id, by, next_update(), role)
    assert isinstance(links, Links)
    return links
