"""Orders and their codes."""

from collections.abc import Collection, Sequence
from dataclasses import fields, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    BigInteger,
    Select,
    TextClause,
    bindparam,
    func,
    insert,
    or_,
    select,
    type_coerce,
    update,
)

from storage.columns import Instant, microseconds
from storage.database import insert_new
from storage.errors import OrderExists, UnknownOrder
from storage.records.orders import Code, Order, OrderCounts, OrderFilter, OrderLine, OrderState
from storage.repositories.base import Repository
from storage.repositories.order_rows import changed_row, new_row, read_order
from storage.repositories.packing import open_code, seal_code
from storage.schema import ORDER_FAILED, ORDER_FLAGGED, ORDER_OPEN, ORDER_SCHEDULED, order_codes, orders
from storage.signals import Topic

ADD = insert_new(orders).returning(orders.c.number)
BY_ID = select(orders).where(orders.c.id == bindparam("order"))
BY_REFERENCE = select(orders).where(orders.c.reference == bindparam("read_aloud"))
BY_DRAFT = select(orders).where(orders.c.draft_id == bindparam("draft"))
BY_SUPPLIER_ORDER = (
    select(orders)
    .where(orders.c.supplier == bindparam("name"), orders.c.supplier_order_id == bindparam("their_id"))
    .order_by(orders.c.number)
    .limit(1)
)
SAVE = update(orders).where(orders.c.id == bindparam("order"))
DUE = (
    select(orders.c.number)
    .where(
        ORDER_SCHEDULED,
        orders.c.next_check_at <= bindparam("now"),
        or_(orders.c.leased_until.is_(None), orders.c.leased_until <= bindparam("now")),
        orders.c.supplier.not_in(bindparam("busy", expanding=True)),
    )
    # Whoever just confirmed waits behind nobody's look-ups, however many an outage has left.
    .order_by(orders.c.state == OrderState.ACCEPTED, orders.c.next_check_at)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
)
CLAIM = update(orders).where(orders.c.number.in_(DUE)).values(leased_until=bindparam("until")).returning(orders)
CODES = (
    select(order_codes.c.sealed).where(order_codes.c.order_id == bindparam("order")).order_by(order_codes.c.position)
)
LAST_CODE = select(func.max(order_codes.c.position)).where(order_codes.c.order_id == bindparam("order"))

LINE = tuple(orders.c[field.name] for field in fields(OrderLine))
FILTERS: dict[OrderFilter, TextClause] = {
    OrderFilter.OPEN: ORDER_OPEN,
    OrderFilter.ATTENTION: ORDER_FLAGGED,
    OrderFilter.FAILED: ORDER_FAILED,
}
COUNT_OPEN = select(orders.c.state, func.count().label("waiting")).where(ORDER_OPEN).group_by(orders.c.state)
COUNT_FLAGGED = select(func.count()).select_from(orders).where(ORDER_FLAGGED)

HURRY = update(orders).where(ORDER_OPEN, orders.c.state == bindparam("present"))
HURRY_ONE = SAVE.where(ORDER_OPEN, or_(orders.c.leased_until.is_(None), orders.c.leased_until <= bindparam("now")))
LEFT = 5
"""What is left of a pause that is cut short: a fifth."""

