"""Times in the queues after the clock ran ahead: what waits for them is due, what was meant stays."""

from datetime import datetime, timedelta

from storage.records.orders import Order, OrderState
from storage.records.queues import NewDelivery
from storage.signals import Topic
from storage.store import Store
from storage.tables import Tables
from tests.factories import NOW, make_delivery, make_order
from tests.storage.listening import heard

LEASE = timedelta(seconds=30)
MOMENT, MINUTE, DAY = timedelta(seconds=1), timedelta(minutes=1), timedelta(days=1)


async def set_right(store: Store, now: datetime = NOW, latest: datetime = NOW + MINUTE) -> int:
    return await store.write(lambda tables: tables.times.set_right(now, latest))


async def order(store: Store, **changes: object) -> Order:
    return await store.write(lambda tables: tables.orders.add(make_order(**changes)))


async def due_orders(store: Store, now: datetime = NOW) -> list[str]:
    return [found.id for found in await store.write(lambda tables: tables.orders.claim_due(now, LEASE, 10))]


async def due_deliveries(store: Store, now: datetime = NOW) -> int:
    return len(await store.write(lambda tables: tables.outbox.claim(now, LEASE, 10)))


async def owe(store: Store, delivery: NewDelivery, *, retry_at: datetime | None = None) -> None:
    async def work(tables: Tables) -> None:
        delivery_id = await tables.outbox.add(delivery, NOW)
        assert delivery_id is not None
        if retry_at is not None:
            await tables.outbox.retry(delivery_id, retry_at, "no answer")

    await store.write(work)


async def test_an_order_planned_for_tomorrow_is_due_now(store: Store):
    far = await order(store, state=OrderState.ACCEPTED, next_check_at=NOW + DAY)
    assert await due_orders(store) == []
    assert await set_right(store) == 1
    assert await due_orders(store) == [far.id]


async def test_an_order_planned_for_soon_keeps_its_time(store: Store):
    await order(store, state=OrderState.ACCEPTED, next_check_at=NOW + MINUTE)
    assert await set_right(store) == 0
    assert await due_orders(store) == []


async def test_an_order_held_until_tomorrow_is_let_go(store: Store):
    held = await order(store, state=OrderState.ACCEPTED, next_check_at=NOW)
    assert await due_orders(store, NOW + DAY) == [held.id]
    assert await due_orders(store) == []
    assert await set_right(store) == 1
    assert await due_orders(store) == [held.id]


async def test_an_order_held_for_a_moment_stays_held(store: Store):
    held = await order(store, state=OrderState.ACCEPTED, next_check_at=NOW)
    assert await due_orders(store) == [held.id]
    assert await set_right(store) == 0
    assert await due_orders(store) == []


async def test_an_order_begun_tomorrow_begins_now(store: Store):
    ahead = {"created_at": NOW + DAY, "sent_at": NOW + DAY, "accepted_at": NOW + DAY}
    made = await order(store, state=OrderState.UNCONFIRMED, next_check_at=NOW, **ahead)
    await set_right(store)
    found = await store.read(lambda tables: tables.orders.by_id(made.id))
    assert found is not None
    assert (found.created_at, found.sent_at, found.accepted_at) == (NOW, NOW, NOW)


async def test_an_order_begun_before_keeps_its_beginning(store: Store):
    made = await order(store, state=OrderState.ACCEPTED, created_at=NOW - DAY, sent_at=NOW - DAY, accepted_at=NOW + DAY)
    await set_right(store)
    found = await store.read(lambda tables: tables.orders.by_id(made.id))
    assert found is not None
    assert (found.created_at, found.sent_at, found.accepted_at) == (NOW - DAY, NOW - DAY, NOW)


async def test_an_order_that_ended_tomorrow_is_history(store: Store):
    made = await order(store, state=OrderState.COMPLETED, created_at=NOW + DAY)
    await set_right(store)
    assert await store.read(lambda tables: tables.orders.by_id(made.id)) == made


async def test_a_message_put_off_until_tomorrow_is_due_now(store: Store):
    await owe(store, make_delivery(), retry_at=NOW + DAY)
    assert await due_deliveries(store) == 0
    assert await set_right(store) == 1
    assert await due_deliveries(store) == 1


async def test_a_message_held_for_the_morning_keeps_its_hour(store: Store):
    await owe(store, make_delivery(due_at=NOW + DAY))
    assert await set_right(store) == 0
    assert await due_deliveries(store) == 0
    assert await due_deliveries(store, NOW + DAY) == 1


async def test_an_event_put_off_until_tomorrow_is_due_now(store: Store):
    async def work(tables: Tables) -> None:
        event_id = await tables.events.add("voodoo", b"{}", NOW)
        assert event_id is not None
        await tables.events.postpone(event_id, NOW + DAY, "order busy")

    await store.write(work)
    assert await set_right(store) == 1
    assert len(await store.write(lambda tables: tables.events.claim(NOW, LEASE, 10))) == 1


async def test_every_worker_is_woken(store: Store):
    await heard(store.signals)
    await set_right(store)
    assert await heard(store.signals) == {Topic.ORDERS, Topic.EVENTS, Topic.OUTBOX}
