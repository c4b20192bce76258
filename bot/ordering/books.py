"""Writing an order's change down: the order, its codes and every message it makes necessary, in one unit."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from bot.ordering.notices import OperatorDesk
from bot.ordering.schedule import Schedule
from bot.ordering.transitions import Settlement, Verdict, decide, mismatched
from bot.suppliers.protocol import Report
from storage.clock import Clock
from storage.columns import rounded_money
from storage.errors import UnknownOrder
from storage.records.orders import Attention, Code, Order, OrderState
from storage.records.queues import DeliveryKind, NewDelivery, Priority
from storage.store import Tables


class Books:
    """The only writer of orders after they are confirmed."""

    def __init__(self, desk: OperatorDesk, schedule: Schedule, clock: Clock) -> None:
        self.desk = desk
        self.schedule = schedule
        self._clock = clock

    async def record(self, tables: Tables, before: Order, after: Order, codes: Sequence[Code] = ()) -> None:
        """Write a change, end the order's lease, and owe its chat and the operator what they must hear."""
        now = self._clock()
        await tables.orders.add_codes(after.id, codes)
        await tables.orders.save(after)
        for delivery in deliveries(before, after):
            await tables.outbox.add(delivery, now)
        await self.desk.order_changed(tables, before, after, now)

    async def settle(
        self, tables: Tables, order_id: str, report: Report, *, journal_id: int | None = None, polled: bool = False
    ) -> Settlement:
        """Let a supplier's word change an order: create reply, look-up, webhook and recovered reply alike.

        The reply ``journal_id`` is forgotten, unless it is the first that speaks of another order.
        Raises ``UnknownOrder``.
        """
        order = await tables.orders.by_id(order_id)
        if order is None:
            raise UnknownOrder(f"no order has the id {order_id}")
        settlement = await self._judge(tables, order, report)
        after = self._scheduled(settlement, polled)
        if polled or after != order or settlement.codes:
            await self.record(tables, order, after, settlement.codes)
        evident = polled and order.attention is Attention.ID_MISMATCH
        if journal_id is not None and (evident or settlement.verdict is not Verdict.MISMATCH):
            await tables.journal.forget(journal_id)
        return replace(settlement, after=after)

    async def _judge(self, tables: Tables, order: Order, report: Report) -> Settlement:
        if order.supplier_order_id is None:
            holder = await tables.orders.by_supplier_order(order.item.key.supplier, report.supplier_order_id)
            if holder is not None and holder.id != order.id:
                return mismatched(order, report)
        stored = await tables.orders.codes(order.id)
        return decide(order, exact(report), stored, self._clock())

    def _scheduled(self, settlement: Settlement, polled: bool) -> Order:
        before, after = settlement.before, settlement.after
        if after.state is not OrderState.ACCEPTED:
            return after
        now = self._clock()
        newly_held = settlement.verdict is Verdict.HELD and before.attention is not Attention.CODES_MISSING
        if before.state is not OrderState.ACCEPTED or newly_held:
            return replace(after, checks=0, next_check_at=self.schedule.first_look(after, now))
        if polled:
            looked = replace(after, checks=after.checks + 1)
            return replace(looked, next_check_at=self.schedule.next_look(looked, now))
        return after


def exact(report: Report) -> Report:
    """The report with amounts as money columns hold them (1/10 000 of a unit)."""
    charged = None if report.charged is None else rounded_money(report.charged)
    return replace(report, charged=charged, refunded=rounded_money(report.refunded))


def new_order_delivery(order: Order) -> NewDelivery:
    """The first state of the living message: the answer to the tap on Confirm."""
    return _status(order, f"status:{order.id}:{order.state}", Priority.REPLY)


def deliveries(before: Order, after: Order) -> Iterable[NewDelivery]:
    """The messages that a change owes the order's chat; each key is unique, so none is owed twice."""
    if after.state is not before.state:
        yield _status(after, f"status:{after.id}:{after.state}")
    elif after.attention is not None and after.attention is not before.attention:
        yield _status(after, f"status:{after.id}:{after.state}:{after.attention}")
    elif trying_again(after):
        yield _status(after, f"status:{after.id}:{after.state}:retrying")
    if after.state.terminal and not before.state.terminal:
        yield NewDelivery(
            key=f"result:{after.id}",
            kind=DeliveryKind.RESULT,
            chat_id=after.place.chat_id,
            thread_id=after.place.thread_id,
            order_id=after.id,
        )


def trying_again(order: Order) -> bool:
    """Whether a first attempt got nowhere and people should read "still trying"."""
    return order.state is OrderState.PLACING and order.tries > 0 and not order.in_doubt


def _status(order: Order, key: str, priority: Priority = Priority.RESULT) -> NewDelivery:
    return NewDelivery(
        key=key,
        kind=DeliveryKind.STATUS,
        chat_id=order.place.chat_id,
        thread_id=order.place.thread_id,
        order_id=order.id,
        priority=priority,
    )
