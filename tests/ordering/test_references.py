"""References that people read aloud."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.ordering.references import ALPHABET, new_reference, normalise_reference

REFERENCES = st.text(ALPHABET, min_size=8, max_size=8)


def test_a_reference_has_eight_letters_that_nobody_confuses() -> None:
    reference = new_reference(Random(1))  # noqa: S311 - chance that repeats
    assert len(reference) == 8
    assert not set(reference) & set("01ILOU")


@pytest.mark.parametrize(
    "typed",
    ["7KQ2M9XF", "7kq2-m9xf", " 7KQ2 M9XF ", "/order_7KQ2M9XF", "#7KQ2–M9XF", "7KQ2М9ХF"],
)
def test_a_reference_is_read_as_people_type_it(typed: str) -> None:
    assert normalise_reference(typed) == "7KQ2M9XF"


@pytest.mark.parametrize("typed", ["", "7KQ2", "7KQ2M9XFF", "7KQ2M9X0", "please help", "7KQ2M9X🙂"])
def test_what_cannot_be_a_reference_is_none(typed: str) -> None:
    assert normalise_reference(typed) is None


@given(REFERENCES)
def test_a_reference_survives_being_spoken(reference: str) -> None:
    assert normalise_reference(f"{reference[:4]}-{reference[4:]}".lower()) == reference


@given(st.text(max_size=30))
def test_reading_a_reference_twice_changes_nothing(text: str) -> None:
    once = normalise_reference(text)
    assert once is None or normalise_reference(once) == once
