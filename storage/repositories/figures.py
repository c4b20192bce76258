"""Figures and tables over the orders and ledger lines of a period, read through the index of their time."""

from dataclasses import fields
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import BigInteger, RowMapping, and_, bindparam, case, func, literal, or_, select, type_coerce
from sqlalchemy.sql.elements import ColumnElement

from storage.columns import EPOCH, MICROSECOND, Money
from storage.records.figures import DayTally, ItemTally, LedgerRow, OrderRow, ResellerTally, Tally
from storage.records.orders import OrderState
from storage.repositories.base import Repository
from storage.schema import ledger, orders, resellers


def _units(amount: ColumnElement[Any]) -> ColumnElement[int]:
    """An amount as the integer that its column holds."""
    return type_coerce(amount, BigInteger)


def _count(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((condition, 1), else_=0))


def _sum(units: ColumnElement[int], condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((condition, units), else_=literal(0, BigInteger)))


OWN: Final = orders.c.reseller_id.is_(None)
SOLD: Final = orders.c.reseller_id.is_not(None)
HANDED_OVER: Final = orders.c.state.in_((OrderState.COMPLETED, OrderState.PARTIAL))
ENDED: Final = or_(HANDED_OVER, orders.c.state == OrderState.FAILED)
# A supplier that delivered and never said what it took is believed to have taken what was expected; one that failed, to
# have taken what it gave back, or a refund whose charge is out of sight would be a gain.
TAKEN: Final = case(
    (HANDED_OVER, func.coalesce(_units(orders.c.charged), _units(orders.c.expected))),
    else_=func.coalesce(_units(orders.c.charged), _units(orders.c.refunded)),
)
KEPT: Final = TAKEN - _units(orders.c.refunded)
CAPTURED: Final = func.coalesce(_units(orders.c.captured), literal(0, BigInteger))

ORDERS: Final = func.count()
TURNOVER: Final = _sum(CAPTURED, SOLD)
SPENT: Final = _sum(KEPT, ENDED)
TALLY: Final = (
    ORDERS.label("orders"),
    _count(OWN).label("own"),
    _count(orders.c.state == OrderState.COMPLETED).label("completed"),
    _count(orders.c.state == OrderState.PARTIAL).label("partial"),
    _count(orders.c.state.in_((OrderState.FAILED, OrderState.REJECTED))).label("failed"),
    type_coerce(TURNOVER, Money()).label("turnover"),
    type_coerce(_sum(KEPT, and_(ENDED, SOLD)), Money()).label("cost"),
    type_coerce(_sum(KEPT, and_(ENDED, OWN)), Money()).label("own_cost"),
)
NAMES: Final = tuple(field.name for field in fields(Tally))

