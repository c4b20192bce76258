"""What was wrong with an answer, in one sentence; the card below it asks again and says what is expected."""

from collections.abc import Mapping
from decimal import Decimal

from markupsafe import Markup

from bot.ordering.answers import WrongField, WrongFieldReason
from bot.ordering.denominations import WrongDenomination, WrongDenominationReason
from bot.ordering.quantities import WrongQuantity, WrongQuantityReason
from bot.ordering.resolving import RefusedBecause, ResolveRefused
from bot.presentation.cards import clip
from bot.presentation.orders import order_link
from bot.presentation.speech import Speech, marked
from bot.resellers.limits import Barred, Barrier
from bot.suppliers.outcomes import QuoteProblem

DETAIL_LENGTH = 300

QUANTITIES: Mapping[WrongQuantityReason, str] = {
    WrongQuantityReason.NOT_A_NUMBER: marked("That is not a number."),
    WrongQuantityReason.AMBIGUOUS: marked("I can read that number in two ways. Please write it without separators."),
    WrongQuantityReason.NOT_WHOLE: marked("It must be a whole number."),
    WrongQuantityReason.TOO_SMALL: marked("That is too little."),
    WrongQuantityReason.TOO_LARGE: marked("That is too much."),
    WrongQuantityReason.TOO_PRECISE: marked("That has too many decimals; four are the most."),
}

DENOMINATIONS: Mapping[WrongDenominationReason, str] = {
    WrongDenominationReason.NOT_A_NUMBER: marked("That is not a number."),
    WrongDenominationReason.AMBIGUOUS: marked(
        "I can read that number in two ways. Please write it without separators."
    ),
    WrongDenominationReason.NOT_OFFERED: marked("There is no such value."),
    WrongDenominationReason.TOO_SMALL: marked("That is less than the smallest value."),
    WrongDenominationReason.TOO_LARGE: marked("That is more than the largest value."),
    WrongDenominationReason.TOO_PRECISE: marked("That has too many decimals for {currency}."),
}

QUOTES: Mapping[QuoteProblem, str] = {
    QuoteProblem.DENOMINATION: marked("The supplier does not offer this value at the moment. Please choose another."),
    QuoteProblem.QUANTITY: marked("The supplier does not take that many at once."),
    QuoteProblem.ITEM_GONE: marked("The supplier does not sell this any more."),
    QuoteProblem.NO_WALLET: marked("The shop has no wallet at the supplier that pays in this currency."),
    QuoteProblem.REFUSED: marked("The supplier names no price for this at the moment."),
}

FIELDS: Mapping[WrongFieldReason, str] = {
    WrongFieldReason.EMPTY: marked("The answer is empty."),
    WrongFieldReason.TOO_LONG: marked("The answer is too long; {most} characters are the most."),
    WrongFieldReason.CONTROL_CHARACTERS: marked("The answer must be a single line of ordinary characters."),
    WrongFieldReason.NOT_A_CHOICE: marked("That is not one of the choices."),
    WrongFieldReason.AMBIGUOUS_CHOICE: marked("Several choices are called that. Please use the buttons."),
}


def wrong_quantity(wrong: WrongQuantity, speech: Speech) -> Markup:
    """Why a quantity was not taken."""
    return speech.text(QUANTITIES[wrong.reason])


def wrong_denomination(wrong: WrongDenomination, speech: Speech) -> Markup:
    """Why a face value was not taken."""
    return speech.text(DENOMINATIONS[wrong.reason], currency=wrong.item.currency)


def no_quote(reason: QuoteProblem | None, speech: Speech) -> Markup:
    """Why a question is asked again, or without a price; no reason means that none could be had, for whatever cause."""
    return speech.text(QUOTES[reason or QuoteProblem.REFUSED])


def wrong_field(wrong: WrongField, speech: Speech) -> Markup:
    """Why a field's answer was not taken."""
    return speech.text(FIELDS[wrong.reason], most=speech.number(wrong.max_length))


