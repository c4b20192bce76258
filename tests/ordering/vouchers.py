"""Builders for items with face values whose price is what their supplier quotes."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

from bot.suppliers.outcomes import QuoteRequest
from storage.records.catalog import Denomination, Item, ItemKey
from storage.records.orders import Draft, Quote, Step
from tests.factories import NOW, make_draft, make_item


def values(*amounts: str) -> tuple[Denomination, ...]:
    """Single face values ("10") and ranges ("5-500")."""
    ends = (amount.split("-") for amount in amounts)
    return tuple(Denomination(Decimal(end[0]), Decimal(end[-1])) for end in ends)


def make_voucher(*amounts: str, **changes: Any) -> Item:
    """A gift card in USD whose price must be asked for; three values unless others are named."""
    facts: dict[str, Any] = {
        "key": ItemKey("voodoo", "123"),
        "name": "Steam Wallet Card",
        "region": "United States",
        "price": Decimal("9.65"),
        "min_quantity": None,
        "max_quantity": None,
        "denominations": values(*(amounts or ("10", "25", "50"))),
        "decimals": 2,
        "quoted": True,
    }
    return make_item(**(facts | changes))


def make_quote(denomination: str = "10", quantity: int = 1, **changes: Any) -> Quote:
    """3.5 percent off, paid in the item's currency, at most a hundred at once."""
    face = Decimal(denomination) * quantity
    discount = face * Decimal("0.035")
    quote = Quote(
        denomination=Decimal(denomination),
        quantity=Decimal(quantity),
        face=face,
        discount=discount,
        total=face - discount,
        currency="USD",
        quoted_at=NOW,
        max_quantity=Decimal(100),
        account="7",
    )
    return replace(quote, **changes)


def wanted(denomination: str = "10", quantity: int = 1, item: Item | None = None) -> QuoteRequest:
    """What a quote is asked for."""
    return QuoteRequest(item or make_voucher(), Decimal(denomination), Decimal(quantity))


def at_quantity(**changes: Any) -> Draft:
    """A draft of a voucher of ten that waits for its quantity."""
    return make_draft(**({"item": make_voucher(), "denomination": Decimal(10), "update_id": 5} | changes))


def at_confirm(quantity: int = 20, **changes: Any) -> Draft:
    """A draft of vouchers of ten that waits for Confirm, its quote shown."""
    facts: dict[str, Any] = {"step": Step.CONFIRM, "quantity": Decimal(quantity), "quote": make_quote("10", quantity)}
    return at_quantity(**(facts | changes))
