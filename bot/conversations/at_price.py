"""What a reseller is shown of items and drafts: its own price, and nothing that tells the cost.

These are for drawing alone. What is ordered, and at which cost, stays with the draft that is stored.
"""

from dataclasses import replace
from decimal import Decimal

from bot.resellers.buyers import Buyer
from bot.resellers.prices import marked_up, sold
from storage.records.catalog import Item
from storage.records.orders import Draft, Quote

NOTHING = Decimal(0)


def item_for(item: Item, buyer: Buyer) -> Item:
    """The item as somebody sees it here; whoever may not order sees none (``Buyer.may_order``)."""
    markup = buyer.terms(item).markup
    return item if markup is None else item_at(item, markup)


def item_at(item: Item, markup: Decimal) -> Item:
    """The item at a reseller's price, without the discounts that would tell its cost."""
    bare = tuple(replace(offer, discount=None) for offer in item.denominations)
    shown = replace(sold(item, markup), denominations=bare)
    # Such a price says "from": what one unit costs at least is told to the minor unit.
    least = item.quoted or item.denominations
    return replace(shown, price=marked_up(item.price, markup, item.currency)) if least else shown


def draft_shown(draft: Draft) -> Draft:
    """The draft as its person sees it: at the price that the reseller pays, where one does."""
    if draft.markup is None:
        return draft
    quote = None if draft.quote is None else quote_at(draft.quote, draft.markup)
    return replace(draft, item=item_at(draft.item, draft.markup), quote=quote)


def quote_at(quote: Quote, markup: Decimal) -> Quote:
    """A quote with the price as its total; what else it says is between the operator and the supplier."""
    price = marked_up(quote.total, markup, quote.currency)
    return replace(quote, total=price, discount=NOTHING, rate=None, fee=None, tax=None, account="")
