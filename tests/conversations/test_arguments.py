"""What operators write after a command is told apart, or refused; never guessed."""

import string
from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bot.conversations.arguments import (
    MarkupText,
    Named,
    Noted,
    NotNamed,
    TwoReadings,
    bounds_text,
    markup_text,
    name_first,
    noted,
    whole_name,
)
from bot.presentation.changes import command_line, plain_number
from bot.resellers.amounts import parse_amount
from bot.resellers.money import minor_unit
from bot.resellers.naming import clean_name, folded
from storage.records.resellers import MarkupScope

NAMES = {"nova": 1, "nova games": 2, "orbit shop": 3, "shop 24": 4, "cafe": 5}
WORDS = st.text(string.ascii_lowercase, min_size=1, max_size=8)


def test_the_longest_known_name_is_taken() -> None:
    assert name_first("Nova Games 50 note", NAMES) == Named(2, "50 note")
    assert name_first("NOVA 50 games", NAMES) == Named(1, "50 games")
    assert name_first("  shop   24  50", NAMES) == Named(4, "50")
    assert name_first("Café 7", NAMES) == Named(5, "7")


def test_a_number_that_may_end_a_name_or_begin_an_amount_names_nobody() -> None:
    names = {"shop": 1, "shop 24": 2, "shop 24 7": 3}
    assert name_first("Shop 24 100 cards", names) == NotNamed("", [2, 1])
    assert name_first("Shop 24 7 100", names) == NotNamed("", [3, 2, 1])
    assert name_first("Shop 24", names) == Named(2, "")
    assert name_first("Shop 24 minute 5", names, ("minute",)) == Named(2, "minute 5")
    assert name_first("Shop 24 cards", names) == Named(2, "cards")
    assert name_first("Shop 50 24", names) == Named(1, "50 24")


@given(st.dictionaries(st.sampled_from(["a", "a 1", "a 1 2", "a b", "b 1"]), st.integers(1, 99), min_size=1),
       st.lists(st.sampled_from(["a", "b", "1", "2"]), min_size=1, max_size=5))  # fmt: skip
def test_whoever_is_named_before_an_amount_is_the_only_one_who_can_be(names: dict[str, int], words: list[str]) -> None:
    found = name_first(" ".join(words), names)
    readings = {
        names[name]
        for count in range(1, len(words))
        if (name := " ".join(words[:count])) in names and words[count].isdigit()
    }
    if isinstance(found, Named) and found.rest[:1].isdigit():
        assert readings == {found.reseller_id}


def test_a_name_nobody_has_ends_where_the_amount_begins() -> None:
    found = name_first("Orbti Shop 50 note", NAMES)
    assert isinstance(found, NotNamed)
    assert found.words == "Orbti Shop"
    assert found.meant[0] == 3


def test_a_name_nobody_has_ends_before_a_stop_word() -> None:
    found = name_first("Nvoa off category Steam", NAMES, ("off",))
    assert isinstance(found, NotNamed)
    assert found.words == "Nvoa"
    assert 1 in found.meant


def test_a_name_of_digits_is_still_found_when_it_is_mistyped() -> None:
    found = name_first("shpo 24", NAMES)
    assert isinstance(found, NotNamed)
    assert 4 in found.meant


def test_a_mistyped_name_with_a_number_goes_before_its_neighbours() -> None:
    shops = {f"reseller {number} of the game": number for number in range(9)}
    for rest in ("", " 5", " minute 1", " 5 a note of many words"):
        found = name_first(f"Resseler 6 of the game{rest}", shops, ("minute",))
        assert isinstance(found, NotNamed)
        assert found.meant[0] == 6


def test_a_whole_name_takes_no_word_for_granted() -> None:
    assert whole_name(" nova  GAMES ", NAMES) == Named(2, "")
    found = whole_name("Nova Gmaes", NAMES)
    assert isinstance(found, NotNamed)
    assert found.meant[0] == 2


def test_nothing_and_nonsense_name_nobody() -> None:
    assert name_first("", NAMES) == NotNamed("", [])
    assert name_first("zzzzzzzz 5", NAMES) == NotNamed("zzzzzzzz", [])


@given(st.dictionaries(WORDS, st.integers(1, 99), min_size=1), st.lists(WORDS, max_size=4))
def test_whoever_is_named_was_written_out(names: dict[str, int], rest: list[str]) -> None:
    text = " ".join([next(iter(names)), *rest])
    found = name_first(text, names)
    assert isinstance(found, Named)
    assert names[text.removesuffix(found.rest).strip()] == found.reseller_id


