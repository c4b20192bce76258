"""Asking a draft's present question, and keeping one living message per draft."""

import asyncio

from markupsafe import Markup
from telegram.ext import ConversationHandler

from bot.conversations.questions import question
from bot.conversations.talk import Talk
from bot.ordering.drafts import Drafts
from bot.ordering.service import Ordering
from bot.presentation.cards import Card
from bot.presentation.drafting import closed_card
from storage.records.orders import Draft, Step
from storage.records.queues import KnownBalance

Next = Step | int | None
"""What a handler returns to the ``ConversationHandler``: the next state, its end, or None for no change."""

END = ConversationHandler.END


class Asking:
    """Shows questions where the eye is: in the tapped message, or below what was typed."""

    def __init__(self, drafts: Drafts, ordering: Ordering) -> None:
        self._drafts = drafts
        self._ordering = ordering

    async def ask(self, talk: Talk, draft: Draft, problem: Markup | None = None, *, choices_from: int = 0) -> Step:
        """Show the present question; the buttons of the message it was in before are taken away."""
        card = question(draft, talk, problem, await self._held(talk, draft), choices_from=choices_from)
        shown = await talk.show(card)
        if shown != draft.message_id:
            await asyncio.gather(self._drafts.moved(draft, shown), self._strip(talk, draft))
        return draft.step

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

    async def _held(self, talk: Talk, draft: Draft) -> KnownBalance | None:
        """What the operator's account holds, for the confirm card; nobody else's business, so only in private."""
        if draft.step is not Step.CONFIRM or not (talk.role.operates and talk.private):
            return None
        return await self._ordering.known_balance(draft.item.key.supplier, draft.item.currency)

    async def _strip(self, talk: Talk, draft: Draft) -> None:
        if draft.message_id is not None:
            await talk.screen.strip(draft.message_id)
