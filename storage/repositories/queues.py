"""The queues in: supplier events and Telegram updates."""

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import RowMapping, bindparam, delete, func, or_, select, update

from storage.crypto import Vault
from storage.database import insert_new
from storage.records.queues import StoredEvent, StoredUpdate
from storage.repositories.base import Repository, readable
from storage.schema import EVENT_DONE, EVENT_WAITING, UPDATE_DONE, UPDATE_WAITING, events, updates
from storage.signals import Topic

KEEP_EVENT = insert_new(events).returning(events.c.id)
CHANGE_EVENT = update(events).where(events.c.id == bindparam("event"))
FREE_EVENTS = (
    select(events.c.id)
    .where(
        EVENT_WAITING,
        events.c.due_at <= bindparam("now"),
        or_(events.c.leased_until.is_(None), events.c.leased_until <= bindparam("now")),
    )
    .order_by(events.c.due_at)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
)
CLAIM_EVENTS = (
    update(events)
    .where(events.c.id.in_(FREE_EVENTS))
    .values(leased_until=bindparam("until"), tries=events.c.tries + 1)
    .returning(events)
)
EVENTS_WAITING = select(func.count()).select_from(events).where(EVENT_WAITING)
OLDEST_EVENT = select(func.min(events.c.received_at)).where(EVENT_WAITING)
EVENTS_READ_BEFORE = select(events.c.id).where(EVENT_DONE, events.c.done_at < bindparam("before"))
PURGE_EVENTS = delete(events).where(events.c.id.in_(EVENTS_READ_BEFORE.limit(bindparam("most"))))
LAST_RECEIVED = select(func.max(events.c.received_at)).where(events.c.supplier == bindparam("name"))

KEEP_UPDATE = insert_new(updates).returning(updates.c.update_id)
UPDATE_HANDLED = update(updates).where(updates.c.update_id == bindparam("handled"))
UPDATES_PENDING = (
    select(updates)
    .where(UPDATE_WAITING, updates.c.update_id > bindparam("after"))
    .order_by(updates.c.update_id)
    .limit(bindparam("most"))
)
UPDATES_WAITING = select(func.count()).select_from(updates).where(UPDATE_WAITING)
OLDEST_UPDATE = select(func.min(updates.c.received_at)).where(UPDATE_WAITING)
UPDATES_DONE_BEFORE = select(updates.c.update_id).where(UPDATE_DONE, updates.c.done_at < bindparam("before"))
PURGE_UPDATES = delete(updates).where(updates.c.update_id.in_(UPDATES_DONE_BEFORE.limit(bindparam("most"))))


class Events(Repository):
    """What suppliers told us, kept until it was read."""

    __slots__ = ()

    async def add(self, supplier: str, body: bytes, now: datetime) -> int | None:
        """Keep a verified webhook; None when the same bytes are already there."""
        fresh = {
            "supplier": supplier,
            "digest": hashlib.sha256(body).digest(),
            "body": self._vault.seal(body),
            "received_at": now,
            "due_at": now,
            "tries": 0,
            "reason": "",
        }
        event_id = await self._db.scalar(KEEP_EVENT, fresh)
        if event_id is not None:
            self._unit.wake(Topic.EVENTS)
        return event_id

    async def claim(self, now: datetime, lease: timedelta, limit: int) -> list[StoredEvent]:
        """Take up to ``limit`` events that are due and that nobody holds, oldest first."""
        taken = await self._db.execute(CLAIM_EVENTS, {"now": now, "until": now + lease, "most": limit})
        found = await self._claimed(events.c.id, taken.mappings(), _event, now)
        return sorted(found, key=lambda event: event.id)

    async def done(self, event_id: int, outcome: str, now: datetime) -> None:
        """Drop the body, keep the digest: the same bytes are never read twice."""
        read = {"event": event_id, "body": None, "outcome": outcome, "done_at": now, "leased_until": None}
        await self._db.execute(CHANGE_EVENT, read)

    async def postpone(self, event_id: int, until: datetime, reason: str) -> None:
        """Give the event back, to be tried again at ``until``."""
        later = {"event": event_id, "due_at": until, "reason": reason, "leased_until": None}
        await self._db.execute(CHANGE_EVENT, later)

    async def waiting(self) -> int:
        """How many events were not read yet."""
        return await self._db.scalar(EVENTS_WAITING) or 0

    async def last_received(self, supplier: str) -> datetime | None:
        """When the supplier last told us something new."""
        return await self._db.scalar(LAST_RECEIVED, {"name": supplier})

    async def oldest_waiting(self) -> datetime | None:
        """When the event came that has waited longest."""
        return await self._db.scalar(OLDEST_EVENT)

    async def purge(self, before: datetime, limit: int) -> int:
        """Forget the digests of up to ``limit`` events read before ``before``; says how many."""
        return (await self._db.execute(PURGE_EVENTS, {"before": before, "most": limit})).rowcount


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
        batch = _without_repeats(batch)
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
        new = set(await self._db.scalars(KEEP_UPDATE, rows))
        if new:
            self._unit.wake(Topic.UPDATES)
        return [one for one in batch if one.update_id in new]

    async def done(self, update_id: int, now: datetime) -> None:
        """Drop the payload, keep the id: a repeated update is recognised."""
        await self._db.execute(UPDATE_HANDLED, {"handled": update_id, "payload": None, "done_at": now})

    async def pending(self, limit: int, after: int = 0) -> list[StoredUpdate]:
        """Updates not handled yet with ids above ``after``, in Telegram's order; none only when there are no more."""
        while True:
            left = (await self._db.execute(UPDATES_PENDING, {"after": after, "most": limit})).mappings().all()
            found, damaged = readable(updates.c.update_id, left, lambda row: _update(self._vault, row))
            if found or not damaged:
                return found
            after = damaged[-1]

    async def waiting(self) -> int:
        """How many updates were not handled yet."""
        return await self._db.scalar(UPDATES_WAITING) or 0

    async def oldest_waiting(self) -> datetime | None:
        """When the update came that has waited longest."""
        return await self._db.scalar(OLDEST_UPDATE)

    async def purge(self, before: datetime, limit: int) -> int:
        """Forget the ids of up to ``limit`` updates handled before ``before``; says how many."""
        return (await self._db.execute(PURGE_UPDATES, {"before": before, "most": limit})).rowcount


def _without_repeats(batch: Sequence[StoredUpdate]) -> list[StoredUpdate]:
    """The first of each id: Telegram repeats updates, and a batch may hold both."""
    first: dict[int, StoredUpdate] = {}
    for one in batch:
        first.setdefault(one.update_id, one)
    return list(first.values())


def _event(vault: Vault, row: RowMapping) -> StoredEvent:
    return StoredEvent(row["id"], row["supplier"], vault.open(row["body"]), row["received_at"], row["tries"])


def _update(vault: Vault, row: RowMapping) -> StoredUpdate:
    return StoredUpdate(row["update_id"], row["chat_id"], row["user_id"], vault.open(row["payload"]))
