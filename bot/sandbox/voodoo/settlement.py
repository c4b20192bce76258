"""How an order ends: pure functions from an open order to its terminal state (Voodoo ORDERS page and CL-0610)."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal

from bot.sandbox.goods.items import Kind
from bot.sandbox.shop.steering import CannotSettle
from bot.sandbox.voodoo.books import Order, Status

CENT = Decimal("0.01")
OUT_OF_STOCK = "OUT_OF_STOCK"
OUT_OF_STOCK_MESSAGE = "The item went out of stock before we could deliver it"

NewCode = Callable[[], str]


@dataclass(frozen=True, slots=True)
class Making:
    """Where codes come from, and how many too few are handed over (a fault; normally none)."""

    new_code: NewCode
    missing: int = 0

    def codes(self, order: Order, delivered: int) -> tuple[str, ...]:
        """The codes of the delivered units; only key orders have any."""
        if order.good.kind is not Kind.KEY:
            return ()
        return tuple(self.new_code() for _ in range(max(0, delivered - self.missing)))


def complete(order: Order, making: Making, at: datetime) -> Order:
    """Everything was delivered. Raises ``CannotSettle`` for an order that has ended."""
    delivered = int(order.quantity.to_integral_value(ROUND_FLOOR))
    return replace(
        _open(order),
        status=Status.COMPLETED,
        delivered=delivered,
        codes=making.codes(order, delivered),
        completed_at=at,
    )


def deliver_part(order: Order, making: Making, at: datetime, delivered: int | None = None) -> Order:
    """Some whole units were delivered (about half unless said), the rest is refunded. Raises ``CannotSettle``."""
    units = delivered if delivered is not None else int(order.quantity) // 2
    if not order.divisible:
        raise CannotSettle("An order of less than two units cannot be delivered in part")
    if not 0 < units < order.quantity:
        raise CannotSettle(f"A part of {order.quantity} is more than 0 and less than all, not {units}")
    return replace(
        _open(order),
        status=Status.PARTIAL,
        delivered=units,
        refund=order.price - _share(order, units),
        codes=making.codes(order, units),
        completed_at=at,
    )


def fail(order: Order, at: datetime, error: str = OUT_OF_STOCK, message: str = OUT_OF_STOCK_MESSAGE) -> Order:
    """Nothing was delivered and everything is refunded. Raises ``CannotSettle`` for an order that has ended."""
    return replace(
        _open(order),
        status=Status.FAILED,
        refund=order.price,
        error=error,
        error_message=message,
        completed_at=at,
    )


def _open(order: Order) -> Order:
    if order.status.terminal:
        raise CannotSettle(f"The order has already ended as {order.status}")
    return replace(order, held=False)


def _share(order: Order, units: int) -> Decimal:
    return (order.price * units / order.quantity).quantize(CENT, ROUND_HALF_UP)
