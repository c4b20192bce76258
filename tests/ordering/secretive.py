"""A supplier that finds orders by our id, shows each code in clear once and delivers bit by bit."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal

from bot.ordering.journal import Journal
from bot.suppliers.outcomes import FetchOutcome, PlaceRequest, Pointer, Rejected, Report, ReportedStatus
from storage.records.orders import Code, RejectReason
from tests.ordering.fates import Fate, FatefulSupplier
from tests.ordering.shop import Clock

UNITS = 2
SLOWEST_TO_SHOW = timedelta(seconds=60)
SLOWEST_TO_ARRIVE = timedelta(seconds=30)
"""Together no more than the patience of ordering, ``find_for``."""


@dataclass(slots=True)
class Sold:
    """An order in the supplier's own books. ``shown`` counts the codes whose one clear view is over."""

    id: str
    order_id: str
    shows_at: datetime
    status: ReportedStatus = ReportedStatus.PENDING
    codes: list[str] = field(default_factory=list[str])
    shown: int = 0

    def told(self, mask: str, *, created: bool = False) -> Report:
        """What the supplier says of it, which is the clear view of what was not shown before."""
        clear = [Code(code) for code in self.codes[self.shown :]]
        hidden = [Code(mask + code[-1]) for code in self.codes[: self.shown]]
        self.shown = len(self.codes)
        return Report(
            supplier_order_id=self.id,
            status=self.status,
            order_id=self.order_id,
            item_id="4711",
            raw_status=self.status.value,
            quantity=Decimal(UNITS),
            delivered=len(self.codes),
            charged=Decimal(19),
            refunded=Decimal(19 if self.status is ReportedStatus.FAILED else 0),
            codes=(*hidden, *clear),
            created=created,
        )


@dataclass(slots=True)
class Memory:
    """What outlives a restart of the bot; ``reached`` are the clear codes that came as far as our journal."""

    books: dict[str, Sold] = field(default_factory=dict[str, Sold])
    late: dict[str, datetime] = field(default_factory=dict[str, datetime])
    reached: dict[str, set[str]] = field(default_factory=dict[str, set[str]])
    pointers: list[Pointer] = field(default_factory=list[Pointer])


class SecretiveSupplier(FatefulSupplier):
    """Keeps books by our reference, shows a new order only after a while, and a code only once."""

    def __init__(self, journal: Journal, memory: Memory, clock: Clock) -> None:
        super().__init__(journal)
        self.memory = memory
        self.clock = clock
        self.finds = True
        self.at_once = 0
        self.shows_after = timedelta(0)

    def on_its_way(self, order_id: str) -> None:
        self.memory.late.setdefault(order_id, self.clock() + SLOWEST_TO_ARRIVE)

    def refusal(self, order_id: str) -> Rejected | None:
        if order_id in self.memory.books:
            return Rejected(RejectReason.REFUSED, "Duplicate client_reference", duplicate=True, taken=self.masked)
        if self.fate is Fate.REFUSED:
            return Rejected(RejectReason.REFUSED, "Product is out of stock", duplicate=self.masked)
        return None

    def sold(self, request: PlaceRequest) -> Report:
        sold = self.sell(request.order_id)
        self.deliver(sold, self.at_once)
        return sold.told("", created=True)

    async def find(self, order_id: str) -> FetchOutcome:
        self.sought.append(order_id)
        sold = self.memory.books.get(order_id)
        return await self._show(sold if sold and sold.shows_at <= self.clock() else None, order_id)

    async def fetch(self, supplier_order_id: str, order_id: str) -> FetchOutcome:
        sold = next((one for one in self.memory.books.values() if one.id == supplier_order_id), None)
        return await self._show(sold, order_id)

    def sell(self, order_id: str) -> Sold:
        """Enter an order into the books."""
        serial = len(self.memory.books)
        sold = Sold(f"S-{serial}", order_id, self.clock() + self.shows_after)
        self.memory.books[order_id] = sold
        return sold

    def deliver(self, sold: Sold, units: int) -> None:
        """Deliver up to so many units in all."""
        sold.codes += [f"KEY-{sold.id}-{number}" for number in range(len(sold.codes), units)]
        statuses = (ReportedStatus.PENDING, ReportedStatus.DELIVERING, ReportedStatus.COMPLETED)
        sold.status = statuses[len(sold.codes)]

    async def _show(self, sold: Sold | None, order_id: str) -> FetchOutcome:
        mask = "XXXX-XXXX-" if self.masked else "****-****-"
        return await self.looked_up(order_id, lambda: sold.told(mask) if sold else None)

    def journaled(self, order_id: str, told: Report) -> None:
        clear = {code.value for code in told.codes if code.value.startswith("KEY")}
        self.memory.reached.setdefault(order_id, set()).update(clear)
