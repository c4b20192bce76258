"""Orders in doubt at a supplier that finds them by our id: when it is asked, and when its silence is believed. Pure."""

from dataclasses import replace
from datetime import datetime

from bot.ordering.attempts import Attempt, conclude, in_the_open, rejected, resend, stopped, unread
from bot.ordering.policy import OrderingPolicy
from bot.ordering.schedule import Schedule
from bot.ordering.transitions import advance, calmed, flagged
from bot.suppliers.outcomes import Deferred, Rejected, Unknown
from storage.records.orders import Attention, Order, OrderState

OPEN_QUESTION = frozenset({OrderState.PLACING, OrderState.UNCONFIRMED})
"""States of an order that its supplier may or may not have."""


def missed(order: Order, schedule: Schedule, policy: OrderingPolicy, now: datetime) -> Attempt:
    """Decide what to do with an order in doubt that its supplier does not show.

    A new order may not show at once (octopus.md 16, 10): only when it stayed away for ``find_for`` since it was last
    sent is a refusal believed, or the order sent again.
    """
    if order.state not in OPEN_QUESTION or not order.in_doubt:
        return Attempt(order, send=False, doubted=False)
    if order.attention is Attention.OTHER_GOODS:
        return stopped(order)
    order = in_the_open(order, schedule, now)
    if now < (order.sent_at or order.created_at) + policy.find_for:
        return _later(order, schedule, now)
    if order.reject_reason is not None and order.attention in {None, Attention.OUTCOME_UNKNOWN}:
        calm = calmed(order, frozenset({Attention.OUTCOME_UNKNOWN}))
        refused = rejected(calm, order.reject_reason, order.error_message, now)
        return Attempt(refused, send=False, doubted=False)
    if order.checks >= policy.resends or order.reject_reason is not None:
        return _later(_unknown(order), schedule, now)
    return resend(order, policy, now)


def sought_later(order: Order, schedule: Schedule, now: datetime, retry_after: float | None = None) -> Order:
    """Put the look-up of an order in doubt off; after a while a human is told."""
    order = in_the_open(order, schedule, now)
    return replace(order, next_check_at=schedule.next_find(order, now, retry_after))


def pointed_at(order: Order, now: datetime) -> Order:
    """Doubt an order that was never sent, for all we know, when its supplier says that something became of it."""
    if order.in_doubt or order.state is not OrderState.PLACING:
        return order
    return replace(advance(order, OrderState.UNCONFIRMED), in_doubt=True, sent_at=now, next_check_at=now)


def concluded(
    attempt: Attempt,
    order: Order,
    outcome: Rejected | Deferred | Unknown,
    schedule: Schedule,
    policy: OrderingPolicy,
    now: datetime,
) -> Order:
    """Decide what an answer other than yes makes of the order, where the supplier can be asked whether it has it."""
    if order.state not in OPEN_QUESTION:
        return order
    match outcome:
        case Rejected() if attempt.doubted or outcome.duplicate or outcome.taken:
            return _asked_about(in_the_open(order, schedule, now), outcome, policy, now)
        case Unknown():
            # The call may have been acted on until the moment when we gave it up.
            given_up = replace(unread(in_the_open(order, schedule, now), outcome), sent_at=now)
            return replace(given_up, next_check_at=schedule.next_find(given_up, now))
        case _:
            return conclude(attempt, order, outcome, schedule, policy, now)


def _asked_about(order: Order, outcome: Rejected, policy: OrderingPolicy, now: datetime) -> Order:
    """A refusal is kept, and the supplier asked at once; that it has the reference outright is never a refusal."""
    if outcome.taken:
        order = replace(order, checks=policy.resends, reject_reason=None)
    else:
        order = replace(order, reject_reason=outcome.reason)
    return replace(order, error_message=outcome.detail, next_check_at=now)


def _later(order: Order, schedule: Schedule, now: datetime) -> Attempt:
    return Attempt(sought_later(order, schedule, now), send=False, doubted=True)


def _unknown(order: Order) -> Order:
    return order if order.attention else flagged(order, Attention.OUTCOME_UNKNOWN, order.error_message)
