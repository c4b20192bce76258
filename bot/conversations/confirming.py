"""Confirm: a draft becomes an order, or the person reads what must be decided first."""

from bot.conversations.asking import END, Asking, Next
from bot.conversations.problems import barred_words, no_quote
from bot.conversations.strays import Strays
from bot.conversations.talk import Talk
from bot.ordering.confirming import (
    AlreadyConfirmed,
    AskAgain,
    Confirmed,
    ConfirmOutcome,
    DraftGone,
    ItemGone,
    PriceChanged,
    QuoteLost,
)
from bot.ordering.draft_prices import draft_currency, draft_price
from bot.ordering.drafts import Drafts
from bot.ordering.service import Ordering
from bot.presentation.buttons import Confirm
from bot.presentation.confirmation import price_changed
from bot.resellers.limits import Barred
from bot.suppliers.outcomes import QuoteProblem


class Confirming:
    """Translates a tap on Confirm, and what came of it."""

    def __init__(self, drafts: Drafts, ordering: Ordering, asking: Asking, strays: Strays) -> None:
        self._drafts = drafts
        self._ordering = ordering
        self._asking = asking
        self._strays = strays

    async def confirm(self, talk: Talk, button: Confirm) -> Next:
        """Make the order. Delivery alone draws its living message, so that no older state overwrites a newer one."""
        draft = await self._drafts.current(talk.place)
        if draft is not None and draft.id == button.draft and draft.message_id != talk.message.message_id:
            await self._drafts.moved(draft, talk.message.message_id)
        outcome = await self._ordering.confirm(button.draft, talk.place, talk.incoming.update_id, shown=button.shown)
        return await self._tell(talk, button, outcome)

    async def _tell(self, talk: Talk, button: Confirm, outcome: ConfirmOutcome) -> Next:
        match outcome:
            case Confirmed():
                await talk.answer(talk.speech.plain("Your order is being placed."))
                return END
            case AlreadyConfirmed(order):
                return await self._strays.already(talk, order)
            case DraftGone():
                return await self._strays.meet(talk, button.draft)
            case _:
                return await self._decide(talk, outcome)

    async def _decide(self, talk: Talk, outcome: PriceChanged | AskAgain | QuoteLost | ItemGone | Barred) -> Next:
        match outcome:
            case PriceChanged():
                return await self._changed(talk, outcome)
            case AskAgain(draft, reason):
                problem = no_quote(reason, talk.speech) if reason else None
                return await self._asking.ask(talk, draft, problem)
            case QuoteLost(draft, reason, detail):
                return await self._asking.unpriced(talk, draft, reason, detail)
            case Barred(draft):
                # The card may already say so, and then the tap would seem to do nothing.
                await talk.answer(barred_words(outcome, talk.speech), alert=True)
                return await self._asking.ask(talk, draft)
            case ItemGone(draft):
                return await self._asking.unpriced(talk, draft, QuoteProblem.ITEM_GONE, "")

    async def _changed(self, talk: Talk, changed: PriceChanged) -> Next:
        draft, speech = changed.draft, talk.speech
        old = speech.money(changed.old_total, changed.old_currency)
        new = speech.money(draft_price(draft), draft_currency(draft))
        return await self._asking.ask(talk, draft, price_changed(old, new, speech))
