"""What is old and finished is forgotten; what is young or unfinished is not."""

import asyncio
from datetime import datetime, timedelta

import pytest

from bot.delivery.janitor import Janitor, Retention
from storage.records.orders import OrderFilter, OrderState
from storage.records.queues import DeliveryKind
from storage.store import Store
from storage.tables import Tables
from tests.factories import NOW, make_delivery, make_draft, make_order, make_update

LATER = NOW + timedelta(days=31)


def janitor(store: Store, batch: int = 500, days: int = 30) -> Janitor:
    return Janitor(store, Retention(finished=timedelta(days=days), batch=batch), clock=lambda: LATER)


async def test_handled_updates_go_and_waiting_ones_stay(store: Store):
    handled, waiting = make_update(), make_update()

    async def work(tables: Tables) -> None:
        await tables.updates.add_many([handled, waiting], NOW)
        await tables.updates.done(handled.update_id, NOW)

    await store.write(work)
    assert (await janitor(store).tidy())["updates"] == 1
    assert await store.read(lambda tables: tables.updates.waiting()) == 1


async def test_read_events_go_and_unread_ones_stay(store: Store):
    async def work(tables: Tables) -> None:
        read = await tables.events.add("voodoo", b"read", NOW)
        assert read is not None
        await tables.events.add("voodoo", b"unread", NOW)
        await tables.events.done(read, "settled", NOW)

    await store.write(work)
    assert (await janitor(store).tidy())["events"] == 1
    assert await store.read(lambda tables: tables.events.waiting()) == 1


async def test_finished_deliveries_go_and_parked_ones_stay(store: Store):
    async def work(tables: Tables) -> None:
        sent = await tables.outbox.add(make_delivery(kind=DeliveryKind.NOTICE), NOW)
        assert sent is not None
        await tables.outbox.sent(sent, 1, NOW)
        await tables.outbox.add(make_delivery(kind=DeliveryKind.NOTICE, chat_id=7), NOW)
        await tables.outbox.park_chat(7, "blocked")

    await store.write(work)
    assert (await janitor(store).tidy())["deliveries"] == 1
    assert await store.read(lambda tables: tables.outbox.parked()) == 1


async def test_abandoned_drafts_go_and_orders_never(store: Store):
    async def work(tables: Tables) -> None:
        await tables.drafts.save(make_draft(updated_at=NOW))
        await tables.orders.add(make_order(state=OrderState.COMPLETED, next_check_at=None))

    await store.write(work)
    assert (await janitor(store).tidy())["drafts"] == 1
    lines = await store.read(
        lambda tables: tables.orders.lines(OrderFilter.ALL, chat_id=None, user_id=None, before=None, limit=5)
    )
    assert len(lines) == 1


async def test_many_rows_go_in_several_small_units(store: Store):
    updates = [make_update() for _ in range(25)]

    async def work(tables: Tables) -> None:
        await tables.updates.add_many(updates, NOW)
        for update in updates:
            await tables.updates.done(update.update_id, NOW)

    await store.write(work)
    assert (await janitor(store, batch=10).tidy())["updates"] == 25


async def test_ids_that_telegram_may_still_repeat_are_kept_whatever_the_setting(store: Store):
    update = make_update()

    async def work(tables: Tables) -> None:
        await tables.updates.add(update, LATER)
        await tables.updates.done(update.update_id, LATER - timedelta(hours=30))

    await store.write(work)
    assert (await janitor(store, days=1).tidy())["updates"] == 0


async def test_the_janitor_comes_again_after_a_failure(store: Store):
    update, naps = make_update(), list[float]()

    async def work(tables: Tables) -> None:
        await tables.updates.add(update, NOW)
        await tables.updates.done(update.update_id, NOW)

    await store.write(work)
    times = iter([None, LATER])

    def clock() -> datetime:
        now = next(times)
        if now is None:
            raise RuntimeError("a clock that fails once")
        return now

    async def nap(seconds: float) -> None:
        naps.append(seconds)
        if len(naps) == 2:
            raise asyncio.CancelledError

    with pytest.raises(asyncio.CancelledError):
        await Janitor(store, Retention(), clock=clock, sleep=nap).run()
    assert naps == [3600, 3600]
    assert await store.read(lambda tables: tables.updates.pending(5)) == []
    assert await store.write(lambda tables: tables.updates.add(update, LATER))  # its id is forgotten
