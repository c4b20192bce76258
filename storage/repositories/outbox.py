"""The queue out: messages we owe chats."""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import RowMapping, exists, func, literal_column, or_, select, update

from storage.records.queues import Delivery, NewDelivery, Priority
from storage.repositories.base import Repository
from storage.schema import PARKED, WAITING, DeliveryState, outbox
from storage.signals import Topic

EARLIER = outbox.alias("earlier")


class Outbox(Repository):
    """Deliveries, each written in the unit that made it necessary."""

    __slots__ = ()

    async def add(self, new: NewDelivery, now: datetime) -> int | None:
        """Owe a message; None when this debt is already written down."""
        fresh = self._unit.insert(outbox).values(
            key=new.key,
            kind=new.kind,
            chat_id=new.chat_id,
            thread_id=new.thread_id,
            order_id=new.order_id,
            notice=new.notice,
            data=new.data or {},
            priority=int(new.priority),
            state=DeliveryState.WAITING,
            tries=0,
            created_at=now,
            due_at=now,
            reason="",
        )
        delivery_id = await self._db.scalar(fresh.on_conflict_do_nothing().returning(outbox.c.id))
        if delivery_id is not None:
            self._unit.wake(Topic.OUTBOX)
        return delivery_id

    async def claim(
        self, now: datetime, lease: timedelta, limit: int, busy_chats: Collection[int] = ()
    ) -> list[Delivery]:
        """Take up to ``limit`` messages by priority, then age: only the oldest of each chat, so a chat's stay in order."""
        free = or_(outbox.c.leased_until.is_(None), outbox.c.leased_until <= now)
        before_it = exists().where(
            literal_column("earlier.state = 'waiting'"),
            EARLIER.c.chat_id == outbox.c.chat_id,
            EARLIER.c.id < outbox.c.id,
        )
        turn = (
            select(outbox.c.id)
            .where(literal_column("outbox.state = 'waiting'"), outbox.c.due_at <= now, free, ~before_it)
            .order_by(outbox.c.priority, outbox.c.id)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        if busy_chats:
            turn = turn.where(outbox.c.chat_id.not_in(busy_chats))
        taken = (
            update(outbox)
            .where(outbox.c.id.in_(turn))
            .values(leased_until=now + lease, tries=outbox.c.tries + 1)
            .returning(outbox)
        )
        rows = (await self._db.execute(taken)).mappings().all()
        return sorted(map(_delivery, rows), key=lambda one: (one.priority, one.id))

    async def sent(self, delivery_id: int, message_id: int | None, now: datetime) -> None:
        """The message arrived."""
        await self._finish(delivery_id, DeliveryState.SENT, now, "", message_id)

    async def fail(self, delivery_id: int, reason: str, now: datetime) -> None:
        """The message can never arrive; ``reason`` says why."""
        await self._finish(delivery_id, DeliveryState.FAILED, now, reason, None)

    async def retry(self, delivery_id: int, due_at: datetime, reason: str) -> None:
        """Give the message back, to be tried again at ``due_at``; the chat's later ones wait behind it."""
        later = {"due_at": due_at, "reason": reason, "leased_until": None}
        await self._db.execute(update(outbox).where(outbox.c.id == delivery_id).values(later))

    async def park_chat(self, chat_id: int, reason: str) -> None:
        """Keep everything owed to an unreachable chat aside."""
        aside = {"state": DeliveryState.PARKED, "reason": reason, "leased_until": None}
        await self._db.execute(update(outbox).where(WAITING, outbox.c.chat_id == chat_id).values(aside))

    async def unpark_chat(self, chat_id: int) -> int:
        """Owe a chat again what was kept aside; says how many messages."""
        again = {"state": DeliveryState.WAITING, "due_at": self._unit.clock(), "reason": ""}
        rows = await self._db.execute(update(outbox).where(PARKED, outbox.c.chat_id == chat_id).values(again))
        if rows.rowcount:
            self._unit.wake(Topic.OUTBOX)
        return rows.rowcount

    async def waiting(self) -> int:
        """How many messages are still to be sent."""
        return await self._db.scalar(select(func.count()).select_from(outbox).where(WAITING)) or 0

    async def parked(self) -> int:
        """How many messages wait for their chat to become reachable."""
        return await self._db.scalar(select(func.count()).select_from(outbox).where(PARKED)) or 0

    async def _finish(
        self, delivery_id: int, state: DeliveryState, now: datetime, reason: str, message_id: int | None
    ) -> None:
        end = {
            "state": state,
            "finished_at": now,
            "reason": reason,
            "message_id": message_id,
            "leased_until": None,
        }
        await self._db.execute(update(outbox).where(outbox.c.id == delivery_id).values(end))


def _delivery(row: RowMapping) -> Delivery:
    return Delivery(
        id=row["id"],
        kind=row["kind"],
        chat_id=row["chat_id"],
        thread_id=row["thread_id"],
        order_id=row["order_id"],
        notice=row["notice"],
        data=row["data"],
        priority=Priority(row["priority"]),
        tries=row["tries"],
        created_at=row["created_at"],
    )
