"""When an order is worked on next: growing intervals with jitter, as pure functions."""

from collections.abc import Callable
from datetime import datetime, timedelta

from bot.ordering.policy import OrderingPolicy
from bot.ordering.references import Random
from storage.records.orders import Order

MAX_EXPONENT = 64
"""Past this no interval grows any further, and a float never overflows."""


def grown(first: timedelta, growth: float, times: int, at_most: timedelta) -> timedelta:
    """The interval after ``times`` repetitions, never above ``at_most``."""
    seconds = first.total_seconds() * growth ** min(max(times, 0), MAX_EXPONENT)
    return timedelta(seconds=min(seconds, at_most.total_seconds()))


class Schedule:
    """Draws the next instants of an order; ``pushes`` tells whether its supplier reports by itself."""

    def __init__(self, policy: OrderingPolicy, random: Random, pushes: Callable[[str], bool]) -> None:
        self._policy = policy
        self._random = random
        self._pushes = pushes

    def first_look(self, order: Order, now: datetime) -> datetime:
        """When an order that was just accepted, or is held, is looked up."""
        return now + self._follow_first(order)

    def next_look(self, order: Order, now: datetime, retry_after: float | None = None) -> datetime:
        """When to look again after ``order.checks`` looks; never before the supplier asked us to."""
        policy = self._policy
        interval = grown(self._follow_first(order), policy.follow_growth, order.checks, policy.follow_at_most)
        return now + max(self._jittered(interval, policy.follow_at_most), timedelta(seconds=retry_after or 0))

    def next_try(self, order: Order, now: datetime, retry_after: float | None = None) -> datetime:
        """When to place again after an attempt that certainly did nothing."""
        policy = self._policy
        interval = grown(policy.retry_first, policy.retry_growth, order.tries - 1, policy.retry_at_most)
        return now + max(self._jittered(interval, policy.retry_at_most), timedelta(seconds=retry_after or 0))

    def next_resend(self, order: Order, now: datetime) -> datetime:
        """When an order of unknown outcome is sent again, or shown to a human, whichever comes first."""
        policy = self._policy
        interval = grown(policy.resend_first, policy.resend_growth, order.checks, policy.follow_at_most)
        return min(now + self._jittered(interval, policy.follow_at_most), max(self.alert_at(order), now))

    def next_find(self, order: Order, now: datetime, retry_after: float | None = None) -> datetime:
        """When an order in doubt is looked up by our id again: at growing intervals since it was last sent.

        Never later than when patience ends or a human is told; but never before the supplier asked us to.
        """
        policy = self._policy
        sent = order.sent_at or order.created_at
        interval = max(policy.find_first, (now - sent) * (policy.find_growth - 1))
        due = now + self._jittered(min(interval, policy.follow_at_most), policy.follow_at_most)
        milestones = (sent + policy.find_for, self.alert_at(order))
        return max(
            min((due, *(milestone for milestone in milestones if milestone > now))),
            now + timedelta(seconds=retry_after or 0),
        )

    def next_hidden(self, now: datetime) -> datetime:
        """When codes that the supplier shows only hidden are looked at again."""
        return now + self._policy.hidden_every

    def alert_at(self, order: Order) -> datetime:
        """When an unconfirmed order is shown to a human."""
        return order.created_at + self._policy.unconfirmed_alert_after

    def _follow_first(self, order: Order) -> timedelta:
        pushes = self._pushes(order.item.key.supplier)
        return self._policy.follow_after if pushes else self._policy.follow_after_unpushed

    def _jittered(self, interval: timedelta, at_most: timedelta) -> timedelta:
        share = self._policy.jitter
        return min(interval * self._random.uniform(1 - share, 1 + share), at_most)
