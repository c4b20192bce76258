"""Orders put into a store, and claimed from it."""

from datetime import timedelta

from storage.records.orders import Order
from storage.store import Store
from storage.tables import Tables
from tests.factories import NOW

LEASE = timedelta(seconds=30)


async def add(store: Store, *orders: Order) -> list[Order]:
    async def work(tables: Tables) -> list[Order]:
        return [await tables.orders.add(order) for order in orders]

    return await store.write(work)


async def claim(store: Store, seconds: float = 0, limit: int = 10) -> list[str]:
    at = NOW + timedelta(seconds=seconds)
    return [order.id for order in await store.write(lambda tables: tables.orders.claim_due(at, LEASE, limit))]
