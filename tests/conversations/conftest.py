"""A shop with one item of each kind."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from storage.store import Store
from tests.conversations.shop import Shop, open_shop
from tests.factories import make_item, make_service, make_topup


@pytest.fixture
async def shop(store: Store, tmp_path: Path) -> AsyncIterator[Shop]:
    """The bot, its local Telegram, and three items."""
    async with open_shop(store, tmp_path, [make_item(), make_topup(), make_service()]) as opened:
        yield opened
