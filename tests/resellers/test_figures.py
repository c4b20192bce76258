"""Figures of a period: totals, rankings, days, and money that is never mixed."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from bot.resellers.figures import EMPTY, less, read_figures, shaped, together
from bot.resellers.periods import Period, local_day
from storage.records.figures import DayTally, Figures, ItemTally, ResellerTally, Tally
from storage.store import Store
from storage.tables import Tables
from tests.factories import make_order

BERLIN = ZoneInfo("Europe/Berlin")
WEEK = Period(date(2026, 3, 8), date(2026, 3, 14), ZoneInfo("UTC"))

counts = st.integers(0, 1000)
amounts = st.decimals(-1_000_000, 1_000_000, places=4)
tallies = st.builds(
    Tally, orders=counts, own=counts, completed=counts, partial=counts, failed=counts,
    turnover=amounts, cost=amounts, own_cost=amounts,
)  # fmt: skip
currencies = st.sampled_from(["USD", "EUR", "JPY"])
of_resellers = st.lists(
    st.builds(ResellerTally, st.none() | st.integers(1, 30), st.text(max_size=5), currencies, tallies), max_size=40
)


def sale(turnover: str, cost: str, orders: int = 1) -> Tally:
    return Tally(orders=orders, completed=orders, turnover=Decimal(turnover), cost=Decimal(cost))


def own(cost: str) -> Tally:
    return Tally(orders=1, own=1, completed=1, own_cost=Decimal(cost))


def test_the_margin_is_what_sales_leave_and_own_orders_do_not_touch_it() -> None:
    whole = sale("110", "100") + own("500")
    assert (whole.margin, whole.spent) == (Decimal(10), Decimal(600))
    assert whole.margin_percent is not None
    assert round(whole.margin_percent, 2) == Decimal("9.09")


def test_there_is_no_margin_in_percent_without_turnover() -> None:
    assert own("5").margin_percent is None


def test_a_loss_is_a_negative_margin() -> None:
    assert sale("90", "100").margin == Decimal(-10)


def test_resellers_are_ranked_by_turnover_and_the_rest_is_added_up() -> None:
    rows = [
        ResellerTally(None, None, "USD", own("1000")),
        ResellerTally(1, "Small", "USD", sale("10", "9")),
        ResellerTally(2, "Large", "USD", sale("90", "80")),
        ResellerTally(3, "Middle", "USD", sale("50", "40")),
    ]
    found = shaped(WEEK, "USD", rows, [], [], top=2)
    assert [line.name for line in found.resellers] == ["Large", "Middle"]
    assert found.resellers_left == sale("10", "9") + own("1000")


def test_a_reseller_with_orders_in_two_currencies_is_one_line_with_the_money_of_ours() -> None:
    rows = [ResellerTally(1, "Nova", "USD", sale("10", "9")), ResellerTally(1, "Nova", "EUR", sale("7", "6", 3))]
    found = shaped(WEEK, "USD", rows, [], [])
    assert [(line.name, line.tally.orders, line.tally.turnover) for line in found.resellers] == [("Nova", 4, 10)]
    assert (found.total.orders, found.total.turnover) == (4, 10)
    assert [(line.currency, line.tally.cost) for line in found.elsewhere] == [("EUR", 6)]


def test_an_item_paid_in_another_currency_keeps_it() -> None:
    rows = [ResellerTally(None, None, "EUR", own("6")), ResellerTally(None, None, "USD", own("4"))]
    items = [ItemTally("Card", "USD", own("4")), ItemTally("Karte", "EUR", own("6"))]
    found = shaped(WEEK, "USD", rows, items, [])
    assert [(line.name, line.currency, line.tally.own_cost) for line in found.items] == [
        ("Card", "USD", 4),
        ("Karte", "EUR", 6),
    ]
    assert found.items_left == EMPTY


def test_days_without_orders_are_there_too() -> None:
    found = shaped(WEEK, "USD", [], [], [DayTally(2, "USD", sale("5", "4")), DayTally(2, "EUR", sale("9", "8"))])
    assert [day.orders for day in found.days] == [0, 0, 2, 0, 0, 0, 0]
    assert found.days[2].turnover == Decimal(5)


@given(of_resellers, st.integers(1, 10))
def test_what_is_shown_and_what_is_left_out_make_the_whole(rows: list[ResellerTally], top: int) -> None:
    found = shaped(WEEK, "USD", rows, [], [], top)
    assert together(line.tally for line in found.resellers) + found.resellers_left == found.total
    assert found.total.orders == sum(row.tally.orders for row in rows)
    assert found.total.turnover == sum(row.tally.turnover for row in rows if row.currency == "USD")
    assert len(found.resellers) <= top


@given(of_resellers)
def test_no_money_of_one_currency_is_counted_in_another(rows: list[ResellerTally]) -> None:
    found = shaped(WEEK, "USD", rows, [], [])
    for code in ("EUR", "JPY"):
        expected = sum((row.tally.spent for row in rows if row.currency == code), Decimal(0))
        assert sum((line.tally.spent for line in found.elsewhere if line.currency == code), Decimal(0)) == expected
    assert all(line.currency == "USD" for line in found.resellers)


@given(tallies, tallies)
def test_taking_a_part_away_undoes_adding_it(one: Tally, other: Tally) -> None:
    assert less(one + other, other) == one


async def test_orders_of_a_year_are_counted_on_the_days_that_clocks_show(store: Store) -> None:
    period = Period(date(2025, 7, 1), date(2026, 6, 30), BERLIN)
    moments = [period.begin + timedelta(hours=17 * number, minutes=30) for number in range(500)]
    moments += [datetime(2025, 10, 26, hour, 30, tzinfo=UTC) for hour in (0, 1)]

    async def confirm(tables: Tables) -> None:
        for at in moments:
            await tables.orders.add(make_order(created_at=at))

    await store.write(confirm)

    async def read(tables: Tables) -> Figures:
        return await read_figures(tables, period, "USD")

    found = await store.read(read)
    expected = Counter(local_day(at, BERLIN) for at in moments)
    assert {day: tally.orders for day, tally in zip(period.days, found.days, strict=True) if tally.orders} == expected
    assert found.total.orders == len(moments)
    assert found.total.under_way == len(moments)


async def test_nothing_was_ordered(store: Store) -> None:
    found = await store.read(lambda tables: read_figures(tables, WEEK, "USD"))
    assert found.total == EMPTY
    assert (found.resellers, found.items, found.elsewhere) == ((), (), ())
