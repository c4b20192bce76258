"""Builders of the records that tests need; every field can be overridden by keyword."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from itertools import count
from typing import Any

from storage.records.catalog import (
    Availability,
    Choice,
    Denomination,
    FieldKind,
    Item,
    ItemField,
    ItemKey,
    ProductType,
)
from storage.records.orders import Code, Draft, FieldValue, Order, OrderState, Place, Quote, Step
from storage.records.queues import Chat, ChatKind, DeliveryKind, NewDelivery, StoredUpdate

NOW = datetime(2026, 3, 14, 15, 9, 26, tzinfo=UTC)
"""The moment at which tests happen unless they say otherwise."""

PLACE = Place(chat_id=1001, user_id=1001)

_serial = count(1)


def make_item(**changes: Any) -> Item:
    """A gift-card key that costs 9.50 USD."""
    item = Item(
        key=ItemKey("voodoo", "4711"),
        name="Steam Wallet 10 USD",
        category="Steam",
        product_type=ProductType.KEY,
        price=Decimal("9.50"),
        currency="USD",
        region="US",
        availability=Availability.IN_STOCK,
        min_quantity=Decimal(1),
        max_quantity=Decimal(50),
    )
    return replace(item, **changes)


def make_topup(**changes: Any) -> Item:
    """A top-up that asks for a text and a choice and takes decimal quantities."""
    item = make_item(
        key=ItemKey("voodoo", "4712"),
        name="Mobile Legends Diamonds",
        category="Mobile Legends",
        product_type=ProductType.TOPUP,
        price=Decimal("1.25"),
        min_quantity=Decimal("0.5"),
        max_quantity=Decimal(500),
        fields=(
            ItemField("player_id", "Player ID", FieldKind.TEXT),
            ItemField(
                "server", "Server", FieldKind.CHOICE, choices=(Choice(31, "Europe"), Choice(32, "Asia & Pacific"))
            ),
        ),
    )
    return replace(item, **changes)


def make_service(**changes: Any) -> Item:
    """A service: no quantity, one text field."""
    item = make_item(
        key=ItemKey("voodoo", "4713"),
        name="Account rank boost",
        category="Services",
        product_type=ProductType.SERVICE,
        price=Decimal("24.90"),
        min_quantity=None,
        max_quantity=None,
        fields=(ItemField("login", "Login", FieldKind.TEXT),),
    )
    return replace(item, **changes)


def make_card(**changes: Any) -> Item:
    """A gift card with five face values whose price is quoted."""
    values = (Decimal(5), Decimal(10), Decimal(20), Decimal(50), Decimal(100))
    item = make_item(
        key=ItemKey("octopus", "123"),
        name="Steam Wallet Card",
        category="Gaming · Steam",
        price=Decimal("4.83"),
        region="United States",
        min_quantity=None,
        max_quantity=None,
        denominations=tuple(Denomination(value, value, Decimal("3.5") if value > 5 else None) for value in values),
        decimals=2,
        quoted=True,
    )
    return replace(item, **changes)


def make_quote(**changes: Any) -> Quote:
    """What one card of 50 USD costs, 3.5 % off its face value."""
    quote = Quote(
        denomination=Decimal(50),
        quantity=Decimal(1),
        face=Decimal("50.00"),
        discount=Decimal("1.75"),
        total=Decimal("48.25"),
        currency="USD",
        quoted_at=NOW,
        max_quantity=Decimal(100),
        account="1",
    )
    return replace(quote, **changes)


def make_draft(**changes: Any) -> Draft:
    """A draft of a key that waits for its quantity."""
    draft = Draft(
        id=f"draft-{next(_serial)}",
        place=PLACE,
        item=make_item(),
        step=Step.QUANTITY,
        update_id=500,
        created_at=NOW,
        updated_at=NOW,
    )
    return replace(draft, **changes)


def make_order(**changes: Any) -> Order:
    """A freshly confirmed order of two keys, not stored yet (number 0), with ids of its own."""
    serial = next(_serial)
    order = Order(
        number=0,
        id=f"order-{serial}",
        reference=f"R{serial:07d}",
        draft_id=f"draft-of-order-{serial}",
        place=PLACE,
        item=make_item(),
        quantity=Decimal(2),
        values=(),
        expected=Decimal("19.00"),
        currency="USD",
        state=OrderState.PLACING,
        created_at=NOW,
        next_check_at=NOW,
    )
    return replace(order, **changes)


def keys(*values: str) -> tuple[Code, ...]:
    """Codes that are nothing but their value."""
    return tuple(map(Code, values))


def make_value(**changes: Any) -> FieldValue:
    """An answered text field."""
    return replace(FieldValue("player_id", "Player ID", "77-1234", "77-1234"), **changes)


def make_chat(**changes: Any) -> Chat:
    """A private chat."""
    return replace(Chat(PLACE.chat_id, ChatKind.PRIVATE, "Ann", language_hint="en"), **changes)


def make_delivery(**changes: Any) -> NewDelivery:
    """A result owed to the chat of ``PLACE``, with a key of its own."""
    delivery = NewDelivery(f"result:{next(_serial)}", DeliveryKind.RESULT, PLACE.chat_id)
    return replace(delivery, **changes)


def make_update(**changes: Any) -> StoredUpdate:
    """A Telegram update with an id of its own."""
    update_id = next(_serial)
    update = StoredUpdate(update_id, PLACE.chat_id, PLACE.user_id, b'{"update_id": %d}' % update_id)
    return replace(update, **changes)
