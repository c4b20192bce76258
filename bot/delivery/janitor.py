"""Tidies up: forgets handled updates, read events, finished deliveries and abandoned drafts."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from storage.clock import Clock, utc_now
from storage.store import Store
from storage.tables import Tables

log = structlog.get_logger()

SHORTEST_MEMORY = timedelta(days=2)
"""Telegram repeats unconfirmed updates for a day and suppliers repeat webhooks for minutes: none may look new."""

Purge = Callable[[Tables, datetime, int], Awaitable[int]]

PURGES: dict[str, Purge] = {
    "updates": lambda tables, before, limit: tables.updates.purge(before, limit),
    "events": lambda tables, before, limit: tables.events.purge(before, limit),
    "deliveries": lambda tables, before, limit: tables.outbox.purge(before, limit),
}


@dataclass(frozen=True, slots=True)
class Retention:
    """How long what is finished is kept, and how long an untouched draft."""

    finished: timedelta = timedelta(days=30)
    drafts: timedelta = timedelta(hours=24)
    every: timedelta = timedelta(hours=1)
    batch: int = 500


class Janitor:
    """Purges in small units, so that nobody waits long behind one."""

    def __init__(
        self,
        store: Store,
        retention: Retention,
        *,
        clock: Clock = utc_now,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._store = store
        self._retention = retention
        self._clock = clock
        self._sleep = sleep

    async def run(self) -> None:
        """Tidy up now and then until cancelled."""
        while True:
            try:
                await self.tidy()
            except Exception:  # a worker's edge: what could not be purged now is purged next time
                log.exception("old rows could not be purged; trying again later")
            await self._sleep(self._retention.every.total_seconds())

    async def tidy(self) -> dict[str, int]:
        """Purge what is old enough; says how many rows of each kind went."""
        now = self._clock()
        before = now - max(self._retention.finished, SHORTEST_MEMORY)
        gone = {name: await self._purge(purge, before) for name, purge in PURGES.items()}
        drafts = now - self._retention.drafts
        gone["invites"] = await self._store.write(lambda tables: tables.invites.purge(before))
        gone["drafts"] = await self._store.write(lambda tables: tables.drafts.purge(drafts))
        if any(gone.values()):
            log.info("old rows were purged", **gone)
        return gone

    async def _purge(self, purge: Purge, before: datetime) -> int:
        total, batch = 0, self._retention.batch
        while gone := await self._store.write(lambda tables: purge(tables, before, batch)):
            total += gone
            if gone < batch:
                break
        return total
