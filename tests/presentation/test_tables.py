"""Tables for spreadsheets: what people typed is never run."""

import csv
from decimal import Decimal
from io import StringIO

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.presentation.tables import csv_table, harmless, spreadsheet

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)


def rows_of(table: bytes) -> list[list[str]]:
    """What a reader of CSV makes of a file."""
    return list(csv.reader(StringIO(table.decode("utf-8-sig"), newline="")))


@given(st.lists(st.lists(TEXT, min_size=3, max_size=3), max_size=5))
def test_a_table_comes_back_as_it_was_given(rows: list[list[str]]) -> None:
    assert rows_of(csv_table(("a", "b", "c"), rows)) == [["a", "b", "c"], *rows]


@pytest.mark.parametrize(
    "typed", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "\uff1d1", '=HYPERLINK("http://x")']
)
def test_what_could_be_run_as_a_formula_is_made_text(typed: str) -> None:
    [cell] = rows_of(spreadsheet(("note",), [(typed,)]))[1]
    assert cell.startswith("'")
    assert cell.replace("'", "") == typed


@given(TEXT)
def test_no_text_cell_begins_as_a_formula_does(typed: str) -> None:
    assert not harmless(typed).lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r", "\n"))


SLY = st.text(st.sampled_from("=+-@;,\t\r\n \"'a1\uff1d"), max_size=12)


@given(st.lists(st.tuples(SLY, SLY), min_size=1, max_size=3), st.sampled_from(",;\t"))
@example([("a;=1+1;", "")], ";")
@example([('a;"=1+1', "")], ";")
@example([("a\n=1+1", "")], ";")
def test_no_cell_is_a_formula_whichever_separator_a_spreadsheet_expects(
    rows: list[tuple[str, str]], separator: str
) -> None:
    table = spreadsheet(("a", "b"), rows).decode("utf-8-sig")
    for row in csv.reader(StringIO(table, newline=""), delimiter=separator):
        assert not any(cell.lstrip().startswith(("=", "+", "-", "@", "\uff1d")) for cell in row), row


def test_amounts_stay_numbers() -> None:
    assert rows_of(spreadsheet(("amount",), [(Decimal("-5.00"),), (Decimal("1E+3"),)]))[1:] == [["-5.00"], ["1000"]]
