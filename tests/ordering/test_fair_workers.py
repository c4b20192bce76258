"""A supplier that hangs keeps its own orders waiting, and nobody else's."""

import asyncio

import pytest

from bot.ordering.journal import Journal
from bot.suppliers.outcomes import Deferred, PlaceOutcome, PlaceRequest
from storage.records.catalog import ItemKey
from storage.records.orders import Order, OrderState
from storage.signals import Topic
from storage.store import Store
from tests.factories import make_item
from tests.ordering.scripted import ScriptedSupplier, completed
from tests.ordering.shop import Shop

CARD = make_item(key=ItemKey("octopus", "123"), name="Xbox Game Pass")
IN_FLIGHT = 3


class Hanging(ScriptedSupplier):
    """Takes calls and answers none of them until told."""

    def __init__(self, journal: Journal) -> None:
        super().__init__(journal)
        self.gate = asyncio.Event()
        self.asked = 0
        self._news = asyncio.Condition()

    async def place(self, request: PlaceRequest) -> PlaceOutcome:
        self.asked += 1
        async with self._news:
            self._news.notify_all()
        await self.gate.wait()
        return Deferred("it hung")

    async def until_asked(self, times: int) -> None:
        async with self._news, asyncio.timeout(30):
            await self._news.wait_for(lambda: self.asked >= times)


class Other(ScriptedSupplier):
    """Another supplier, in good health."""

    name = "octopus"
    title = "Octopus Cards"


async def until(shop: Shop, order: Order, state: OrderState) -> None:
    async with asyncio.timeout(30):
        while (await shop.order(order)).state is not state:
            await shop.store.signals.wait(Topic.OUTBOX, 30)


async def stopped(task: asyncio.Task[None]) -> None:
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_orders_that_hang_at_one_supplier_leave_the_other_suppliers_orders_alone(store: Store) -> None:
    shop = Shop(store, items=(make_item(), CARD), in_flight=IN_FLIGHT)
    hanging, other = Hanging(Journal(store, shop.clock)), Other(Journal(store, shop.clock))
    shop.restart(voodoo=hanging, octopus=other)
    stuck = [await shop.confirmed() for _ in range(3 * IN_FLIGHT)]
    running = asyncio.create_task(shop.workers.run())
    await hanging.until_asked(IN_FLIGHT)
    fine = await shop.confirmed(item=CARD)
    other.places.append(completed(fine))
    await until(shop, fine, OrderState.COMPLETED)
    assert hanging.asked == IN_FLIGHT, "its own bound still holds"
    assert {(await shop.order(order)).state for order in stuck} == {OrderState.PLACING}
    hanging.gate.set()
    await hanging.until_asked(len(stuck))
    await stopped(running)


async def test_what_waits_for_a_busy_supplier_goes_on_the_moment_it_has_room(store: Store) -> None:
    shop = Shop(store, in_flight=1, idle_seconds=3600.0)
    first, second = await shop.confirmed(), await shop.confirmed()
    shop.supplier.places.extend([completed(first), completed(second, supplier_order_id="S-2")])
    running = asyncio.create_task(shop.workers.run())
    await until(shop, first, OrderState.COMPLETED)
    await until(shop, second, OrderState.COMPLETED)
    await stopped(running)
