"""What suppliers say about an item, in the reader's language where we have words for it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.presentation.facts import described
from bot.presentation.speech import languages, speech_in
from storage.records.catalog import Fact, FactKind
from tests.factories import make_item

EN, RU = speech_in("en"), speech_in("ru")
DOCUMENTED = (
    Fact(FactKind.FORM, "Code with PIN"),
    Fact(FactKind.DELIVERY, "Instant"),
    Fact(FactKind.VALIDITY, "12 months"),
)


def test_documented_facts_are_worded_in_the_readers_language() -> None:
    item = make_item(facts=DOCUMENTED)
    assert described(item, EN) == ["", "Code with PIN · Delivery: instant · Validity: 12 months"]
    assert described(item, RU) == ["", "Код с ПИН-кодом · Доставка: мгновенно · Срок действия: 12 месяцев"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("1 Year", "1 год"),
        ("3 months", "3 месяца"),
        ("90 days", "90 дней"),
        ("NO EXPIRY", "без ограничений"),
        ("until <b>spring</b>", "until &lt;b&gt;spring&lt;/b&gt;"),
        ("0 days", "0 days"),
        ("12 months after purchase", "12 months after purchase"),
        ("{count} days", "{count} days"),
    ],
)
def test_a_span_is_counted_and_what_we_have_no_words_for_stays_as_it_was_written(words: str, said: str) -> None:
    item = make_item(facts=(Fact(FactKind.VALIDITY, words),))
    assert described(item, RU) == ["", f"Срок действия: {said}"]


def test_an_item_of_an_older_catalog_has_its_description_alone() -> None:
    assert described(make_item(description="Code <PIN> · Delivery: Instant"), RU) == [
        "",
        "Code &lt;PIN&gt; · Delivery: Instant",
    ]
    assert described(make_item(), RU) == []


def test_a_description_follows_the_facts() -> None:
    item = make_item(description="For Europe", facts=DOCUMENTED[:1])
    assert described(item, EN) == ["", "Code with PIN", "", "For Europe"]


@given(st.text(), st.sampled_from(FactKind), st.sampled_from(sorted(languages())))
def test_no_fact_breaks_a_card(words: str, kind: FactKind, language: str) -> None:
    lines = described(make_item(facts=(Fact(kind, words),)), speech_in(language))
    assert len(lines) == (2 if words.strip() else 0)
    assert "<" not in "".join(lines)
    assert all(len(line) < 1_000 for line in lines)
