"""Ways through the order of a card."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from storage.records.catalog import Denomination, Item
from tests.conversations.buying import draft
from tests.conversations.shop import Shop
from tests.factories import make_card


def ranged() -> Item:
    """A card of any value from 5 to 500 USD."""
    return make_card(denominations=(Denomination(Decimal(5), Decimal(500), Decimal("2.5")),))


async def age_quote(shop: Shop) -> None:
    """Let six minutes pass since the draft's price was quoted."""
    present = await draft(shop)
    assert present.quote is not None
    old = replace(present.quote, quoted_at=present.quote.quoted_at - timedelta(minutes=6))
    await shop.store.write(lambda tables: tables.drafts.save(replace(present, quote=old)))


async def to_values(shop: Shop) -> None:
    """Up to the question which face value."""
    await shop.says("/find steam wallet card")
    await shop.taps(" USD · Steam Wallet Card")
    await shop.taps("Buy")


async def to_confirm(shop: Shop) -> None:
    """Up to the confirm card of two cards of 50 USD."""
    await to_values(shop)
    await shop.taps("50 USD")
    await shop.taps("2")