@pytest.mark.parametrize(
    ("text", "amount", "note"),
    [
        ("50", "50", ""),
        ("50 for May", "50", "for May"),
        ("$50 cards", "$50", "cards"),
        ("$ 50 cards", "$ 50", "cards"),
        ("USD 50 cards", "USD 50", "cards"),
        ("50 USD cards", "50 USD", "cards"),
        ("50 usd cards", "50 usd", "cards"),
        ("50 € cards", "50 €", "cards"),
        ("50 EUR cards", "50 EUR", "cards"),
        ("50 eur", "50 eur", ""),
        ("50 all of it", "50", "all of it"),
        ("1 000", "1 000", ""),
        ("1 000,50", "1 000,50", ""),
        ("1 000 $ for May", "1 000 $", "for May"),
        ("50 2000 cards", "50", "2000 cards"),
        ("1,000.50 note", "1,000.50", "note"),
        ("1 234,5,6", "1 234,5,6", ""),  # no note: somebody slipped inside an amount
        ("1 234.567,50", "1 234.567,50", ""),
        ("-50 note", "-50", "note"),
        ("- note", "-", "note"),
        ("", "", ""),
    ],
)
def test_an_amount_is_told_from_its_note(text: str, amount: str, note: str) -> None:
    assert noted(text, "USD") == Noted(amount, note)


def test_digits_that_may_be_of_the_amount_or_of_the_note_are_not_guessed() -> None:
    assert noted("50 200 cards", "USD") == TwoReadings("50", "50 200")
    assert noted("$50 200 cards", "USD") == TwoReadings("$50", "$50 200")


@given(
    st.text(min_size=1, max_size=64),
    st.sampled_from(["USD", "JPY", "KWD"]),
    st.integers(1, 10**12),
)
def test_the_command_that_undoes_an_entry_names_the_same_account_and_amount(
    text: str, currency: str, steps: int
) -> None:
    name, amount = clean_name(text), steps * minor_unit(currency)
    assume(isinstance(name, str) and amount < 10**12)
    assert isinstance(name, str)
    line = command_line("debit", name, plain_number(amount)).striptags()
    found = name_first(line.removeprefix("/debit "), {folded(name): 7})
    assert isinstance(found, Named)
    written = noted(found.rest, currency)
    assert isinstance(written, Noted)
    assert (found.reseller_id, parse_amount(written.amount, currency), written.note) == (7, amount, "")


@given(st.decimals(min_value=Decimal("0.01"), max_value=10**9, places=2), st.lists(WORDS, max_size=5))
def test_an_amount_of_any_size_comes_back_with_its_note(amount: Decimal, note: list[str]) -> None:
    found = noted(" ".join([f"{amount:f}", *note]), "USD")
    assert isinstance(found, Noted)
    if " ".join(note) == found.note:
        assert parse_amount(found.amount, "USD") == amount
    else:  # the note began with a currency
        assert note[0].upper() in found.amount.upper()


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("7.5", MarkupText("7.5")),
        ("7.5 %", MarkupText("7.5%")),
        ("5 category Steam & Co", MarkupText("5", MarkupScope.CATEGORY, "Steam & Co")),
        ("5 % Category Steam", MarkupText("5%", MarkupScope.CATEGORY, "Steam")),
        ("12 ITEM voodoo:4711", MarkupText("12", MarkupScope.ITEM, "voodoo:4711")),
        ("off item voodoo:4711", MarkupText(None, MarkupScope.ITEM, "voodoo:4711")),
        ("", None),
        ("off", None),
        ("5 category", None),
        ("5 brand Steam", None),
    ],
)
def test_a_markup_is_for_everything_a_category_or_an_item(text: str, wanted: MarkupText | None) -> None:
    assert markup_text(text) == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("minute 5", {"minute": "5"}),
        ("Day 1 000 USD order off", {"day": "1 000 USD", "order": "off"}),
        ("minute 5 day off order 100", {"minute": "5", "day": "off", "order": "100"}),
        ("", None),
        ("5", None),
        ("minute", None),
        ("minute 5 minute 6", None),
        ("minute day 5", None),
    ],
)
def test_bounds_are_named_one_by_one(text: str, wanted: dict[str, str] | None) -> None:
    assert bounds_text(text) == wanted
