"""What operators are told of a change they made: what happened, what the account holds now, and how to undo it."""

from decimal import Decimal

from markupsafe import Markup

from bot.presentation.accounts import NOTE_LENGTH, money_lines, to_account
from bot.presentation.cards import Card, clip, keyboard, lines
from bot.presentation.speech import Speech
from storage.records.resellers import Entry, EntryKind, Reseller

THOUSANDS = 3
"""Digits behind a mark that could be one of thousands: 1.125 dinars are written 1.1250."""

OPPOSITE = {EntryKind.CREDIT: "debit", EntryKind.DEBIT: "credit"}


def posted_card(reseller: Reseller, entry: Entry, currency: str, speech: Speech) -> Card:
    """A credit or debit was posted."""
    amount = abs(entry.amount)
    shown, named = speech.money(amount, currency), reseller.name
    if entry.kind is EntryKind.CREDIT:
        done = speech.text("✅ <b>{amount}</b> credited to {name}.", amount=shown, name=named)
    else:
        done = speech.text("✅ <b>{amount}</b> debited from {name}.", amount=shown, name=named)
    text = lines(
        [
            done,
            Markup("<i>{}</i>").format(clip(entry.note, NOTE_LENGTH)) if entry.note else None,
            "",
            *money_lines(reseller, currency, speech),
            "",
            speech.text("The opposite entry undoes it:"),
            command_line(OPPOSITE[entry.kind], reseller.name, plain_number(amount)),
        ]
    )
    return Card(text, keyboard(to_account(reseller, speech)))


def already_done_card(reseller: Reseller, currency: str, speech: Speech) -> Card:
    """A repetition, which changed nothing more."""
    words = speech.text("✅ This was done already; it was not done twice. {name} now:", name=reseller.name)
    return _with_money(reseller, currency, speech, words)


def unchanged_card(reseller: Reseller, currency: str, speech: Speech) -> Card:
    """A change into what is."""
    words = speech.text("{name} is like that already; nothing was changed.", name=reseller.name)
    return _with_money(reseller, currency, speech, words)


def limit_card(reseller: Reseller, before: Decimal, currency: str, speech: Speech) -> Card:
    """The credit limit is another one now."""
    text = lines(
        [
            speech.text(
                "✅ Credit limit of {name}: <b>{amount}</b>.",
                name=reseller.name,
                amount=speech.money(reseller.credit_limit, currency),
            ),
            speech.text("It was {amount}. This sets it back:", amount=speech.money(before, currency)),
            command_line("limit", reseller.name, plain_number(before)),
            "",
            *money_lines(reseller, currency, speech),
        ]
    )
    return Card(text, keyboard(to_account(reseller, speech)))


def owes_more_card(reseller: Reseller, least: Decimal, currency: str, speech: Speech) -> Card:
    """A credit limit below what the account owes, or holds for orders, already."""
    words = speech.text("⚠️ Nothing was changed: {name} already uses more than that.", name=reseller.name)
    lowest = speech.text("The lowest limit possible now is {amount}.", amount=speech.money(least, currency))
    return _with_money(reseller, currency, speech, words, lowest)


def past_limit_card(reseller: Reseller, missing: Decimal, currency: str, speech: Speech) -> Card:
    """A debit of more than is available."""
    lacking = speech.money(missing, currency)
    words = speech.text("⚠️ Nothing was debited: {amount} more than {name} has.", amount=lacking, name=reseller.name)
    return _with_money(reseller, currency, speech, words, speech.text("Debit less, or raise the credit limit first."))


def too_much_card(reseller: Reseller, most: Decimal, currency: str, speech: Speech) -> Card:
    """An amount that no account can have."""
    words = speech.text(
        "⚠️ Nothing was changed: an account can hold {amount} at most.", amount=speech.money(most, currency)
    )
    return _with_money(reseller, currency, speech, words)


def renamed_said(before: str, after: str, speech: Speech) -> Markup:
    """An account has another name."""
    return speech.text("✅ {before} is called <b>{after}</b> now.", before=before, after=after)


def created_said(reseller: Reseller, speech: Speech) -> Markup:
    """There is a new account."""
    return speech.text("✅ {name} is a reseller now. The links below let its people and groups in.", name=reseller.name)


def switched_said(reseller: Reseller, speech: Speech) -> Markup:
    """An account was suspended or resumed; the button below undoes it."""
    if reseller.suspended:
        return speech.text("✅ {name} is suspended. Its open orders go on.", name=reseller.name)
    return speech.text("✅ {name} may order again.", name=reseller.name)


def unchanged_said(speech: Speech) -> Markup:
    """A change into what is."""
    return speech.text("It was like that already; nothing was changed.")


def markup_said(what: str, percent: Decimal, undo: Markup, speech: Speech) -> Markup:
    """A markup is another one now; ``what`` says on what."""
    done = speech.text("✅ Markup on {what}: <b>{percent}</b>.", what=what, percent=speech.percent(percent))
    return _with_undo(done, undo, speech)


def markup_dropped_said(what: str, undo: Markup, speech: Speech) -> Markup:
    """A markup of its own was taken away."""
    return _with_undo(speech.text("✅ No markup of its own any more on {what}.", what=what), undo, speech)


def bounds_said(undo: Markup, speech: Speech) -> Markup:
    """Bounds are others now."""
    return _with_undo(speech.text("✅ The bounds are changed."), undo, speech)


def command_line(name: str, *words: str) -> Markup:
    """A command to tap and copy."""
    return Markup("<code>/{} {}</code>").format(name, " ".join(words))


def plain_number(amount: Decimal) -> str:
    """A number as commands take it: without grouping, the decimal mark a point, and nothing that reads as thousands."""
    written = f"{amount.normalize():f}"
    return f"{written}0" if len(written.partition(".")[2]) == THOUSANDS else written


def _with_money(reseller: Reseller, currency: str, speech: Speech, *words: Markup) -> Card:
    text = lines([*words, "", *money_lines(reseller, currency, speech)])
    return Card(text, keyboard(to_account(reseller, speech)))


def _with_undo(done: Markup, undo: Markup, speech: Speech) -> Markup:
    return Markup("\n").join([done, speech.text("This sets it back:"), undo])
