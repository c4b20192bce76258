"""Which state may follow which, and what a supplier's word changes: pure, forward only."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Final

from bot.ordering.goods import Goods, other_goods
from bot.ordering.masks import Sifted, sifted
from bot.ordering.parts import broken_off
from bot.resellers.money import minor_unit
from bot.suppliers.outcomes import Report, ReportedStatus
from storage.records.catalog import ProductType
from storage.records.orders import Attention, Code, Order, OrderState

S = OrderState

MAY_BECOME: Final[Mapping[OrderState, frozenset[OrderState]]] = {
    S.PLACING: frozenset({S.ACCEPTED, S.REJECTED, S.UNCONFIRMED, S.COMPLETED, S.PARTIAL, S.FAILED}),
    S.UNCONFIRMED: frozenset({S.ACCEPTED, S.REJECTED, S.COMPLETED, S.PARTIAL, S.FAILED}),
    S.ACCEPTED: frozenset({S.COMPLETED, S.PARTIAL, S.FAILED}),
    S.COMPLETED: frozenset(),
    S.PARTIAL: frozenset(),
    S.FAILED: frozenset(),
    S.REJECTED: frozenset(),
}
"""Design section 3; a placing order whose first report is already terminal passes through accepted at once."""

REPORTED: Final[Mapping[ReportedStatus, OrderState]] = {
    ReportedStatus.PENDING: S.ACCEPTED,
    ReportedStatus.DELIVERING: S.ACCEPTED,
    ReportedStatus.UNKNOWN: S.ACCEPTED,
    ReportedStatus.COMPLETED: S.COMPLETED,
    ReportedStatus.PARTIAL: S.PARTIAL,
    ReportedStatus.FAILED: S.FAILED,
}

RESOLVED_BY_NEWS: Final = frozenset(
    {
        Attention.OUTCOME_UNKNOWN,
        Attention.REFERENCE_TAKEN,
        Attention.NOT_FOUND,
        Attention.UNKNOWN_STATUS,
        Attention.UNREADABLE_REPLY,
    }
)
"""Causes that end as soon as the supplier says something about the order that we understand."""

LASTING: Final = frozenset({Attention.ID_MISMATCH, Attention.OTHER_GOODS, Attention.LATE_CHANGE})
"""Causes that only a human ends."""

SHORT_OF_CODES: Final = frozenset({Attention.CODES_MISSING, Attention.CODES_HIDDEN})
"""Causes that end with the codes that the supplier owes."""


class IllegalTransition(ValueError):
    """A change that the order's life does not know: a bug of ours, never a supplier's doing."""


class Verdict(StrEnum):
    """What a report meant for an order."""

    APPLIED = "applied"
    NOTHING_NEW = "nothing new"
    HELD = "held for missing codes"
    BACKWARDS = "backwards"
    CONTRADICTION = "contradicts a terminal state"
    MISMATCH = "another order id"
    OTHER_GOODS = "other goods"


@dataclass(frozen=True, slots=True)
class Settlement:
    """What a report makes of an order. ``codes`` are those to append, in clear: never log a settlement's codes.

    ``guessed`` says that a code was set aside for a mask that may be none.
    """

    before: Order
    after: Order
    verdict: Verdict
    codes: tuple[Code, ...] = field(default=(), repr=False)
    guessed: bool = False

    @property
    def moved(self) -> bool:
        """Whether the state changed."""
        return self.before.state is not self.after.state

    @property
    def changed(self) -> bool:
        """Whether anything must be written."""
        return bool(self.codes) or self.before != self.after

    @property
    def evidence(self) -> bool:
        """Whether the report's own words must be kept: they may hold codes that were not stored."""
        return self.guessed or self.verdict in {Verdict.MISMATCH, Verdict.OTHER_GOODS}


def advance(order: Order, state: OrderState) -> Order:
    """Move an order forward; raises ``IllegalTransition``."""
    if state not in MAY_BECOME[order.state]:
        raise IllegalTransition(f"{order.state} may not become {state}")
    return replace(order, state=state)


def flagged(order: Order, attention: Attention, detail: str = "") -> Order:
    """Flag an order for a human; a cause keeps its first detail, and a passing one never hides a lasting one."""
    if order.attention is attention or (order.attention in LASTING and attention not in LASTING):
        return order
    return replace(order, attention=attention, attention_detail=detail)