CREATED_WITHIN: Final = and_(orders.c.created_at >= bindparam("begin"), orders.c.created_at < bindparam("end"))
# Adding zero keeps SQLite from walking a reseller's orders of all times for the sake of their order.
RESELLER: Final = (orders.c.reseller_id + 0).label("reseller_id")
BY_RESELLER: Final = (
    select(RESELLER, orders.c.currency, *TALLY).where(CREATED_WITHIN).group_by(RESELLER, orders.c.currency)
)
NAME_OF: Final = select(resellers.c.id, resellers.c.name).where(resellers.c.id.in_(bindparam("found", expanding=True)))
BY_ITEM: Final = (
    select(orders.c.item_name, orders.c.currency, *TALLY)
    .where(CREATED_WITHIN)
    .group_by(orders.c.item_name, orders.c.currency)
    .order_by(
        (orders.c.currency == bindparam("shop")).desc(),
        TURNOVER.desc(),
        SPENT.desc(),
        ORDERS.desc(),
        orders.c.item_name,
    )
    .limit(bindparam("most"))
)
DAY: Final = ((_units(orders.c.created_at) - bindparam("zero", type_=BigInteger)) // bindparam("length")).label("day")
BY_DAY: Final = select(DAY, orders.c.currency, *TALLY).where(CREATED_WITHIN).group_by(DAY, orders.c.currency)
FIRST_ORDER: Final = select(func.min(orders.c.created_at))

TABLE_OF_ORDERS: Final = (
    select(
        *(
            orders.c[name]
            for name in (
                "number",
                "reference",
                "created_at",
                "settled_at",
                "user_id",
                "chat_id",
                "item_name",
                "supplier",
                "supplier_order_id",
                "quantity",
                "delivered",
                "state",
                "attention",
                "currency",
                "price",
                "captured",
                "markup",
                "expected",
                "charged",
                "refunded",
            )
        ),
        resellers.c.name.label("reseller"),
    )
    .join(resellers, resellers.c.id == orders.c.reseller_id, isouter=True)
    .where(CREATED_WITHIN, or_(orders.c.created_at > bindparam("begin"), orders.c.number > bindparam("after")))
    .order_by(orders.c.created_at, orders.c.number)
    .limit(bindparam("most"))
)
TABLE_OF_LEDGER: Final = (
    select(
        *(ledger.c[name] for name in ("id", "at", "kind", "amount", "balance", "reference", "note", "actor_id")),
        resellers.c.name.label("reseller"),
    )
    .join(resellers, resellers.c.id == ledger.c.reseller_id)
    .where(
        ledger.c.at >= bindparam("begin"),
        ledger.c.at < bindparam("end"),
        or_(ledger.c.at > bindparam("begin"), ledger.c.id > bindparam("after")),
    )
    .order_by(ledger.c.at, ledger.c.id)
    .limit(bindparam("most"))
)


class Figures(Repository):
    """What a period brought. A period begins with ``begin``; ``end`` is not part of it."""

    __slots__ = ()

    async def by_reseller(self, begin: datetime, end: datetime) -> list[ResellerTally]:
        """Every reseller's orders, and the operator's own, by currency."""
        rows = (await self._db.execute(BY_RESELLER, {"begin": begin, "end": end})).mappings().all()
        found = {row["reseller_id"] for row in rows if row["reseller_id"] is not None}
        names = {row.id: row.name for row in await self._db.execute(NAME_OF, {"found": sorted(found)})}
        return [
            ResellerTally(row["reseller_id"], names.get(row["reseller_id"]), row["currency"], _tally(row))
            for row in rows
        ]

    async def by_item(self, begin: datetime, end: datetime, currency: str, limit: int) -> list[ItemTally]:
        """The items that brought most in ``currency``; behind them those that were paid in others."""
        asked = {"begin": begin, "end": end, "shop": currency, "most": limit}
        rows = (await self._db.execute(BY_ITEM, asked)).mappings()
        return [ItemTally(row["item_name"], row["currency"], _tally(row)) for row in rows]

    async def by_day(self, begin: datetime, end: datetime, length: timedelta) -> list[DayTally]:
        """The orders of days that are all ``length`` long, by currency; a day without any has no entry."""
        zero = (begin - EPOCH) // MICROSECOND
        asked = {"begin": begin, "end": end, "zero": zero, "length": length // MICROSECOND}
        rows = (await self._db.execute(BY_DAY, asked)).mappings()
        return [DayTally(row["day"], row["currency"], _tally(row)) for row in rows]

    async def first_order(self) -> datetime | None:
        """When the first order of all was confirmed."""
        return await self._db.scalar(FIRST_ORDER)

    async def orders(self, begin: datetime, end: datetime, limit: int, after: int = 0) -> list[OrderRow]:
        """A page of orders, oldest first; the next one begins at the last one's time, after its number."""
        asked = {"begin": begin, "end": end, "after": after, "most": limit}
        return [OrderRow(**row) for row in (await self._db.execute(TABLE_OF_ORDERS, asked)).mappings()]

    async def ledger(self, begin: datetime, end: datetime, limit: int, after: int = 0) -> list[LedgerRow]:
        """A page of ledger lines, oldest first; the next one begins at the last one's time, after its id."""
        asked = {"begin": begin, "end": end, "after": after, "most": limit}
        return [LedgerRow(**row) for row in (await self._db.execute(TABLE_OF_LEDGER, asked)).mappings()]


def _tally(row: RowMapping) -> Tally:
    return Tally(**{name: row[name] for name in NAMES})
