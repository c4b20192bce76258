"""The queues in: events read once, updates handled once."""

from datetime import datetime, timedelta

from storage.records.queues import StoredEvent, StoredUpdate
from storage.signals import Topic
from storage.store import Store
from storage.tables import Tables
from tests.factories import NOW, make_update
from tests.storage.listening import heard

LEASE = timedelta(seconds=30)
HOUR = timedelta(hours=1)


async def keep(store: Store, body: bytes = b'{"id": 1}', supplier: str = "voodoo") -> int | None:
    return await store.write(lambda tables: tables.events.add(supplier, body, NOW))


async def claim(store: Store, seconds: float = 0, limit: int = 10) -> list[StoredEvent]:
    at = NOW + timedelta(seconds=seconds)
    return await store.write(lambda tables: tables.events.claim(at, LEASE, limit))


async def test_an_event_is_claimed_with_the_bytes_that_came(store: Store) -> None:
    body = b'{"code": "AAAA", "n": \xff}'
    event_id = await keep(store, body)
    assert await claim(store) == [StoredEvent(event_id or 0, "voodoo", body, NOW, 1)]
    assert await claim(store) == []


async def test_the_same_bytes_are_kept_once_per_supplier(store: Store) -> None:
    assert await keep(store) == 1
    assert await keep(store) is None
    assert await keep(store, supplier="octopus") is not None
    assert await store.read(lambda tables: tables.events.waiting()) == 2


async def test_an_event_that_was_read_is_recognised_and_its_body_is_gone(store: Store) -> None:
    await keep(store)
    await store.write(lambda tables: tables.events.done(1, "settled", NOW))
    assert await keep(store) is None
    assert await claim(store, seconds=9999) == []
    assert await store.read(lambda tables: tables.events.waiting()) == 0


async def test_only_a_new_event_wakes_its_reader(store: Store) -> None:
    await keep(store)
    assert await heard(store.signals) == {Topic.EVENTS}
    await keep(store)
    assert await heard(store.signals) == set()


async def test_events_are_claimed_oldest_first_up_to_the_limit(store: Store) -> None:
    for number in range(3):
        await keep(store, b"%d" % number)
    assert [event.body for event in await claim(store, limit=2)] == [b"0", b"1"]
    assert [event.body for event in await claim(store)] == [b"2"]


async def test_an_event_whose_reader_died_is_claimed_again_when_its_lease_ends(store: Store) -> None:
    await keep(store)
    await claim(store)
    assert await claim(store, seconds=29) == []
    [again] = await claim(store, seconds=30)
    assert again.tries == 2


async def test_a_postponed_event_waits_until_its_time(store: Store) -> None:
    await keep(store)
    await claim(store)
    await store.write(lambda tables: tables.events.postpone(1, NOW + timedelta(seconds=5), "order not known yet"))
    assert await claim(store, seconds=4) == []
    assert [event.id for event in await claim(store, seconds=5)] == [1]


async def test_the_last_event_of_a_supplier_has_a_time(store: Store) -> None:
    assert await store.read(lambda tables: tables.events.last_received("voodoo")) is None
    await keep(store)
    assert await store.read(lambda tables: tables.events.last_received("voodoo")) == NOW
    assert await store.read(lambda tables: tables.events.last_received("octopus")) is None


async def test_only_events_read_long_ago_are_forgotten(store: Store) -> None:
    await keep(store, b"old")
    await keep(store, b"new")
    await keep(store, b"unread")
    await store.write(lambda tables: tables.events.done(1, "settled", NOW - HOUR))
    await store.write(lambda tables: tables.events.done(2, "settled", NOW))
    assert await store.write(lambda tables: tables.events.purge(NOW, 10)) == 1
    assert await keep(store, b"old") is not None
    assert await keep(store, b"new") is None
    assert await keep(store, b"unread") is None


async def test_forgetting_events_stops_at_the_limit(store: Store) -> None:
    async def work(tables: Tables) -> list[int]:
        for number in range(5):
            event_id = await tables.events.add("voodoo", b"%d" % number, NOW)
            await tables.events.done(event_id or 0, "settled", NOW - HOUR)
        return [await tables.events.purge(NOW, 3) for _ in range(3)]

    assert await store.write(work) == [3, 2, 0]


