"""The order conversation: Buy, then one question after the other. The draft row is the truth about where it is."""

from collections.abc import Awaitable, Callable
from decimal import Decimal
from typing import Any, Concatenate, Protocol, TypeVar

from bot.conversations.asking import END, Asking, Next
from bot.conversations.browsing import Browsing
from bot.conversations.problems import (
    not_text,
    suspended_words,
    use_the_buttons,
    wrong_denomination,
    wrong_field,
    wrong_quantity,
)
from bot.conversations.strays import Strays
from bot.conversations.talk import Talk
from bot.ordering.answers import WrongField, choose, parse_field
from bot.ordering.denominations import WrongDenomination, check_denomination, parse_denomination
from bot.ordering.draft_prices import offered
from bot.ordering.drafts import Drafts
from bot.ordering.quantities import WrongQuantity, check_quantity, parse_quantity, quantity_question
from bot.ordering.steps import present_field
from bot.presentation import drafting
from bot.presentation.browse import Origin, orderable
from bot.presentation.buttons import (
    AskPrice,
    Buy,
    Cancel,
    GoBack,
    OpenChoices,
    OpenDenominations,
    PickChoice,
    PickDenomination,
    PickQuantity,
    SkipField,
)
from bot.presentation.greetings import members_only_card
from storage.records.orders import Draft, FieldValue, Step


class DraftButton(Protocol):
    """A button that belongs to one draft."""

    @property
    def draft(self) -> str:
        """The draft's id."""
        ...


B = TypeVar("B", bound=DraftButton)
OnDraft = Callable[["OrderConversation", Talk, Draft, B], Awaitable[Next]]


def on_own_draft(step: OnDraft[B]) -> Callable[Concatenate["OrderConversation", Talk, B, ...], Any]:
    """Make a tap's callback of a step: it gets the person's draft if the button is that draft's, and no replay."""

    async def tapped(self: "OrderConversation", talk: Talk, button: B) -> Next:
        draft = await self.drafts.current(talk.place)
        if draft is None or draft.id != button.draft:
            return await self.strays.meet(talk, button.draft)
        if replayed(talk, draft):
            return await self.asking.ask(talk, draft)
        return await step(self, talk, draft, button)

    return tapped


def on_present_draft(
    step: Callable[["OrderConversation", Talk, Draft], Awaitable[Next]],
) -> Callable[["OrderConversation", Talk], Awaitable[Next]]:
    """Make a message's callback of a step: it gets the person's draft, unless the message is a replay."""

    async def said(self: "OrderConversation", talk: Talk) -> Next:
        draft = await self.drafts.current(talk.place)
        if draft is None:
            return await self.asking.close(talk)
        if replayed(talk, draft):
            return await self.asking.ask(talk, draft)
        return await step(self, talk, draft)

    return said


def replayed(talk: Talk, draft: Draft) -> bool:
    """Whether this very update made the draft what it is."""
    return draft.update_id == talk.incoming.update_id


