"""Workers that run by themselves: bounded, side by side, stopped with care."""

import asyncio
from collections.abc import Callable, Coroutine

import pytest

from bot.ordering.crew import Crew
from bot.suppliers.outcomes import Deferred
from storage.records.orders import Order, OrderState
from storage.signals import Topic
from storage.store import Store
from tests.ordering.scripted import as_body, completed, report
from tests.ordering.shop import Shop

Work = Callable[[int], Coroutine[None, None, None]]


class Bench:
    """A queue of numbered pieces and a crew that takes them."""

    def __init__(self, pieces: list[int], size: int = 2, drain_seconds: float = 10) -> None:
        self.pieces = pieces
        self.crew = Crew(size, drain_seconds)
        self.started: list[int] = []
        self.ended: list[int] = []
        self.gate = asyncio.Event()
        self.idle = asyncio.Event()
        self.key: Callable[[int], str] = str

    async def claim(self, limit: int) -> list[int]:
        taken, self.pieces = self.pieces[:limit], self.pieces[limit:]
        return taken

    async def work(self, piece: int) -> None:
        self.started.append(piece)
        await self.gate.wait()
        self.ended.append(piece)

    def job(self, piece: int) -> tuple[str, Coroutine[None, None, None]]:
        return self.key(piece), self.work(piece)

    async def rest(self) -> None:
        self.idle.set()
        await asyncio.Event().wait()

    async def run(self) -> None:
        await self.crew.keep_busy(self.claim, self.job, self.rest)


async def stopped(task: asyncio.Task[None]) -> None:
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def settled() -> None:
    """Let everything that can go on go on."""
    for _ in range(20):
        await asyncio.sleep(0)


async def test_no_more_than_its_size_is_in_hand() -> None:
    bench = Bench([1, 2, 3, 4, 5])
    task = asyncio.create_task(bench.run())
    await settled()
    assert bench.started == [1, 2]
    bench.gate.set()
    await bench.idle.wait()
    await settled()
    assert sorted(bench.ended) == [1, 2, 3, 4, 5]
    await stopped(task)


async def test_the_same_key_is_never_worked_on_twice_at_once() -> None:
    bench = Bench([1, 2, 3], size=3)
    bench.key = lambda _: "the same order"
    task = asyncio.create_task(bench.run())
    await bench.idle.wait()
    await settled()
    assert bench.started == [1]
    bench.gate.set()
    await stopped(task)
    assert bench.ended == [1]


async def test_a_piece_that_is_claimed_again_the_moment_it_ends_is_worked_on_again() -> None:
    bench = Bench([], size=2)
    first, again = asyncio.Event(), asyncio.Event()
    claims = 0

    async def claim(limit: int) -> list[int]:
        nonlocal claims
        assert limit
        claims += 1
        if claims == 2:
            await again.wait()
        return [1] if claims <= 2 else []

    async def work(piece: int) -> None:
        bench.started.append(piece)
        await first.wait()

    bench.claim = claim
    bench.work = work
    task = asyncio.create_task(bench.run())
    await settled()
    # One commit wakes both: the piece's last write, and the claim that came after it.
    first.set()
    again.set()
    await bench.idle.wait()
    await settled()
    assert bench.started == [1, 1]
    await stopped(task)


async def test_a_piece_that_fails_does_not_stop_the_others() -> None:
    bench = Bench([1, 2, 3], size=1)
    bench.gate.set()

    async def work(piece: int) -> None:
        if piece == 1:
            raise ValueError("bad piece")
        bench.ended.append(piece)

    bench.work = work
    task = asyncio.create_task(bench.run())
    await bench.idle.wait()
    await settled()
    assert bench.ended == [2, 3]
    await stopped(task)


async def test_a_claim_that_fails_is_tried_again() -> None:
    bench = Bench([1])
    claims: list[int] = []

    async def claim(limit: int) -> list[int]:
        claims.append(limit)
        if len(claims) == 1:
            raise OSError("disk full")
        return await Bench.claim(bench, limit)

    async def rest() -> None:
        if len(claims) > 1:
            await Bench.rest(bench)

    bench.claim = claim
    bench.rest = rest
    bench.gate.set()
    task = asyncio.create_task(bench.run())
    await bench.idle.wait()
    await settled()
    assert bench.ended == [1]
    await stopped(task)


async def test_work_in_hand_is_finished_before_the_crew_stops() -> None:
    bench = Bench([1, 2])
    task = asyncio.create_task(bench.run())
    await settled()
    assert bench.started == [1, 2]
    task.cancel()
    await settled()
    assert not task.done()
    bench.gate.set()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert sorted(bench.ended) == [1, 2]


async def test_work_that_takes_too_long_is_cut_off() -> None:
    bench = Bench([1], drain_seconds=0)
    task = asyncio.create_task(bench.run())
    await settled()
    assert bench.started == [1]
    await stopped(task)
    assert bench.ended == []


async def until(shop: Shop, order: Order, *states: OrderState) -> None:
    """Wait until the workers have brought an order there; what changes an order also owes its chat a message."""
    async with asyncio.timeout(30):
        while (await shop.order(order)).state not in states:
            await shop.store.signals.wait(Topic.OUTBOX, 30)


async def test_the_workers_carry_an_order_from_confirm_to_its_end(shop: Shop) -> None:
    order = await shop.confirmed()
    shop.supplier.places.append(report(order))
    await shop.workers.recover()
    running = asyncio.create_task(shop.workers.run())
    await until(shop, order, OrderState.ACCEPTED)
    await shop.store.write(lambda tables: tables.events.add("voodoo", as_body(completed(order)), shop.clock()))
    await until(shop, order, OrderState.COMPLETED)
    await stopped(running)


async def test_one_slow_order_does_not_hold_the_others(store: Store) -> None:
    shop = Shop(store, in_flight=2)
    slow = await shop.confirmed()
    quick = [await shop.confirmed() for _ in range(3)]
    gate = asyncio.Event()
    place = shop.supplier.place

    async def placing(request: object) -> object:
        if getattr(request, "order_id", "") == slow.id:
            await gate.wait()
            return Deferred("too slow")
        return await place(request)  # pyright: ignore[reportArgumentType] - passed through

    shop.supplier.place = placing  # pyright: ignore[reportAttributeAccessIssue] - one slow answer
    shop.supplier.places.extend(completed(order, supplier_order_id=f"S-{number}") for number, order in enumerate(quick))
    running = asyncio.create_task(shop.workers.run())
    for order in quick:
        await until(shop, order, OrderState.COMPLETED)
    assert (await shop.order(slow)).state is OrderState.PLACING
    gate.set()
    await stopped(running)
