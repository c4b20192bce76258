"""A supplier that keeps books: it sells once per reference, and loses answers as chance tells it."""

from dataclasses import dataclass, field, replace
from decimal import Decimal

from bot.ordering.journal import Journal
from bot.suppliers.errors import SupplierUnavailable
from bot.suppliers.outcomes import (
    Accepted,
    Deferred,
    FetchOutcome,
    Found,
    Missing,
    PlaceOutcome,
    PlaceRequest,
    Rejected,
    Report,
    ReportedStatus,
    Unknown,
)
from storage.records.orders import RejectReason
from tests.factories import keys
from tests.ordering.chance import ChanceSupplier, Fate, Killed

COST = Decimal("9.50")
"""What the supplier takes for one key."""

MASK = "********"


@dataclass(slots=True)
class Sold:
    """An order in the supplier's own books."""

    id: str
    order_id: str
    quantity: int
    status: ReportedStatus = ReportedStatus.PENDING
    codes: tuple[str, ...] = ()
    calls: int = 1

    def told(self) -> Report:
        """What the supplier says of it."""
        ended = self.status is not ReportedStatus.PENDING
        return Report(
            supplier_order_id=self.id,
            status=self.status,
            order_id=self.order_id,
            raw_status=self.status.value,
            delivered=len(self.codes),
            charged=COST * self.quantity,
            refunded=COST * (self.quantity - len(self.codes)) if ended else Decimal(0),
            codes=keys(*self.codes),
        )

    def end(self, codes: int) -> None:
        """Deliver so many codes, and no more."""
        self.codes = tuple(f"{self.id}-{number}" for number in range(codes))
        part = ReportedStatus.PARTIAL if codes else ReportedStatus.FAILED
        self.status = ReportedStatus.COMPLETED if codes == self.quantity else part


@dataclass(slots=True)
class Memory:
    """What outlives a restart of the bot: the supplier's books and the webhooks it sent."""

    books: dict[str, Sold] = field(default_factory=dict[str, Sold])
    webhooks: list[Report] = field(default_factory=list[Report])

    def waiting(self) -> list[Sold]:
        """What the supplier has not ended yet."""
        return [sold for sold in self.books.values() if sold.status is ReportedStatus.PENDING]


class HonestSupplier(ChanceSupplier):
    """Keeps books, refuses a reference it has, and loses answers as it is told. Otherwise as the scripted one."""

    def __init__(self, journal: Journal, memory: Memory) -> None:
        super().__init__(journal)
        self.memory = memory

    async def place(self, request: PlaceRequest) -> PlaceOutcome:
        match self.fate:
            case Fate.NOT_SENT:
                return Deferred("connection refused")
            case Fate.LOST_BEFORE | Fate.LATE:
                return Unknown("connection reset")
            case Fate.KILLED_BEFORE:
                raise Killed
            case _:
                return await self._sell(request.order_id, int(request.quantity))

    async def fetch(self, supplier_order_id: str, order_id: str) -> FetchOutcome:
        if self.fate is Fate.KILLED_BEFORE:
            raise Killed
        if self.fate not in {Fate.FINE, Fate.KILLED_WITH_REPLY}:
            raise SupplierUnavailable("timed out")
        sold = next((one for one in self.memory.books.values() if one.id == supplier_order_id), None)
        if sold is None:
            return Missing()
        told = replace(sold.told(), codes=keys(*[MASK] * len(sold.codes))) if self.masked else sold.told()
        return Found(told, await self._kept(order_id, told))

    async def _sell(self, order_id: str, quantity: int) -> PlaceOutcome:
        if order_id in self.memory.books:
            self.memory.books[order_id].calls += 1
            return Rejected(RejectReason.REFUSED, "validation error", duplicate=True)
        if self.fate is Fate.REFUSED:
            return Rejected(RejectReason.REFUSED, "Item is not available", duplicate=True)
        sold = self.memory.books[order_id] = Sold(f"S-{len(self.memory.books)}", order_id, quantity)
        if self.fate is Fate.LOST_AFTER:
            return Unknown("timed out")
        if self.fate is Fate.KILLED_AFTER:
            raise Killed
        return Accepted(sold.told(), await self._kept(order_id, sold.told()))

    async def _kept(self, order_id: str, told: Report) -> int:
        journal_id = await self._record(order_id, told)
        if self.fate is Fate.KILLED_WITH_REPLY:
            raise Killed
        return journal_id
