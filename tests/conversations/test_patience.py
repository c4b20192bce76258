"""How often strangers are answered."""

from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from bot.conversations.patience import IN_ALL, WORDS, Patience


@dataclass
class Clock:
    """Seconds that pass when told to."""

    now: float = 1000.0

    def __call__(self) -> float:
        return self.now


def answered(patience: Patience, times: int, user_id: int = 1) -> int:
    """How many of so many messages in one moment are answered."""
    return sum(patience.answers(user_id, tap=False) for _ in range(times))


def test_somebody_who_looks_around_is_answered_every_time() -> None:
    assert answered(Patience(Clock()), WORDS.count) == WORDS.count


def test_a_flood_is_answered_seldom() -> None:
    clock = Clock()
    patience = Patience(clock)
    assert answered(patience, 100) == WORDS.count
    clock.now += WORDS.seconds / WORDS.count
    assert answered(patience, 100) == 1


def test_taps_and_words_are_counted_apart() -> None:
    patience = Patience(Clock())
    answered(patience, 100)
    assert patience.answers(1, tap=True)


def test_one_persons_flood_leaves_others_their_answers() -> None:
    patience = Patience(Clock())
    answered(patience, 100)
    assert answered(patience, 1, user_id=2) == 1


def test_a_crowd_is_answered_as_much_as_all_may_be() -> None:
    patience = Patience(Clock())
    total = sum(answered(patience, 10, user_id) for user_id in range(1000))
    # Whether the last one falls on this or the next instant is a matter of the last binary digit.
    assert IN_ALL.count - 1 <= total <= IN_ALL.count


@given(st.lists(st.tuples(st.integers(1, 3), st.floats(0, 5)), max_size=60))
def test_nobody_gets_more_than_a_burst_and_one_more_each_span(messages: list[tuple[int, float]]) -> None:
    clock = Clock()
    patience, counts = Patience(clock), {1: 0, 2: 0, 3: 0}
    for user_id, later in messages:
        clock.now += later
        counts[user_id] += patience.answers(user_id, tap=False)
    spans = (clock.now - 1000.0) * WORDS.count / WORDS.seconds
    assert all(count <= WORDS.count + spans + 1 for count in counts.values())
