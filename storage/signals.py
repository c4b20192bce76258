"""Wake-ups inside the process: what a commit tells the workers that wait for it."""

import asyncio
from enum import StrEnum


class Topic(StrEnum):
    """The queues that workers wait on."""

    ORDERS = "orders"
    EVENTS = "events"
    OUTBOX = "outbox"
    UPDATES = "updates"


class Signals:
    """One latch per topic. A wake-up is a hint: the queue in the database is the truth, the clock the fallback."""

    def __init__(self) -> None:
        self._latches = {topic: asyncio.Event() for topic in Topic}

    def notify(self, topic: Topic) -> None:
        """Wake everybody who waits for ``topic``, or else whoever waits for it next."""
        self._latches[topic].set()

    async def wait(self, topic: Topic, seconds: float) -> None:
        """Return at a notify that came since the last wait, at the next one, or after ``seconds``."""
        latch = self._latches[topic]
        try:
            async with asyncio.timeout(seconds):
                await latch.wait()
        except TimeoutError:
            return
        latch.clear()