class OrderConversation:
    """Translates taps and answers into steps of a draft. The draft, not PTB's state, says what is asked."""

    def __init__(self, drafts: Drafts, browsing: Browsing, asking: Asking, strays: Strays) -> None:
        self.drafts = drafts
        self.asking = asking
        self.strays = strays
        self._browsing = browsing

    async def buy(self, talk: Talk, button: Buy) -> Next:
        """Begin an order of the tapped item."""
        item = await self._browsing.get(button.key)
        if not talk.buyer.may_order:
            await talk.show(members_only_card(talk.speech))
            return None
        if talk.buyer.account is not None and talk.buyer.account.suspended:
            # Said before the questions, not after them all.
            await talk.answer(suspended_words(talk.speech), alert=True)
            return None
        if item is None or not orderable(item):
            await talk.answer(talk.speech.plain("This item is not available at the moment."), alert=True)
            await talk.show(await self._browsing.item_card(talk, button.key, Origin()))
            return None
        begun = await self.drafts.begin(talk.place, item, talk.incoming.update_id, talk.buyer.terms(item))
        await self._put_aside(talk, begun.replaced)
        return await self.asking.ask(talk, begun.draft)

    async def typed(self, talk: Talk) -> Next:
        """A text, as the answer to whatever the draft asks; a search when the draft has gone stale meanwhile."""
        if talk.private and not await self.expects(talk):
            await self._browsing.search(talk, talk.message.text or "")
            return END
        return await self._answered(talk)

    @on_present_draft
    async def _answered(self, talk: Talk, draft: Draft) -> Next:
        if not _answers(talk, draft):
            return await self.asking.ask(talk, draft)
        text = talk.message.text or ""
        if draft.step is Step.DENOMINATION:
            return await self._denomination(talk, draft, parse_denomination(text, draft.item))
        if draft.step is Step.QUANTITY:
            return await self._quantity(talk, draft, parse_quantity(text, offered(draft)))
        field = present_field(draft)
        if field is None:
            return await self.asking.ask(talk, draft, use_the_buttons(talk.speech))
        return await self._field(talk, draft, parse_field(text, field))

    @on_present_draft
    async def not_text(self, talk: Talk, draft: Draft) -> Next:
        """A photo, a sticker, a voice message where an answer is expected."""
        problem = use_the_buttons if draft.step is Step.CONFIRM else not_text
        return await self.asking.ask(talk, draft, problem(talk.speech))

    @on_own_draft
    async def pick_denomination(self, talk: Talk, draft: Draft, button: PickDenomination) -> Next:
        """A suggested face value."""
        if draft.step is not Step.DENOMINATION:
            return await self.asking.ask(talk, draft)
        return await self._denomination(talk, draft, check_denomination(button.amount, draft.item))

    @on_own_draft
    async def open_denominations(self, talk: Talk, draft: Draft, button: OpenDenominations) -> Next:
        """Another page of face values."""
        return await self.asking.ask(talk, draft, page_from=button.offset if draft.step is Step.DENOMINATION else 0)

    @on_own_draft
    async def ask_price(self, talk: Talk, draft: Draft, _button: AskPrice) -> Next:
        """Once more, after the supplier named no price."""
        # If there is still none, the card stays as it is: without words the tap would seem to do nothing.
        await talk.answer(talk.speech.plain("Asking the supplier for the price…"))
        return await self.asking.ask(talk, draft)

    @on_own_draft
    async def pick_quantity(self, talk: Talk, draft: Draft, button: PickQuantity) -> Next:
        """A suggested quantity."""
        rule = quantity_question(offered(draft))
        if draft.step is not Step.QUANTITY or rule is None:
            return await self.asking.ask(talk, draft)
        return await self._quantity(talk, draft, check_quantity(button.quantity, rule))

    @on_own_draft
    async def pick_choice(self, talk: Talk, draft: Draft, button: PickChoice) -> Next:
        """A choice of a field, by its id."""
        field = present_field(draft)
        if field is None or draft.field_index != button.index:
            return await self.asking.ask(talk, draft)
        return await self._field(talk, draft, choose(button.choice, field))

    @on_own_draft
    async def open_choices(self, talk: Talk, draft: Draft, button: OpenChoices) -> Next:
        """Another page of a field's choices."""
        same_field = draft.step is Step.FIELD and draft.field_index == button.index
        return await self.asking.ask(talk, draft, page_from=button.offset if same_field else 0)

    @on_own_draft
    async def tap_skip(self, talk: Talk, draft: Draft, button: SkipField) -> Next:
        """Leave out a field that is not required."""
        if draft.field_index != button.index:
            return await self.asking.ask(talk, draft)
        return await self.asking.ask_next(talk, await self.drafts.skip_field(draft, talk.incoming.update_id))

    @on_present_draft
    async def skip(self, talk: Talk, draft: Draft) -> Next:
        """``/skip``: as the button, where a group's prompt can carry none."""
        return await self.asking.ask_next(talk, await self.drafts.skip_field(draft, talk.incoming.update_id))

    @on_own_draft
    async def tap_back(self, talk: Talk, draft: Draft, _button: GoBack) -> Next:
        """Back, by its button."""
        return await self._back(talk, draft)

    @on_present_draft
    async def back(self, talk: Talk, draft: Draft) -> Next:
        """``/back``: as the button, where a group's prompt can carry none."""
        return await self._back(talk, draft)

    @on_own_draft
    async def tap_cancel(self, talk: Talk, draft: Draft, _button: Cancel) -> Next:
        """Cancel, by its button."""
        await self.drafts.cancel(talk.place, talk.incoming.update_id)
        return await self.asking.end(talk, draft, drafting.cancelled_card(draft.item, talk.speech))

    async def cancel(self, talk: Talk) -> Next:
        """``/cancel``: forget the draft, if there is one."""
        draft = await self.drafts.cancel(talk.place, talk.incoming.update_id)
        if draft is None:
            await talk.show(drafting.nothing_to_cancel_card(talk.speech))
            return None
        return await self.asking.end(talk, draft, drafting.cancelled_card(draft.item, talk.speech))

    async def expects(self, talk: Talk) -> bool:
        """Whether a message of this person may be an answer, whatever PTB's state says."""
        return await self.drafts.current(talk.place) is not None

    async def _put_aside(self, talk: Talk, replaced: Draft | None) -> None:
        """Say in the living message of the draft before this one that it is over, unless the new one is drawn there."""
        if replaced is None or replaced.message_id is None or replaced.message_id == talk.message.message_id:
            return
        await talk.screen.edit(replaced.message_id, drafting.replaced_card(replaced.item, talk.speech))

    async def _denomination(self, talk: Talk, draft: Draft, answer: Decimal | WrongDenomination) -> Next:
        if isinstance(answer, WrongDenomination):
            return await self.asking.ask(talk, draft, wrong_denomination(answer, talk.speech))
        step = await self.drafts.answer_denomination(draft, answer, talk.incoming.update_id)
        return await self.asking.ask_next(talk, step)

    async def _quantity(self, talk: Talk, draft: Draft, answer: Decimal | WrongQuantity) -> Next:
        if isinstance(answer, WrongQuantity):
            return await self.asking.ask(talk, draft, wrong_quantity(answer, talk.speech))
        step = await self.drafts.answer_quantity(draft, answer, talk.incoming.update_id)
        return await self.asking.ask_next(talk, step)

    async def _field(self, talk: Talk, draft: Draft, answer: FieldValue | WrongField) -> Next:
        if isinstance(answer, WrongField):
            return await self.asking.ask(talk, draft, wrong_field(answer, talk.speech))
        return await self.asking.ask_next(talk, await self.drafts.answer_field(draft, answer, talk.incoming.update_id))

    async def _back(self, talk: Talk, draft: Draft) -> Next:
        before = await self.drafts.back(draft, talk.incoming.update_id)
        if before is not None:
            return await self.asking.ask(talk, before)
        return await self.asking.end(talk, draft, await self._browsing.item_card_again(talk, draft.item))


def _answers(talk: Talk, draft: Draft) -> bool:
    """Whether a text answers this question: in a group it must reply to it, or it may be mere chatter."""
    replied = talk.message.reply_to_message
    return talk.private or (replied is not None and draft.message_id in {None, replied.message_id})
