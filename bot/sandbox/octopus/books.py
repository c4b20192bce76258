"""The supplier's own books: every order it has, and how often each reference was sent, looked up and read."""

from collections import Counter, OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from bot.sandbox.octopus.goods import Product
from bot.sandbox.octopus.pricing import Charges
from bot.sandbox.octopus.switches import Outcome
from bot.sandbox.octopus.vouchers import Voucher

FIRST_ORDER_ID = 1234
"""The id of the documentation's first sample (CREATE page)."""

MOST_ORDERS = 20_000


class Status(StrEnum):
    """The documented life of an order."""

    PENDING = "PENDING"
    PARTIALLY_DELIVERED = "PARTIALLY_DELIVERED"
    DELIVERED = "DELIVERED"
    FAILED = "FAILED"
    CANCELLED = "CANCELLED"

    @property
    def terminal(self) -> bool:
        """Whether nothing follows."""
        return self in (Status.DELIVERED, Status.FAILED, Status.CANCELLED)


@dataclass(frozen=True, slots=True)
class Plan:
    """What shall become of an order: whether its reply may carry vouchers, how it ends, and how many are missing."""

    outcome: Outcome
    sync: bool
    missing: int = 0
    delivered: int | None = None
    """How many come first when it is delivered in part; None for about half."""


@dataclass(frozen=True, slots=True)
class Order:
    """One order as the supplier has it; the first ``shown`` of its vouchers have been readable once."""

    id: int
    product: Product
    denomination: Decimal
    quantity: int
    wallet_id: int
    charges: Charges
    reference: str | None
    email: str | None
    created_at: datetime
    plan: Plan
    status: Status = Status.PENDING
    vouchers: tuple[Voucher, ...] = field(default=(), repr=False)
    shown: int = 0
    delivered: int = 0
    delivered_on: datetime | None = None
    refunded: Decimal = Decimal(0)
    held: bool = False
    """Whether it waits for somebody to settle it by hand."""


class Books:
    """Orders by id and by reference, newest last; the oldest go when there are too many."""

    def __init__(self, next_id: int = FIRST_ORDER_ID) -> None:
        self._orders: OrderedDict[int, Order] = OrderedDict()
        self._by_reference: dict[str, int] = {}
        self._last_id = next_id - 1
        self.create_calls: Counter[str] = Counter()
        self.lookups: Counter[str] = Counter()
        self.reads: Counter[int] = Counter()

    def __iter__(self) -> Iterator[Order]:
        return iter(tuple(self._orders.values()))

    def __len__(self) -> int:
        return len(self._orders)

    def next_id(self) -> int:
        """An id for a new order; it is used up even if no order follows."""
        self._last_id += 1
        return self._last_id

    def put(self, order: Order) -> Order:
        """Enter a new order, or replace one by its next state."""
        self._orders[order.id] = order
        if order.reference is not None:
            self._by_reference[order.reference] = order.id
        if len(self._orders) > MOST_ORDERS:
            self._orders.popitem(last=False)
        return order

    def find(self, order_id: int) -> Order | None:
        """The order with this id."""
        return self._orders.get(order_id)

    def used(self, reference: str) -> bool:
        """Whether an order was ever made with this reference: it is never free again."""
        return reference in self._by_reference

    def with_reference(self, reference: str) -> Order | None:
        """The order made with this reference."""
        order_id = self._by_reference.get(reference)
        return self._orders.get(order_id) if order_id is not None else None

    def hold(self, order: Order) -> Order:
        """Mark an open order as waiting for a human."""
        return self.put(replace(order, held=True))
