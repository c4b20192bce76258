"""What was ordered of late, for the limits of a person and of a reseller."""

from datetime import datetime
from decimal import Decimal

from sqlalchemy import bindparam, func, select

from storage.repositories.base import Repository
from storage.schema import orders

NTH_NEWEST = (
    select(orders.c.created_at)
    .where(orders.c.user_id == bindparam("person"))
    .order_by(orders.c.number.desc())
    .limit(1)
    .offset(bindparam("newer"))
)
SPENT = select(func.sum(func.coalesce(orders.c.captured, orders.c.price))).where(
    orders.c.reseller_id == bindparam("reseller"), orders.c.created_at >= bindparam("since")
)


class Spending(Repository):
    """Reads of the orders of a minute and of a day; both stop at what is asked for, however long the past is."""

    __slots__ = ()

    async def nth_newest(self, user_id: int, nth: int) -> datetime | None:
        """When a person's ``nth`` newest order was made, counted from 1; None when there are fewer."""
        return await self._db.scalar(NTH_NEWEST, {"person": user_id, "newer": nth - 1})

    async def since(self, reseller_id: int, moment: datetime) -> Decimal:
        """What a reseller's orders from ``moment`` on cost it: what is held for them, or was captured at their end."""
        return await self._db.scalar(SPENT, {"reseller": reseller_id, "since": moment}) or Decimal(0)
