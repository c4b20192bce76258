"""A reseller's own money: its balance with the last lines of its ledger, and a statement as a file."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal

from babel.numbers import get_currency_precision
from markupsafe import Markup

from bot.presentation.accounts import ENTRIES_A_PAGE, entry_lines, money_lines
from bot.presentation.cards import ROW, Card, DocumentMessage, button, clip, keyboard, lines
from bot.presentation.money_buttons import OpenBalance, SendStatement
from bot.presentation.speech import Speech
from bot.presentation.tables import spreadsheet
from storage.records.resellers import Entry, Reseller

STATEMENT_DAYS = 30
COLUMNS = ("at_utc", "kind", "order", "text", "ordered_by", "amount", "balance", "currency")


@dataclass(frozen=True, slots=True)
class Statement:
    """The lines of a reseller's ledger from ``first`` to ``last``, both UTC days of it, oldest first.

    ``opening`` is the balance when the period began; ``people`` names those who made its orders, by the orders' ids.
    """

    name: str
    currency: str
    first: date
    last: date
    opening: Decimal
    entries: Sequence[Entry]
    people: Mapping[str, str]

    @property
    def closing(self) -> Decimal:
        """The balance when the period ended."""
        return self.opening + sum((entry.amount for entry in self.entries), Decimal(0))


def own_balance_card(
    reseller: Reseller, found: Sequence[Entry] | None, currency: str, speech: Speech, *, before: int = 0
) -> Card:
    """What a reseller holds, and for its owners the newest lines; one more than a page says that there are older."""
    text: list[Markup | str | None] = [
        speech.text("<b>{name}</b>", name=clip(reseller.name, 100)),
        *money_lines(reseller, currency, speech),
        _suspended(speech) if reseller.suspended else None,
    ]
    if found is None:
        return Card(lines(text))
    shown, more = found[:ENTRIES_A_PAGE], len(found) > ENTRIES_A_PAGE
    body = entry_lines(shown, currency, speech)
    row: ROW = []
    if before:
        row.append(button(speech.plain("« Newest"), OpenBalance(0)))
    if more:
        row.append(button(speech.plain("Older ›"), OpenBalance(shown[-1].id)))
    days = speech.plain_plural("Statement of {count} day", "Statement of {count} days", STATEMENT_DAYS)
    file = [button(days, SendStatement(STATEMENT_DAYS))]
    none = [speech.text("There are no entries here.")]
    other = speech.text("A statement of any other period: /statement")
    return Card(lines([*text, "", *(body or none), "", other]), keyboard(row, file))


def _suspended(speech: Speech) -> Markup:
    return Markup("⚠️ ") + speech.text("Your account is suspended: nothing can be ordered. Please ask the operator.")


def statement_message(statement: Statement, speech: Speech) -> DocumentMessage:
    """A statement as a table in a file, with what it begins and ends with."""
    currency = statement.currency
    caption = lines(
        [
            speech.text("<b>Statement of {name}</b>", name=clip(statement.name, 100)),
            speech.text(
                "{first} to {last}, days in UTC", first=_day(statement.first, speech), last=_day(statement.last, speech)
            ),
            speech.text("Opening balance: {amount}", amount=speech.money(statement.opening, currency)),
            speech.text("Closing balance: {amount}", amount=speech.money(statement.closing, currency)),
            speech.plural("{count} entry.", "{count} entries.", len(statement.entries)),
        ]
    )
    return DocumentMessage(Card(caption), filename(statement), as_file(statement))


def statement_how_card(speech: Speech, problem: Markup | None = None) -> Card:
    """Which periods can be asked for, and what was wrong with the one that was."""
    return Card(
        lines(
            [
                Markup("⚠️ ") + problem if problem else None,
                speech.text("Write which days the statement is of, in UTC:"),
                Markup("<code>/statement 7</code> · <code>/statement 30</code> · <code>/statement month</code>"),
                Markup("<code>/statement 2026-10</code> · <code>/statement 2026-10-01</code>"),
                Markup("<code>/statement 2026-10-01 2026-10-31</code>"),
                speech.text("A first day alone means until today."),
            ]
        )
    )


def no_account_card(speech: Speech) -> Card:
    """An operator who belongs to no reseller."""
    return Card(lines([speech.text("You belong to no reseller, so there is no account of yours. See /resellers.")]))


def owners_only_card(speech: Speech) -> Card:
    """A buyer who asks for what only owners see."""
    return Card(lines([speech.text("Only the owners of your team see its statement. Your own orders: /orders")]))


def filename(statement: Statement) -> str:
    """What the file is called: by its period."""
    return f"statement_{statement.first.isoformat()}_{statement.last.isoformat()}.csv"


def as_file(statement: Statement) -> bytes:
    """The lines between the opening and the closing balance, in UTF-8, safe for spreadsheets; times are UTC."""
    rows: list[tuple[str | Decimal, ...]] = [_edge(statement, statement.first, "opening balance", statement.opening)]
    left = statement.opening
    for entry in statement.entries:
        left += entry.amount
        rows.append(_row(statement, entry, left))
    rows.append(_edge(statement, statement.last, "closing balance", statement.closing))
    return spreadsheet(COLUMNS, rows)


def _row(statement: Statement, entry: Entry, left: Decimal) -> tuple[str | Decimal, ...]:
    currency = statement.currency
    person = statement.people.get(entry.order_id or "", "")
    return (
        _moment(entry.at),
        entry.kind.value,
        entry.reference,
        entry.note,
        person,
        _exact(entry.amount, currency),
        _exact(left, currency),
        currency,
    )


def _edge(statement: Statement, day: date, kind: str, balance: Decimal) -> tuple[str | Decimal, ...]:
    return day.isoformat(), kind, "", "", "", "", _exact(balance, statement.currency), statement.currency


def _moment(when: datetime) -> str:
    return f"{when.astimezone(UTC):%Y-%m-%d %H:%M:%S}"


def _day(day: date, speech: Speech) -> str:
    return speech.day(datetime.combine(day, time(), UTC))


def _exact(amount: Decimal, currency: str) -> Decimal:
    """The amount with the currency's minor digits, or more where it has more."""
    minor = amount.quantize(Decimal(1).scaleb(-get_currency_precision(currency)))
    return minor if minor == amount else amount.normalize()
