"""Drafts: one question after the other, each answer written down with the update that brought it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from bot.ordering.draft_prices import on_terms
from bot.ordering.quotes import fresh
from bot.ordering.steps import (
    answered_denomination,
    answered_field,
    answered_quantity,
    asked_first,
    one_back,
    skipped_field,
)
from bot.resellers.buyers import AT_COST, Terms
from storage.clock import Clock
from storage.records.catalog import Item
from storage.records.orders import Draft, FieldValue, Place, Step
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


def _without_old_quote(draft: Draft, now: datetime) -> Draft:
    # An old one that is still there was on a card before (quoting.Quoting): an answer must not carry it along.
    old = draft.quote is not None and not fresh(draft.quote, now)
    return replace(draft, quote=None) if old else draft
