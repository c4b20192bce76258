"""Orders that wait for their turn: claimed under a lease, hurried, passed over, and whom they wake."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from storage.records.catalog import ItemKey
from storage.records.orders import (
    Order,
    OrderState,
)
from storage.signals import Topic
from storage.store import Store
from tests.factories import NOW, make_order
from tests.storage.listening import heard
from tests.storage.orders import LEASE, add, claim


async def test_due_orders_are_claimed_longest_due_first_up_to_the_limit(store: Store) -> None:
    late, later, latest = make_order(next_check_at=NOW - LEASE), make_order(), make_order(next_check_at=NOW + LEASE)
    await add(store, latest, later, late, make_order(next_check_at=None))
    assert await claim(store, limit=1) == [late.id]
    assert await claim(store) == [later.id]
    assert await claim(store) == []
    assert await claim(store, seconds=30) == [late.id, later.id, latest.id]


async def test_a_claimed_order_is_nobody_elses_until_its_lease_ends(store: Store) -> None:
    [order] = await add(store, make_order())
    assert await claim(store) == [order.id]
    assert await claim(store, seconds=29.999) == []
    assert await claim(store, seconds=30) == [order.id]


async def test_saving_ends_the_lease(store: Store) -> None:
    [order] = await add(store, make_order())
    await claim(store)
    await store.write(lambda tables: tables.orders.save(order))
    assert await claim(store) == [order.id]


async def test_only_orders_that_are_due_wake_their_workers(store: Store) -> None:
    [order] = await add(store, make_order(next_check_at=NOW + timedelta(days=100_000)))
    await store.write(lambda tables: tables.orders.save(replace(order, next_check_at=None)))
    assert await heard(store.signals) == set()
    await store.write(lambda tables: tables.orders.save(replace(order, next_check_at=NOW - timedelta(days=100))))
    assert await heard(store.signals) == {Topic.ORDERS}


async def test_an_order_to_be_placed_waits_behind_no_look_up(store: Store) -> None:
    *looked_up, placed = await add(
        store,
        make_order(state=OrderState.ACCEPTED, next_check_at=NOW - 2 * LEASE),
        make_order(state=OrderState.ACCEPTED, next_check_at=NOW - LEASE),
        make_order(),
    )
    assert await claim(store, limit=2) == [placed.id, looked_up[0].id]


async def test_orders_of_one_state_are_made_due_at_once_whoever_holds_them(store: Store) -> None:
    held, later, _ = await add(
        store,
        make_order(),
        make_order(next_check_at=NOW + 9 * LEASE),
        make_order(state=OrderState.ACCEPTED, next_check_at=NOW + 9 * LEASE),
    )
    assert await claim(store) == [held.id]
    await heard(store.signals)
    assert await store.write(lambda tables: tables.orders.make_due(OrderState.PLACING, NOW)) == 2
    assert await heard(store.signals) == {Topic.ORDERS}
    assert await claim(store) == [held.id, later.id]
    assert await store.write(lambda tables: tables.orders.make_due(OrderState.UNCONFIRMED, NOW)) == 0


async def test_look_ups_of_one_supplier_are_brought_forward_and_stay_spread_out(store: Store) -> None:
    def due(seconds: float, **changes: Any) -> Order:
        return make_order(
            **({"state": OrderState.ACCEPTED, "next_check_at": NOW + timedelta(seconds=seconds)} | changes)
        )

    elsewhere = replace(make_order().item, key=ItemKey("octopus", "1"))
    late, later, past, other, placing = await add(
        store, due(100), due(600), due(-5), due(600, item=elsewhere), due(600, state=OrderState.PLACING)
    )
    assert await store.write(lambda tables: tables.orders.hasten("voodoo", NOW)) == 2

    async def left(order: Order) -> float:
        found = await store.read(lambda tables: tables.orders.by_id(order.id))
        assert found is not None
        assert found.next_check_at is not None
        return (found.next_check_at - NOW).total_seconds()

    assert [await left(order) for order in (late, later, past, other, placing)] == [20, 120, -5, 600, 600]


async def test_a_busy_suppliers_orders_are_passed_over(store: Store) -> None:
    elsewhere = replace(make_order().item, key=ItemKey("octopus", "1"))
    await add(store, make_order())
    (other,) = await add(store, make_order(item=elsewhere))
    claimed = await store.write(lambda tables: tables.orders.claim_due(NOW, LEASE, 10, {"voodoo"}))
    assert [order.id for order in claimed] == [other.id]
