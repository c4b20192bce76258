"""Asking a draft's present question, and keeping one living message per draft."""

import asyncio
from dataclasses import replace

from markupsafe import Markup
from telegram.ext import ConversationHandler

from bot.conversations.at_price import draft_shown
from bot.conversations.problems import barred_because, no_quote
from bot.conversations.questions import asker_in, question
from bot.conversations.talk import Talk
from bot.ordering.draft_prices import draft_currency, quoted
from bot.ordering.drafts import Drafts
from bot.ordering.quoting import Priced, Unpriced
from bot.ordering.service import Ordering
from bot.presentation.cards import Card
from bot.presentation.confirmation import unpriced_card
from bot.presentation.drafting import Asker, closed_card, item_gone_card, unpayable_card
from bot.resellers.numbers import ONE
from bot.suppliers.outcomes import QuoteProblem
from storage.records.orders import Draft, Step
from storage.records.queues import KnownBalance

Next = Step | int | None
"""What a handler returns to the ``ConversationHandler``: the next state, its end, or None for no change."""

END = ConversationHandler.END
PRICED = frozenset({Step.QUANTITY, Step.CONFIRM})
"""The questions whose cards name a price."""


class Asking:
    """Shows questions where the eye is: in the tapped message, or below what was typed."""

    def __init__(self, drafts: Drafts, ordering: Ordering, currency: str) -> None:
        self._drafts = drafts
        self._ordering = ordering
        self._currency = currency

    async def ask(self, talk: Talk, draft: Draft, problem: Markup | None = None, *, page_from: int = 0) -> Next:
        """Show the present question; a quoted item's price is asked of its supplier first.

        A draft that somebody else would pay for by now is given up: its prices are not this person's any more.
        """
        if not _still_pays(talk, draft):
            await self._drafts.drop(draft)
            return await self.end(talk, draft, closed_card(talk.speech))
        if not (draft.item.quoted and draft.step in PRICED):
            return await self._show(talk, draft, problem, page_from)
        match await self._priced(talk, draft):
            case Priced(draft):
                return await self._show(talk, draft, problem, page_from)
            case Unpriced(draft, reason, detail):
                return await self.unpriced(talk, draft, reason, detail, problem)

    async def unpriced(
        self, talk: Talk, draft: Draft, reason: QuoteProblem | None, detail: str, problem: Markup | None = None
    ) -> Next:
        """Show what can be asked although the supplier named no price; ``problem`` is what else was wrong."""
        if reason is QuoteProblem.ITEM_GONE:
            await self._drafts.drop(draft)
            return await self.end(talk, draft, item_gone_card(draft.item, talk.speech))
        if reason is QuoteProblem.NO_WALLET:
            await self._drafts.drop(draft)
            return await self.end(talk, draft, unpayable_card(draft.item, no_quote(reason, talk.speech), talk.speech))
        if draft.step is not Step.CONFIRM:
            return await self._show(talk, draft, problem or no_quote(reason, talk.speech))
        return await self._put(
            talk, draft, unpriced_card(draft_shown(draft), draft.quantity or ONE, detail, asker_in(talk))
        )

    async def ask_next(self, talk: Talk, draft: Draft | None) -> Next:
        """Show the question after a step; the draft may have been put aside meanwhile."""
        return await self.close(talk) if draft is None else await self.ask(talk, draft)

    async def close(self, talk: Talk) -> int:
        """Say that the question is no longer open."""
        await talk.show(closed_card(talk.speech))
        return END

    async def end(self, talk: Talk, draft: Draft, card: Card) -> int:
        """Show a last card instead of the draft's question."""
        if await talk.show(card) != draft.message_id:
            await self._strip(talk, draft)
        return END

    async def _priced(self, talk: Talk, draft: Draft) -> Priced | Unpriced:
        # A supplier may take its second: the tap's spinner ends, and the chat says that something goes on.
        priced, _ = await asyncio.gather(self._ordering.priced(draft, talk.incoming.update_id), talk.typing())
        return priced

    async def _show(self, talk: Talk, draft: Draft, problem: Markup | None, page_from: int = 0) -> Step:
        asker = asker_in(talk, problem)
        if draft.step is Step.CONFIRM:
            asker = await self._with_money(talk, draft, asker)
        return await self._put(talk, draft, question(draft, asker, page_from=page_from))

    async def _with_money(self, talk: Talk, draft: Draft, asker: Asker) -> Asker:
        """What the card says beside the price: of the supplier's account at cost, else of the reseller's own."""
        if draft.reseller_id is None:
            return replace(asker, held=await self._held(draft))
        barred = await self._ordering.barred(draft, talk.place)
        return replace(
            asker,
            account=talk.buyer.account if talk.private else None,
            currency=self._currency,
            barred=None if barred is None else barred_because(barred, talk.speech),
        )

    async def _put(self, talk: Talk, draft: Draft, card: Card) -> Step:
        """Show a card of the draft; the buttons of the message it was in before are taken away."""
        shown = await talk.show(card)
        if shown != draft.message_id:
            await asyncio.gather(self._drafts.moved(draft, shown), self._strip(talk, draft))
        return draft.step

    async def _held(self, draft: Draft) -> KnownBalance | None:
        """What the supplier's account that pays held when it was last read."""
        quote = quoted(draft)
        account = quote.account if quote else ""
        return await self._ordering.known_balance(draft.item.key.supplier, draft_currency(draft), account)

    async def _strip(self, talk: Talk, draft: Draft) -> None:
        if draft.message_id is not None:
            await talk.screen.strip(draft.message_id)


def _still_pays(talk: Talk, draft: Draft) -> bool:
    """Whether the draft was begun on the account that pays here now, or at cost by who buys so."""
    account = talk.buyer.account
    return talk.buyer.may_order and draft.reseller_id == (None if account is None else account.id)
