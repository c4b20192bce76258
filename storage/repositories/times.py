"""What the queues wait for, set right after a clock that ran ahead: nobody may wait for a time that never was."""

from datetime import datetime
from typing import Final

from sqlalchemy import Column, Table, TextClause, Update, bindparam, update

from storage.repositories.base import ASIDE, Repository
from storage.schema import EVENT_WAITING, ORDER_OPEN, ORDER_SCHEDULED, WAITING, events, orders, outbox
from storage.signals import Topic

LONGEST_LEASE: Final = 2 * ASIDE
"""No row is held for longer, not even one that cannot be read."""

PAST: Final = (orders.c.created_at, orders.c.sent_at, orders.c.accepted_at)
"""What patience with an open order counts from."""


def _due(table: Table, open_rows: TextClause, at: Column[datetime]) -> Update:
    late = update(table).where(open_rows, at > bindparam("latest"))
    return late.values({at.name: bindparam("now"), "leased_until": None})


def _freed(table: Table, open_rows: TextClause) -> Update:
    held = update(table).where(open_rows, table.c.leased_until > bindparam("longest"))
    return held.values(leased_until=None)


QUEUES: Final = (
    (orders, ORDER_SCHEDULED, orders.c.next_check_at),
    (events, EVENT_WAITING, events.c.due_at),
    (outbox, WAITING, outbox.c.due_at),
)
DUE: Final = tuple(_due(*queue) for queue in QUEUES)
FREED: Final = tuple(_freed(table, open_rows) for table, open_rows, _ in QUEUES)
BEGUN: Final = tuple(
    update(orders).where(ORDER_OPEN, begun > bindparam("now")).values({begun.name: bindparam("now")}) for begun in PAST
)


class Times(Repository):
    """The times in the queues."""

    __slots__ = ()

    async def set_right(self, now: datetime, latest: datetime) -> int:
        """Let everything that waits for later than ``latest`` be done now; says how much that was.

        An open order that began later than ``now`` begins now. What is held for quiet hours keeps its hour: that was
        never counted from the clock's own time.
        """
        longest = now + LONGEST_LEASE
        for statement in BEGUN:
            await self._db.execute(statement, {"now": now})
        due = [await self._db.execute(statement, {"now": now, "latest": latest}) for statement in DUE]
        freed = [await self._db.execute(statement, {"longest": longest}) for statement in FREED]
        for topic in (Topic.ORDERS, Topic.EVENTS, Topic.OUTBOX):
            self._unit.wake(topic)
        return sum(changed.rowcount for changed in (*due, *freed))
