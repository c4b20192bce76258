"""Quotes asked of Octopus, and for a refused one why."""

from dataclasses import replace
from decimal import Decimal

from bot.suppliers.errors import SupplierMisconfigured
from bot.suppliers.http import Reply
from bot.suppliers.octopus.calls import PRODUCTS_PATH, Calls
from bot.suppliers.octopus.errors import CHECK_WALLET, NOT_FOUND, refusal_of, unavailable
from bot.suppliers.octopus.orders import NotOctopus, lacks_funds, names_wallet, product_id
from bot.suppliers.octopus.quotes import charges_body, problem_with, read_quote
from bot.suppliers.octopus.session import Session
from bot.suppliers.outcomes import QuoteOutcome, QuoteProblem, QuoteRefused, QuoteRequest
from storage.clock import Clock


class Pricing:
    """Asks what orders cost. Codes of refusals are few, so a refused question is looked into, by the product first."""

    def __init__(self, session: Session, calls: Calls, wallet_id: int | None, clock: Clock) -> None:
        self._session = session
        self._calls = calls
        self._wallet_id = wallet_id
        self._clock = clock

    async def quote(self, request: QuoteRequest) -> QuoteOutcome:
        """The price, or why there is none; raises ``SupplierError``."""
        try:
            path = f"{PRODUCTS_PATH}/{product_id(request.item)}"
        except NotOctopus as error:
            return QuoteRefused(QuoteProblem.ITEM_GONE, str(error))
        reply = await self._charges(path, request)
        if reply.ok:
            return read_quote(reply.body, request, self._wallet_id, self._clock())
        return await self._refused(path, request, reply)

    async def _charges(self, path: str, request: QuoteRequest) -> Reply:
        body = charges_body(request, self._wallet_id)
        return await self._session.ask(self._calls.charges, "POST", f"{path}/charges", body)

    async def _refused(self, path: str, request: QuoteRequest, reply: Reply) -> QuoteRefused:
        """What a refusal means for the person who asked; raises ``SupplierError`` for what concerns the operator."""
        said = refusal_of(reply)
        if lacks_funds(said):
            return QuoteRefused(QuoteProblem.REFUSED, said.sentence)
        if not said.code or reply.status in {403, 408, 429} or not 400 <= reply.status < 500:
            raise unavailable(reply)
        if names_wallet(said) and self._wallet_id is None:
            return QuoteRefused(QuoteProblem.NO_WALLET, said.sentence)
        if names_wallet(said):
            raise SupplierMisconfigured(CHECK_WALLET, said.sentence)
        if said.code == NOT_FOUND:
            return QuoteRefused(QuoteProblem.ITEM_GONE, said.sentence)
        problem = await self._problem(path, request)
        if problem is QuoteProblem.REFUSED and request.quantity > 1:
            most = await self._most(path, request)
            if most is not None and most < request.quantity:
                return QuoteRefused(QuoteProblem.QUANTITY, said.sentence, most)
        return QuoteRefused(problem, said.sentence)

    async def _problem(self, path: str, request: QuoteRequest) -> QuoteProblem:
        reply = await self._session.ask(self._calls.product, "GET", path)
        if reply.ok:
            return problem_with(reply.body, request)
        if reply.status == 404 and refusal_of(reply).code == NOT_FOUND:
            return QuoteProblem.ITEM_GONE
        raise unavailable(reply)

    async def _most(self, path: str, request: QuoteRequest) -> Decimal | None:
        """How many one order may have, as the quote for a single one says."""
        single = replace(request, quantity=Decimal(1))
        reply = await self._charges(path, single)
        quote = read_quote(reply.body, single, self._wallet_id, self._clock()) if reply.ok else None
        return None if quote is None else quote.max_quantity
