"""What is a code, and what only its outline."""

import sys
from types import FrameType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.ordering.masks import is_masked, outlines, sifted
from storage.records.orders import Code
from tests.factories import NOW, keys


@pytest.mark.parametrize(
    "masked", ["****", "****-****-1234", "•••• 99", "●●●●", "**", "", "- -", "A*B", "■■■■-99", "XXXXXXXXXXXXMW4D"]
)
def test_an_outline_is_no_code(masked: str) -> None:
    assert is_masked(Code(masked))
    assert sifted(keys(masked), ()).new == ()


@pytest.mark.parametrize("clear", ["STEAM-XXXX-XXXX", "XXXX-XXXX-XXXX", "https://claim.example/x", "1234"])
def test_a_code_is_no_outline(clear: str) -> None:
    assert not is_masked(Code(clear))


@pytest.mark.parametrize("crossed", ["XXXX-XXXX-XXXX-1234", "xxxxxxxx1234", "1234XXXXXXXXABCDEFGHIJ"])
def test_crosses_are_a_mask_where_codes_may_come_masked(crossed: str) -> None:
    assert is_masked(Code(crossed), doubtful=True)


@pytest.mark.parametrize("clear", ["XXXX-ABCD", "AXBXCXDX-EXFXGXHX-IJKL", "TAXI-XBOX-XXX1"])
def test_a_few_crosses_are_letters_even_there(clear: str) -> None:
    assert not is_masked(Code(clear), doubtful=True)


def test_a_hidden_pin_hides_the_whole_code() -> None:
    assert is_masked(Code("6006-4912", pin="****"))
    assert is_masked(Code(link="https://claim.example/****"))


def test_the_outline_of_a_stored_code_is_that_code() -> None:
    stored = Code("ABCD-EFGH-1234", pin="987", link="https://claim.example/1", expires_at=NOW)
    for shown in (
        Code("****-****-1234", pin="***"),
        Code("XXXX-XXXX-1234", pin="987"),
        Code("ABCD-EFGH-1234"),
        Code("ABCD-EFGH-1234", pin="987", link="https://claim.example/1", serial="7"),
    ):
        assert outlines(shown, stored)
        assert sifted([shown], [stored]).new == ()
        assert sifted([shown], [stored]).hidden == 0


@pytest.mark.parametrize("shown", [Code("****-****-9999"), Code("***-1234"), Code("ABCD-EFGH-1234", pin="1"), Code()])
def test_an_outline_of_something_else_is_not(shown: Code) -> None:
    assert not outlines(shown, Code("ABCD-EFGH-1234"))


def test_a_code_that_differs_in_a_letter_x_is_another() -> None:
    assert sifted(keys("ABCX"), keys("ABCD")).new == keys("ABCX")


def test_codes_are_a_multiset() -> None:
    assert sifted(keys("A", "A", "B"), keys("A")).new == keys("A", "B")
    assert sifted(keys("A"), keys("A", "A")).new == ()


def test_each_stored_code_is_met_once() -> None:
    shown = sifted(keys("****1", "****1", "AAAA2"), keys("AAAA1", "AAAA2"))
    assert (shown.new, shown.hidden) == ((), 1)


def test_the_answer_to_a_create_is_what_it_looks_like() -> None:
    codes = keys("STEAM-XXXX-XXXX-XXXX", "A*B")
    assert sifted(codes, (), clear=True, doubtful=True).new == codes
    assert sifted([Code()], (), clear=True).new == ()


def test_a_code_set_aside_for_a_mask_that_may_be_none_is_owned_up_to() -> None:
    assert sifted(keys("A*B"), ()).guessed
    assert sifted(keys("XXXX-XXXX-XXXX"), (), doubtful=True).guessed
    assert not sifted(keys("********", "***-1234", ""), ()).guessed
    assert not sifted(keys("XXXX-XXXX-XXXX"), keys("ABCD"), doubtful=True).guessed


def calls_to_sift(count: int) -> int:
    """How many calls sorting out the outlines of so many stored codes takes, last one first, and as many new ones."""
    stored = keys(*(f"AAAA-{number:04}" for number in range(count)))
    shown = keys(*(f"****-{number:04}" for number in reversed(range(count))), *(f"B-{n}" for n in range(count)))
    calls = 0

    def count_calls(_frame: FrameType, _event: str, _argument: object) -> None:
        nonlocal calls
        calls += 1

    before = sys.getprofile()
    sys.setprofile(count_calls)
    try:
        found = sifted(shown, (*stored, *keys(*(f"CCCC-{number:04}" for number in range(count)))), doubtful=True)
    finally:
        sys.setprofile(before)
    assert (len(found.new), found.hidden) == (count, 0)
    return calls


def test_thousands_of_codes_in_another_order_are_no_more_work_each_than_a_few() -> None:
    assert calls_to_sift(400) < 3 * calls_to_sift(200)


WORDS = st.text("ABX1*-", min_size=1, max_size=6)
CODES = st.lists(st.builds(Code, WORDS, st.sampled_from(["", "12", "**"])), max_size=6)


@given(CODES, st.booleans(), st.booleans())
def test_what_was_stored_is_never_new_again(codes: list[Code], clear: bool, doubtful: bool) -> None:
    stored = sifted(codes, (), clear=clear, doubtful=doubtful).new
    assert sifted(codes, stored, clear=clear, doubtful=doubtful).new == ()
    assert sifted(codes, stored, doubtful=doubtful).new == ()


@given(CODES, CODES)
def test_every_reported_code_is_stored_already_new_or_hidden(reported: list[Code], stored: list[Code]) -> None:
    found = sifted(reported, stored)
    assert len(reported) - len(found.new) - found.hidden <= len(stored)
    assert not any(map(is_masked, found.new))
