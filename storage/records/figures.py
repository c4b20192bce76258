"""Figures of a period: what was ordered and delivered, what it brought in and what it cost."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from storage.records.orders import Attention, OrderState
from storage.records.resellers import EntryKind

ZERO = Decimal(0)
HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True)
class Tally:
    """Orders counted together, by the moment they were confirmed. Amounts are in one currency.

    ``own`` are the operator's own among ``orders``: they have no turnover. ``turnover`` is what resellers were charged
    for orders that ended, ``cost`` what the supplier kept of its charge for those, ``own_cost`` the same of the
    operator's own. ``failed`` counts refused orders too.
    """

    orders: int = 0
    own: int = 0
    completed: int = 0
    partial: int = 0
    failed: int = 0
    turnover: Decimal = ZERO
    cost: Decimal = ZERO
    own_cost: Decimal = ZERO

    @property
    def under_way(self) -> int:
        """Orders that have not ended: their money is not counted yet."""
        return self.orders - self.completed - self.partial - self.failed

    @property
    def spent(self) -> Decimal:
        """What suppliers kept for all of it."""
        return self.cost + self.own_cost

    @property
    def margin(self) -> Decimal:
        """What is left of the turnover when the cost of what was sold is paid."""
        return self.turnover - self.cost

    @property
    def margin_percent(self) -> Decimal | None:
        """The margin in percent of the turnover; None without any."""
        return self.margin / self.turnover * HUNDRED if self.turnover else None

    def __add__(self, other: "Tally") -> "Tally":
        """Both together; their amounts must be in one currency."""
        return Tally(
            self.orders + other.orders,
            self.own + other.own,
            self.completed + other.completed,
            self.partial + other.partial,
            self.failed + other.failed,
            self.turnover + other.turnover,
            self.cost + other.cost,
            self.own_cost + other.own_cost,
        )


@dataclass(frozen=True, slots=True)
class ResellerTally:
    """The orders of one reseller in one currency; of the operator's own, id and name are None."""

    reseller_id: int | None
    name: str | None
    currency: str
    tally: Tally


@dataclass(frozen=True, slots=True)
class ItemTally:
    """The orders of one item, by its name as it was ordered, in one currency."""

    name: str
    currency: str
    tally: Tally


@dataclass(frozen=True, slots=True)
class DayTally:
    """The orders of one day in one currency; ``day`` counts from 0 at the begin that was asked for."""

    day: int
    currency: str
    tally: Tally


@dataclass(frozen=True, slots=True)
class Line:
    """One name of a ranking, with amounts in ``currency``; no name stands for the operator's own orders."""

    name: str | None
    currency: str
    tally: Tally


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of the days ``first`` to ``last``.

    ``total`` counts every order, and the money in ``currency`` alone; ``elsewhere`` has the money in others. Rankings
    begin with the largest; ``resellers_left`` and ``items_left`` are what their ends leave out. ``days`` has one
    tally for each day, with the money in ``currency``.
    """

    first: date
    last: date
    currency: str
    total: Tally
    elsewhere: tuple[Line, ...] = ()
    resellers: tuple[Line, ...] = ()
    resellers_left: Tally = Tally()
    items: tuple[Line, ...] = ()
    items_left: Tally = Tally()
    days: tuple[Tally, ...] = ()


@dataclass(frozen=True, slots=True)
class OrderRow:
    """An order as a table shows it: without codes, and without what people typed into its fields."""

    number: int
    reference: str
    created_at: datetime
    settled_at: datetime | None
    reseller: str | None
    user_id: int
    chat_id: int
    item_name: str
    supplier: str
    supplier_order_id: str | None
    quantity: Decimal
    delivered: int
    state: OrderState
    attention: Attention | None
    currency: str
    price: Decimal | None
    captured: Decimal | None
    markup: Decimal | None
    expected: Decimal
    charged: Decimal | None
    refunded: Decimal


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """A line of the ledger as a table shows it."""

    id: int
    at: datetime
    reseller: str
    kind: EntryKind
    amount: Decimal
    balance: Decimal
    reference: str
    note: str
    actor_id: int | None
