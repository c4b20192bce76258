"""Drafts: one question after the other, each answer written down with the update that brought it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from bot.ordering.quotes import fresh
from bot.ordering.rules import (
    ONE,
    catalog_price,
    denomination_holds,
    denomination_question,
    field_holds,
    only_denomination,
    quantity_holds,
    quantity_question,
    total,
)
from bot.resellers.buyers import AT_COST, Terms
from bot.resellers.prices import marked_up
from storage.clock import Clock
from storage.records.catalog import Item, ItemField
from storage.records.orders import Draft, FieldValue, Place, Quote, Step
from storage.store import Store, Tables

Change = Callable[[Draft], Draft | None]
"""What a step makes of a draft; None gives it up."""


@dataclass(frozen=True, slots=True)
class Begun:
    """A new draft, and the one of the same person in the same chat that it replaced."""

    draft: Draft
    replaced: Draft | None = None


class Drafts:
    """Moves drafts through their questions: face value (where there are several), quantity (none for services),
    each field, confirm.

    Every step names the update that caused it; the same update again changes nothing and returns the present draft.
    A step on a draft that was replaced or confirmed meanwhile returns None.
    """

    def __init__(self, store: Store, clock: Clock, ids: Callable[[], str]) -> None:
        self._store = store
        self._clock = clock
        self._ids = ids

    async def current(self, place: Place) -> Draft | None:
        """The draft of a person in a chat."""
        return await self._store.read(lambda tables: tables.drafts.get(place.chat_id, place.user_id))

    async def begin(self, place: Place, item: Item, update_id: int, terms: Terms = AT_COST) -> Begun:
        """Start a draft at its first question; any other of the same person in the same chat makes way.

        ``terms`` say who will pay, and at which markup the price is shown; Confirm looks again.
        """

        async def unit(tables: Tables) -> Begun:
            present = await tables.drafts.get(place.chat_id, place.user_id)
            if present is not None and present.update_id == update_id:
                return Begun(present)
            now = self._clock()
            draft = Draft(self._ids(), place, item, Step.QUANTITY, update_id, now, now)
            draft = asked_first(on_terms(draft, terms))
            await tables.drafts.save(draft)
            return Begun(draft, present)

        return await self._store.write(unit)

    async def answer_denomination(self, draft: Draft, amount: Decimal, update_id: int) -> Draft | None:
        """Take the face value and go on to the quantity."""
        return await self._step(draft, update_id, lambda present: answered_denomination(present, amount))

    async def answer_quantity(self, draft: Draft, quantity: Decimal, update_id: int) -> Draft | None:
        """Take the quantity and go on to what is still open."""
        return await self._step(draft, update_id, lambda present: answered_quantity(present, quantity))

    async def answer_field(self, draft: Draft, value: FieldValue, update_id: int) -> Draft | None:
        """Take the answer to the present field and go on to the next."""
        return await self._step(draft, update_id, lambda present: answered_field(present, value))

    async def skip_field(self, draft: Draft, update_id: int) -> Draft | None:
        """Leave the present field out, where the supplier does not require it."""
        return await self._step(draft, update_id, skipped_field)

    async def back(self, draft: Draft, update_id: int) -> Draft | None:
        """Return to the question before; back from the first one gives the draft up and returns None."""

        return await self._step(draft, update_id, one_back)

    async def cancel(self, place: Place, update_id: int) -> Draft | None:
        """Forget a person's draft in a chat; returns it, or None when there is none: a replay finds none."""

        async def unit(tables: Tables) -> Draft | None:
            present = await tables.drafts.get(place.chat_id, place.user_id)
            if present is None or present.update_id == update_id:
                return None
            await tables.drafts.delete(place.chat_id, place.user_id)
            return present

        return await self._store.write(unit)

    async def drop(self, draft: Draft) -> None:
        """Forget this very draft: what it was for cannot be had. Another one in its place stays."""

        async def unit(tables: Tables) -> None:
            if await tables.drafts.by_id(draft.id) is not None:
                await tables.drafts.delete(draft.place.chat_id, draft.place.user_id)

        await self._store.write(unit)

    async def moved(self, draft: Draft, message_id: int) -> Draft | None:
        """Remember which message shows the draft; not a step, so it carries no update."""

        async def unit(tables: Tables) -> Draft | None:
            present = await tables.drafts.by_id(draft.id)
            if present is None or present.message_id == message_id:
                return present
            moved = replace(present, message_id=message_id)
            await tables.drafts.save(moved)
            return moved

        return await self._store.write(unit)

    async def _step(self, draft: Draft, update_id: int, change: Change) -> Draft | None:
        async def unit(tables: Tables) -> Draft | None:
            present = await tables.drafts.by_id(draft.id)
            if present is None or present.update_id == update_id:
                return present
            changed = change(present)
            if changed is None:
                await tables.drafts.delete(present.place.chat_id, present.place.user_id)
                return None
            now = self._clock()
            stamped = replace(_without_old_quote(changed, now), update_id=update_id, updated_at=now)
            await tables.drafts.save(stamped)
            return stamped

        return await self._store.write(unit)


