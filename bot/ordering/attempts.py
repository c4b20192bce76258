"""Attempts to place an order: whether to send it, and what an answer other than yes makes of it. Pure."""

from dataclasses import dataclass, replace
from datetime import datetime

from bot.ordering.policy import OrderingPolicy
from bot.ordering.schedule import Schedule
from bot.ordering.transitions import advance, flagged
from bot.suppliers.outcomes import Deferred, Rejected, Unknown
from storage.records.orders import Attention, Order, OrderState, RejectReason


@dataclass(frozen=True, slots=True)
class Attempt:
    """What is written before a call. ``send`` says whether to call at all; ``doubted`` that an earlier call may have
    reached the supplier, so that this one's refusal proves nothing. ``sent_before`` is when that was.
    """

    order: Order
    send: bool
    doubted: bool
    sent_before: datetime | None = None


def prepare(order: Order, schedule: Schedule, policy: OrderingPolicy, now: datetime) -> Attempt:
    """Decide what to do with a due order that the supplier is not known to have."""
    if order.state not in {OrderState.PLACING, OrderState.UNCONFIRMED}:
        return Attempt(order, send=False, doubted=False)
    if not order.in_doubt:
        return _first_of_its_kind(order, policy, now)
    if order.attention is Attention.OTHER_GOODS:
        return stopped(order)
    order = in_the_open(order, schedule, now)
    if order.checks >= policy.resends:
        return Attempt(_resting(order, schedule, now), send=False, doubted=True)
    return resend(order, policy, now)


def conclude(
    attempt: Attempt,
    order: Order,
    outcome: Rejected | Deferred | Unknown,
    schedule: Schedule,
    policy: OrderingPolicy,
    now: datetime,
) -> Order:
    """Decide what an answer makes of the order as it is by now; a webhook may have been faster."""
    if order.state not in {OrderState.PLACING, OrderState.UNCONFIRMED}:
        return order
    match outcome:
        case Unknown():
            return _unconfirmed(unread(order, outcome), schedule, policy, now)
        case Deferred():
            return _put_off(attempt, order, outcome, schedule, policy, now)
        case Rejected() if attempt.doubted:
            return _still_in_doubt(order, outcome, schedule, policy, now)
        case Rejected(taken=True):
            return _parked(order, Attention.REFERENCE_TAKEN, outcome, policy)
        case Rejected():
            return rejected(order, outcome.reason, outcome.detail, now)


def rejected(order: Order, reason: RejectReason, detail: str, now: datetime) -> Order:
    """End an order that the supplier certainly does not have; nothing was charged."""
    return replace(
        advance(order, OrderState.REJECTED),
        reject_reason=reason,
        error_message=detail,
        in_doubt=False,
        settled_at=now,
        next_check_at=None,
    )


def resend(order: Order, policy: OrderingPolicy, now: datetime) -> Attempt:
    """Send an order in doubt again, under the same id."""
    again = _sending(replace(order, checks=order.checks + 1), policy, now)
    return Attempt(again, send=True, doubted=True, sent_before=order.sent_at)


def stopped(order: Order) -> Attempt:
    """Leave an order alone that only a human may decide about."""
    return Attempt(replace(order, next_check_at=None), send=False, doubted=True)


def in_the_open(order: Order, schedule: Schedule, now: datetime) -> Order:
    """An order whose last call left no answer is unconfirmed, and after a while a human is told."""
    if order.state is OrderState.PLACING:
        order = advance(order, OrderState.UNCONFIRMED)
    if order.attention is None and now >= schedule.alert_at(order):
        return flagged(order, Attention.OUTCOME_UNKNOWN)
    return order


def unread(order: Order, outcome: Unknown) -> Order:
    """A yes that nobody could read: the supplier has the order, and its words are kept in the journal."""
    return order if outcome.journal_id is None else flagged(order, Attention.UNREADABLE_REPLY, outcome.reason)


def _first_of_its_kind(order: Order, policy: OrderingPolicy, now: datetime) -> Attempt:
    if now - order.created_at >= policy.place_within:
        late = rejected(order, RejectReason.UNREACHABLE, "", now)
        return Attempt(late, send=False, doubted=False)
    return Attempt(_sending(order, policy, now), send=True, doubted=False)


def _sending(order: Order, policy: OrderingPolicy, now: datetime) -> Order:
    return replace(
        order,
        tries=order.tries + 1,
        in_doubt=True,
        sent_at=now,
        reject_reason=None,
        error_message="",
        next_check_at=now + policy.attempt_horizon,
    )


def _resting(order: Order, schedule: Schedule, now: datetime) -> Order:
    alert = schedule.alert_at(order)
    return replace(order, next_check_at=alert if alert > now else None)


def _unconfirmed(order: Order, schedule: Schedule, policy: OrderingPolicy, now: datetime) -> Order:
    if order.state is OrderState.PLACING:
        order = advance(order, OrderState.UNCONFIRMED)
    spent = order.checks >= policy.resends
    due = max(schedule.alert_at(order), now) if spent else schedule.next_resend(order, now)
    return replace(order, next_check_at=due)


def _still_in_doubt(
    order: Order, outcome: Rejected, schedule: Schedule, policy: OrderingPolicy, now: datetime
) -> Order:
    """A refusal proves that this call did nothing; the one in doubt may still have been taken (voodoo.md 6.1)."""
    if outcome.duplicate or outcome.taken:
        return _parked(order, Attention.OUTCOME_UNKNOWN, outcome, policy)
    return _unconfirmed(order, schedule, policy, now)


def _parked(order: Order, attention: Attention, outcome: Rejected, policy: OrderingPolicy) -> Order:
    """No resend can tell any more: only an event or a human."""
    if order.state is OrderState.PLACING:
        order = advance(order, OrderState.UNCONFIRMED)
    return flagged(replace(order, checks=policy.resends, next_check_at=None), attention, outcome.detail)


def _put_off(
    attempt: Attempt, order: Order, outcome: Deferred, schedule: Schedule, policy: OrderingPolicy, now: datetime
) -> Order:
    due = schedule.next_try(order, now, outcome.retry_after)
    order = replace(order, sent_at=attempt.sent_before)
    if attempt.doubted:
        return replace(order, checks=max(order.checks - 1, 0), next_check_at=due)
    deadline = order.created_at + policy.place_within
    if now >= deadline:
        return rejected(order, RejectReason.UNREACHABLE, "", now)
    return replace(order, in_doubt=False, next_check_at=min(due, deadline))
