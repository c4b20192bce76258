"""A bot that is started on a backup buys nothing twice: what the copy does not know the end of is doubted."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from storage.copying import copy_database
from storage.crypto import Vault
from storage.records.orders import Attention, OrderState
from storage.records.queues import NoticeKind
from storage.store import Store
from tests.ordering.scripted import completed, report
from tests.ordering.shop import Shop


@asynccontextmanager
async def restored(shop: Shop, folder: Path, vault: Vault) -> AsyncGenerator[Shop]:
    """A shop on a copy of another one's database, as it is now."""
    (folder / "copy").mkdir()
    copy_database(folder / "orderline.db", folder / "copy" / "orderline.db", shop.clock())
    store = await Store.open(f"sqlite:///{folder / 'copy' / 'orderline.db'}", vault)
    try:
        copy = Shop(store)
        copy.clock.now = shop.clock.now
        copy.clock.pass_(hours=1)
        yield copy
    finally:
        await store.close()


@pytest.mark.parametrize("sent", [False, True], ids=["not sent yet", "sent, not answered"])
async def test_an_order_that_was_being_placed_is_not_sent_again_but_shown_to_a_human(
    shop: Shop, tmp_path: Path, vault: Vault, sent: bool
) -> None:
    order = await (shop.unconfirmed() if sent else shop.confirmed())
    async with restored(shop, tmp_path, vault) as copy:
        await copy.workers.recover()
        await copy.work()
        await copy.work_until_quiet()
        doubted = await copy.order(order)
        assert copy.supplier.placed == []
        assert (doubted.state, doubted.attention) == (OrderState.UNCONFIRMED, Attention.OUTCOME_UNKNOWN)
        assert set(await copy.notices()) == {NoticeKind.DATABASE_RESTORED, NoticeKind.ORDER_ATTENTION}
        assert await copy.push(completed(doubted)) == "applied"
        assert (await copy.order(order)).state is OrderState.COMPLETED


async def test_a_supplier_that_knows_the_order_by_our_id_settles_it(shop: Shop, tmp_path: Path, vault: Vault) -> None:
    order = await shop.confirmed()
    async with restored(shop, tmp_path, vault) as copy:
        copy.supplier.finds = True
        copy.supplier.finds_next.append(completed(order))
        await copy.workers.recover()
        await copy.work()
        settled = await copy.order(order)
        assert (settled.state, settled.attention) == (OrderState.COMPLETED, None)
        assert copy.supplier.placed == []


async def test_an_order_that_the_supplier_had_is_followed_as_ever(shop: Shop, tmp_path: Path, vault: Vault) -> None:
    order = await shop.accepted()
    async with restored(shop, tmp_path, vault) as copy:
        await copy.workers.recover()
        copy.supplier.looks.append(completed(order))
        await copy.work_until_quiet()
        assert (await copy.order(order)).state is OrderState.COMPLETED
        assert await copy.codes(order) == ("CODE-0", "CODE-1")


async def test_a_copy_is_taken_up_once_and_its_next_orders_are_placed(shop: Shop, tmp_path: Path, vault: Vault) -> None:
    async with restored(shop, tmp_path, vault) as copy:
        for _ in range(2):
            await copy.workers.recover()
            copy.restart()
        order = await copy.confirmed()
        copy.supplier.places.append(report(order))
        await copy.workers.recover()
        await copy.work()
        assert (await copy.order(order)).state is OrderState.ACCEPTED
        assert (await copy.notices()).count(NoticeKind.DATABASE_RESTORED) == 1


async def test_an_original_is_no_copy(shop: Shop) -> None:
    order = await shop.confirmed()
    await shop.workers.recover()
    shop.supplier.places.append(report(order))
    await shop.work()
    assert (await shop.order(order)).state is OrderState.ACCEPTED
    assert NoticeKind.DATABASE_RESTORED not in await shop.notices()
