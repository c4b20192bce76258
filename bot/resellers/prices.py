"""What a reseller pays: cost plus a markup, half up to the minor unit. Pure."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from bot.resellers.money import round_money
from storage.columns import rounded_money
from storage.records.catalog import Item
from storage.records.orders import Order, OrderState
from storage.records.resellers import MarkupRule, MarkupScope, Reseller

HUNDRED = Decimal(100)


def percent_for(item: Item, reseller: Reseller, rules: Sequence[MarkupRule]) -> Decimal:
    """The markup on an item: its own, else its category's, else the reseller's."""
    own = {(rule.scope, rule.target): rule.percent for rule in rules}
    of_category = own.get((MarkupScope.CATEGORY, item.category), reseller.markup)
    return own.get((MarkupScope.ITEM, str(item.key)), of_category)


def marked_up(cost: Decimal, percent: Decimal, currency: str) -> Decimal:
    """The price of what costs so much, half up to the currency's minor unit."""
    return round_money(cost * (1 + percent / HUNDRED), currency)


def sold(item: Item, percent: Decimal) -> Item:
    """The item as a reseller sees it: at its own unit price, which keeps the four decimals of a money column."""
    return replace(item, price=rounded_money(item.price * (1 + percent / HUNDRED)))


def final_price(order: Order) -> Decimal:
    """What an order that ended costs its reseller: the price of what was delivered, never more than was held.

    A part is charged by its share: of the units that came, where they were counted; else of what the supplier kept of
    its own charge, or of what it counted all the same where it told of no refund.
    """
    if order.price is None or order.state not in {OrderState.COMPLETED, OrderState.PARTIAL}:
        return Decimal(0)
    if order.state is OrderState.COMPLETED:
        return order.price
    return min(order.price, round_money(order.price * _share(order), order.currency))


def _share(order: Order) -> Decimal:
    if not order.counted and order.charged and (order.refunded or not order.delivered):
        return max(Decimal(0), min(Decimal(1), (order.charged - order.refunded) / order.charged))
    return min(Decimal(1), Decimal(order.delivered) / order.quantity)
