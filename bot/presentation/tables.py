"""Tables as files: CSV that a spreadsheet opens as it is meant, and never runs."""

import csv
import re
from collections.abc import Iterable, Sequence
from decimal import Decimal
from io import StringIO

BYTE_ORDER_MARK = "\N{ZERO WIDTH NO-BREAK SPACE}"
"""Without it Excel takes UTF-8 for its own old code page."""

SIGNS = "[=+\\-@\N{FULLWIDTH EQUALS SIGN}\N{FULLWIDTH PLUS SIGN}\N{FULLWIDTH HYPHEN-MINUS}\N{FULLWIDTH COMMERCIAL AT}]"
FORMULA = re.compile(rf"\s*{SIGNS}|[\t\r\n]")
"""How a text begins that a spreadsheet may run (OWASP, CSV injection)."""

NEXT_CELL = re.compile(rf"(?<=[;\t\r\n])(?=[\s\"']*{SIGNS})")
"""Where one begins for a spreadsheet that expects another separator, as Excel does in half of Europe: to it the quotes
around a text are none."""


def csv_table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """A table in UTF-8, every cell in quotes and exactly as it is given."""
    return _lines([columns, *rows])


def spreadsheet(columns: Sequence[str], rows: Iterable[Sequence[str | Decimal]]) -> bytes:
    """A table for people's spreadsheets: what somebody typed is never run as a formula, amounts stay numbers."""
    return BYTE_ORDER_MARK.encode() + _lines([columns]) + spreadsheet_rows(rows)


def spreadsheet_rows(rows: Iterable[Sequence[str | Decimal]]) -> bytes:
    """Further rows of such a table."""
    return _lines([_cell(value) for value in row] for row in rows)


def harmless(text: str) -> str:
    """A text that no spreadsheet runs: an apostrophe before it makes it text."""
    text = NEXT_CELL.sub("'", text)
    return f"'{text}" if FORMULA.match(text) else text


def _cell(value: str | Decimal) -> str:
    return f"{value:f}" if isinstance(value, Decimal) else harmless(value)


def _lines(rows: Iterable[Sequence[str]]) -> bytes:
    table = StringIO(newline="")
    csv.writer(table, quoting=csv.QUOTE_ALL, lineterminator="\r\n").writerows(rows)
    return table.getvalue().encode()
