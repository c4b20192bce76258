"""Starting on a backup: what was done after it was made is known to suppliers and people, not to this database."""

from dataclasses import replace
from datetime import datetime

import structlog

from bot.ordering.books import Books
from bot.ordering.policy import OrderingPolicy
from bot.ordering.seeking import OPEN_QUESTION
from bot.ordering.transitions import advance, flagged
from storage.clock import Clock
from storage.records.orders import Attention, Order, OrderFilter, OrderLine, OrderState
from storage.records.queues import NoticeKind
from storage.store import Store, Tables

log = structlog.get_logger()

PAGE = 500


class CopyKeeper:
    """Makes a copy of the database the original, when the bot finds itself started on one."""

    def __init__(self, store: Store, books: Books, policy: OrderingPolicy, clock: Clock) -> None:
        self._store = store
        self._books = books
        self._policy = policy
        self._clock = clock

    async def take_up(self) -> None:
        """Doubt what the copy does not know the end of, forget half-said things, and tell the operators; once."""
        made_at = await self._store.read(lambda tables: tables.copies.made_at())
        if made_at is None:
            return
        doubted = await self._store.write(lambda tables: self._take_up(tables, made_at))
        log.warning(
            "this database is a copy; orders confirmed since it was made are known to the suppliers only",
            made_at=made_at.isoformat(),
            doubted=doubted,
        )

    async def _take_up(self, tables: Tables, made_at: datetime) -> int:
        now = self._clock()
        await tables.copies.take_up(now)
        doubted, before = 0, None
        while page := await self._open(tables, before):
            for line in page:
                doubted += await self._doubt(tables, line.reference, made_at, now)
            before = page[-1].number
        facts = {"made_at": made_at.isoformat(), "orders": doubted}
        await self._books.desk.tell(tables, NoticeKind.DATABASE_RESTORED, now.isoformat(), facts, now)
        return doubted

    async def _open(self, tables: Tables, before: int | None) -> list[OrderLine]:
        return await tables.orders.lines(OrderFilter.OPEN, chat_id=None, user_id=None, before=before, limit=PAGE)

    async def _doubt(self, tables: Tables, reference: str, made_at: datetime, now: datetime) -> bool:
        order = await tables.orders.by_reference(reference)
        if order is None or order.state not in OPEN_QUESTION:
            return False
        await self._books.record(tables, order, of_a_copy(order, made_at, self._policy, now))
        return True


def of_a_copy(order: Order, made_at: datetime, policy: OrderingPolicy, now: datetime) -> Order:
    """An order that was being placed when the copy was made: it may have been bought, refused or closed since.

    It is never sent again. Its supplier is asked about it where it can be; a human decides where not. Pure.
    """
    if order.state is OrderState.PLACING:
        order = advance(order, OrderState.UNCONFIRMED)
    doubted = replace(order, in_doubt=True, checks=max(order.checks, policy.resends), next_check_at=now)
    detail = f"the database is a copy of {made_at:%Y-%m-%d %H:%M} UTC"
    return doubted if doubted.attention else flagged(doubted, Attention.OUTCOME_UNKNOWN, detail)