BARRIERS: Mapping[Barrier, str] = {
    Barrier.NO_ACCESS: marked("You may not order here any more. Ask your team's owner or the operator for access."),
    Barrier.SUSPENDED: marked("Your account is suspended: nothing can be ordered. Please ask the operator."),
    Barrier.NOT_ENOUGH: marked(
        "Not enough: {missing} is missing. Ask the operator to top up your balance, or order less."
    ),
    Barrier.PER_MINUTE: marked("Too many orders at once: at most {bound} a minute. Please confirm again in a minute."),
    Barrier.PER_DAY: marked(
        "Your team may order for {bound} a day, and {available} of it is left today. "
        "Order less, wait for midnight UTC, or ask the operator for more."
    ),
    Barrier.TOO_DEAR: marked("One order may cost {bound} at most. Order less, or ask the operator for more."),
    Barrier.OTHER_CURRENCY: marked(
        "It is sold in another currency than your balance, {currency}, so it cannot be ordered. Please choose another."
    ),
}
"""What stands in an order's way and what to do, one sentence or two for each barrier."""


def barred_because(barred: Barred, speech: Speech) -> Markup:
    """Why an order may not be made, and what to do about it, for its card."""
    return Markup("⚠️ {}").format(barred_words(barred, speech))


def barred_words(barred: Barred, speech: Speech) -> str:
    """The same for the answer to a tap, which knows no markup."""

    def money(amount: Decimal | None) -> str:
        return speech.money(amount or Decimal(0), barred.currency)

    counted = barred.barrier is Barrier.PER_MINUTE
    return speech.plain(
        BARRIERS[barred.barrier],
        missing=money(barred.missing),
        bound=speech.number(barred.bound or Decimal(0)) if counted else money(barred.bound),
        available=money(barred.available),
        currency=barred.currency,
    )


def suspended_words(speech: Speech) -> str:
    """Why an order cannot even be begun, for the answer to a tap."""
    return speech.plain(BARRIERS[Barrier.SUSPENDED])


def not_text(speech: Speech) -> Markup:
    """Something else than text came where text is expected."""
    return speech.text("Please answer with text.")


def use_the_buttons(speech: Speech) -> Markup:
    """Something was typed at the confirm card."""
    return speech.text("Nothing was ordered yet. Please use the buttons.")


REFUSALS: Mapping[RefusedBecause, str] = {
    RefusedBecause.NO_SUCH_ORDER: marked("There is no order with this reference."),
    RefusedBecause.NOTHING_TO_RESOLVE: marked(
        "This order needs no resolving: it has ended, or is under way and will end by itself."
    ),
    RefusedBecause.SUPPLIER_OFF: marked("The supplier of this order is switched off in the settings."),
    RefusedBecause.SUPPLIER_UNAVAILABLE: marked("The supplier could not be asked just now. Please try again."),
    RefusedBecause.SUPPLIER_KNOWS_NONE: marked("The supplier knows no order with this id."),
    RefusedBecause.OTHER_REFERENCE: marked("The supplier says that this is another order, not ours."),
    RefusedBecause.OTHER_ITEM: marked("The supplier's order is for another item."),
    RefusedBecause.OTHER_QUANTITY: marked("The supplier's order is for another quantity."),
    RefusedBecause.BELONGS_TO_ANOTHER: marked("This supplier order already belongs to order {detail}."),
    RefusedBecause.NOT_ASKED_YET: marked("The bot is still finding out by itself. Please wait until it asks."),
}


def not_resolved(refused: ResolveRefused, speech: Speech) -> Markup:
    """Why ``/resolve`` changed nothing."""
    named = refused.reason is RefusedBecause.BELONGS_TO_ANOTHER
    words = speech.text(REFUSALS[refused.reason], detail=order_link(refused.detail) if named else "")
    if named or not refused.detail:
        return words
    return words + Markup(" <i>{}</i>").format(clip(refused.detail, DETAIL_LENGTH))
