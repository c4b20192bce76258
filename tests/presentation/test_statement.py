"""A reseller's own money in words and as a file."""

import csv
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from io import StringIO

from hypothesis import given
from hypothesis import strategies as st
from telegram.constants import MessageLimit

from bot.presentation.cards import Card, visible_length
from bot.presentation.speech import speech_in
from bot.presentation.statement import COLUMNS, Statement, own_balance_card, statement_message
from storage.records.resellers import Entry, EntryKind, Reseller
from tests.factories import NOW

EN = speech_in("en")
NOVA = Reseller(7, "Nova <Games>", NOW, balance=Decimal(50), held=Decimal(5), credit_limit=Decimal(10))


def entry(number: int, amount: str = "5", **changes: object) -> Entry:
    """A line of Nova's ledger."""
    made = Entry(7, EntryKind.CREDIT, Decimal(amount), NOW, id=number, balance=Decimal(number))
    return replace(made, **changes)


def labels(card: Card) -> list[str]:
    """A card's buttons."""
    rows = card.keyboard.inline_keyboard if card.keyboard else ()
    return [button.text for row in rows for button in row]


def statement(*entries: Entry, opening: str = "100") -> Statement:
    """Nova's statement of a week."""
    return Statement(
        "Nova <Games>", "USD", date(2026, 3, 8), date(2026, 3, 14), Decimal(opening), entries, {"order-1": "=Ann"}
    )


def rows(made: Statement) -> list[dict[str, str]]:
    """A statement's file, row by row."""
    content = statement_message(made, EN).content.decode("utf-8-sig")
    return list(csv.DictReader(StringIO(content, newline="")))


def test_a_balance_names_what_is_there_what_is_held_and_what_may_be_ordered_for() -> None:
    text = own_balance_card(NOVA, None, "USD", EN).text
    for fact in (
        "Nova &lt;Games&gt;",
        "Balance: <b>$50.00</b>",
        "Held for open orders: $5.00",
        "Credit limit: $10.00",
        "Available: <b>$55.00</b>",
    ):
        assert fact in text
    assert own_balance_card(NOVA, None, "USD", EN).keyboard is None


def test_a_suspended_account_says_so() -> None:
    assert "suspended" in own_balance_card(replace(NOVA, suspended_at=NOW), None, "USD", EN).text


def test_owners_page_through_their_ledger() -> None:
    found = [entry(number, note="<note>") for number in range(30, 19, -1)]
    card = own_balance_card(NOVA, found, "USD", EN)
    assert card.text.count("&lt;note&gt;") == 10
    assert labels(card) == ["Older ›", "Statement of 30 days"]
    assert card.keyboard is not None
    assert card.keyboard.inline_keyboard[0][0].callback_data == "B|21"
    assert labels(own_balance_card(NOVA, found[:3], "USD", EN, before=40)) == ["« Newest", "Statement of 30 days"]


def test_an_empty_ledger_says_so() -> None:
    assert "no entries" in own_balance_card(NOVA, [], "USD", EN).text


@given(st.text(max_size=5000), st.decimals(-(10**12), 10**12, places=4))
def test_a_balance_fits_however_long_the_notes_are(note: str, amount: Decimal) -> None:
    found = [entry(number, str(amount), note=note) for number in range(11, 0, -1)]
    assert visible_length(own_balance_card(NOVA, found, "USD", EN).text) <= MessageLimit.MAX_TEXT_LENGTH


def test_a_statement_begins_with_the_opening_balance_and_ends_with_the_closing_one() -> None:
    made = statement(entry(1, "50", note="top-up"), entry(2, "-20.5", kind=EntryKind.CHARGE, reference="7KQ2M9XF"))
    table = rows(made)
    assert [(row["kind"], row["amount"], row["balance"]) for row in table] == [
        ("opening balance", "", "100.00"),
        ("credit", "50.00", "150.00"),
        ("charge", "-20.50", "129.50"),
        ("closing balance", "", "129.50"),
    ]
    assert table[0]["at_utc"] == "2026-03-08"
    assert table[1]["at_utc"] == "2026-03-14 15:09:26"
    assert table[2]["order"] == "7KQ2M9XF"
    assert {row["currency"] for row in table} == {"USD"}
    assert tuple(table[0]) == COLUMNS


def test_the_caption_names_the_period_and_both_balances() -> None:
    message = statement_message(statement(entry(1)), EN)
    assert message.filename == "statement_2026-03-08_2026-03-14.csv"
    for fact in (
        "Statement of Nova &lt;Games&gt;",
        "March 8, 2026 to March 14, 2026, days in UTC",
        "Opening balance: $100.00",
        "Closing balance: $105.00",
        "1 entry.",
    ):
        assert fact in message.card.text
    assert visible_length(message.card.text) <= MessageLimit.CAPTION_LENGTH


def test_what_somebody_typed_is_no_formula() -> None:
    table = rows(statement(entry(1, note='=HYPERLINK("http://x","y")', order_id="order-1")))
    assert table[1]["text"].startswith("'=")
    assert table[1]["ordered_by"] == "'=Ann"


@given(st.decimals(-(10**9), 10**9, places=4), st.lists(st.decimals(-(10**9), 10**9, places=4), max_size=20))
def test_the_balances_of_a_statement_are_the_running_sum(opening: Decimal, amounts: list[Decimal]) -> None:
    entries = [
        entry(number, str(amount), at=NOW + timedelta(seconds=number)) for number, amount in enumerate(amounts, 1)
    ]
    table = rows(statement(*entries, opening=str(opening)))
    left = [Decimal(row["balance"]) for row in table]
    assert left[0] == opening
    assert left[-1] == opening + sum(amounts, Decimal(0))
    for before, after, row in zip(left, left[1:-1], table[1:-1], strict=False):
        assert after - before == Decimal(row["amount"])
