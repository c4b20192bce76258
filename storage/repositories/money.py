"""The ledger of resellers' money: lines are added, never changed."""

from collections.abc import AsyncIterator
from dataclasses import asdict
from datetime import datetime
from decimal import Decimal

from sqlalchemy import bindparam, func, select, update

from storage.database import insert_new
from storage.records.resellers import Entry, NewEntry
from storage.repositories.base import Repository
from storage.schema import ledger, orders, resellers

BALANCE = select(resellers.c.balance).where(resellers.c.id == bindparam("reseller"))
ADD = insert_new(ledger).returning(ledger.c.id)
MOVE = update(resellers).where(resellers.c.id == bindparam("reseller")).values(balance=bindparam("left"))
LAST = (
    select(ledger)
    .where(ledger.c.reseller_id == bindparam("reseller"), ledger.c.id < bindparam("before"))
    .order_by(ledger.c.id.desc())
    .limit(bindparam("most"))
)
BETWEEN = (
    select(ledger)
    .where(
        ledger.c.reseller_id == bindparam("reseller"), ledger.c.at >= bindparam("begin"), ledger.c.at < bindparam("end")
    )
    .order_by(ledger.c.at, ledger.c.id)
)
EVERYBODYS = (
    select(ledger).where(ledger.c.at >= bindparam("begin"), ledger.c.at < bindparam("end")).order_by(ledger.c.at)
)
OF_ORDER = select(ledger).where(ledger.c.order_id == bindparam("order"))
SUM = select(func.sum(ledger.c.amount)).where(ledger.c.reseller_id == bindparam("reseller"))
SUM_BEFORE = SUM.where(ledger.c.at < bindparam("begin"))
ORDERERS = (
    select(ledger.c.order_id, orders.c.user_id)
    .join(orders, orders.c.id == ledger.c.order_id)
    .where(
        ledger.c.reseller_id == bindparam("reseller"), ledger.c.at >= bindparam("begin"), ledger.c.at < bindparam("end")
    )
)
NEWEST = 2**62


class Ledger(Repository):
    """Every change of every reseller's balance."""

    __slots__ = ()

    async def post(self, entry: NewEntry) -> Entry | None:
        """Add a line and move the balance; None, and nothing is changed, for one that is there already.

        A line is there already when its order, or its update, brought one of its kind before.
        """
        held = await self._db.scalar(BALANCE, {"reseller": entry.reseller_id})
        if held is None:
            raise LookupError(f"no reseller has the id {entry.reseller_id}")
        left: Decimal = held + entry.amount
        entry_id = await self._db.scalar(ADD, asdict(entry) | {"balance": left})
        if entry_id is None:
            return None
        await self._db.execute(MOVE, {"reseller": entry.reseller_id, "left": left})
        return Entry(**asdict(entry), id=entry_id, balance=left)

    async def last(self, reseller_id: int, limit: int, before: int = NEWEST) -> list[Entry]:
        """The newest lines with ids below ``before``, newest first."""
        rows = await self._db.execute(LAST, {"reseller": reseller_id, "before": before, "most": limit})
        return [Entry(**row) for row in rows.mappings()]

    async def between(self, reseller_id: int, begin: datetime, end: datetime) -> list[Entry]:
        """The lines of a period, oldest first; ``end`` is not part of it."""
        rows = await self._db.execute(BETWEEN, {"reseller": reseller_id, "begin": begin, "end": end})
        return [Entry(**row) for row in rows.mappings()]

    async def orderers(self, reseller_id: int, begin: datetime, end: datetime) -> dict[str, int]:
        """Who made the orders that a period's lines are of: people by the orders' ids."""
        rows = await self._db.execute(ORDERERS, {"reseller": reseller_id, "begin": begin, "end": end})
        return {row.order_id: row.user_id for row in rows}

    async def everybodys(self, begin: datetime, end: datetime) -> AsyncIterator[Entry]:
        """The lines of a period of all resellers, oldest first."""
        for row in (await self._db.execute(EVERYBODYS, {"begin": begin, "end": end})).mappings():
            yield Entry(**row)

    async def of_order(self, order_id: str) -> list[Entry]:
        """What an order brought."""
        return [Entry(**row) for row in (await self._db.execute(OF_ORDER, {"order": order_id})).mappings()]

    async def total(self, reseller_id: int) -> Decimal:
        """The sum of all lines, which the balance must equal."""
        return await self._db.scalar(SUM, {"reseller": reseller_id}) or Decimal(0)

    async def opening(self, reseller_id: int, begin: datetime) -> Decimal:
        """The balance at the beginning of a period: the sum of all lines before it."""
        return await self._db.scalar(SUM_BEFORE, {"reseller": reseller_id, "begin": begin}) or Decimal(0)