PAUSED_AT = type_coerce(orders.c.next_check_at, BigInteger)
HASTEN = (
    update(orders)
    .where(
        ORDER_SCHEDULED,
        orders.c.supplier == bindparam("name"),
        orders.c.state == OrderState.ACCEPTED,
        bindparam("since", type_=BigInteger) < PAUSED_AT,
    )
    .values(next_check_at=type_coerce((PAUSED_AT + (LEFT - 1) * bindparam("since", type_=BigInteger)) // LEFT, Instant))
)


class Orders(Repository):
    """Every order ever confirmed."""

    __slots__ = ()

    async def add(self, order: Order) -> Order:
        """Write a new order and give it its number; raises ``OrderExists``."""
        number = await self._db.scalar(ADD, new_row(self._vault, order))
        if number is None:
            raise OrderExists(f"an order with the id, reference or draft of {order.reference} is already there")
        self._wake_for(order)
        return replace(order, number=number)

    async def by_id(self, order_id: str) -> Order | None:
        """The order with this id, which is the supplier's idempotency key."""
        return await self._one(BY_ID, {"order": order_id})

    async def by_reference(self, reference: str) -> Order | None:
        """The order with this reference, in its stored form."""
        return await self._one(BY_REFERENCE, {"read_aloud": reference})

    async def by_draft(self, draft_id: str) -> Order | None:
        """The order that a draft became."""
        return await self._one(BY_DRAFT, {"draft": draft_id})

    async def by_supplier_order(self, supplier: str, supplier_order_id: str) -> Order | None:
        """The oldest order that carries the supplier's own id."""
        return await self._one(BY_SUPPLIER_ORDER, {"name": supplier, "their_id": supplier_order_id})

    async def save(self, order: Order) -> None:
        """Write what may change of an order and end its lease; raises ``UnknownOrder``.

        What was ordered, by whom and where is not written: a stale record must not undo a chat's migration.
        """
        changed = await self._db.execute(SAVE, {"order": order.id, **changed_row(order)})
        if changed.rowcount == 0:
            raise UnknownOrder(f"no order has the id {order.id}")
        self._wake_for(order)

    async def set_message(self, order_id: str, message_id: int | None) -> None:
        """Note which message is the order's living one; leaves its lease alone, unlike ``save``."""
        await self._db.execute(SAVE, {"order": order_id, "message_id": message_id})

    async def claim_due(
        self, now: datetime, lease: timedelta, limit: int, busy_suppliers: Collection[str] = ()
    ) -> list[Order]:
        """Take up to ``limit`` due orders that nobody holds: those to place first, then the longest due."""
        turn = {"now": now, "until": now + lease, "most": limit, "busy": list(busy_suppliers)}
        taken = await self._db.execute(CLAIM, turn)
        return sorted(await self._claimed(orders.c.number, taken.mappings(), read_order, now), key=_turn)

    async def codes(self, order_id: str) -> tuple[Code, ...]:
        """Every code of the order, in clear, in the order they came; raises ``Unreadable``."""
        sealed = await self._db.scalars(CODES, {"order": order_id})
        return tuple(open_code(self._vault, code) for code in sealed)

    async def add_codes(self, order_id: str, codes: Sequence[Code]) -> int:
        """Keep further codes behind those already there, says how many there are now; none is ever overwritten."""
        held = await self._db.scalar(LAST_CODE, {"order": order_id}) or 0
        if not codes:
            return held
        rows = [
            {"order_id": order_id, "position": position, "sealed": seal_code(self._vault, code)}
            for position, code in enumerate(codes, held + 1)
        ]
        await self._db.execute(insert(order_codes), rows)
        return held + len(rows)

    async def lines(
        self,
        shown: OrderFilter,
        *,
        chat_id: int | None,
        user_id: int | None,
        before: int | None,
        limit: int,
        reseller_id: int | None = None,
        at_cost: bool = False,
    ) -> list[OrderLine]:
        """Newest first, only numbers below ``before``; no chat, person and reseller means everybody's.

        ``at_cost`` leaves those of resellers out.
        """
        page = select(*LINE).order_by(orders.c.number.desc()).limit(limit)
        if shown in FILTERS:
            page = page.where(FILTERS[shown])
        if chat_id is not None:
            page = page.where(orders.c.chat_id == chat_id)
        if reseller_id is not None:
            # As below: the index of the chat, or of the person, is the shorter one.
            whose = orders.c.reseller_id if chat_id is None and user_id is None else orders.c.reseller_id + 0
            page = page.where(whose == reseller_id)
        if at_cost:
            page = page.where((orders.c.reseller_id + 0).is_(None))
        if user_id is not None:
            # Adding zero keeps SQLite from preferring the person's index to the chat's shorter one.
            person = orders.c.user_id if chat_id is None else orders.c.user_id + 0
            page = page.where(person == user_id)
        if before is not None:
            page = page.where(orders.c.number < before)
        return [OrderLine(**row) for row in (await self._db.execute(page)).mappings()]

    async def counts(self) -> OrderCounts:
        """How many orders are open, by state, and how many need a human."""
        by_state = {row.state: row.waiting for row in await self._db.execute(COUNT_OPEN)}
        flagged = await self._db.scalar(COUNT_FLAGGED)
        return OrderCounts(by_state, flagged or 0)

    async def make_due(self, state: OrderState, now: datetime) -> int:
        """Let every open order in ``state`` be worked on at once, whoever held it; says how many."""
        hurried = await self._db.execute(HURRY, {"present": state, "next_check_at": now, "leased_until": None})
        if hurried.rowcount:
            self._unit.wake(Topic.ORDERS)
        return hurried.rowcount

    async def hurry(self, order_id: str, now: datetime) -> bool:
        """Let an open order be worked on at once; False, and nothing is changed, while somebody works on it."""
        hurried = await self._db.execute(HURRY_ONE, {"order": order_id, "now": now, "next_check_at": now})
        if hurried.rowcount:
            self._unit.wake(Topic.ORDERS)
        return bool(hurried.rowcount)

    async def hasten(self, supplier: str, now: datetime) -> int:
        """Look at a supplier's accepted orders after a fifth of what is left of their pauses; says how many.

        They stay as spread out as they were: who comes back from an outage is not to be run over.
        """
        hastened = await self._db.execute(HASTEN, {"name": supplier, "since": microseconds(now)})
        return hastened.rowcount

    async def _one(self, statement: Select[Any], parameters: dict[str, Any]) -> Order | None:
        row = (await self._db.execute(statement, parameters)).mappings().one_or_none()
        return None if row is None else read_order(self._vault, row)

    def _wake_for(self, order: Order) -> None:
        if self._unit.due(order.next_check_at):
            self._unit.wake(Topic.ORDERS)


def _turn(order: Order) -> tuple[bool, datetime, int]:
    assert order.next_check_at is not None  # noqa: S101 - only scheduled orders are claimed
    return order.state is OrderState.ACCEPTED, order.next_check_at, order.number