async def test_the_oldest_unread_event_has_a_time(store: Store) -> None:
    async def work(tables: Tables) -> list[datetime | None]:
        seen = [await tables.events.oldest_waiting()]
        await tables.events.add("voodoo", b"old", NOW - HOUR)
        await tables.events.add("voodoo", b"new", NOW)
        seen.append(await tables.events.oldest_waiting())
        await tables.events.done(1, "settled", NOW)
        return [*seen, await tables.events.oldest_waiting()]

    assert await store.write(work) == [None, NOW - HOUR, NOW]


async def pending(store: Store, limit: int = 10, after: int = 0) -> list[StoredUpdate]:
    return await store.read(lambda tables: tables.updates.pending(limit, after))


async def test_an_update_is_kept_once(store: Store) -> None:
    update = make_update()
    assert await store.write(lambda tables: tables.updates.add(update, NOW))
    assert not await store.write(lambda tables: tables.updates.add(update, NOW))
    assert await pending(store) == [update]


async def test_of_a_batch_only_the_new_ones_come_back_in_their_order(store: Store) -> None:
    one, two, three = make_update(update_id=901), make_update(update_id=902), make_update(update_id=903)
    await store.write(lambda tables: tables.updates.add(two, NOW))
    assert await store.write(lambda tables: tables.updates.add_many([three, one, two, three], NOW)) == [three, one]
    assert await store.write(lambda tables: tables.updates.add_many([one, two, three], NOW)) == []
    assert await store.write(lambda tables: tables.updates.add_many([], NOW)) == []
    assert await pending(store) == [one, two, three]


async def test_a_large_batch_is_kept_whole(store: Store) -> None:
    batch = [make_update(update_id=number) for number in range(1, 2001)]
    assert await store.write(lambda tables: tables.updates.add_many(batch, NOW)) == batch
    assert await store.read(lambda tables: tables.updates.waiting()) == 2000


async def test_only_new_updates_wake_the_lanes(store: Store) -> None:
    update = make_update()
    await store.write(lambda tables: tables.updates.add(update, NOW))
    assert await heard(store.signals) == {Topic.UPDATES}
    await store.write(lambda tables: tables.updates.add(update, NOW))
    assert await heard(store.signals) == set()


async def test_a_handled_update_is_recognised_but_not_handed_out_again(store: Store) -> None:
    update = make_update()
    await store.write(lambda tables: tables.updates.add(update, NOW))
    await store.write(lambda tables: tables.updates.done(update.update_id, NOW))
    assert await pending(store) == []
    assert not await store.write(lambda tables: tables.updates.add(update, NOW))
    assert await store.read(lambda tables: tables.updates.waiting()) == 0


async def test_pending_updates_are_paged_in_telegrams_order(store: Store) -> None:
    batch = [make_update(update_id=number) for number in (30, 10, 20, 2**40)]
    await store.write(lambda tables: tables.updates.add_many(batch, NOW))
    assert [update.update_id for update in await pending(store, 2)] == [10, 20]
    assert [update.update_id for update in await pending(store, 2, after=20)] == [30, 2**40]


async def test_only_updates_handled_long_ago_are_forgotten(store: Store) -> None:
    async def work(tables: Tables) -> int:
        await tables.updates.add_many([make_update(update_id=number) for number in (1, 2, 3)], NOW)
        await tables.updates.done(1, NOW - HOUR)
        await tables.updates.done(2, NOW)
        return await tables.updates.purge(NOW, 10)

    assert await store.write(work) == 1
    assert await store.write(lambda tables: tables.updates.add(make_update(update_id=1), NOW))
    assert not await store.write(lambda tables: tables.updates.add(make_update(update_id=2), NOW))


async def test_the_oldest_update_not_handled_has_a_time(store: Store) -> None:
    async def work(tables: Tables) -> list[datetime | None]:
        seen = [await tables.updates.oldest_waiting()]
        await tables.updates.add(make_update(update_id=1), NOW)
        return [*seen, await tables.updates.oldest_waiting()]

    assert await store.write(work) == [None, NOW]
