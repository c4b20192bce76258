"""The supplier behind the cards that people order in conversations."""

from datetime import UTC, datetime
from decimal import Decimal

from bot.ordering.journal import Journal
from bot.suppliers.errors import SupplierError
from bot.suppliers.outcomes import QuoteOutcome, QuoteRefused, QuoteRequest
from storage.records.orders import Quote
from storage.store import Store
from tests.ordering.scripted import ScriptedSupplier


class Seller(ScriptedSupplier):
    """A supplier that quotes 4 % off, or refuses to."""

    name = "octopus"
    title = "Octopus Cards"

    def __init__(self, store: Store) -> None:
        super().__init__(Journal(store, lambda: datetime.now(UTC)))
        self.discount = Decimal("0.04")
        self.refusal: QuoteRefused | SupplierError | None = None
        self.most = Decimal(100)

    async def quote(self, request: QuoteRequest) -> QuoteOutcome:
        self.quoted.append(request)
        if isinstance(self.refusal, SupplierError):
            raise self.refusal
        if self.refusal is not None:
            return self.refusal
        face = request.denomination * request.quantity
        off = face * self.discount
        now = datetime.now(UTC)
        currency = request.item.currency
        return Quote(
            request.denomination, request.quantity, face, off, face - off, currency, now, max_quantity=self.most
        )
