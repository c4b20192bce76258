"""Typos: what is forgiven is found, and nothing else is."""

from hypothesis import assume, given
from hypothesis import strategies as st

from bot.catalog.spelling import LONG, SHORTEST, distance, forgiven, variants

letters = st.sampled_from("abcdeжзи")
word = st.text(letters, min_size=SHORTEST, max_size=12)


def slow_distance(one: str, other: str) -> int:
    """Optimal string alignment by its definition."""
    if not one or not other:
        return len(one) + len(other)
    best = min(
        slow_distance(one[1:], other) + 1,
        slow_distance(one, other[1:]) + 1,
        slow_distance(one[1:], other[1:]) + (one[0] != other[0]),
    )
    if len(one) > 1 and len(other) > 1 and one[0] == other[1] and one[1] == other[0]:
        best = min(best, slow_distance(one[2:], other[2:]) + 1)
    return best


@given(st.text(letters, max_size=5), st.text(letters, max_size=5), st.integers(0, 3))
def test_the_distance_is_the_least_number_of_typos(one: str, other: str, limit: int) -> None:
    assert distance(one, other, limit) == min(slow_distance(one, other), limit + 1)


@given(word, st.data())
def test_a_word_within_the_forgiven_distance_shares_a_variant(meant: str, data: st.DataObject) -> None:
    typed = meant
    for _ in range(forgiven(meant)):
        typed = data.draw(st.sampled_from(typos(typed)))
    assume(forgiven(typed) >= distance(typed, meant, 2))
    if forgiven(meant) >= distance(typed, meant, 2):
        assert variants(typed) & variants(meant)


def typos(text: str) -> list[str]:
    """Every text one typo away."""
    cuts = [(text[:at], text[at:]) for at in range(len(text) + 1)]
    dropped = [left + right[1:] for left, right in cuts if right]
    swapped = [left + right[1] + right[0] + right[2:] for left, right in cuts if len(right) > 1]
    replaced = [left + "x" + right[1:] for left, right in cuts if right]
    added = [left + "x" + right for left, right in cuts]
    return dropped + swapped + replaced + added


def test_short_words_and_numbers_must_be_typed_exactly() -> None:
    assert forgiven("eu") == forgiven("usd") == forgiven("4090") == forgiven("ps5pro") == 0
    assert forgiven("a" * SHORTEST) == 1
    assert forgiven("a" * LONG) == 2
    assert variants("usd") == {"usd"}
