"""Quoting: what a supplier says a draft would cost, asked before it is shown and again before it is bought."""

import asyncio
from dataclasses import dataclass, replace
from decimal import Decimal

import structlog

from bot.ordering.denominations import denomination_question
from bot.ordering.directory import Suppliers
from bot.ordering.notices import OperatorDesk
from bot.ordering.policy import OrderingPolicy
from bot.ordering.quantities import quantity_question
from bot.ordering.quotes import answers, fresh, judged
from bot.ordering.steps import asked_first, at_quantity
from bot.resellers.numbers import ONE
from bot.suppliers.errors import SupplierError, SupplierMisconfigured
from bot.suppliers.outcomes import NotOffered, QuoteProblem, QuoteRefused, QuoteRequest
from bot.suppliers.protocol import Supplier
from storage.clock import Clock
from storage.records.orders import Draft, Quote, Step
from storage.store import Store, Tables

log = structlog.get_logger()

NO_VALUE = QuoteRefused(QuoteProblem.ITEM_GONE, "the catalog offers no face value")


@dataclass(frozen=True, slots=True)
class Priced:
    """The draft can be shown: it has the quote that its question needs, if it needs one."""

    draft: Draft


@dataclass(frozen=True, slots=True)
class Unpriced:
    """The draft has no price; it may have gone back to the question whose answer the supplier refused.

    ``problem`` is None when no answer could be had. ``detail`` is the supplier's own sentence, for operators.
    """

    draft: Draft
    problem: QuoteProblem | None
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Unanswered:
    """No quote could be had at present; the operator was told if only they can change it."""

    reason: str


Answer = Quote | QuoteRefused | Unanswered


class Quoting:
    """Asks suppliers what drafts would cost. Nothing is kept of an answer whose draft moved on meanwhile."""

    def __init__(
        self, store: Store, suppliers: Suppliers, desk: OperatorDesk, policy: OrderingPolicy, clock: Clock
    ) -> None:
        self._store = store
        self._suppliers = suppliers
        self._desk = desk
        self._policy = policy
        self._clock = clock

    async def priced(self, draft: Draft, update_id: int) -> Priced | Unpriced:
        """Give the draft the quote that its present question needs, by asking or from before."""
        return await self._priced(draft, update_id, None) if needs_quote(draft) else Priced(draft)

    async def again(self, draft: Draft) -> Answer | None:
        """Ask anew what a draft at Confirm costs; None when the quote it has is still good, or it is not there."""
        if draft.step is not Step.CONFIRM or not needs_quote(draft):
            return None
        wanted = request_for(draft)
        if wanted is None:
            return NO_VALUE
        quote = draft.quote
        good = quote is not None and answers(quote, wanted) and fresh(quote, self._clock())
        return None if good else await self._ask(wanted)

    async def _priced(self, draft: Draft, update_id: int, limit: Decimal | None) -> Priced | Unpriced:
        wanted = request_for(draft)
        if wanted is None:
            return Unpriced(draft, NO_VALUE.problem, NO_VALUE.detail)
        if self._serves(draft, wanted, update_id):
            return Priced(draft)
        answer = await self._ask(wanted)
        if isinstance(answer, Unanswered):
            return Unpriced(draft, None, answer.reason)
        if isinstance(answer, Quote):
            answer = limited(answer, limit)
        present, kept = await self._store.write(lambda tables: self._keep(tables, draft, wanted, answer, update_id))
        if kept is not None:
            return await self._back_at_quantity(kept, answer, update_id)
        return Unpriced(draft, None, "the draft is gone") if present is None else await self.priced(present, update_id)

    async def _keep(
        self, tables: Tables, draft: Draft, wanted: QuoteRequest, answer: Quote | QuoteRefused, update_id: int
    ) -> tuple[Draft | None, Priced | Unpriced | None]:
        """Store the answer if the draft still wants it; else give back the draft as it has become."""
        present = await tables.drafts.by_id(draft.id)
        if present is None or request_for(present) != wanted:
            return present, None
        if self._serves(present, wanted, update_id):
            return present, Priced(present)
        moved, problem = answered(present, answer)
        if moved == present:
            return present, Unpriced(present, problem, _detail(answer))
        moved = replace(moved, update_id=update_id, updated_at=self._clock())
        await tables.drafts.save(moved)
        return moved, Priced(moved) if problem is None else Unpriced(moved, problem, _detail(answer))

    async def _back_at_quantity(
        self, kept: Priced | Unpriced, answer: Quote | QuoteRefused, update_id: int
    ) -> Priced | Unpriced:
        """After too large a quantity, ask for the price of one, so that the question can name it and the limit."""
        if isinstance(kept, Priced) or kept.problem is not QuoteProblem.QUANTITY:
            return kept
        limit = answer.max_quantity
        match await self._priced(kept.draft, update_id, limit):
            case Unpriced(problem=QuoteProblem.DENOMINATION | QuoteProblem.ITEM_GONE) as worse:
                return worse
            case Priced(draft) | Unpriced(draft):
                return replace(kept, draft=draft)

    async def _ask(self, wanted: QuoteRequest) -> Answer:
        supplier = self._suppliers.get(wanted.item.key.supplier)
        if supplier is None:
            return Unanswered("the supplier is switched off")
        try:
            async with asyncio.timeout(self._policy.quote_within.total_seconds()):
                outcome = judged(await supplier.quote(wanted), wanted)
        except SupplierError as error:
            return await self._failed(supplier, wanted, error)
        except TimeoutError:
            log.warning("quote not taken", supplier=supplier.name, item=str(wanted.item.key), reason="it took too long")
            return Unanswered("no answer in time")
        if isinstance(outcome, NotOffered):
            log.error("a quoted item's supplier gives no quotes", item=str(wanted.item.key))
            return Unanswered("the supplier gives no quotes")
        if isinstance(outcome, QuoteRefused):
            log.info("quote refused", item=str(wanted.item.key), problem=outcome.problem.value)
        return outcome

    def _serves(self, draft: Draft, wanted: QuoteRequest, update_id: int) -> bool:
        """Whether the draft's own quote will do.

        An old one does too where this very update has already put it on a card: a replay must not put another price
        under the button that is shown, and Confirm asks again anyway.
        """
        quote = draft.quote
        if quote is None or not answers(quote, wanted):
            return False
        shown = draft.step is Step.CONFIRM and draft.update_id == update_id
        return shown or fresh(quote, self._clock())

    async def _failed(self, supplier: Supplier, wanted: QuoteRequest, error: SupplierError) -> Unanswered:
        reason = str(error)
        log.warning("quote not taken", supplier=supplier.name, item=str(wanted.item.key), reason=error.for_log)
        if isinstance(error, SupplierMisconfigured):
            now, name, title = self._clock(), supplier.name, supplier.title
            await self._store.write(lambda tables: self._desk.configuration(tables, name, title, reason, now))
        return Unanswered(reason)