def asked_first(draft: Draft) -> Draft:
    """The draft at the first question that its item has; a single face value is taken without asking."""
    only = only_denomination(draft.item)
    open_draft = replace(draft, denomination=only, quantity=None, values=(), field_index=0, quote=None)
    if denomination_question(draft.item) is not None:
        return replace(open_draft, step=Step.DENOMINATION)
    return at_quantity(open_draft)


def at_quantity(draft: Draft) -> Draft:
    """The draft at its quantity, or past it where there is none to ask: services are always one."""
    if quantity_question(draft.item) is not None:
        return replace(draft, step=Step.QUANTITY, quantity=None, values=(), field_index=0)
    return at_field(replace(draft, quantity=ONE, values=()), 0)


def at_field(draft: Draft, index: int) -> Draft:
    """The draft at one of its fields, or at confirm when there is none left."""
    if index < len(draft.item.fields):
        return replace(draft, step=Step.FIELD, field_index=index)
    return replace(draft, step=Step.CONFIRM, field_index=len(draft.item.fields))


def present_field(draft: Draft) -> ItemField | None:
    """The field that the draft waits at."""
    return draft.item.fields[draft.field_index] if draft.step is Step.FIELD else None


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


def answered_denomination(draft: Draft, amount: Decimal) -> Draft:
    """The draft with its face value; only at that question, so that an old button changes nothing later."""
    if draft.step is not Step.DENOMINATION or not denomination_holds(amount, draft.item):
        return draft
    return at_quantity(replace(draft, denomination=amount, quote=None))


def answered_quantity(draft: Draft, quantity: Decimal) -> Draft:
    """The draft with its quantity; only at that question, so that an old button changes nothing later."""
    if draft.step is not Step.QUANTITY or not quantity_holds(quantity, offered(draft)):
        return draft
    return at_field(replace(draft, quantity=quantity), 0)


def answered_field(draft: Draft, value: FieldValue) -> Draft:
    """The draft with its present field answered; an answer to any other field changes nothing."""
    field = present_field(draft)
    if field is None or not field_holds(value, field):
        return draft
    values = (*_others(draft, field), value)
    return at_field(replace(draft, values=values), draft.field_index + 1)


def skipped_field(draft: Draft) -> Draft:
    """The draft with its present field left out, if it may be."""
    field = present_field(draft)
    if field is None or field.required:
        return draft
    return at_field(replace(draft, values=_others(draft, field)), draft.field_index + 1)


def one_back(draft: Draft) -> Draft | None:
    """The draft at the question before, whose answer is asked for anew; None at the first question."""
    if draft.field_index > 0:
        before = at_field(draft, draft.field_index - 1)
        return replace(before, values=_others(draft, draft.item.fields[before.field_index]))
    if draft.step in {Step.FIELD, Step.CONFIRM} and quantity_question(draft.item) is not None:
        return at_quantity(draft)
    if draft.step is not Step.DENOMINATION and denomination_question(draft.item) is not None:
        return asked_first(draft)
    return None


def renewed(draft: Draft, item: Item) -> Draft:
    """The draft with the item as the catalog has it now, back at the first question that no longer holds."""
    renewed_draft = replace(draft, item=item)
    if not denomination_holds(draft.denomination, item):
        return asked_first(renewed_draft)
    if not quantity_holds(draft.quantity, offered(renewed_draft)):
        return at_quantity(renewed_draft)
    kept: list[FieldValue] = []
    by_name = {value.name: value for value in draft.values}
    for index, field in enumerate(item.fields):
        value = by_name.get(field.name)
        if value is not None and field_holds(value, field):
            kept.append(value)
        elif value is not None or field.required:
            return at_field(replace(renewed_draft, values=tuple(kept)), index)
    return at_field(replace(renewed_draft, values=tuple(kept)), len(item.fields))


def _others(draft: Draft, field: ItemField) -> tuple[FieldValue, ...]:
    return tuple(value for value in draft.values if value.name != field.name)


def _without_old_quote(draft: Draft, now: datetime) -> Draft:
    # An old one that is still there was on a card before (quoting.Quoting): an answer must not carry it along.
    old = draft.quote is not None and not fresh(draft.quote, now)
    return replace(draft, quote=None) if old else draft


def _needed_quote(draft: Draft) -> Quote:
    quote = quoted(draft)
    if quote is None:
        raise ValueError(f"draft {draft.id} has no quote for what it would order")
    return quote
