"""An order being put together: its questions, the confirm card, and what ends it."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from markupsafe import Markup
from telegram import ForceReply, InlineKeyboardButton
from telegram.constants import KeyboardButtonStyle, ReplyLimit

from bot.presentation.browse import price_each
from bot.presentation.buttons import (
    Cancel,
    Confirm,
    GoBack,
    OpenCategories,
    OpenChoices,
    PickChoice,
    PickQuantity,
    ShowItem,
    SkipField,
)
from bot.presentation.cards import Card, Paging, button, clip, grid, keyboard, lines, page_row
from bot.presentation.orders import field_lines, quantity_line
from bot.presentation.speech import Speech
from storage.records.catalog import FieldKind, Item, ItemField
from storage.records.orders import Draft
from storage.records.queues import KnownBalance

CHOICES_A_PAGE = 12
NAME_LENGTH = 200


class Bounds(Protocol):
    """What a quantity must be; ``bot.ordering.quantities.QuantityRule`` is one."""

    @property
    def whole(self) -> bool:
        """Integers only."""
        ...

    @property
    def minimum(self) -> Decimal:
        """The least, or zero for any amount above nothing."""
        ...

    @property
    def maximum(self) -> Decimal | None:
        """The most, None when unknown."""
        ...


@dataclass(frozen=True, slots=True)
class Asker:
    """For whom a question is drawn: ``mention`` names the person in groups, where only they may answer."""

    speech: Speech
    mention: Markup | None = None
    problem: Markup | None = None
    """What was wrong with the last answer, or what changed since."""
    held: KnownBalance | None = None
    """What the account that pays held when it was last read, for those who may know."""

    @property
    def in_group(self) -> bool:
        """Whether others read along."""
        return self.mention is not None


def quantity_card(draft: Draft, bounds: Bounds, suggested: Sequence[Decimal], asker: Asker) -> Card:
    """How many? Suggested quantities are buttons; any other is typed (in a group, as a reply)."""
    speech = asker.speech
    picks = [button(speech.number(quantity), PickQuantity(draft.id, quantity)) for quantity in suggested]
    question = speech.text("<b>How many?</b>") if bounds.whole else speech.text("<b>What amount?</b>")
    text = lines(
        [
            *_opening(draft, asker),
            speech.text("Price: {price}", price=price_each(draft.item, speech)),
            bounds_line(bounds, speech),
            "",
            question + " " + _how_to_answer_with_buttons(asker),
        ]
    )
    return Card(text, keyboard(*grid(picks, 5), _ways_out(draft, speech)))


def field_card(draft: Draft, asker: Asker, *, choices_from: int = 0) -> Card:
    """One field's question: choices are buttons, texts are typed (in a group, as a reply that we ask for)."""
    field, speech = draft.item.fields[draft.field_index], asker.speech
    opening = [*_opening(draft, asker), _step(draft, speech), "", _question(field)]
    ways_out = _ways_out(draft, speech)
    if not field.required:
        ways_out.insert(1, button(speech.plain("Skip"), SkipField(draft.id, draft.field_index)))
    if field.kind is FieldKind.CHOICE:
        text = lines([*opening, _how_to_answer_with_buttons(asker)])
        return Card(text, keyboard(*_choices(draft, field, choices_from, speech), ways_out))
    if asker.in_group:
        return _reply_request(opening, field, speech)
    return Card(lines([*opening, speech.text("Type your answer.")]), keyboard(ways_out))


def _reply_request(opening: Sequence[Markup | str | None], field: ItemField, speech: Speech) -> Card:
    # A message asks for a reply or carries buttons, never both: the ways out are commands here.
    ways_out = Markup("/back · /cancel") if field.required else Markup("/skip · /back · /cancel")
    hint = clip(field.label, int(ReplyLimit.MAX_INPUT_FIELD_PLACEHOLDER))
    text = lines([*opening, speech.text("Reply to this message with your answer."), ways_out])
    return Card(text, force_reply=ForceReply(selective=True, input_field_placeholder=hint))


def confirm_card(draft: Draft, quantity: Decimal, total: Decimal, asker: Asker) -> Card:
    """Names everything that Confirm will do."""
    speech, item = asker.speech, draft.item
    price = speech.money(total, item.currency)
    text = lines(
        [
            *([asker.problem, ""] if asker.problem else []),
            asker.mention,
            speech.text("<b>Please check your order</b>"),
            "",
            Markup("<b>{}</b>").format(clip(item.name, NAME_LENGTH)),
            speech.text("Region: {region}", region=clip(item.region, 100)) if item.region else None,
            quantity_line(item.product_type, quantity, speech),
            *field_lines(draft.values),
            speech.text("Price: {price}", price=price_each(item, speech)),
            speech.text("Total: <b>{total}</b>", total=price),
            _balance_after(asker.held, total, speech) if asker.held else None,
            "",
            speech.text("Once confirmed, the order cannot be undone."),
        ]
    )
    label = speech.plain("Confirm · {total}", total=price)
    confirm = button(label, Confirm(draft.id, draft.update_id), KeyboardButtonStyle.SUCCESS)
    return Card(text, keyboard([confirm], _ways_out(draft, speech)))


