"""Replies that came in before the process died."""

import asyncio
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from bot.ordering.journal import Journal
from storage.clock import utc_now
from storage.crypto import Vault
from storage.errors import StoreClosed
from storage.records.orders import Attention, OrderState
from storage.records.queues import NoticeKind
from storage.store import Store
from tests.drill.disk import Answer
from tests.factories import keys
from tests.ordering.scripted import as_body, completed, report
from tests.ordering.shop import Shop
from tests.storage.ailing import ailing_store
from tests.storage.damage import damage


async def recorded(shop: Shop, body: bytes, order_id: str, supplier: str = "voodoo") -> int:
    """A reply that was kept and not read."""
    return await Journal(shop.store, shop.clock).record(supplier, order_id, body)


async def test_a_reply_that_was_kept_is_settled_at_the_next_start(shop: Shop) -> None:
    order = await shop.confirmed()
    await recorded(shop, as_body(report(order)), order.id)
    await recorded(shop, as_body(completed(order)), order.id)
    assert await shop.recovery.run() == 2
    assert (await shop.order(order)).state is OrderState.COMPLETED
    assert await shop.codes(order) == ("CODE-0", "CODE-1")
    assert await shop.journal_left() == 0
    assert await shop.recovery.run() == 0


async def test_an_unreadable_reply_is_kept_and_shown_to_a_human_once(shop: Shop) -> None:
    order = await shop.confirmed()
    await recorded(shop, b"<html>", order.id)
    for _ in range(2):
        assert await shop.recovery.run() == 0
    assert (await shop.order(order)).attention is Attention.UNREADABLE_REPLY
    assert await shop.journal_left() == 1
    assert await shop.notices() == [NoticeKind.ORDER_ATTENTION]


async def test_an_unreadable_reply_of_an_order_that_ended_alarms_nobody(shop: Shop) -> None:
    order = await shop.confirmed()
    await shop.push(completed(order))
    await recorded(shop, b"<html>", order.id)
    await shop.recovery.run()
    assert (await shop.order(order)).attention is None


async def test_one_bad_reply_does_not_hold_the_others(shop: Shop) -> None:
    order = await shop.confirmed()
    await recorded(shop, as_body(report(order)), "no such order")
    await recorded(shop, b"<html>", "no such order")
    await recorded(shop, as_body(report(order)), order.id, supplier="gone")
    await recorded(shop, as_body(report(order)), order.id)
    assert await shop.recovery.run() == 1
    assert (await shop.order(order)).state is OrderState.ACCEPTED
    assert await shop.journal_left() == 3


async def test_a_reply_of_another_supplier_order_stays_in_the_journal(shop: Shop) -> None:
    order = await shop.accepted()
    await recorded(shop, as_body(completed(order, supplier_order_id="S-2")), order.id)
    assert await shop.recovery.run() == 0
    assert (await shop.order(order)).attention is Attention.ID_MISMATCH
    assert await shop.journal_left() == 1


async def test_a_reply_that_cannot_be_opened_holds_up_neither_the_start_nor_the_others(
    shop: Shop, tmp_path: Path
) -> None:
    order = await shop.confirmed()
    lost = await recorded(shop, as_body(report(order)), order.id)
    await recorded(shop, as_body(report(order)), order.id)
    damage(tmp_path / "orderline.db", "journal", "body", lost)
    await shop.workers.recover()
    assert (await shop.order(order)).state is OrderState.ACCEPTED
    assert await shop.journal_left() == 1


async def test_codes_that_cannot_be_opened_do_not_keep_the_bot_from_starting(shop: Shop, tmp_path: Path) -> None:
    order = await shop.accepted()
    await shop.push(report(order, codes=keys("EARLY")))
    damage(tmp_path / "orderline.db", "order_codes", "sealed", 1)
    await recorded(shop, as_body(completed(order)), order.id)
    await shop.workers.recover()
    assert (await shop.order(order)).state is OrderState.ACCEPTED
    assert await shop.journal_left() == 1


async def test_an_order_that_cannot_be_read_does_not_keep_the_bot_from_starting(shop: Shop, tmp_path: Path) -> None:
    await shop.confirmed()
    sound = await shop.confirmed()
    damage(tmp_path / "orderline.db", "orders", "field_values", 1)
    await shop.workers.recover()
    shop.supplier.places.append(report(sound))
    assert await shop.work() == 1
    assert (await shop.order(sound)).state is OrderState.ACCEPTED


async def test_a_kept_outline_is_not_taken_for_a_code_once_the_clear_ones_are_stored(shop: Shop) -> None:
    shop.supplier.finds = True
    order = await shop.unconfirmed()
    await recorded(shop, as_body(completed(order)), order.id)
    await recorded(shop, as_body(report(order, codes=keys("XXXX-XXXX-XXXX-0", "XXXX-XXXX-XXXX-1"))), order.id)
    await shop.recovery.run()
    assert (await shop.order(order)).state is OrderState.COMPLETED
    assert await shop.codes(order) == ("CODE-0", "CODE-1")


async def test_an_outline_that_outlived_its_doubt_stays_one(shop: Shop) -> None:
    order = await shop.accepted()
    await recorded(shop, as_body(report(order, codes=keys("XXXX-XXXX-XXXX-0"))), order.id)
    for _ in range(2):
        await shop.recovery.run()
    after = await shop.order(order)
    assert (after.state, after.attention) == (OrderState.ACCEPTED, Attention.CODES_HIDDEN)
    assert await shop.codes(order) == ()
    assert await shop.journal_left() == 1


async def test_a_reply_that_the_store_would_not_take_is_held_until_it_does(database_url: str, vault: Vault) -> None:
    async with ailing_store(database_url, vault) as (store, disk):

        async def pause(_seconds: float) -> None:
            pauses.append(await store.healthy())
            if len(pauses) == 3:
                disk.mood = Answer.WELL

        pauses: list[bool] = []
        disk.mood = Answer.FULL
        kept = await Journal(store, utc_now, sleep=pause).record("voodoo", "order-1", b"the only clear view")
        entry = await store.read(lambda tables: tables.journal.get(kept))
        assert pauses == [False] * 3
        assert entry is not None
        assert entry.body == b"the only clear view"
        assert await store.read(lambda tables: tables.journal.left(10, 0)) == [kept]


async def test_a_reply_that_is_given_up_before_it_could_be_stored_is_named_without_its_words(
    database_url: str, vault: Vault
) -> None:
    async with ailing_store(database_url, vault) as (store, disk):
        waiting = asyncio.Event()

        async def wait_for_ever(_seconds: float) -> None:
            waiting.set()
            await asyncio.Event().wait()

        disk.mood = Answer.FULL
        with capture_logs() as lines:
            held = asyncio.create_task(
                Journal(store, utc_now, sleep=wait_for_ever).record("voodoo", "order-1", b"CODE")
            )
            await waiting.wait()
            held.cancel()
            with pytest.raises(asyncio.CancelledError):
                await held
        assert [line["event"] for line in lines if line["log_level"] == "error" and line.get("order") == "order-1"] == [
            "a reply cannot be stored; it is held until it can be",
            "a reply is given up unstored; its order stands as if none had come",
        ], "a look-up that goes unread leaves no order in doubt"
        assert "CODE" not in str(lines)


async def test_a_reply_that_comes_after_the_store_was_closed_is_not_held(database_url: str, vault: Vault) -> None:
    store = await Store.open(database_url, vault)
    await store.close()
    with pytest.raises(StoreClosed):
        await Journal(store, utc_now).record("voodoo", "order-1", b"late")
