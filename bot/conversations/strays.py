"""Buttons that lead nowhere any more: old ones, those of another person, and those of orders already made."""

from bot.conversations.access import same_person
from bot.conversations.asking import END, Asking, Next
from bot.conversations.talk import Talk
from bot.presentation.greetings import already_ordered_card
from bot.presentation.orders import spoken_reference, status_card
from bot.presentation.reasons import state_words
from storage.records.orders import Draft, Order
from storage.store import Store, Tables


class Strays:
    """Answers such a tap with a fresh card, or with whose order it is; never with silence or a wrong item."""

    def __init__(self, store: Store, asking: Asking) -> None:
        self._store = store
        self._asking = asking

    async def meet(self, talk: Talk, draft_id: str) -> Next:
        """A tap on a button of a draft that is not, or no longer, this person's."""
        draft, order, present = await self._store.read(lambda tables: _whereabouts(tables, draft_id, talk))
        owner = draft.place if draft else order.place if order else None
        # What belongs to another chat is to this one as if it were not there.
        if owner is not None and owner.chat_id == talk.place.chat_id and not same_person(owner, talk.place):
            return await self._somebody_elses(talk)
        if order is not None and same_person(order.place, talk.place) and talk.buyer.sees(order):
            return await self.already(talk, order)
        return await self._asking.close(talk) if present is None else await self._asking.ask(talk, present)

    async def already(self, talk: Talk, order: Order) -> int:
        """A repeated Confirm. Only a terminal state is drawn here: a newer one cannot overtake it."""
        words = talk.speech.plain(
            "Already ordered: {reference} · {state}",
            reference=spoken_reference(order.reference),
            state=state_words(order.state, talk.speech),
        )
        await talk.answer(words)
        if order.state.terminal:
            await talk.show(status_card(order, talk.speech))
        elif order.message_id != talk.message.message_id:
            await talk.show(already_ordered_card(order, talk.speech))
        return END

    async def _somebody_elses(self, talk: Talk) -> None:
        name = talk.mentioned()
        if name:
            words = talk.speech.plain("This is the order of {name}. Send /order to begin your own.", name=name)
        else:
            words = talk.speech.plain("This is somebody else's order. Send /order to begin your own.")
        await talk.answer(words, alert=True)


async def _whereabouts(tables: Tables, draft_id: str, talk: Talk) -> tuple[Draft | None, Order | None, Draft | None]:
    """The draft that the button names, the order it became, and the draft that is open for this person."""
    place = talk.place
    return (
        await tables.drafts.by_id(draft_id),
        await tables.orders.by_draft(draft_id),
        await tables.drafts.get(place.chat_id, place.user_id),
    )
