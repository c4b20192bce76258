"""What people type and what catalogs write become the same words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.catalog.folding import LONGEST_WORD, fold, natural_key, other_layouts, words


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("STEAM", "Steam"),
        ("елка", "Ёлка"),
        ("вибір", "Вибир"),
        ("єгоза", "егоза"),
        ("мята", "м'ята"),
        ("мята", "м’ята"),
        ("turkiye", "Türkiye"),
        ("strasse", "Straße"),
        ("lodz", "Łódź"),
        ("10", "١٠"),
        ("10", "１０"),
        ("ﬁne", "fine"),
        ("İstanbul", "istanbul"),
    ],
)
def test_spellings_that_people_mix_up_fold_to_the_same(typed: str, written: str) -> None:
    assert fold(typed) == fold(written)


@given(st.text(max_size=60))
def test_folding_twice_changes_nothing_more(text: str) -> None:
    assert words(" ".join(words(text))) == [word[:LONGEST_WORD] for word in words(text)]


@given(st.text(max_size=60))
def test_words_are_letters_and_digits_only(text: str) -> None:
    for word in words(text):
        assert word.isalnum()
        assert 0 < len(word) <= LONGEST_WORD


def test_names_sort_as_people_count() -> None:
    cards = ["Card 100", "card 20", "Card 5", "Card 5 (EU)"]
    assert sorted(cards, key=natural_key) == ["Card 5", "Card 5 (EU)", "card 20", "Card 100"]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("ыеуфь", "steam"),
        ("іеуфь", "steam"),
        ("gjlfhjr", "подарок"),
        ("ghbdsn", "привіт"),
        ("GJLFHJR", "ПОДАРОК"),
        (",fkfyc", "баланс"),
    ],
)
def test_a_forgotten_keyboard_switch_is_undone(typed: str, meant: str) -> None:
    assert meant in other_layouts(typed)


def test_text_without_letters_has_no_other_layout() -> None:
    assert other_layouts("12 34") == ()
