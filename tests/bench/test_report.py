"""The arithmetic and the shape of what is reported."""

from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from tests.bench.report import Finding, Verdict, median, milliseconds, quantile, show

VALUES = st.lists(st.floats(0, 1e6), min_size=1, max_size=300)


@given(VALUES, st.floats(0, 1))
def test_a_quantile_is_a_value_that_its_share_does_not_exceed(values: list[float], share: float) -> None:
    found = quantile(values, share)
    assert found in values
    assert sum(value <= found for value in values) >= share * len(values)


@given(VALUES)
def test_the_last_quantile_is_the_largest_value(values: list[float]) -> None:
    assert quantile(values, 1) == max(values)


def test_of_a_hundred_values_the_99th_is_the_99th_percentile() -> None:
    assert quantile(range(1, 101), 0.99) == 99
    assert median([3.0, 1.0, 2.0]) == 2.0


def test_nothing_measured_has_no_quantile() -> None:
    with pytest.raises(ValueError, match="no values"):
        quantile([], 0.5)


def test_a_table_shows_what_was_measured_beside_its_bar() -> None:
    written = StringIO()
    missed = Finding.held("search", milliseconds(0.0123), "under 10 ms", met=False)
    show("Catalog", [missed, Finding("median", "1 ms")], Console(file=written, width=140))
    assert missed.verdict is Verdict.MISSED
    [row] = [line for line in written.getvalue().splitlines() if "search" in line]
    assert [cell.strip() for cell in row.strip("│").split("│")] == ["search", "12.3 ms", "under 10 ms", "not met"]
