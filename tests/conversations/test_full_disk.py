"""A disk that fills up in the middle of a conversation: people are told, nothing is half done, the next try works."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from storage.crypto import Vault
from tests.conversations.buying import ordered
from tests.conversations.shop import Shop, open_shop
from tests.drill.disk import Answer, MoodyDisk
from tests.factories import make_item
from tests.storage.ailing import ailing_store

SORRY = "Something went wrong on our side. Please try again; your orders are safe: /orders"


@pytest.fixture
async def shop_and_disk(database_url: str, vault: Vault, tmp_path: Path) -> AsyncIterator[tuple[Shop, MoodyDisk]]:
    """The bot above a disk that can be full, and one item."""
    async with ailing_store(database_url, vault) as (store, disk), open_shop(store, tmp_path, [make_item()]) as shop:
        yield shop, disk


async def test_an_answer_on_a_full_disk_is_not_taken_and_the_question_stays(
    shop_and_disk: tuple[Shop, MoodyDisk],
) -> None:
    shop, disk = shop_and_disk
    await shop.says("/find steam")
    await shop.taps("$")
    await shop.taps("Buy")
    disk.mood = Answer.FULL
    await shop.says("3")
    assert shop.text() == SORRY
    disk.mood = Answer.WELL
    await shop.says("3")
    assert "Quantity: 3" in shop.text()


async def test_a_confirm_on_a_full_disk_orders_nothing_and_the_next_one_orders_once(
    shop_and_disk: tuple[Shop, MoodyDisk],
) -> None:
    shop, disk = shop_and_disk
    await shop.says("/find steam")
    await shop.taps("$")
    await shop.taps("Buy")
    await shop.taps("2")
    disk.mood = Answer.FULL
    await shop.taps("Confirm")
    assert shop.popups()[-1] == SORRY
    assert await ordered(shop) == []
    disk.mood = Answer.WELL
    await shop.taps("Confirm")
    assert len(await ordered(shop)) == 1
