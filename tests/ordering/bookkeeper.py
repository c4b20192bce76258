"""A supplier that hides nothing, and the books it keeps."""

from dataclasses import dataclass, field, replace
from decimal import Decimal

from bot.ordering.journal import Journal
from bot.suppliers.outcomes import FetchOutcome, PlaceRequest, Rejected, Report, ReportedStatus
from storage.records.orders import RejectReason
from tests.factories import keys
from tests.ordering.fates import Fate, FatefulSupplier

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


class HonestSupplier(FatefulSupplier):
    """Sells once per reference, tells everything whenever it is asked, and cannot be asked by our id."""

    def __init__(self, journal: Journal, memory: Memory) -> None:
        super().__init__(journal)
        self.memory = memory

    def refusal(self, order_id: str) -> Rejected | None:
        if order_id in self.memory.books:
            self.memory.books[order_id].calls += 1
            return Rejected(RejectReason.REFUSED, "validation error", duplicate=True)
        if self.fate is Fate.REFUSED:
            return Rejected(RejectReason.REFUSED, "Item is not available", duplicate=True)
        return None

    def sold(self, request: PlaceRequest) -> Report:
        serial = len(self.memory.books)
        sold = self.memory.books[request.order_id] = Sold(f"S-{serial}", request.order_id, int(request.quantity))
        return sold.told()

    async def fetch(self, supplier_order_id: str, order_id: str) -> FetchOutcome:
        return await self.looked_up(order_id, lambda: self._shown(supplier_order_id))

    def _shown(self, supplier_order_id: str) -> Report | None:
        sold = next((one for one in self.memory.books.values() if one.id == supplier_order_id), None)
        if sold is None:
            return None
        return replace(sold.told(), codes=keys(*[MASK] * len(sold.codes))) if self.masked else sold.told()
