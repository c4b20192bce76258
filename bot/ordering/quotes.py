"""What makes a quote good: that it is for what was asked, makes sense, and is young enough."""

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

from bot.ordering.quantities import MAX_TOTAL
from bot.suppliers.outcomes import NotOffered, QuoteOutcome, QuoteProblem, QuoteRefused, QuoteRequest
from storage.columns import rounded_money
from storage.records.orders import Quote

QUOTE_HOLDS: Final = timedelta(minutes=5)
"""How long a quote is good for (Octopus keeps one for five minutes: reference, voucher charges)."""

ZERO_AGE: Final = timedelta(0)


def fresh(quote: Quote, now: datetime) -> bool:
    """Whether the quote is still good; one from the future is not, or a clock set back would keep it for hours."""
    return ZERO_AGE <= now - quote.quoted_at < QUOTE_HOLDS


def answers(quote: Quote | None, wanted: QuoteRequest) -> bool:
    """Whether this is a quote for what is wanted."""
    return quote is not None and (quote.denomination, quote.quantity) == (wanted.denomination, wanted.quantity)


def judged(outcome: QuoteOutcome, wanted: QuoteRequest) -> Quote | QuoteRefused | NotOffered:
    """What a supplier's answer is worth: a quote that nobody could be charged is refused, one above its own limit too.

    Amounts keep the four decimals that a money column holds, rounded half up.
    """
    if not isinstance(outcome, Quote):
        return outcome
    nonsense = _nonsense(outcome, wanted)
    if nonsense is not None:
        return QuoteRefused(QuoteProblem.REFUSED, nonsense)
    if outcome.max_quantity is not None and outcome.max_quantity < wanted.quantity:
        return QuoteRefused(QuoteProblem.QUANTITY, max_quantity=outcome.max_quantity)
    return _rounded(outcome)


def _nonsense(quote: Quote, wanted: QuoteRequest) -> str | None:
    """Why nothing may be bought at this quote."""
    if not answers(quote, wanted):
        return "the quote is for another value or quantity"
    if not all(amount.is_finite() and abs(amount) < MAX_TOTAL for amount in _amounts(quote)):
        return "the quote holds an amount that no order can have"
    if rounded_money(quote.total) <= 0 or quote.face <= 0:
        return "the quote says that the order costs nothing"
    if quote.discount > quote.face:
        return "the quote takes off more than the value"
    return None if quote.currency else "the quote names no currency"


def _amounts(quote: Quote) -> list[Decimal]:
    found = (quote.face, quote.discount, quote.total, quote.fee, quote.tax, quote.rate, quote.max_quantity)
    return [amount for amount in found if amount is not None]


def _rounded(quote: Quote) -> Quote:
    return replace(
        quote,
        face=rounded_money(quote.face),
        discount=rounded_money(quote.discount),
        total=rounded_money(quote.total),
        fee=None if quote.fee is None else rounded_money(quote.fee),
        tax=None if quote.tax is None else rounded_money(quote.tax),
    )
