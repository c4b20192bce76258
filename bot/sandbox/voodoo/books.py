"""The supplier's own books: every order it has, and how often each reference was sent to it."""

from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from bot.sandbox.goods.items import Good

MOST_ORDERS = 20_000
MOST_REFERENCES = 40_000


class Status(StrEnum):
    """The documented life of an order (Voodoo ORDERS page)."""

    PENDING = "pending"
    PROCESSING = "processing"
    COMPLETED = "completed"
    PARTIAL = "partial"
    FAILED = "failed"

    @property
    def terminal(self) -> bool:
        """Whether nothing follows."""
        return self in (Status.COMPLETED, Status.PARTIAL, Status.FAILED)


@dataclass(frozen=True, slots=True)
class Order:
    """One order as the supplier has it; ``price`` and ``refund`` are totals in major units."""

    id: str
    good: Good
    quantity: Decimal
    price: Decimal
    reference: str | None
    fields: dict[str, str] = field(repr=False)
    created_at: datetime
    status: Status = Status.PENDING
    delivered: int = 0
    refund: Decimal = Decimal(0)
    codes: tuple[str, ...] = field(default=(), repr=False)
    error: str = ""
    error_message: str = ""
    completed_at: datetime | None = None
    held: bool = False
    """Whether it waits for somebody to settle it by hand."""
    doomed: bool = False
    """Whether its stock ran out after it was taken."""

    @property
    def divisible(self) -> bool:
        """Whether a part of it can be delivered: whole units are counted, so it takes two."""
        return self.quantity >= 2


class Books:
    """Orders by id and by reference, newest last; the oldest settled ones go when there are too many."""

    def __init__(self) -> None:
        self._orders: OrderedDict[str, Order] = OrderedDict()
        self._by_reference: dict[str, str] = {}
        self._create_calls: OrderedDict[str, int] = OrderedDict()

    def __iter__(self) -> Iterator[Order]:
        return iter(tuple(self._orders.values()))

    def __len__(self) -> int:
        return len(self._orders)

    def add(self, order: Order) -> None:
        """Enter a new order."""
        self._orders[order.id] = order
        if order.reference is not None:
            self._by_reference[order.reference] = order.id
        if len(self._orders) > MOST_ORDERS:
            self._forget_oldest()

    def update(self, order: Order) -> None:
        """Replace an order by its next state."""
        self._orders[order.id] = order

    def find(self, order_id: str) -> Order | None:
        """The order with this id."""
        return self._orders.get(order_id)

    def with_reference(self, reference: str) -> Order | None:
        """The order made with this reference."""
        order_id = self._by_reference.get(reference)
        return self._orders.get(order_id) if order_id else None

    def count_create_call(self, reference: str) -> None:
        """Note that a create call with this reference arrived, whatever became of it."""
        self._create_calls[reference] = self._create_calls.get(reference, 0) + 1
        if len(self._create_calls) > MOST_REFERENCES:
            self._create_calls.popitem(last=False)

    def create_calls(self, reference: str | None) -> int:
        """How many create calls carried this reference."""
        return self._create_calls.get(reference, 0) if reference is not None else 0

    def hold(self, order: Order) -> Order:
        """Mark an open order as waiting for a human."""
        held = replace(order, held=True)
        self.update(held)
        return held

    def _forget_oldest(self) -> None:
        settled = next((order for order in self._orders.values() if order.status.terminal), None)
        oldest = settled or next(iter(self._orders.values()))
        del self._orders[oldest.id]
        if oldest.reference is not None:
            self._by_reference.pop(oldest.reference, None)
