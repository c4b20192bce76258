"""Whether an order at a supplier is for the goods that we ordered: what it does not say proves nothing. Pure."""

from enum import StrEnum

from bot.suppliers.outcomes import Report
from storage.records.catalog import ProductType
from storage.records.orders import Order


class Goods(StrEnum):
    """What shows that a supplier's order is for other goods."""

    ITEM = "item"
    DENOMINATION = "denomination"
    QUANTITY = "quantity"


def other_goods(order: Order, report: Report) -> Goods | None:
    """What shows that the supplier's order is another one (octopus.md 7: an adopted order must match)."""
    if report.item_id is not None and report.item_id != order.item.key.id:
        return Goods.ITEM
    if None not in {report.denomination, order.denomination} and report.denomination != order.denomination:
        return Goods.DENOMINATION
    # A service is ordered without a quantity: what its supplier makes of that is its own affair.
    counted = order.item.product_type is not ProductType.SERVICE
    if counted and report.quantity is not None and report.quantity != order.quantity:
        return Goods.QUANTITY
    return None
