"""Names that strangers choose stand in our messages as names, and as nothing else."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.presentation.names import APART, JOINER, LONGEST, TAPPABLE, legible


@pytest.mark.parametrize(
    "name", ["Ada Lovelace", "Зоя Ёлкина", "J. R. Smith", "O'Neil-Ünal", "👩\u200d🚀 Eve", "50.5%", "王小明", "שלום"]
)
def test_a_usual_name_stays_as_it_is(name: str) -> None:
    assert legible(name) == name


@pytest.mark.parametrize(
    "name", ["t.me/evil", "https://evil.example", "tg://resolve?domain=x", "@evil", "/stats", "a /stats"]
)
def test_nothing_in_a_name_can_be_tapped(name: str) -> None:
    made = legible(name)
    assert made.replace(APART, "") == name
    assert TAPPABLE.search(made) is None


@pytest.mark.parametrize("unseen", ["\u202e", "\u2066", "\u200b", "\ufeff", "\x00", "\u2028", "\u00ad", "\U000e0041"])
def test_what_cannot_be_seen_or_turns_the_line_around_is_dropped(unseen: str) -> None:
    assert legible(f"A{unseen}da") in {"Ada", "A da"}


@pytest.mark.parametrize("name", ["", " ", "\u200b\u200b", "\u200d", "\u2066\u2069 \n"])
def test_a_name_of_nothing_is_nothing(name: str) -> None:
    assert legible(name) == ""


@given(st.text())
def test_any_name_becomes_one_short_line_that_means_nothing_else(name: str) -> None:
    made = legible(name)
    assert "\n" not in made
    assert len(made.replace(APART, "")) <= LONGEST
    assert all(unicodedata.category(one) not in {"Cc", "Cs"} for one in made)
    assert {one for one in made if unicodedata.category(one) == "Cf"} <= {APART, JOINER}
