"""How an order goes on: pure functions from one state to the next, with the vouchers and the refund that follow."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from bot.sandbox.octopus.books import Order, Status
from bot.sandbox.octopus.pricing import rounded
from bot.sandbox.octopus.switches import Outcome
from bot.sandbox.octopus.vouchers import Voucher
from bot.sandbox.shop.steering import CannotSettle

NewVoucher = Callable[[int], Voucher]
"""Makes the n-th voucher of an order."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """How an order shall go on; ``delivered`` is how many it has then (of a part: about half when None)."""

    outcome: Outcome
    delivered: int | None = None
    missing: int = 0


def go_on(order: Order, verdict: Verdict, new_voucher: NewVoucher, at: datetime) -> Order:
    """The order's next state; raises ``CannotSettle``."""
    if order.status.terminal:
        raise CannotSettle(f"The order has already ended as {order.status}")
    match verdict.outcome:
        case Outcome.DELIVERED | Outcome.HOLD:
            return _delivered(order, order.quantity, verdict.missing, new_voucher, at)
        case Outcome.PARTIAL:
            return _delivered(order, _part(order, verdict.delivered), verdict.missing, new_voucher, at)
        case Outcome.FAILED:
            return replace(order, status=Status.FAILED, held=False)
        case Outcome.CANCELLED:
            return replace(order, status=Status.CANCELLED, held=False)


def refund_due(order: Order) -> Decimal:
    """What the wallet is still owed for vouchers that never came, in the wallet's currency."""
    undelivered = order.quantity - order.delivered
    share = rounded(order.charges.payable * undelivered / order.quantity, order.charges.destination)
    return share - order.refunded


def _part(order: Order, wanted: int | None) -> int:
    units = wanted if wanted is not None else max(1, order.quantity // 2, order.delivered + 1)
    if not order.delivered < units < order.quantity:
        raise CannotSettle(f"A part of {order.quantity} is more than {order.delivered} and less than all, not {units}")
    return units


def _delivered(order: Order, units: int, missing: int, new_voucher: NewVoucher, at: datetime) -> Order:
    if order.refunded:
        raise CannotSettle("The rest of the order has been refunded")
    numbers = range(len(order.vouchers) + 1, max(0, units - missing) + 1)
    return replace(
        order,
        status=Status.DELIVERED if units == order.quantity else Status.PARTIALLY_DELIVERED,
        vouchers=(*order.vouchers, *(new_voucher(number) for number in numbers)),
        delivered=units,
        delivered_on=at,
        held=False,
    )