def calmed(order: Order, causes: frozenset[Attention]) -> Order:
    """Drop the flag if its cause is one of these."""
    return replace(order, attention=None, attention_detail="") if order.attention in causes else order


def decide(
    order: Order, report: Report, stored: Sequence[Code], now: datetime, *, doubtful: bool = False
) -> Settlement:
    """Decide what a supplier's word changes; the one place where it may change anything.

    ``doubtful`` says that nobody knows any more whether the report was the first to show its codes.
    """
    if not belongs(order, report):
        return mismatched(order, report)
    doubtful = doubtful or comes_masked(order, stored)
    codes = sifted(report.codes, stored, clear=report.created, doubtful=doubtful)
    held = len(stored) + len(codes.new)
    report = broken_off(order, report, held)
    if order.state.terminal:
        return _after_the_end(order, report, codes)
    goods = None if report.created or order.supplier_order_id else other_goods(order, report)
    if goods is not None:
        return _of_other_goods(order, report, goods)
    if short_of_codes(order, report, held):
        return _held(order, report, codes, held, now)
    if REPORTED[report.status] is OrderState.ACCEPTED:
        return _under_way(order, report, codes, held, now)
    return _settled(order, report, codes, held, now)


def comes_masked(order: Order, stored: Sequence[Code]) -> bool:
    """Whether the one clear view of an order's codes may be over, so that what looks like a mask is one.

    It is ahead only where we followed the order from its beginning and were shown and told of no code so far.
    """
    followed = order.state is OrderState.ACCEPTED and order.attention not in SHORT_OF_CODES
    return not followed or order.delivered > 0 or bool(stored)


def belongs(order: Order, report: Report) -> bool:
    """Whether a report speaks of this order: our id if it is given, and the supplier's id once it is known."""
    ours = not report.order_id or report.order_id == order.id
    return ours and order.supplier_order_id in {None, report.supplier_order_id}


def short_of_codes(order: Order, report: Report, held: int) -> bool:
    """Whether a key order is called delivered with fewer codes than that (Voodoo leaves it open: voodoo.md 10, 34)."""
    return held < codes_due(order, report)


def codes_due(order: Order, report: Report) -> int:
    """How many codes a report promises: none while the order is under way, or where it is for no keys."""
    if order.item.product_type is not ProductType.KEY:
        return 0
    match report.status:
        case ReportedStatus.COMPLETED:
            return max(report.delivered, int(order.quantity))
        case ReportedStatus.PARTIAL:
            return report.delivered
        case _:
            return 0


def mismatched(order: Order, report: Report) -> Settlement:
    """Refuse a report that speaks of another order, of ours or of the supplier's."""
    other = report.order_id if report.order_id and report.order_id != order.id else report.supplier_order_id
    return Settlement(order, flagged(order, Attention.ID_MISMATCH, other), Verdict.MISMATCH)


def _of_other_goods(order: Order, report: Report, goods: Goods) -> Settlement:
    """Stop: neither may somebody else's goods be handed out, nor ours be bought while this is unexplained."""
    doubted = advance(order, OrderState.UNCONFIRMED) if order.state is OrderState.PLACING else order
    detail = f"{report.supplier_order_id} {goods.value}"
    stopped = replace(flagged(doubted, Attention.OTHER_GOODS, detail), next_check_at=None)
    return Settlement(order, stopped, Verdict.OTHER_GOODS)


def _after_the_end(order: Order, report: Report, codes: Sifted) -> Settlement:
    # A poll that was overtaken may still say "pending"; of an order we call rejected even that is news.
    under_way = report.status in {ReportedStatus.PENDING, ReportedStatus.DELIVERING}
    if under_way and order.state is not OrderState.REJECTED and not codes.new:
        return Settlement(order, order, Verdict.BACKWARDS)
    if codes.new or _contradicts(order, report):
        detail = f"{report.supplier_order_id} {report.raw_status or report.status.value}"
        after = flagged(order, Attention.LATE_CHANGE, detail)
        return Settlement(order, after, Verdict.CONTRADICTION, codes.new, codes.guessed)
    return Settlement(order, order, Verdict.NOTHING_NEW, guessed=codes.guessed)


