"""What the store promises about units of work."""

import pytest

from storage.store import Store
from storage.tables import Tables
from tests.factories import NOW, make_delivery, make_order


async def test_a_unit_that_returned_is_there_for_readers(store: Store) -> None:
    order = make_order()
    added = await store.write(lambda tables: tables.orders.add(order))
    assert added.number == 1
    assert await store.read(lambda tables: tables.orders.by_id(order.id)) == added


async def test_a_unit_that_raised_left_nothing(store: Store) -> None:
    async def broken(tables: Tables) -> None:
        await tables.outbox.add(make_delivery(), NOW)
        raise LookupError("on purpose")

    with pytest.raises(LookupError):
        await store.write(broken)
    assert await store.read(lambda tables: tables.outbox.waiting()) == 0
