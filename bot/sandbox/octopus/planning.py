"""Decides what shall become of an order when it is taken: the switches' word, or a trick armed for it."""

from decimal import Decimal

from bot.sandbox.octopus.books import Plan
from bot.sandbox.octopus.faults import Armed, OrderTrick
from bot.sandbox.octopus.switches import Outcome, Switches

MOST_SYNC = 5
"""Up to how many vouchers the reply carries them (SYNC page)."""

_OUTCOMES = (
    (OrderTrick.FAIL, Outcome.FAILED),
    (OrderTrick.CANCEL, Outcome.CANCELLED),
    (OrderTrick.HOLD, Outcome.HOLD),
    (OrderTrick.PARTIAL, Outcome.PARTIAL),
)


def plan_for(quantity: int, switches: Switches, armed: Armed) -> Plan:
    """The plan of an order of so many vouchers; one that cannot be split is delivered instead of in part."""
    pending = armed.take_order(OrderTrick.PENDING) is not None
    short = armed.take_order(OrderTrick.SHORT)
    outcome, delivered = switches.outcome, None
    for trick, wanted in _OUTCOMES:
        if taken := armed.take_order(trick):
            outcome, delivered = wanted, int(taken.value) if taken.value else None
            break
    if outcome is Outcome.PARTIAL and quantity == 1:
        outcome = Outcome.DELIVERED
    return Plan(
        outcome,
        sync=quantity <= MOST_SYNC and not (pending or switches.small_pending),
        missing=int(1 if short.value is None else short.value) if short else switches.vouchers_missing,
        delivered=min(delivered, quantity - 1) if delivered is not None else None,
    )


def price_move(switches: Switches, armed: Armed) -> Decimal:
    """Percent by which the next order is dearer than its quote."""
    trick = armed.take_order(OrderTrick.DEARER)
    if trick is None:
        return switches.price_move
    return Decimal(10) if trick.value is None else trick.value
