"""Writing an order's change down: the order, its codes and every message it makes necessary, in one unit."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Final

import structlog

from bot.ordering.notices import OperatorDesk, team_failures
from bot.ordering.parts import ripened
from bot.ordering.policy import OrderingPolicy
from bot.ordering.schedule import Schedule
from bot.ordering.transitions import SHORT_OF_CODES, Settlement, Verdict, decide, mismatched
from bot.resellers import postings
from bot.suppliers.outcomes import Report
from storage.clock import Clock
from storage.columns import rounded_money
from storage.errors import UnknownOrder
from storage.records.orders import Attention, Code, Order, OrderState
from storage.records.queues import DeliveryKind, NewDelivery, Priority
from storage.store import Tables

log = structlog.get_logger()

EVIDENT: Final[Mapping[Verdict, Attention]] = {
    Verdict.MISMATCH: Attention.ID_MISMATCH,
    Verdict.OTHER_GOODS: Attention.OTHER_GOODS,
}
"""The flag that says that a first report of such a verdict was kept; of any other, the one for hidden codes."""


class Books:
    """The only writer of orders after they are confirmed."""

    def __init__(self, desk: OperatorDesk, schedule: Schedule, policy: OrderingPolicy, clock: Clock) -> None:
        self.desk = desk
        self.schedule = schedule
        self._policy = policy
        self._clock = clock

    async def record(self, tables: Tables, before: Order, after: Order, codes: Sequence[Code] = ()) -> Order:
        """Write a change, end the order's lease, and owe its chat, the operator and its team what they shall hear.

        An order that ends is paid for in the same unit; returns it as it was written.
        """
        now = self._clock()
        held = await tables.orders.add_codes(after.id, codes) if codes else 0
        after = await postings.settle(tables, before, after, now)
        await tables.orders.save(after)
        for delivery in deliveries(before, after, grown_to=held):
            await tables.outbox.add(delivery, now)
        await self.desk.order_changed(tables, before, after, now)
        await team_failures(tables, before, after, now)
        if after.attention is not None and after.attention is not before.attention:
            log.warning(
                "an order needs a human, /orders attention shows it",
                reference=after.reference,
                supplier=after.item.key.supplier,
                cause=after.attention.value,
            )
        return after

    async def settle(
        self,
        tables: Tables,
        order_id: str,
        report: Report,
        *,
        journal_id: int | None = None,
        polled: bool = False,
        recovered: bool = False,
    ) -> Settlement:
        """Let a supplier's word change an order: create reply, look-up, webhook and recovered reply alike.

        A ``recovered`` reply may be older than others that were settled before it.
        The reply ``journal_id`` is forgotten, unless its words are evidence, and the first of their kind.
        Raises ``UnknownOrder``.
        """
        order = await tables.orders.by_id(order_id)
        if order is None:
            raise UnknownOrder(f"no order has the id {order_id}")
        policy = self._policy
        report = ripened(order, exact(report), self._clock(), policy.partial_final_after, policy.partial_final_looks)
        settlement = await self._judge(tables, order, report, doubtful=recovered)
        after = self._scheduled(settlement, polled)
        if polled or after != order or settlement.codes:
            after = await self.record(tables, order, after, settlement.codes)
        evident = polled and order.attention is EVIDENT.get(settlement.verdict, Attention.CODES_HIDDEN)
        if journal_id is not None and (evident or not settlement.evidence):
            await tables.journal.forget(journal_id)
        return replace(settlement, after=after)

    async def bind(self, tables: Tables, order: Order, report: Report, journal_id: int) -> Order:
        """Let a human's word, which the supplier confirmed, change an order; one that ended only keeps further codes.

        A doubt about codes is no doubt about the order: its flag falls only with the codes.
        """
        calm = order if order.attention in SHORT_OF_CODES else replace(order, attention=None, attention_detail="")
        bound = replace(calm, supplier_order_id=report.supplier_order_id)
        now = self._clock()
        ripe = ripened(order, exact(report), now, self._policy.partial_final_after, looks=0)
        settlement = decide(bound, ripe, await tables.orders.codes(order.id), now)
        after = bound if order.state.terminal else self._scheduled(replace(settlement, before=order), polled=True)
        after = await self.record(tables, order, after, settlement.codes)
        if not settlement.evidence:
            await tables.journal.forget(journal_id)
        return after

    async def _judge(self, tables: Tables, order: Order, report: Report, *, doubtful: bool) -> Settlement:
        if order.supplier_order_id is None:
            holder = await tables.orders.by_supplier_order(order.item.key.supplier, report.supplier_order_id)
            if holder is not None and holder.id != order.id:
                return mismatched(order, report)
        stored = await tables.orders.codes(order.id)
        return decide(order, report, stored, self._clock(), doubtful=doubtful)

    def _scheduled(self, settlement: Settlement, polled: bool) -> Order:
        before, after = settlement.before, settlement.after
        now = self._clock()
        if after.state in {OrderState.PLACING, OrderState.UNCONFIRMED}:
            stopped = after.next_check_at is None or not polled
            return after if stopped else replace(after, next_check_at=self.schedule.next_find(after, now))
        if after.state is not OrderState.ACCEPTED:
            return after
        held = settlement.verdict is Verdict.HELD
        if held and after.attention is Attention.CODES_HIDDEN and (polled or before.attention is not after.attention):
            # Looks that brought nothing stay counted: a part that they made final is not to be watched grow anew.
            checks = 0 if settlement.codes else after.checks
            return replace(after, checks=checks, next_check_at=self.schedule.next_hidden(now))
        # What was flagged for another reason may have been held for long: that begins nothing anew.
        newly_held = held and before.attention not in SHORT_OF_CODES and after.attention in SHORT_OF_CODES
        if before.state is not OrderState.ACCEPTED or newly_held or (settlement.codes and polled):
            return replace(after, checks=0, next_check_at=self.schedule.first_look(after, now))
        if polled:
            looked = replace(after, checks=after.checks + 1)
            return replace(looked, next_check_at=self.schedule.next_look(looked, now))
        return after


def exact(report: Report) -> Report:
    """The report with amounts as money columns hold them (1/10 000 of a unit)."""
    charged = None if report.charged is None else rounded_money(report.charged)
    refunded = None if report.refunded is None else rounded_money(report.refunded)
    return replace(report, charged=charged, refunded=refunded)


def new_order_delivery(order: Order) -> NewDelivery:
    """The first state of the living message: the answer to the tap on Confirm."""
    return _status(order, f"status:{order.id}:{order.state}", Priority.REPLY)


def deliveries(before: Order, after: Order, *, grown_to: int = 0) -> Iterable[NewDelivery]:
    """The messages that a change owes the order's chat; each key is unique, so none is owed twice.

    ``grown_to`` is how many codes the order holds, if some of them are new.
    """
    status = f"status:{after.id}:{after.state}"
    if after.state is not before.state:
        yield _status(after, status)
    elif after.attention is not None and after.attention is not before.attention:
        yield _status(after, f"{status}:{after.attention}")
    elif before.attention is not None and after.attention is None:
        yield _status(after, f"{status}:{before.attention}:over")
    elif trying_again(after):
        yield _status(after, f"{status}:retrying")
    if after.state.terminal and not before.state.terminal:
        yield _result(after, f"result:{after.id}")
    elif grown_to:
        # After the end, too: a code that came late is the reseller's all the same.
        yield _result(after, f"codes:{after.id}:{grown_to}")
    elif after.attention is Attention.CODES_HIDDEN and before.attention is not after.attention:
        yield _result(after, f"hidden:{after.id}")


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


def _result(order: Order, key: str) -> NewDelivery:
    return NewDelivery(
        key=key,
        kind=DeliveryKind.RESULT,
        chat_id=order.place.chat_id,
        thread_id=order.place.thread_id,
        order_id=order.id,
    )
