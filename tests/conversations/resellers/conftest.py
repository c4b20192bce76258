"""A shop with two resellers, Nova Games and a rival."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.sandbox.telegram.model import User
from storage.records.resellers import MemberRole, Reseller
from storage.store import Store
from tests.conversations.resellers.nova import BUYER, EURO, OWNER, RIVAL
from tests.conversations.seller import Seller
from tests.conversations.shop import ADMIN, GROUP, Shop, open_shop
from tests.factories import make_card, make_chat, make_item
from tests.resellers.people import add_reseller


@pytest.fixture
def seller(store: Store) -> Seller:
    """The supplier behind the cards: 4 % off their face value."""
    return Seller(store)


@pytest.fixture
async def shop(store: Store, tmp_path: Path, seller: Seller) -> AsyncIterator[Shop]:
    """The bot with an item of 9.50 USD, a quoted card, and one in euros; one admin."""
    items = [make_item(), make_card(), EURO]
    async with open_shop(store, tmp_path, items, seller=seller, admins=(ADMIN,)) as opened:
        opened.telegram.world.add_user(User(RIVAL, "Eve"))
        yield opened


@pytest.fixture
async def nova(store: Store) -> Reseller:
    """A reseller with 100 USD, ten percent on top of cost, two people who speak English, and a group."""
    who = {OWNER: MemberRole.OWNER, BUYER: MemberRole.BUYER}
    await store.write(lambda tables: tables.chats.seen(make_chat(id=BUYER, title="Boris", language="en")))
    return await add_reseller(store, "Nova Games", people=who, groups=[GROUP])


@pytest.fixture
async def rival(store: Store) -> Reseller:
    """Another reseller, with one person."""
    return await add_reseller(store, "Rival Ltd", people={RIVAL: MemberRole.OWNER}, groups=[])