def _balance_after(held: KnownBalance, total: Decimal, speech: Speech) -> Markup:
    left, time = held.amount - total, speech.clock_time(held.read_at)
    if left < 0:
        amount = speech.money(held.amount, held.currency)
        return speech.text("⚠️ The supplier account held only {amount} at {time}.", amount=amount, time=time)
    amount = speech.money(left, held.currency)
    return speech.text("Account balance after it: {amount} (as of {time})", amount=amount, time=time)


def bounds_line(bounds: Bounds, speech: Speech) -> Markup:
    """What quantity is expected, in one sentence."""
    least, most = speech.number(bounds.minimum), bounds.maximum
    if most is not None and bounds.minimum > 0:
        limits = {"least": least, "most": speech.number(most)}
        if bounds.whole:
            return speech.text("A whole number from {least} to {most}.", **limits)
        return speech.text("From {least} to {most}; decimals are fine.", **limits)
    if most is not None:
        return speech.text("Up to {most}; decimals are fine.", most=speech.number(most))
    if bounds.whole:
        return speech.text("A whole number, {least} or more.", least=least)
    if bounds.minimum > 0:
        return speech.text("{least} or more; decimals are fine.", least=least)
    return speech.text("Any amount above zero; decimals are fine.")


def cancelled_card(item: Item, speech: Speech) -> Card:
    """The order being put together was dropped."""
    name = clip(item.name, NAME_LENGTH)
    text = speech.text("Cancelled: {name}. Nothing was ordered and nothing was charged.", name=name)
    return Card(lines([text]), keyboard([_to_catalog(speech)]))


def nothing_to_cancel_card(speech: Speech) -> Card:
    """``/cancel`` without an order being put together."""
    return Card(lines([speech.text("There is nothing to cancel. Send /order to look at the catalog.")]))


def replaced_card(item: Item, speech: Speech) -> Card:
    """An order that was put aside because another one was begun."""
    text = speech.text("Put aside for another order: {name}. Nothing was ordered.", name=clip(item.name, NAME_LENGTH))
    return Card(lines([text]), keyboard([button(speech.plain("See the item"), ShowItem(item.key))]))


def item_gone_card(item: Item, speech: Speech) -> Card:
    """The item left the catalog, or sold out, before Confirm."""
    text = lines(
        [
            speech.text("<b>{name}</b> is no longer available.", name=clip(item.name, NAME_LENGTH)),
            speech.text("Nothing was ordered and nothing was charged."),
        ]
    )
    return Card(text, keyboard([_to_catalog(speech)]))


def closed_card(speech: Speech) -> Card:
    """A button of an order that is no longer being put together."""
    text = lines(
        [
            speech.text("This question is no longer open: it was answered, cancelled or put aside."),
            speech.text("Your orders: /orders"),
        ]
    )
    return Card(text, keyboard([_to_catalog(speech)]))


def price_changed(old: Decimal, new: Decimal, currency: str, speech: Speech) -> Markup:
    """Why the confirm card is asking again."""
    return speech.text(
        "⚠️ The total has changed from {old} to <b>{new}</b>. Nothing was ordered yet.",
        old=speech.money(old, currency),
        new=speech.money(new, currency),
    )


def _opening(draft: Draft, asker: Asker) -> list[Markup | str | None]:
    problem: list[Markup | str] = [asker.problem, ""] if asker.problem else []
    return [*problem, asker.mention, Markup("<b>{}</b>").format(clip(draft.item.name, NAME_LENGTH))]


def _step(draft: Draft, speech: Speech) -> Markup | None:
    count = len(draft.item.fields)
    if count == 1:
        return None
    return speech.text("Question {step} of {steps}", step=draft.field_index + 1, steps=count)


def _question(field: ItemField) -> Markup:
    return Markup("<b>{}</b>").format(clip(field.label, 200))


def _how_to_answer_with_buttons(asker: Asker) -> Markup:
    if asker.in_group:
        return asker.speech.text("Choose, or reply to this message with your answer.")
    return asker.speech.text("Choose, or type your answer.")


def _choices(draft: Draft, field: ItemField, offset: int, speech: Speech) -> list[list[InlineKeyboardButton]]:
    shown = field.choices[offset : offset + CHOICES_A_PAGE]
    buttons = [button(choice.label, PickChoice(draft.id, draft.field_index, choice.id)) for choice in shown]

    def turn(start: int) -> OpenChoices:
        return OpenChoices(draft.id, draft.field_index, start)

    paging = Paging(offset, CHOICES_A_PAGE, len(field.choices))
    return [*grid(buttons, 2), page_row(speech, paging, turn)]


def _ways_out(draft: Draft, speech: Speech) -> list[InlineKeyboardButton]:
    return [
        button(speech.plain("‹ Back"), GoBack(draft.id)),
        button(speech.plain("Cancel"), Cancel(draft.id), KeyboardButtonStyle.DANGER),
    ]


def _to_catalog(speech: Speech) -> InlineKeyboardButton:
    return button(speech.plain("‹ Categories"), OpenCategories(0))
