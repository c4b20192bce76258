"""Names of resellers: which can be had, which are the same, and which were meant."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.resellers.naming import MAX_NAME, WrongName, WrongNameReason, clean_name, closest, folded

FAMILY = "\N{MAN}\N{ZERO WIDTH JOINER}\N{WOMAN}\N{ZERO WIDTH JOINER}\N{GIRL}"


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("Nova Games", "Nova Games"),
        ("  Nova \t\n Games ", "Nova Games"),
        ("Ünï-Çödé №5", "Ünï-Çödé №5"),
        (f"Family {FAMILY}", f"Family {FAMILY}"),
        ("🎮", "🎮"),
        ("n" * MAX_NAME, "n" * MAX_NAME),
    ],
)
def test_a_name_keeps_its_letters_and_single_spaces(typed: str, name: str) -> None:
    assert clean_name(typed) == name


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("", WrongNameReason.EMPTY),
        (" \t ", WrongNameReason.EMPTY),
        ("\N{COMBINING ACUTE ACCENT}", WrongNameReason.EMPTY),
        ("\N{ZERO WIDTH JOINER}", WrongNameReason.EMPTY),
        ("n" * 200, WrongNameReason.TOO_LONG),
        ("Nova\x00Games", WrongNameReason.CONTROL_CHARACTERS),
        ("Nova\N{RIGHT-TO-LEFT OVERRIDE}semaG", WrongNameReason.CONTROL_CHARACTERS),
        ("No\N{ZERO WIDTH SPACE}va", WrongNameReason.CONTROL_CHARACTERS),
        ("/credit", WrongNameReason.SLASH),
    ],
)
def test_a_name_that_cannot_be_had_says_why(typed: str, reason: WrongNameReason) -> None:
    assert clean_name(typed) == WrongName(reason)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Nova Games", "NOVA  games"),
        ("Café", "cafe"),
        ("Straße", "STRASSE"),
        ("Ёлка", "елка"),
        ("\N{FULLWIDTH LATIN CAPITAL LETTER N}ova", "nova"),
        ("Fire \N{HEAVY BLACK HEART}\N{VARIATION SELECTOR-16}", "fire \N{HEAVY BLACK HEART}"),
        ("Caf\N{LATIN SMALL LETTER E WITH ACUTE}", "Cafe\N{COMBINING ACUTE ACCENT}"),
    ],
)
def test_names_that_people_take_for_the_same_are_the_same(one: str, other: str) -> None:
    assert folded(one) == folded(other)


@given(st.text(max_size=80))
def test_folding_what_is_folded_changes_nothing(text: str) -> None:
    assert folded(folded(text)) == folded(text)


@given(st.text(max_size=100))
def test_a_clean_name_is_short_visible_and_stays_what_it_is(text: str) -> None:
    name = clean_name(text)
    if isinstance(name, str):
        assert 1 <= len(name) <= MAX_NAME
        assert folded(name)
        assert clean_name(name) == name
        assert not any(unicodedata.category(letter) == "Cc" for letter in name)


KNOWN = ["nova games", "nova gifts", "pixel", "deep pixel shop", "orbit"]


@pytest.mark.parametrize(
    ("words", "first"),
    [("Nova Gamse", "nova games"), ("pixl", "pixel"), ("ORBIT", "orbit"), ("nova games", "nova games")],
)
def test_a_mistyped_name_offers_the_one_that_was_meant_first(words: str, first: str) -> None:
    assert closest(words, KNOWN)[0] == first


def test_the_likeliest_goes_before_what_is_near_as_a_whole() -> None:
    known = ["gamma keys", "lambda very long name", "alpha store"]
    assert closest("lamda very", known)[0] == "lambda very long name"
    assert closest("alfa", known) == ["alpha store"]


def test_the_beginning_of_a_name_or_of_one_of_its_words_offers_all_that_go_on_so() -> None:
    assert set(closest("nova", KNOWN)) == {"nova games", "nova gifts"}
    assert set(closest("pix", KNOWN)) == {"pixel", "deep pixel shop"}


@pytest.mark.parametrize(
    ("words", "first"),
    [("novax", "nova games"), ("orbt", "orbit"), ("gamse", "nova games"), ("deep pixl", "deep pixel shop")],
)
def test_a_mistyped_part_of_a_name_offers_the_name_too(words: str, first: str) -> None:
    assert closest(words, KNOWN)[0] == first


@pytest.mark.parametrize("words", ["", "   ", "zzzzzz", "🎮"])
def test_what_is_near_nothing_offers_nothing(words: str) -> None:
    assert closest(words, KNOWN) == []


@given(st.text(max_size=40), st.lists(st.text(max_size=20), max_size=8))
def test_only_known_names_are_offered_and_each_once(words: str, names: list[str]) -> None:
    offered = closest(words, names, 3)
    assert set(offered) <= set(names)
    assert len(offered) == len(set(offered)) <= 3
