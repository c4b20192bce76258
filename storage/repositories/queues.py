"""The queues in: supplier events and Telegram updates."""

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import RowMapping, delete, func, or_, select, update

from storage.crypto import Vault
from storage.records.queues import StoredEvent, StoredUpdate
from storage.repositories.base import Repository
from storage.schema import EVENT_DONE, EVENT_WAITING, UPDATE_DONE, UPDATE_WAITING, events, updates
from storage.signals import Topic


class Events(Repository):
    """What suppliers told us, kept until it was read."""

    __slots__ = ()

    async def add(self, supplier: str, body: bytes, now: datetime) -> int | None:
        """Keep a verified webhook; None when the same bytes are already there."""
        fresh = self._unit.insert(events).values(
            supplier=supplier,
            digest=hashlib.sha256(body).digest(),
            body=self._vault.seal(body),
            received_at=now,
            due_at=now,
            tries=0,
            reason="",
        )
        event_id = await self._db.scalar(fresh.on_conflict_do_nothing().returning(events.c.id))
        if event_id is not None:
            self._unit.wake(Topic.EVENTS)
        return event_id

    async def claim(self, now: datetime, lease: timedelta, limit: int) -> list[StoredEvent]:
        """Take up to ``limit`` events that are due and that nobody holds, oldest first."""
        free = or_(events.c.leased_until.is_(None), events.c.leased_until <= now)
        due = (
            select(events.c.id)
            .where(EVENT_WAITING, events.c.due_at <= now, free)
            .order_by(events.c.due_at)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        taken = (
            update(events)
            .where(events.c.id.in_(due))
            .values(leased_until=now + lease, tries=events.c.tries + 1)
            .returning(events)
        )
        rows = (await self._db.execute(taken)).mappings().all()
        return sorted((_event(self._vault, row) for row in rows), key=lambda event: event.id)

    async def done(self, event_id: int, outcome: str, now: datetime) -> None:
        """Drop the body, keep the digest: the same bytes are never read twice."""
        read = {"body": None, "outcome": outcome, "done_at": now, "leased_until": None}
        await self._db.execute(update(events).where(events.c.id == event_id).values(read))

    async def postpone(self, event_id: int, until: datetime, reason: str) -> None:
        """Give the event back, to be tried again at ``until``."""
        later = {"due_at": until, "reason": reason, "leased_until": None}
        await self._db.execute(update(events).where(events.c.id == event_id).values(later))

    async def waiting(self) -> int:
        """How many events were not read yet."""
        return await self._db.scalar(select(func.count()).select_from(events).where(EVENT_WAITING)) or 0

    async def last_received(self, supplier: str) -> datetime | None:
        """When the supplier last told us something new."""
        return await self._db.scalar(select(func.max(events.c.received_at)).where(events.c.supplier == supplier))

    async def purge(self, before: datetime) -> int:
        """Forget the digests of events read before ``before``; says how many."""
        return (await self._db.execute(delete(events).where(EVENT_DONE, events.c.done_at < before))).rowcount


class Updates(Repository):
    """What Telegram sent, kept until it was handled."""

    __slots__ = ()

    async def add(self, update_: StoredUpdate, now: datetime) -> bool:
        """Keep an update; False when it is already there."""
        return bool(await self.add_many([update_], now))

    async def add_many(self, batch: Sequence[StoredUpdate], now: datetime) -> list[StoredUpdate]:
        """Keep a batch; returns those that are new, in their order."""
        if not batch:
            return []
        rows = [
            {
                "update_id": one.update_id,
                "chat_id": one.chat_id,
                "user_id": one.user_id,
                "payload": self._vault.seal(one.payload),
                "received_at": now,
            }
            for one in batch
        ]
        fresh = self._unit.insert(updates).values(rows).on_conflict_do_nothing().returning(updates.c.update_id)
        new = set(await self._db.scalars(fresh))
        if new:
            self._unit.wake(Topic.UPDATES)
        return [one for one in {one.update_id: one for one in reversed(batch)}.values() if one.update_id in new][::-1]

    async def done(self, update_id: int, now: datetime) -> None:
        """Drop the payload, keep the id: a repeated update is recognised."""
        handled = {"payload": None, "done_at": now}
        await self._db.execute(update(updates).where(updates.c.update_id == update_id).values(handled))

    async def pending(self, limit: int, after: int = 0) -> list[StoredUpdate]:
        """Updates not handled yet with ids above ``after``, in Telegram's order."""
        left = (
            select(updates)
            .where(UPDATE_WAITING, updates.c.update_id > after)
            .order_by(updates.c.update_id)
            .limit(limit)
        )
        return [_update(self._vault, row) for row in (await self._db.execute(left)).mappings()]

    async def waiting(self) -> int:
        """How many updates were not handled yet."""
        return await self._db.scalar(select(func.count()).select_from(updates).where(UPDATE_WAITING)) or 0

    async def purge(self, before: datetime) -> int:
        """Forget the ids of updates handled before ``before``; says how many."""
        return (await self._db.execute(delete(updates).where(UPDATE_DONE, updates.c.done_at < before))).rowcount


def _event(vault: Vault, row: RowMapping) -> StoredEvent:
    return StoredEvent(row["id"], row["supplier"], vault.open(row["body"]), row["received_at"], row["tries"])


def _update(vault: Vault, row: RowMapping) -> StoredUpdate:
    return StoredUpdate(row["update_id"], row["chat_id"], row["user_id"], vault.open(row["payload"]))
