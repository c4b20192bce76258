"""The ledger of resellers' money: lines are added, never changed."""

from collections.abc import Collection
from dataclasses import asdict
from datetime import datetime
from decimal import Decimal

from sqlalchemy import bindparam, func, or_, select, update

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
        ledger.c.reseller_id == bindparam("reseller"),
        ledger.c.at >= bindparam("begin"),
        ledger.c.at < bindparam("end"),
        or_(ledger.c.at > bindparam("begin"), ledger.c.id > bindparam("after")),
    )
    .order_by(ledger.c.at, ledger.c.id)
    .limit(bindparam("most"))
)
OF_ORDER = select(ledger).where(ledger.c.order_id == bindparam("order"))
SUM = select(func.sum(ledger.c.amount)).where(ledger.c.reseller_id == bindparam("reseller"))
SUM_BEFORE = SUM.where(ledger.c.at < bindparam("begin"))
ORDERERS = select(orders.c.id, orders.c.user_id).where(orders.c.id.in_(bindparam("these", expanding=True)))
CURRENCY = (
    select(orders.c.currency)
    .join_from(ledger, orders, ledger.c.order_id == orders.c.id)
    .order_by(ledger.c.id.desc())
    .limit(1)
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

    async def between(
        self, reseller_id: int, begin: datetime, end: datetime, limit: int, after: int = 0
    ) -> list[Entry]:
        """A page of a period's lines, oldest first; the next one begins at the last one's time, after its id."""
        asked = {"reseller": reseller_id, "begin": begin, "end": end, "after": after, "most": limit}
        return [Entry(**row) for row in (await self._db.execute(BETWEEN, asked)).mappings()]

    async def orderers(self, order_ids: Collection[str]) -> dict[str, int]:
        """Who made these orders: people by the orders' ids."""
        return {row.id: row.user_id for row in await self._db.execute(ORDERERS, {"these": list(order_ids)})}

    async def of_order(self, order_id: str) -> list[Entry]:
        """What an order brought."""
        return [Entry(**row) for row in (await self._db.execute(OF_ORDER, {"order": order_id})).mappings()]

    async def currency(self) -> str | None:
        """What the accounts are kept in, as the order charged last tells; None before the first."""
        return await self._db.scalar(CURRENCY)

    async def total(self, reseller_id: int) -> Decimal:
        """The sum of all lines, which the balance must equal."""
        return await self._db.scalar(SUM, {"reseller": reseller_id}) or Decimal(0)

    async def opening(self, reseller_id: int, begin: datetime) -> Decimal:
        """The balance at the beginning of a period: the sum of all lines before it."""
        return await self._db.scalar(SUM_BEFORE, {"reseller": reseller_id, "begin": begin}) or Decimal(0)