def needs_quote(draft: Draft) -> bool:
    """Whether the draft's present question is asked with a supplier's price."""
    return draft.item.quoted and draft.step in {Step.QUANTITY, Step.CONFIRM}


def request_for(draft: Draft) -> QuoteRequest | None:
    """What to ask a quote for: the least at the quantity's question, what was answered at Confirm."""
    if not needs_quote(draft) or draft.denomination is None:
        return None
    least = least_quantity(draft)
    return QuoteRequest(draft.item, draft.denomination, least if draft.quantity is None else draft.quantity)


def least_quantity(draft: Draft) -> Decimal:
    """The smallest quantity that is worth a quote."""
    rule = quantity_question(draft.item)
    return ONE if rule is None or rule.exclusive_minimum else rule.minimum


def answered(draft: Draft, answer: Quote | QuoteRefused) -> tuple[Draft, QuoteProblem | None]:
    """The draft with its quote, or back at the question whose answer was refused; and what is wrong.

    Where nothing else could be answered to that question, the item is as good as gone.
    """
    if isinstance(answer, Quote):
        return replace(draft, quote=answer), None
    match answer.problem:
        case QuoteProblem.DENOMINATION if denomination_question(draft.item) is not None:
            return asked_first(draft), answer.problem
        case QuoteProblem.QUANTITY if _takes_fewer(draft, answer.max_quantity):
            quote = None if draft.quote is None else limited(draft.quote, answer.max_quantity)
            return at_quantity(replace(draft, quote=quote)), answer.problem
        case QuoteProblem.DENOMINATION | QuoteProblem.QUANTITY:
            return draft, QuoteProblem.ITEM_GONE
        case _:
            return draft, answer.problem


def limited(quote: Quote, limit: Decimal | None) -> Quote:
    """The quote with the smaller of two limits."""
    limits = [one for one in (quote.max_quantity, limit) if one is not None]
    return replace(quote, max_quantity=min(limits, default=None))


def _takes_fewer(draft: Draft, limit: Decimal | None) -> bool:
    """Whether a smaller quantity than the refused one might be taken."""
    least = least_quantity(draft)
    if draft.step is not Step.CONFIRM or quantity_question(draft.item) is None or draft.quantity == least:
        return False
    return limit is None or limit >= least


def _detail(answer: Quote | QuoteRefused) -> str:
    return answer.detail if isinstance(answer, QuoteRefused) else ""
