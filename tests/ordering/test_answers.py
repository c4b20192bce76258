"""What people may answer to an item's questions."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.ordering.answers import WrongField, WrongFieldReason, choose, field_holds, parse_field
from storage.records.catalog import Choice, FieldKind, ItemField
from storage.records.orders import FieldValue

TEXT = ItemField("player_id", "Player ID", FieldKind.TEXT)
CHOICE = ItemField(
    "server",
    "Server",
    FieldKind.CHOICE,
    choices=(Choice(1, "Europe"), Choice(2, "Asia & Pacific"), Choice(3, "europe"), Choice(4, "Straße")),
)


def reason(answer: FieldValue | WrongField) -> WrongFieldReason:
    assert isinstance(answer, WrongField)
    return answer.reason


def test_a_text_is_taken_as_it_stands_without_the_space_around_it() -> None:
    assert parse_field("  <b>a_b & c</b> 🙂 ", TEXT) == FieldValue(
        "player_id", "Player ID", "<b>a_b & c</b> 🙂", "<b>a_b & c</b> 🙂"
    )


def test_what_a_copy_adds_unseen_is_left_out() -> None:
    answer = parse_field("\u200e77\u200b12\ufeff", TEXT)
    assert isinstance(answer, FieldValue)
    assert answer.value == "7712"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", WrongFieldReason.EMPTY),
        (" \n\t ", WrongFieldReason.EMPTY),
        ("\u200b", WrongFieldReason.EMPTY),
        ("x" * 5000, WrongFieldReason.TOO_LONG),
        ("a\nb", WrongFieldReason.CONTROL_CHARACTERS),
        ("a\x00b", WrongFieldReason.CONTROL_CHARACTERS),
    ],
)
def test_what_is_no_text_is_refused_with_its_reason(text: str, expected: WrongFieldReason) -> None:
    assert reason(parse_field(text, TEXT)) is expected


def test_the_length_that_is_allowed_can_be_set() -> None:
    assert isinstance(parse_field("x" * 5, TEXT, max_length=5), FieldValue)
    refused = parse_field("x" * 6, TEXT, max_length=5)
    assert refused == WrongField(WrongFieldReason.TOO_LONG, TEXT, 5)


def test_a_choice_is_taken_by_its_exact_label_first() -> None:
    assert parse_field("europe", CHOICE) == FieldValue("server", "Server", 3, "europe")
    assert parse_field("Europe", CHOICE) == FieldValue("server", "Server", 1, "Europe")


def test_a_choice_is_taken_by_its_label_in_any_case() -> None:
    assert parse_field("ASIA  &  pacific", CHOICE) == FieldValue("server", "Server", 2, "Asia & Pacific")
    assert parse_field("STRASSE", CHOICE) == FieldValue("server", "Server", 4, "Straße")


def test_a_label_that_fits_two_choices_is_asked_about() -> None:
    assert reason(parse_field("EUROPE", CHOICE)) is WrongFieldReason.AMBIGUOUS_CHOICE


def test_a_label_that_is_none_of_the_choices_is_refused() -> None:
    assert reason(parse_field("Mars", CHOICE)) is WrongFieldReason.NOT_A_CHOICE
    assert reason(choose(99, CHOICE)) is WrongFieldReason.NOT_A_CHOICE


def test_a_button_gives_the_choice_by_its_id() -> None:
    assert choose(2, CHOICE) == FieldValue("server", "Server", 2, "Asia & Pacific")


def test_an_answer_holds_while_the_field_still_offers_it() -> None:
    chosen = FieldValue("server", "Server", 2, "Asia & Pacific")
    assert field_holds(chosen, CHOICE)
    assert not field_holds(chosen, replace(CHOICE, choices=(Choice(2, "Mars"),)))
    assert not field_holds(chosen, replace(CHOICE, name="realm"))
    assert not field_holds(replace(chosen, name="player_id"), TEXT)
    assert field_holds(FieldValue("player_id", "Player ID", "77", "77"), TEXT)


@given(st.text(max_size=600))
def test_a_text_that_was_taken_holds_and_is_clean(text: str) -> None:
    answer = parse_field(text, TEXT)
    if isinstance(answer, FieldValue):
        assert field_holds(answer, TEXT)
        assert str(answer.value) == str(answer.value).strip()
        assert 1 <= len(str(answer.value)) <= 500
        assert "\n" not in str(answer.value)