def _contradicts(order: Order, report: Report) -> bool:
    charged = report.charged is not None and order.charged is not None and report.charged != order.charged
    refunded = report.refunded is not None and report.refunded != order.refunded
    return REPORTED[report.status] is not order.state or charged or refunded


def _known(order: Order, report: Report, now: datetime) -> Order:
    """The order with everything that stands whatever the status: the supplier has it, and what it took."""
    accepted = order if order.state is OrderState.ACCEPTED else advance(order, OrderState.ACCEPTED)
    charged = order.charged if report.charged is None else report.charged
    known = replace(
        accepted,
        supplier_order_id=report.supplier_order_id,
        accepted_at=order.accepted_at or now,
        checks=order.checks if order.state is OrderState.ACCEPTED else 0,
        in_doubt=False,
        reject_reason=None,
        error_message="",
        charged=charged,
        refunded=max(order.refunded, report.refunded or order.refunded),
        # A code shown is one delivered, whatever is counted; one that was not captured puts later looks in doubt.
        delivered=max(order.delivered, report.delivered, len(report.codes)),
    )
    return _costed(known)


def _costed(order: Order) -> Order:
    """Flag an order that cost more than was confirmed by more than a minor unit (voodoo.md 10, 4)."""
    if order.charged is None or order.charged - order.expected <= minor_unit(order.currency):
        return order
    return flagged(order, Attention.COST_DIFFERS, str(order.charged)) if order.attention is None else order


def _under_way(order: Order, report: Report, codes: Sifted, held: int, now: datetime) -> Settlement:
    after = _known(calmed(order, RESOLVED_BY_NEWS - {Attention.UNKNOWN_STATUS}), report, now)
    if report.status is ReportedStatus.UNKNOWN:
        after = flagged(after, Attention.UNKNOWN_STATUS, report.raw_status)
    else:
        after = _costed(_hidden_so_far(calmed(after, RESOLVED_BY_NEWS), codes, held))
    return _concluded(order, after, codes, Verdict.APPLIED)


def _hidden_so_far(order: Order, codes: Sifted, held: int) -> Order:
    """Of an order that still grows, flag what came hidden, and drop the flag when all came after all."""
    if order.item.product_type is not ProductType.KEY:
        return order
    if held >= order.delivered:
        return calmed(order, SHORT_OF_CODES)
    return flagged(order, Attention.CODES_HIDDEN, order.supplier_order_id or "") if codes.hidden else order


def _held(order: Order, report: Report, codes: Sifted, held: int, now: datetime) -> Settlement:
    known = _known(order, report, now)
    known = replace(known, delivered=max(known.delivered, codes_due(order, report)))
    # Hidden once, they stay hidden: a later report may leave them out altogether.
    hidden = order.attention is Attention.CODES_HIDDEN or held + codes.hidden >= codes_due(order, report)
    if hidden:
        after = flagged(known, Attention.CODES_HIDDEN, report.supplier_order_id)
    else:
        after = flagged(known, Attention.CODES_MISSING, report.raw_status)
    return _concluded(order, after, codes, Verdict.HELD)


def _settled(order: Order, report: Report, codes: Sifted, held: int, now: datetime) -> Settlement:
    calm = calmed(order, RESOLVED_BY_NEWS | SHORT_OF_CODES)
    known = _known(calm, report, now)
    part_of_keys = report.status is ReportedStatus.PARTIAL and order.item.product_type is ProductType.KEY
    after = replace(
        advance(known, REPORTED[report.status]),
        refunded=order.refunded if report.refunded is None else report.refunded,
        # Keys that we hold were delivered, also where nobody counted them: a part is paid for by their number.
        delivered=max(report.delivered, held) if part_of_keys else report.delivered,
        error=report.error,
        error_message=report.error_message,
        settled_at=now,
        next_check_at=None,
    )
    return _concluded(order, after, codes, Verdict.APPLIED)


def _concluded(before: Order, after: Order, codes: Sifted, verdict: Verdict) -> Settlement:
    if after == before and not codes.new and verdict is Verdict.APPLIED:
        return Settlement(before, after, Verdict.NOTHING_NEW, guessed=codes.guessed)
    return Settlement(before, after, verdict, codes.new, codes.guessed)
