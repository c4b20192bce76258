"""A row that cannot be read stops neither its queue nor the start."""

from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from storage.crypto import Vault
from storage.errors import WrongKeys
from storage.records.orders import Order
from storage.records.queues import DeliveryKind, NewDelivery, StoredEvent
from storage.store import Store
from storage.tables import Tables
from tests.factories import NOW, make_draft, make_order, make_update
from tests.storage.damage import damage

LEASE = timedelta(seconds=30)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "orderline.db"


async def claim_orders(store: Store, seconds: int = 0, limit: int = 10) -> list[Order]:
    at = NOW + timedelta(seconds=seconds)
    return await store.write(lambda tables: tables.orders.claim_due(at, LEASE, limit))


async def claim_events(store: Store, seconds: int = 0) -> list[StoredEvent]:
    at = NOW + timedelta(seconds=seconds)
    return await store.write(lambda tables: tables.events.claim(at, LEASE, 10))


async def add_two_orders(store: Store) -> list[Order]:
    async def work(tables: Tables) -> list[Order]:
        return [await tables.orders.add(make_order()) for _ in range(2)]

    return await store.write(work)


async def test_an_order_that_cannot_be_read_does_not_hold_up_the_others(store: Store, path: Path) -> None:
    _, sound = await add_two_orders(store)
    damage(path, "orders", "field_values", 1)
    assert await claim_orders(store) == [sound]
    assert await claim_orders(store, seconds=31) == [sound]


async def test_an_order_that_cannot_be_read_lets_those_behind_it_pass(store: Store, path: Path) -> None:
    _, sound = await add_two_orders(store)
    damage(path, "orders", "field_values", 1)
    assert await claim_orders(store, limit=1) == []
    assert await claim_orders(store, limit=1) == [sound]


async def test_an_item_that_cannot_be_read_is_put_aside_too(store: Store, path: Path) -> None:
    _, sound = await add_two_orders(store)
    damage(path, "orders", "item", 1)
    assert await claim_orders(store) == [sound]


async def test_an_event_that_cannot_be_read_does_not_hold_up_the_others(store: Store, path: Path) -> None:
    for body in (b"1", b"2"):
        await store.write(lambda tables, body=body: tables.events.add("voodoo", body, NOW))
    damage(path, "events", "body", 1)
    assert [event.id for event in await claim_events(store)] == [2]
    assert [event.id for event in await claim_events(store, seconds=31)] == [2]


@pytest.mark.parametrize("limit", [1, 2, 10])
async def test_an_update_that_cannot_be_read_does_not_hide_later_ones(store: Store, path: Path, limit: int) -> None:
    first, second, third, sound = (make_update() for _ in range(4))
    await store.write(lambda tables: tables.updates.add_many([first, second, third, sound], NOW))
    damage(path, "updates", "payload", first.update_id, second.update_id, third.update_id)
    assert await store.read(lambda tables: tables.updates.pending(limit)) == [sound]
    assert await store.read(lambda tables: tables.updates.pending(limit, sound.update_id)) == []


async def test_a_draft_that_cannot_be_read_makes_way_for_another(store: Store, path: Path) -> None:
    spoilt, fresh = make_draft(), make_draft()
    await store.write(lambda tables: tables.drafts.save(spoilt))
    damage(path, "drafts", "field_values", 1)
    assert await store.read(lambda tables: tables.drafts.by_id(spoilt.id)) is None
    await store.write(lambda tables: tables.drafts.save(fresh))
    place = fresh.place
    assert await store.read(lambda tables: tables.drafts.get(place.chat_id, place.user_id)) == fresh


async def test_one_damaged_row_does_not_keep_the_store_from_opening(
    database_url: str, path: Path, vault: Vault
) -> None:
    store = await Store.open(database_url, vault)
    await add_two_orders(store)
    await store.close()
    damage(path, "orders", "field_values", 2)
    await (await Store.open(database_url, vault)).close()


async def test_keys_that_open_nothing_are_refused_at_the_start(database_url: str, vault: Vault) -> None:
    store = await Store.open(database_url, vault)
    await store.write(lambda tables: tables.drafts.save(make_draft()))
    await store.close()
    with pytest.raises(WrongKeys, match="SECRET_KEYS"):
        await Store.open(database_url, Vault([Fernet.generate_key().decode()]))
    await (await Store.open(database_url, vault)).close()


async def test_what_a_killed_process_held_is_free_at_the_next_start(database_url: str, vault: Vault) -> None:
    first = await Store.open(database_url, vault)

    async def hold(tables: Tables) -> None:
        order = await tables.orders.add(make_order())
        await tables.events.add("voodoo", b"1", NOW)
        await tables.outbox.add(a_delivery(order), NOW)
        assert await tables.orders.claim_due(NOW, LEASE, 10)
        assert await tables.events.claim(NOW, LEASE, 10)
        assert await tables.outbox.claim(NOW, LEASE, 10)

    await first.write(hold)
    assert await claim_orders(first) == []
    await first.close()
    second = await Store.open(database_url, vault)
    assert len(await claim_orders(second)) == 1
    assert len(await claim_events(second)) == 1
    assert len(await second.write(lambda tables: tables.outbox.claim(NOW, LEASE, 10))) == 1
    await second.close()


def a_delivery(order: Order) -> NewDelivery:
    return NewDelivery("result", DeliveryKind.RESULT, order.place.chat_id, order_id=order.id)
