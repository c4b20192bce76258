"""The queue out: messages we owe chats."""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import RowMapping, bindparam, case, delete, exists, func, or_, select, text, update

from storage.database import insert_new
from storage.records.queues import Delivery, NewDelivery, Priority
from storage.repositories.base import Repository
from storage.schema import FINISHED, HELD, PARKED, WAITING, DeliveryState, outbox
from storage.signals import Topic

EARLIER = outbox.alias("earlier")
OWED_BEFORE = exists().where(
    text("earlier.state = 'waiting'"),
    EARLIER.c.chat_id == outbox.c.chat_id,
    EARLIER.c.id < outbox.c.id,
)
NEXT = (
    select(outbox.c.id)
    .where(
        text("outbox.state = 'waiting'"),
        outbox.c.due_at <= bindparam("now"),
        or_(outbox.c.leased_until.is_(None), outbox.c.leased_until <= bindparam("now")),
        outbox.c.chat_id.not_in(bindparam("busy", expanding=True)),
        ~OWED_BEFORE,
    )
    .order_by(outbox.c.priority, outbox.c.id)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
)
CLAIM = (
    update(outbox)
    .where(outbox.c.id.in_(NEXT))
    .values(leased_until=bindparam("until"), tries=outbox.c.tries + 1)
    .returning(outbox)
)
RIPEN = update(outbox).where(HELD, outbox.c.due_at <= bindparam("now")).values(state=DeliveryState.WAITING)
CHANGE_HELD_OF = update(outbox).where(HELD, outbox.c.chat_id == bindparam("chat"))
OWE = insert_new(outbox).returning(outbox.c.id)
CHANGE = update(outbox).where(outbox.c.id == bindparam("delivery"))
# Never back to none at all: it was tried, and has waited since it was written.
EXCUSE = CHANGE.where(outbox.c.tries > 1).values(tries=outbox.c.tries - 1)
CUT_SHORT = (
    update(outbox)
    .where(
        WAITING,
        outbox.c.due_at > bindparam("now"),
        outbox.c.leased_until.is_(None),
        outbox.c.reason != bindparam("spared"),
    )
    .values(due_at=bindparam("now"))
)
CHANGE_WAITING_OF = update(outbox).where(WAITING, outbox.c.chat_id == bindparam("chat"))
CHANGE_PARKED_OF = update(outbox).where(PARKED, outbox.c.chat_id == bindparam("chat"))
COUNT_WAITING = select(func.count()).select_from(outbox).where(WAITING)
COUNT_PARKED = select(func.count()).select_from(outbox).where(PARKED)
KEPT_FOR = select(exists().where(PARKED, outbox.c.chat_id == bindparam("chat")))
# What was held for its time has waited since then only.
WAITS_SINCE = case((outbox.c.tries == 0, outbox.c.due_at), else_=outbox.c.created_at)
OLDEST_WAITING = select(func.min(WAITS_SINCE)).where(WAITING)
FINISHED_BEFORE = select(outbox.c.id).where(FINISHED, outbox.c.finished_at < bindparam("before"))
PURGE = delete(outbox).where(outbox.c.id.in_(FINISHED_BEFORE.limit(bindparam("most"))))


