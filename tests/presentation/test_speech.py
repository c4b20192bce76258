"""Texts, numbers and times in each language."""

import re
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from babel.numbers import get_currency_precision
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from bot.presentation.cards import visible_length
from bot.presentation.speech import speech_for, speech_in
from storage.records.queues import Chat, ChatKind

EN, RU = speech_in("en"), speech_in("ru")


def chat(language: str | None = None, hint: str | None = None) -> Chat:
    return Chat(1, ChatKind.PRIVATE, "Ann", language=language, language_hint=hint)


def test_values_are_escaped_and_markup_is_kept() -> None:
    assert EN.text("<b>Hello, {name}!</b>", name="<Ann> & co") == "<b>Hello, &lt;Ann&gt; &amp; co!</b>"


def test_values_that_are_markup_are_not_escaped_twice() -> None:
    assert "<i>x</i>" in EN.text("Price: {price}", price=Markup("<i>x</i>"))


def test_plain_texts_are_not_escaped() -> None:
    assert EN.plain("Confirm · {total}", total="<1 & 2>") == "Confirm · <1 & 2>"


@given(st.text())
def test_any_name_survives_escaping_with_its_length(name: str) -> None:
    assert visible_length(EN.text("{name}", name=name)) == len(name.encode("utf-16-le", "surrogatepass")) // 2


def test_russian_has_its_three_plurals() -> None:
    said = [RU.plural("{count} item", "{count} items", count) for count in (1, 2, 5, 11, 21, 1000)]
    assert said == ["1 товар", "2 товара", "5 товаров", "11 товаров", "21 товар", "1\xa0000 товаров"]


def test_money_is_exact_and_written_as_the_language_does() -> None:
    assert EN.money(Decimal("1234.5"), "USD") == "$1,234.50"
    assert RU.money(Decimal("1234.5"), "USD") == "1\xa0234,50\xa0$"
    assert EN.money(Decimal("0.0125"), "USD") == "$0.0125"
    assert EN.money(Decimal("1E+3"), "USD") == "$1,000.00"
    assert EN.money(Decimal(1250), "JPY") == "¥1,250"


@given(st.decimals(min_value=0, max_value=10**9, places=4))
def test_money_never_loses_a_digit(amount: Decimal) -> None:
    assert Decimal(EN.money(amount, "USD").removeprefix("$").replace(",", "")) == amount


@given(st.decimals(min_value=0, max_value=10**6, places=4), st.sampled_from(["USD", "JPY", "KWD"]))
def test_money_has_the_decimals_it_needs_and_never_fewer_than_its_currency(amount: Decimal, currency: str) -> None:
    written = re.sub(r"[^0-9.]", "", EN.money(amount, currency))
    needed = f"{amount:f}".rstrip("0").partition(".")[2]
    assert len(written.partition(".")[2]) == max(len(needed), get_currency_precision(currency))


def test_a_face_value_bears_its_currencys_code() -> None:
    assert EN.face(Decimal("1000.50"), "CAD") == "1,000.5 CAD"


def test_a_percentage_has_two_decimals_at_most() -> None:
    shares = (Decimal("3.5"), Decimal(10), Decimal("3.3333"), Decimal("0.004"))
    assert [EN.percent(share) for share in shares] == ["3.5%", "10%", "3.33%", "0%"]
    assert RU.percent(Decimal("3.5")) == "3,5\xa0%"


def test_a_day_is_written_as_the_language_does_and_is_that_of_utc() -> None:
    late = datetime(2027, 5, 1, 23, 30, tzinfo=timezone(timedelta(hours=-5)))
    assert EN.day(late) == "May 2, 2027"
    assert RU.day(late) == "2 мая 2027\u202fг."


def test_numbers_drop_trailing_zeros_only() -> None:
    assert [EN.number(value) for value in (Decimal("2.50"), Decimal(100), Decimal("1E+2"), 7)] == [
        "2.5",
        "100",
        "100",
        "7",
    ]


def test_times_say_that_they_are_utc() -> None:
    moment = datetime(2026, 3, 14, 15, 9, tzinfo=UTC)
    assert EN.moment(moment) == "14 Mar 2026, 15:09 UTC"
    assert RU.moment(moment) == "14 мар. 2026, 15:09 UTC"
    assert EN.clock_time(moment) == "15:09 UTC"


def test_ages_look_back() -> None:
    assert EN.ago(timedelta(minutes=3)) == "3 minutes ago"
    assert RU.ago(timedelta(minutes=3)) == "3 минуты назад"
    assert EN.ago(timedelta(0)) == "1 second ago"


def test_a_chosen_language_goes_before_telegrams_hint() -> None:
    assert speech_for(chat(language="en", hint="ru")).language == "en"
    assert speech_for(chat(hint="ru-RU")).language == "ru"


def test_an_unspoken_language_falls_back_to_the_default() -> None:
    assert speech_for(chat(hint="zh-hans")).language == "en"
    assert speech_for(chat(hint="zh-hans"), "ru").language == "ru"
    assert speech_for(None).language == "en"


def test_languages_are_named_in_themselves() -> None:
    assert (EN.own_name, RU.own_name) == ("English", "Русский")


@pytest.mark.parametrize(
    ("language", "written", "said"),
    [
        ("ru", "Germany", "Германия"),
        ("ru", "united states", "Соединенные Штаты"),
        ("en", "United States", "United States"),
        ("ru", "Global", "весь мир"),
        ("en", "Global", "Global"),
        ("ru", "Europe", "Европа"),
        ("ru", "", ""),
    ],
)
def test_a_country_is_named_in_the_readers_language_and_any_other_region_as_it_was_written(
    language: str, written: str, said: str
) -> None:
    assert speech_in(language).region(written) == said
