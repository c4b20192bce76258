"""An order being put together: its questions, and what ends it without an order."""

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
    GoBack,
    OpenCategories,
    OpenChoices,
    OpenDenominations,
    PickChoice,
    PickDenomination,
    PickQuantity,
    ShowItem,
    SkipField,
)
from bot.presentation.cards import Card, Paging, button, clip, grid, keyboard, lines, page_row
from bot.presentation.speech import Speech
from bot.presentation.values import best_discount, offered_values, value_line
from storage.records.catalog import FieldKind, Item, ItemField
from storage.records.orders import Draft
from storage.records.queues import KnownBalance
from storage.records.resellers import Reseller

CHOICES_A_PAGE = 12
VALUES_A_PAGE = 15
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
    """What the supplier's account that pays at cost held when it was last read."""

    account: Reseller | None = None
    """The reseller that pays, where its balance may be told; its amounts are in ``currency``."""

    currency: str = ""

    barred: Markup | None = None
    """What would stop the order at Confirm, and what to do about it."""

    operates: bool = False
    """Whether this is an operator whom nobody else hears: amounts of accounts are theirs to know."""

    @property
    def in_group(self) -> bool:
        """Whether others read along."""
        return self.mention is not None


def denomination_card(draft: Draft, suggested: Sequence[Decimal], asker: Asker, *, values_from: int = 0) -> Card:
    """Which face value? Suggested ones are buttons, a page at a time; any other is typed (in a group, as a reply)."""
    speech, item = asker.speech, draft.item
    picks = [
        button(speech.face(value, item.currency), PickDenomination(draft.id, value))
        for value in suggested[values_from : values_from + VALUES_A_PAGE]
    ]

    def turn(start: int) -> OpenDenominations:
        return OpenDenominations(draft.id, start)

    text = lines(
        [
            *_opening(draft, asker),
            best_discount(item, speech),
            offered_values(item, speech),
            "",
            speech.text("<b>Which value?</b>") + " " + _how_to_answer_with_buttons(asker),
        ]
    )
    paging = page_row(speech, Paging(values_from, VALUES_A_PAGE, len(suggested)), turn)
    return Card(text, keyboard(*grid(picks, 3), paging, ways_out(draft, speech)))


def quantity_card(draft: Draft, bounds: Bounds, suggested: Sequence[Decimal], asker: Asker) -> Card:
    """How many? Suggested quantities are buttons; any other is typed (in a group, as a reply)."""
    speech = asker.speech
    picks = [button(speech.number(quantity), PickQuantity(draft.id, quantity)) for quantity in suggested]
    question = speech.text("<b>How many?</b>") if bounds.whole else speech.text("<b>What amount?</b>")
    text = lines(
        [
            *_opening(draft, asker),
            value_line(draft.denomination, draft.item.currency, speech),
            _unit_price(draft, speech),
            bounds_line(bounds, speech),
            "",
            question + " " + _how_to_answer_with_buttons(asker),
        ]
    )
    return Card(text, keyboard(*grid(picks, 5), ways_out(draft, speech)))


def field_card(draft: Draft, asker: Asker, *, choices_from: int = 0) -> Card:
    """One field's question: choices are buttons, texts are typed (in a group, as a reply that we ask for)."""
    field, speech = draft.item.fields[draft.field_index], asker.speech
    opening = [*_opening(draft, asker), _step(draft, speech), "", _question(field)]
    below = ways_out(draft, speech)
    if not field.required:
        below.insert(1, button(speech.plain("Skip"), SkipField(draft.id, draft.field_index)))
    if field.kind is FieldKind.CHOICE:
        text = lines([*opening, _how_to_answer_with_buttons(asker)])
        return Card(text, keyboard(*_choices(draft, field, choices_from, speech), below))
    if asker.in_group:
        return _reply_request(opening, field, speech)
    return Card(lines([*opening, speech.text("Type your answer.")]), keyboard(below))


def _reply_request(opening: Sequence[Markup | str | None], field: ItemField, speech: Speech) -> Card:
    # A message asks for a reply or carries buttons, never both: the ways out are commands here.
    commands = Markup("/back · /cancel") if field.required else Markup("/skip · /back · /cancel")
    hint = clip(field.label, int(ReplyLimit.MAX_INPUT_FIELD_PLACEHOLDER))
    text = lines([*opening, speech.text("Reply to this message with your answer."), commands])
    return Card(text, force_reply=ForceReply(selective=True, input_field_placeholder=hint))


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


def unpayable_card(item: Item, why: Markup, speech: Speech) -> Card:
    """Nobody here can buy the item as things are."""
    name = Markup("<b>{}</b>").format(clip(item.name, NAME_LENGTH))
    text = lines([name, why, speech.text("Nothing was ordered and nothing was charged.")])
    return Card(text, keyboard([_to_catalog(speech)]))


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


def _opening(draft: Draft, asker: Asker) -> list[Markup | str | None]:
    problem: list[Markup | str] = [asker.problem, ""] if asker.problem else []
    return [*problem, asker.mention, Markup("<b>{}</b>").format(clip(draft.item.name, NAME_LENGTH))]


def _unit_price(draft: Draft, speech: Speech) -> Markup:
    if not draft.item.quoted:
        return speech.text("Price: {price}", price=price_each(draft.item, speech))
    quote = draft.quote
    if quote is None or quote.denomination != draft.denomination:
        return (
            speech.text("The supplier's price is asked for before you confirm.")
            if draft.reseller_id is None
            else speech.text("The price is asked for before you confirm.")
        )
    total = speech.money(quote.total, quote.currency)
    if quote.quantity == 1:
        return speech.text("Price: {price}", price=speech.text("<b>{amount}</b> each", amount=total))
    return speech.text("Price: <b>{amount}</b> for {quantity}", amount=total, quantity=speech.number(quote.quantity))


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


def ways_out(draft: Draft, speech: Speech) -> list[InlineKeyboardButton]:
    """Back and Cancel, below every question."""
    return [
        button(speech.plain("‹ Back"), GoBack(draft.id)),
        button(speech.plain("Cancel"), Cancel(draft.id), KeyboardButtonStyle.DANGER),
    ]


def _to_catalog(speech: Speech) -> InlineKeyboardButton:
    return button(speech.plain("‹ Categories"), OpenCategories(0))
