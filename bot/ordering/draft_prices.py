"""What a draft would order, and what that costs whom. Pure."""

from dataclasses import replace
from decimal import Decimal

from bot.ordering.denominations import catalog_price
from bot.resellers.buyers import Terms
from bot.resellers.money import total
from bot.resellers.numbers import ONE
from bot.resellers.prices import marked_up
from storage.records.catalog import Item
from storage.records.orders import Draft, Quote


def offered(draft: Draft) -> Item:
    """The item as this draft may order it, for the rules of quantities: at its face value's price, within its quote.

    Where it is quoted that price is no promise but a bound in major units, so that no total outgrows its column.
    """
    item, value, quote = draft.item, draft.denomination, draft.quote
    if value is None:
        return item
    if not item.quoted:
        return replace(item, price=catalog_price(item, value))
    if quote is None or quote.denomination != value:
        return replace(item, price=value)
    limits = [limit for limit in (item.max_quantity, quote.max_quantity) if limit is not None]
    return replace(item, price=max(value, quote.total / quote.quantity), max_quantity=min(limits, default=None))


def quoted(draft: Draft) -> Quote | None:
    """The draft's quote, if it is for what the draft would order, however old."""
    quote = draft.quote
    fitting = quote is not None and (quote.denomination, quote.quantity) == (draft.denomination, draft.quantity)
    return quote if fitting else None


def has_price(draft: Draft) -> bool:
    """Whether it is known what the draft costs."""
    return not draft.item.quoted or quoted(draft) is not None


def on_terms(draft: Draft, terms: Terms) -> Draft:
    """The draft with who pays for it, and at which markup."""
    return replace(draft, reseller_id=terms.reseller_id, markup=terms.markup)


def draft_price(draft: Draft) -> Decimal:
    """What is to be paid for the draft, in ``draft_currency``: its cost, marked up where a reseller pays.

    Raises as ``draft_total`` does.
    """
    cost = draft_total(draft)
    return cost if draft.markup is None else marked_up(cost, draft.markup, draft_currency(draft))


def draft_total(draft: Draft) -> Decimal:
    """What the draft costs the operator, in ``draft_currency``; its quantity must be answered.

    A quoted item costs what its supplier said; raises ``ValueError`` when that was not asked for this quantity.
    """
    if not draft.item.quoted:
        return total(offered(draft), draft.quantity or ONE)
    return _needed_quote(draft).total


def draft_currency(draft: Draft) -> str:
    """The currency of what the draft costs: the paying account's where it is quoted. Raises as ``draft_total`` does."""
    return _needed_quote(draft).currency if draft.item.quoted else draft.item.currency


def _needed_quote(draft: Draft) -> Quote:
    quote = quoted(draft)
    if quote is None:
        raise ValueError(f"draft {draft.id} has no quote for what it would order")
    return quote
