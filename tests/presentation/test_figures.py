"""A period's figures in words and as a chart."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.presentation.cards import visible_length
from bot.presentation.charts import MOST_TICKS, Role, tick_values
from bot.presentation.figures import export_card, figures_card, money, nothing_card, summary_card, wrong_period_card
from bot.presentation.figures_chart import MOST_COLUMNS, figures_chart
from bot.presentation.report_buttons import OpenStats, SendExport
from bot.presentation.speech import languages, speech_in
from storage.records.figures import Figures, Line, Tally

EN = speech_in("en")
RU = speech_in("ru")
FIRST = date(2026, 3, 8)


def sale(turnover: str, cost: str, orders: int = 1) -> Tally:
    return Tally(orders=orders, completed=orders, turnover=Decimal(turnover), cost=Decimal(cost))


def own(cost: str) -> Tally:
    return Tally(orders=1, own=1, completed=1, own_cost=Decimal(cost))


def figures(*days: Tally, total: Tally | None = None) -> Figures:
    """Figures of days in a row; the whole is what they make together."""
    whole = Tally()
    for day in days:
        whole += day
    return Figures(FIRST, FIRST + timedelta(days=len(days) - 1), "USD", total or whole, days=days)


def words(card_text: str) -> str:
    """The text with all its kinds of spaces as plain ones."""
    return " ".join(card_text.split())


def test_the_text_says_how_orders_ended_and_leaves_out_what_there_was_not() -> None:
    some = figures(Tally(orders=9, completed=4, partial=1, failed=2))
    text = figures_card(some, EN).text
    assert "Orders: <b>9</b>\ndelivered 4, in part 1, failed 2, under way 2" in text
    assert "Turnover" not in text
    assert "Margin" not in text
    assert "under way" not in figures_card(figures(sale("1", "1")), EN).text


def test_the_text_says_turnover_cost_and_margin() -> None:
    text = words(figures_card(figures(sale("110.00", "100.00")), EN).text)
    assert "Turnover: <b>$110.00</b> Cost of what was sold: $100.00 Margin: <b>$10.00</b> (9.09%)" in text


def test_the_picture_counts_as_delivered_what_the_text_does() -> None:
    some = figures(Tally(orders=9, completed=4, partial=2, failed=2))
    assert "delivered 4, in part 2" in figures_card(some, EN).text
    assert [(fact.name, fact.words) for fact in figures_chart(some, EN).facts] == [("Orders", "9"), ("Delivered", "4")]


def test_a_loss_is_shown_as_one() -> None:
    assert "Margin: <b>-$10.00</b> (-11.11%)" in figures_card(figures(sale("90", "100")), EN).text


def test_a_failed_order_whose_money_did_not_come_back_is_a_loss_without_percent() -> None:
    lost = Tally(orders=1, failed=1, cost=Decimal(5))
    assert "Margin: <b>-$5.00</b>\n" in figures_card(figures(lost), EN).text + "\n"


def test_names_are_escaped_and_cut() -> None:
    nova = Line("<b>Nova</b> & " + "very " * 30, "USD", sale("1", "1"))
    text = figures_card(replace(figures(sale("1", "1")), resellers=(nova,)), EN).text
    assert "1. &lt;b&gt;Nova&lt;/b&gt; &amp; very" in text
    assert "…: 1 order" in text


def test_what_a_ranking_leaves_out_is_added_up() -> None:
    nova = Line("Nova", "USD", sale("10", "9"))
    some = replace(figures(sale("30", "25", 4)), resellers=(nova,), resellers_left=sale("20", "16", 3))
    assert "All others: 3 orders, $20.00, margin $4.00" in figures_card(some, EN).text


def test_an_operator_who_sells_to_nobody_sees_no_ranking_of_resellers() -> None:
    alone = replace(figures(own("9.50")), resellers=(Line(None, "USD", own("9.50")),))
    assert "By reseller" not in figures_card(alone, EN).text
    assert "By reseller" in figures_card(
        replace(alone, resellers=(*alone.resellers, Line("Nova", "USD", sale("1", "1")))), EN
    ).text  # fmt: skip


def test_an_item_in_another_currency_shows_its_own_and_no_bar() -> None:
    some = replace(figures(own("5")), items=(Line("Card", "USD", own("5")), Line("Karte", "EUR", own("7"))))
    assert "2. Karte: 1 order, own €7.00" in figures_card(some, EN).text
    assert [rank.name for rank in figures_chart(some, EN).rankings[1].ranks] == ["1. Card"]


def test_other_currencies_are_named_with_all_their_money() -> None:
    some = replace(figures(sale("5", "4")), elsewhere=(Line("EUR", "EUR", sale("7", "6")),))
    assert "In EUR, not counted above: turnover €7.00, cost €6.00" in figures_card(some, EN).text


def test_few_days_are_listed_and_of_many_the_best_is_named() -> None:
    few = words(figures_card(figures(sale("5", "4"), Tally(), sale("9", "8")), EN).text)
    assert "Sun, Mar 8: 1 order, $5.00, margin $1.00 Tue, Mar 10: 1 order, $9.00" in few
    many = words(figures_card(figures(*[Tally()] * 8, sale("9", "8"), sale("5", "4")), EN).text)
    assert "Best day: Mon, Mar 16, 1 order, $9.00, margin $1.00" in many


def test_buttons_lead_to_other_periods_and_to_the_tables_of_this_one() -> None:
    keyboard = figures_card(figures(*[sale("1", "1")] * 14), EN).keyboard
    assert keyboard is not None
    data = [str(button.callback_data) for row in keyboard.inline_keyboard for button in row]
    assert [OpenStats.unpack(one).days for one in data[:-1]] == [1, 7, 30, 90]
    assert SendExport.unpack(data[-1]).days == 14


def test_sums_are_said_to_the_smallest_coin() -> None:
    assert money(Decimal("12.3450"), "USD", EN) == "$12.35"
    assert money(Decimal("1234.4"), "JPY", EN) == "¥1,234"
    assert money(Decimal("-0.005"), "USD", EN) == "-$0.01"


@pytest.mark.parametrize("language", sorted(languages()))
def test_every_card_speaks_every_language(language: str) -> None:
    voice = speech_in(language)
    some = replace(figures(sale("5", "4"), own("3")), resellers=(Line(None, "USD", own("3")),))
    cards = [
        figures_card(some, voice),
        nothing_card(some, voice),
        export_card("orders", 5, (FIRST, FIRST), datetime(2026, 3, 8, 12, 30), voice),  # noqa: DTZ001 only shown
        summary_card(msgspec.to_builtins(some), voice),
    ]
    assert all(visible_length(card.text) > 0 for card in cards)
    assert figures_chart(some, voice).facts


def test_the_caption_of_a_table_that_had_to_end_says_where() -> None:
    ends_at = datetime(2026, 3, 14, 9, 5)  # noqa: DTZ001 only shown
    text = words(export_card("ledger", 100_000, (FIRST, date(2026, 3, 31)), ends_at, EN).text)
    assert "100,000 ledger entries · Mar 8 – 31, 2026" in text
    assert "this one ends on Sat, Mar 14 at 09:05" in text


def test_a_wrong_period_comes_with_an_example_to_copy() -> None:
    card = wrong_period_card(EN.text("There is no such day."), "/stats 30", EN)
    assert "There is no such day." in card.text
    assert "<code>/stats 30</code>" in card.text


def test_the_summary_reads_the_facts_that_were_noted() -> None:
    some = replace(figures(sale("110", "100")), resellers=(Line("Nova", "USD", sale("110", "100")),))
    noted = msgspec.json.decode(msgspec.json.encode(msgspec.to_builtins(some)))
    text = summary_card(noted, EN).text
    assert text.startswith("🌅 <b>Sun, Mar 8</b>")
    assert "1. Nova: 1 order, $110.00, margin $10.00" in text


def test_the_chart_has_the_bars_of_whatever_money_there_was() -> None:
    def roles(some: Figures) -> list[Role]:
        return [series.role for series in figures_chart(some, EN).columns.series]

    assert roles(figures(sale("5", "4"), own("3"))) == [Role.TURNOVER, Role.COST, Role.OWN]
    assert roles(figures(own("3"))) == [Role.OWN]
    assert roles(figures(Tally(orders=4, failed=4))) == [Role.ORDERS]


def test_the_chart_of_a_year_has_a_column_for_each_week() -> None:
    year = figures(*(sale("1", "0.5") for _ in range(366)))
    columns = figures_chart(year, EN).columns
    assert len(columns.labels) == 53
    assert columns.title == "By week"
    assert sum(columns.series[0].values) == 366
    assert columns.series[0].values[0] == 2
    assert set(columns.series[0].values[1:]) == {7}
    assert columns.labels[:2] == ("Mar 8", "Mar 10")


@given(st.integers(1, 366))
def test_no_order_is_lost_between_columns(count: int) -> None:
    some = figures(*(Tally(orders=number % 5) for number in range(count)))
    columns = figures_chart(some, EN).columns
    assert sum(columns.series[0].values) == some.total.orders
    assert len(columns.labels) == len(columns.series[0].values) <= MOST_COLUMNS


@given(st.decimals(0, 10**12, places=2), st.sampled_from([Decimal(1), Decimal("0.01")]))
def test_a_scale_has_few_round_lines_and_reaches_the_tallest_column(largest: Decimal, unit: Decimal) -> None:
    values = tick_values(largest, unit)
    assert values[0] == 0
    assert largest <= values[-1]
    assert 2 <= len(values) <= MOST_TICKS + 1
    assert all(after - before == values[1] for before, after in pairwise(values))


def test_a_scale_writes_thousands_in_few_letters() -> None:
    columns = figures_chart(figures(sale("4000", "3000")), EN).columns
    assert [tick.label for tick in columns.ticks] == ["$0", "$1K", "$2K", "$3K", "$4K"]
    assert "тыс." in figures_chart(figures(sale("4000", "3000")), RU).columns.ticks[-1].label