class Outbox(Repository):
    """Deliveries, each written in the unit that made it necessary."""

    __slots__ = ()

    async def add(self, new: NewDelivery, now: datetime) -> int | None:
        """Owe a message; None when this debt is already written down."""
        later = new.due_at is not None and new.due_at > now
        fresh = {
            "key": new.key,
            "kind": new.kind,
            "chat_id": new.chat_id,
            "thread_id": new.thread_id,
            "order_id": new.order_id,
            "notice": new.notice,
            "data": new.data or {},
            "priority": int(new.priority),
            "state": DeliveryState.HELD if later else DeliveryState.WAITING,
            "tries": 0,
            "created_at": now,
            "due_at": new.due_at if later else now,
            "reason": "",
        }
        delivery_id = await self._db.scalar(OWE, fresh)
        if delivery_id is not None and not later:
            self._unit.wake(Topic.OUTBOX)
        return delivery_id

    async def claim(
        self, now: datetime, lease: timedelta, limit: int, busy_chats: Collection[int] = ()
    ) -> list[Delivery]:
        """Take up to ``limit`` messages by priority, then age; only each chat's oldest, so that its order is kept."""
        await self._db.execute(RIPEN, {"now": now})
        turn = {"now": now, "until": now + lease, "most": limit, "busy": list(busy_chats)}
        rows = (await self._db.execute(CLAIM, turn)).mappings().all()
        return sorted(map(_delivery, rows), key=lambda one: (one.priority, one.id))

    async def sent(self, delivery_id: int, message_id: int | None, now: datetime) -> None:
        """The message arrived."""
        await self._finish(delivery_id, DeliveryState.SENT, now, "", message_id)

    async def fail(self, delivery_id: int, reason: str, now: datetime) -> None:
        """The message can never arrive; ``reason`` says why."""
        await self._finish(delivery_id, DeliveryState.FAILED, now, reason, None)

    async def retry(self, delivery_id: int, due_at: datetime, reason: str, *, excused: bool = False) -> None:
        """Give the message back, to be tried again at ``due_at``; the chat's later ones wait behind it.

        An ``excused`` try is not counted: it failed for no fault of the message.
        """
        later = {"delivery": delivery_id, "due_at": due_at, "reason": reason, "leased_until": None}
        await self._db.execute(CHANGE, later)
        if excused:
            await self._db.execute(EXCUSE, {"delivery": delivery_id})

    async def cut_short(self, now: datetime, spared: str) -> int:
        """Let whatever waits for its next try go at once, but for the ``spared`` reason; says how many messages."""
        rows = await self._db.execute(CUT_SHORT, {"now": now, "spared": spared})
        if rows.rowcount:
            self._unit.wake(Topic.OUTBOX)
        return rows.rowcount

    async def park_chat(self, chat_id: int, reason: str) -> None:
        """Keep everything owed to an unreachable chat aside."""
        aside = {"chat": chat_id, "state": DeliveryState.PARKED, "reason": reason, "leased_until": None}
        await self._db.execute(CHANGE_WAITING_OF, aside)

    async def unpark_chat(self, chat_id: int) -> int:
        """Owe a chat again what was kept aside; says how many messages."""
        again = {"chat": chat_id, "state": DeliveryState.WAITING, "due_at": self._unit.clock(), "reason": ""}
        rows = await self._db.execute(CHANGE_PARKED_OF, again)
        if rows.rowcount:
            self._unit.wake(Topic.OUTBOX)
        return rows.rowcount

    async def hear_at(self, chat_id: int, due_at: datetime) -> int:
        """Let a chat hear at ``due_at`` what is held for it; says how many messages."""
        rows = await self._db.execute(CHANGE_HELD_OF, {"chat": chat_id, "due_at": due_at})
        if rows.rowcount:
            self._unit.wake(Topic.OUTBOX)
        return rows.rowcount

    async def waiting(self) -> int:
        """How many messages are still to be sent."""
        return await self._db.scalar(COUNT_WAITING) or 0

    async def parked(self) -> int:
        """How many messages wait for their chat to become reachable."""
        return await self._db.scalar(COUNT_PARKED) or 0

    async def keeps_for(self, chat_id: int) -> bool:
        """Whether messages of this chat wait for it to become reachable."""
        return bool(await self._db.scalar(KEPT_FOR, {"chat": chat_id}))

    async def oldest_waiting(self) -> datetime | None:
        """When the message was written that has waited longest."""
        return await self._db.scalar(OLDEST_WAITING)

    async def purge(self, before: datetime, limit: int) -> int:
        """Forget up to ``limit`` messages that were sent or failed before ``before``; says how many."""
        return (await self._db.execute(PURGE, {"before": before, "most": limit})).rowcount

    async def _finish(
        self, delivery_id: int, state: DeliveryState, now: datetime, reason: str, message_id: int | None
    ) -> None:
        end = {
            "delivery": delivery_id,
            "state": state,
            "finished_at": now,
            "reason": reason,
            "message_id": message_id,
            "leased_until": None,
        }
        await self._db.execute(CHANGE, end)


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
