"""What operators are told of a change they made: what happened, what the account holds now, and how to undo it."""

from decimal import Decimal

from markupsafe import Markup

from bot.presentation.accounts import NOTE_LENGTH, money_lines, to_account
from bot.presentation.cards import Card, clip, keyboard, lines
from bot.presentation.speech import Speech
from storage.records.resellers import EntryKind, Reseller

OPPOSITE = {EntryKind.CREDIT: EntryKind.DEBIT, EntryKind.DEBIT: EntryKind.CREDIT}


def posted_card(
    reseller: Reseller, kind: EntryKind, amount: Decimal, note: str, currency: str, speech: Speech, *, again: bool
) -> Card:
    """A credit or debit was posted; ``again`` when this was its repetition, which changed nothing more."""
    shown, named = speech.money(amount, currency), reseller.name
    if kind is EntryKind.CREDIT:
        done = speech.text("✅ <b>{amount}</b> credited to {name}.", amount=shown, name=named)
    else:
        done = speech.text("✅ <b>{amount}</b> debited from {name}.", amount=shown, name=named)
    text = lines(
        [
            done,
            speech.text("This was done already; it was not done twice.") if again else None,
            Markup("<i>{}</i>").format(clip(note, NOTE_LENGTH)) if note else None,
            "",
            *money_lines(reseller, currency, speech),
            "",
            speech.text("The opposite entry undoes it:"),
            command_line(OPPOSITE[kind].value, reseller.name, plain_number(amount)),
        ]
    )
    return Card(text, keyboard(to_account(reseller, speech)))


def limit_card(reseller: Reseller, before: Decimal, currency: str, speech: Speech) -> Card:
    """The credit limit is another one now."""
    text = lines(
        [
            speech.text(
                "✅ Credit limit of {name}: <b>{amount}</b>.",
                name=reseller.name,
                amount=speech.money(reseller.credit_limit, currency),
            ),
            *_was(before, reseller.credit_limit, "limit", reseller.name, speech.money(before, currency), speech),
            "",
            *money_lines(reseller, currency, speech),
        ]
    )
    return Card(text, keyboard(to_account(reseller, speech)))


def owes_more_card(reseller: Reseller, least: Decimal, currency: str, speech: Speech) -> Card:
    """A credit limit below what the account owes, or holds for orders, already."""
    text = lines(
        [
            speech.text("⚠️ Nothing was changed: {name} already uses more than that.", name=reseller.name),
            speech.text("The lowest limit possible now is {amount}.", amount=speech.money(least, currency)),
            "",
            *money_lines(reseller, currency, speech),
        ]
    )
    return Card(text, keyboard(to_account(reseller, speech)))


def past_limit_card(reseller: Reseller, amount: Decimal, currency: str, speech: Speech) -> Card:
    """A debit of more than is available."""
    text = lines(
        [
            speech.text(
                "⚠️ Nothing was debited: {name} has less than {amount} available.",
                name=reseller.name,
                amount=speech.money(amount, currency),
            ),
            speech.text("Debit less, or raise the credit limit first."),
            "",
            *money_lines(reseller, currency, speech),
        ]
    )
    return Card(text, keyboard(to_account(reseller, speech)))


def markup_said(what: str, percent: Decimal, before: Decimal | None, undo: Markup, speech: Speech) -> Markup:
    """A markup is another one now; ``what`` says on what, ``before`` is None where there was none of its own."""
    done = speech.text("✅ Markup on {what}: <b>{percent}</b>.", what=what, percent=speech.percent(percent))
    return _with_undo(done, None if before == percent else undo, speech)


def markup_dropped_said(what: str, undo: Markup, speech: Speech) -> Markup:
    """A markup of its own was taken away."""
    return _with_undo(speech.text("✅ No markup of its own any more on {what}.", what=what), undo, speech)


def command_line(name: str, *words: str) -> Markup:
    """A command to tap and copy."""
    return Markup("<code>/{} {}</code>").format(name, " ".join(words))


def plain_number(amount: Decimal) -> str:
    """A number as commands take it: without grouping, the decimal mark a point."""
    return f"{amount.normalize():f}"


def _was(before: Decimal, after: Decimal, name: str, reseller: str, shown: str, speech: Speech) -> list[Markup]:
    if before == after:
        return [speech.text("It was that already.")]
    return [
        speech.text("It was {amount}. This sets it back:", amount=shown),
        command_line(name, reseller, plain_number(before)),
    ]


def _with_undo(done: Markup, undo: Markup | None, speech: Speech) -> Markup:
    if undo is None:
        return Markup("\n").join([done, speech.text("It was that already.")])
    return Markup("\n").join([done, speech.text("This sets it back:"), undo])
