"""Hears whether a topic was signalled, without waiting for the clock."""

import asyncio

from storage.signals import Signals, Topic


async def heard(signals: Signals) -> set[Topic]:
    """The topics signalled since they were last waited for."""
    waits = {topic: asyncio.create_task(signals.wait(topic, 3600)) for topic in Topic}
    # One turn of the loop starts the tasks; those whose latch is set end in it.
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    done = {topic for topic, task in waits.items() if task.done()}
    for task in waits.values():
        task.cancel()
    await asyncio.gather(*waits.values(), return_exceptions=True)
    return done
