"""What customers of a reseller do: they draft, tap Confirm, and pay from its account."""

from decimal import Decimal
from typing import Any

from bot.ordering.confirming import Confirmed, ConfirmOutcome
from bot.resellers.limits import Barred
from storage.records.orders import Draft, Order, Place, Step
from storage.records.resellers import EntryKind, Reseller
from tests.factories import make_draft
from tests.ordering.shop import Shop
from tests.resellers.people import BUYER, GROUP, account

IN_GROUP = Place(GROUP, BUYER.user_id, thread_id=7)
PRICE = Decimal("20.90")
"""Two keys of 9.50 with ten percent on top."""


async def drafted(shop: Shop, nova: Reseller, place: Place = BUYER, **changes: Any) -> Draft:
    """A draft of two keys at Confirm."""
    facts: dict[str, Any] = {"reseller_id": nova.id, "markup": nova.markup, "quantity": Decimal(2)} | changes
    draft = make_draft(place=place, step=Step.CONFIRM, update_id=1, **facts)
    await shop.store.write(lambda tables: tables.drafts.save(draft))
    return draft


async def tapped(shop: Shop, draft: Draft, update_id: int = 900) -> ConfirmOutcome:
    return await shop.ordering.confirm(draft.id, draft.place, update_id, shown=draft.update_id)


async def ordered(shop: Shop, nova: Reseller, place: Place = BUYER, **changes: Any) -> Order:
    outcome = await tapped(shop, await drafted(shop, nova, place, **changes))
    assert isinstance(outcome, Confirmed)
    return outcome.order


async def barred(shop: Shop, draft: Draft) -> Barred:
    """What stops the draft, as the card says it before and Confirm after it."""
    before = await shop.ordering.barred(draft, draft.place)
    outcome = await tapped(shop, draft)
    assert isinstance(outcome, Barred)
    assert outcome == before
    assert await shop.store.read(lambda tables: tables.drafts.by_id(draft.id)) == draft
    return outcome


async def money(shop: Shop, nova: Reseller) -> tuple[Decimal, Decimal]:
    """Balance and held."""
    now = await account(shop.store, nova)
    return now.balance, now.held


async def charges(shop: Shop, order: Order) -> list[tuple[EntryKind, Decimal]]:
    entries = await shop.store.read(lambda tables: tables.ledger.of_order(order.id))
    return [(entry.kind, entry.amount) for entry in entries]
