"""What was wrong with an amount, a percentage, a name or a bound that an operator wrote, in one or two sentences."""

from collections.abc import Mapping

from markupsafe import Markup

from bot.conversations.arguments import TwoReadings
from bot.presentation.cards import clip
from bot.presentation.speech import Speech, marked
from bot.resellers.amounts import WrongAmount, WrongAmountReason, WrongPercent, WrongPercentReason
from bot.resellers.naming import WrongName, WrongNameReason

SHOWN = 40
BOUNDS_EXAMPLE = Markup("<code>/limits Nova Games minute 5 day 500 order off</code>")

AMOUNTS: Mapping[WrongAmountReason, str] = {
    WrongAmountReason.NOT_A_NUMBER: marked("That is not an amount."),
    WrongAmountReason.AMBIGUOUS: marked("I can read that number in two ways. Please write it without separators."),
    WrongAmountReason.NEGATIVE: marked("The amount must be above zero; the command says in which direction it goes."),
    WrongAmountReason.ZERO: marked("The amount must be above zero."),
    WrongAmountReason.TOO_LARGE: marked("That is too much."),
    WrongAmountReason.TOO_PRECISE: marked("That has too many decimals for {currency}."),
    WrongAmountReason.OTHER_CURRENCY: marked("Accounts are kept in {currency} alone."),
}

PERCENTS: Mapping[WrongPercentReason, str] = {
    WrongPercentReason.NOT_A_NUMBER: marked("That is not a percentage."),
    WrongPercentReason.AMBIGUOUS: marked("I can read that number in two ways. Please write it without separators."),
    WrongPercentReason.NEGATIVE: marked("A markup cannot be below zero."),
    WrongPercentReason.TOO_LARGE: marked("That is too much; {most} is the most."),
    WrongPercentReason.TOO_PRECISE: marked("That has too many decimals; two are the most."),
}

NAMES: Mapping[WrongNameReason, str] = {
    WrongNameReason.EMPTY: marked("A name needs letters or digits."),
    WrongNameReason.TOO_LONG: marked("That name is too long; {most} characters are the most."),
    WrongNameReason.CONTROL_CHARACTERS: marked("That name has characters that nobody can see."),
    WrongNameReason.SLASH: marked("A name cannot begin with a slash, as commands do."),
}


def wrong_amount(wrong: WrongAmount, speech: Speech) -> Markup:
    """Why an amount was not taken; an ambiguous one is told with what it could mean."""
    words = speech.text(AMOUNTS[wrong.reason], currency=wrong.currency)
    meant = [speech.money(reading, wrong.currency) for reading in wrong.readings]
    match meant:
        case [only]:
            return speech.text("Is that {amount}? Please write it without separators.", amount=only)
        case [_, *_]:
            return words + Markup(" ({})").format(speech.plain(" or ").join(meant))
        case _ if wrong.reason is WrongAmountReason.AMBIGUOUS:
            return speech.text("I cannot read that number. Please write it without separators.")
        case _:
            return words


def wrong_bound(wrong: WrongAmount, speech: Speech) -> Markup:
    """Why an amount was not taken as a limit or a bound: it is no payment, which would have a direction."""
    if wrong.reason is WrongAmountReason.NEGATIVE:
        return speech.text("It cannot be below zero.")
    return wrong_amount(wrong, speech)


def two_readings(found: TwoReadings, speech: Speech) -> Markup:
    """Digits that may belong to the amount or to the note."""
    return speech.text(
        "Is it “{shorter}” with a note, or “{longer}”? Please write the amount without spaces.",
        shorter=clip(found.shorter, SHOWN),
        longer=clip(found.longer, SHOWN),
    )


def wrong_percent(wrong: WrongPercent, speech: Speech) -> Markup:
    """Why a percentage was not taken."""
    return speech.text(PERCENTS[wrong.reason], most=speech.percent(wrong.most))


def wrong_name(wrong: WrongName, speech: Speech) -> Markup:
    """Why a name cannot be had."""
    return speech.text(NAMES[wrong.reason], most=speech.number(wrong.max_length))


def name_taken(name: str, speech: Speech) -> Markup:
    """Another account is called so, or nearly so."""
    return speech.text("There already is a reseller called {name}.", name=name)


def note_too_long(most: int, speech: Speech) -> Markup:
    """A note that nobody would read."""
    return speech.text("The note is too long; {most} characters are the most.", most=speech.number(most))


def wrong_count(most: int, speech: Speech) -> Markup:
    """What is expected as a number of orders."""
    return speech.text("Please write a whole number from 1 to {most}, or {off}.", most=speech.number(most), off="off")


def wrong_bounds(speech: Speech) -> Markup:
    """Bounds that cannot be read."""
    return speech.text("⚠️ I cannot read that; nothing was changed. Like this: {example}", example=BOUNDS_EXAMPLE)


def wrong_markup(speech: Speech) -> Markup:
    """A markup that cannot be read."""
    return speech.text("I cannot read that.")


def no_category(words: str, closest: list[str], speech: Speech) -> Markup:
    """The catalog has no such category."""
    said = speech.text("The catalog has no category called {name}.", name=clip(words, SHOWN))
    if not closest:
        return said
    # The names have dots and commas of their own.
    names = Markup(", ").join(Markup("<code>{}</code>").format(clip(name, SHOWN)) for name in closest)
    return said + " " + speech.text("Closest: {names}.", names=names)


def no_item(words: str, speech: Speech) -> Markup:
    """The catalog has no such item."""
    return speech.text(
        "The catalog has no item {id}; the ids are like {example}.", id=clip(words, SHOWN), example="voodoo:4711"
    )


def no_rule(words: str, speech: Speech) -> Markup:
    """There is no markup to take away."""
    return speech.text("There is no markup of its own on {what}.", what=clip(words, SHOWN))
