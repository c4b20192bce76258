"""Wake-ups between commits and workers."""

import asyncio

from storage.signals import Signals, Topic


async def test_a_notify_that_came_before_the_wait_is_not_lost() -> None:
    signals = Signals()
    signals.notify(Topic.ORDERS)
    async with asyncio.timeout(5):
        await signals.wait(Topic.ORDERS, 60)


async def test_a_notify_wakes_everybody_who_waits() -> None:
    signals = Signals()
    async with asyncio.timeout(5), asyncio.TaskGroup() as group:
        for _ in range(3):
            group.create_task(signals.wait(Topic.ORDERS, 60))
        await asyncio.sleep(0)
        signals.notify(Topic.ORDERS)


async def test_a_notify_is_spent_by_the_wait_that_saw_it() -> None:
    signals = Signals()
    signals.notify(Topic.ORDERS)
    await signals.wait(Topic.ORDERS, 60)
    second = asyncio.create_task(signals.wait(Topic.ORDERS, 60))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert not second.done()
    signals.notify(Topic.ORDERS)
    await second


async def test_topics_do_not_wake_each_other() -> None:
    signals = Signals()
    signals.notify(Topic.EVENTS)
    waiter = asyncio.create_task(signals.wait(Topic.ORDERS, 60))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert not waiter.done()
    signals.notify(Topic.ORDERS)
    await waiter


async def test_a_wait_ends_by_the_clock_without_a_notify() -> None:
    await Signals().wait(Topic.OUTBOX, 0)
