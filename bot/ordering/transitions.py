"""Which state may follow which, and what a supplier's word changes: pure, forward only."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Final

from bot.ordering.money import minor_unit
from bot.suppliers.protocol import Report, ReportedStatus
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

LASTING: Final = frozenset({Attention.ID_MISMATCH, Attention.LATE_CHANGE})
"""Causes that only a human ends."""

MASKS: Final = ("***", "•••", "●●●", "∗∗∗")
"""How suppliers hide a code that they already handed over once; letters such as X occur in real codes."""


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


@dataclass(frozen=True, slots=True)
class Settlement:
    """What a report makes of an order. ``codes`` are those to append, in clear: never log a settlement's codes."""

    before: Order
    after: Order
    verdict: Verdict
    codes: tuple[Code, ...] = field(default=(), repr=False)

    @property
    def moved(self) -> bool:
        """Whether the state changed."""
        return self.before.state is not self.after.state

    @property
    def changed(self) -> bool:
        """Whether anything must be written."""
        return bool(self.codes) or self.before != self.after


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


def is_masked(code: Code) -> bool:
    """Whether a supplier shows only the outline of a code."""
    parts = (code.value, code.pin, code.link)
    return not any(parts) or any(map(_outlined, parts))


def _outlined(part: str) -> bool:
    return any(mask in part for mask in MASKS) or (bool(part) and not part.strip("*•●∗- "))


def new_codes(reported: Sequence[Code], stored: Sequence[Code]) -> tuple[Code, ...]:
    """The clear codes to append, in their order: the report's multiset less what is stored."""
    known = Counter(stored)
    fresh: list[Code] = []
    for code in reported:
        if known[code]:
            known[code] -= 1
        elif not is_masked(code):
            fresh.append(code)
    return tuple(fresh)


def decide(order: Order, report: Report, stored: Sequence[Code], now: datetime) -> Settlement:
    """Decide what a supplier's word changes; the one place where it may change anything."""
    if not belongs(order, report):
        return mismatched(order, report)
    codes = new_codes(report.codes, stored)
    held = len(stored) + len(codes)
    if order.state.terminal:
        return _after_the_end(order, report, codes)
    if short_of_codes(order, report, held):
        return _held(order, report, codes, now)
    if REPORTED[report.status] is OrderState.ACCEPTED:
        return _under_way(order, report, codes, now)
    return _settled(order, report, codes, held, now)


def belongs(order: Order, report: Report) -> bool:
    """Whether a report speaks of this order: our id if it is given, and the supplier's id once it is known."""
    ours = not report.order_id or report.order_id == order.id
    return ours and order.supplier_order_id in {None, report.supplier_order_id}


def short_of_codes(order: Order, report: Report, held: int) -> bool:
    """Whether a key order is called delivered with fewer codes than that (Voodoo leaves it open: voodoo.md 10, 34)."""
    if order.item.product_type is not ProductType.KEY:
        return False
    match report.status:
        case ReportedStatus.COMPLETED:
            return held < max(report.delivered, int(order.quantity))
        case ReportedStatus.PARTIAL:
            return held < report.delivered
        case _:
            return False


def mismatched(order: Order, report: Report) -> Settlement:
    """Refuse a report that speaks of another order, of ours or of the supplier's."""
    other = report.order_id if report.order_id and report.order_id != order.id else report.supplier_order_id
    return Settlement(order, flagged(order, Attention.ID_MISMATCH, other), Verdict.MISMATCH)


def _after_the_end(order: Order, report: Report, codes: tuple[Code, ...]) -> Settlement:
    # A poll that was overtaken may still say "pending"; of an order we call rejected even that is news.
    if report.status is ReportedStatus.PENDING and order.state is not OrderState.REJECTED and not codes:
        return Settlement(order, order, Verdict.BACKWARDS)
    if codes or _contradicts(order, report):
        detail = f"{report.supplier_order_id} {report.raw_status or report.status.value}"
        return Settlement(order, flagged(order, Attention.LATE_CHANGE, detail), Verdict.CONTRADICTION, codes)
    return Settlement(order, order, Verdict.NOTHING_NEW)


def _contradicts(order: Order, report: Report) -> bool:
    charged = report.charged is not None and order.charged is not None and report.charged != order.charged
    return REPORTED[report.status] is not order.state or charged or report.refunded != order.refunded


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
        charged=charged,
        refunded=max(order.refunded, report.refunded),
        delivered=max(order.delivered, report.delivered),
    )
    return _costed(known)


def _costed(order: Order) -> Order:
    """Flag an order that cost more than was confirmed by more than a minor unit (voodoo.md 10, 4)."""
    if order.charged is None or order.charged - order.expected <= minor_unit(order.currency):
        return order
    return flagged(order, Attention.COST_DIFFERS, str(order.charged)) if order.attention is None else order


def _under_way(order: Order, report: Report, codes: tuple[Code, ...], now: datetime) -> Settlement:
    after = _known(calmed(order, RESOLVED_BY_NEWS - {Attention.UNKNOWN_STATUS}), report, now)
    if report.status is ReportedStatus.UNKNOWN:
        after = flagged(after, Attention.UNKNOWN_STATUS, report.raw_status)
    else:
        after = _costed(calmed(after, RESOLVED_BY_NEWS))
    return _concluded(order, after, codes, Verdict.APPLIED)


def _held(order: Order, report: Report, codes: tuple[Code, ...], now: datetime) -> Settlement:
    after = flagged(_known(order, report, now), Attention.CODES_MISSING, report.raw_status)
    return _concluded(order, after, codes, Verdict.HELD)


def _settled(order: Order, report: Report, codes: tuple[Code, ...], held: int, now: datetime) -> Settlement:
    calm = calmed(order, RESOLVED_BY_NEWS | {Attention.CODES_MISSING})
    known = _known(calm, report, now)
    after = replace(
        advance(known, REPORTED[report.status]),
        refunded=report.refunded,
        delivered=report.delivered,
        error=report.error,
        error_message=report.error_message,
        settled_at=now,
        next_check_at=None,
    )
    if report.status is ReportedStatus.FAILED and held:
        after = flagged(after, Attention.LATE_CHANGE, after.state.value)
    return _concluded(order, after, codes, Verdict.APPLIED)


def _concluded(before: Order, after: Order, codes: tuple[Code, ...], verdict: Verdict) -> Settlement:
    if after == before and not codes and verdict is Verdict.APPLIED:
        return Settlement(before, after, Verdict.NOTHING_NEW)
    return Settlement(before, after, verdict, codes)
