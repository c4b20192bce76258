"""A shop that sells cards at the price their supplier quotes."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from storage.store import Store
from tests.conversations.seller import Seller
from tests.conversations.shop import Shop, open_shop
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
