"""How many answers strangers get."""

from hypothesis import given
from hypothesis import strategies as st

from bot.conversations.patience import KNOWN_AT_MOST, Patience
from bot.delivery.windows import Rate

PERSON, ALL = Rate(2, 10), Rate(5, 10)
ARRIVALS = st.lists(st.tuples(st.integers(1, 6), st.floats(0, 3), st.booleans()), max_size=80)


@given(ARRIVALS)
def test_nobody_gets_more_answers_than_the_bounds_allow(arrivals: list[tuple[int, float, bool]]) -> None:
    now = 0.0
    patience = Patience(lambda: now, words=PERSON, taps=PERSON, in_all=ALL)
    answered: list[tuple[int, bool, float]] = []
    for person, later, tap in arrivals:
        now += later
        if patience.answers(person, tap=tap):
            answered.append((person, tap, now))
    for tap in (False, True):
        times = [when for _, kind, when in answered if kind is tap]
        assert _keeps(times, ALL)
        for person in range(1, 7):
            assert _keeps([when for who, kind, when in answered if (who, kind) == (person, tap)], PERSON)


def test_whoever_comes_seldom_is_always_answered() -> None:
    now = 0.0
    patience = Patience(lambda: now)
    for _ in range(100):
        now += 3.1
        assert patience.answers(1, tap=False)


def test_a_crowd_takes_a_bounded_memory_and_keeps_the_bound_of_all() -> None:
    patience = Patience(lambda: 0.0, in_all=Rate(7, 10))
    answered = sum(patience.answers(person, tap=False) for person in range(3 * KNOWN_AT_MOST))
    assert answered == 7


def _keeps(times: list[float], rate: Rate) -> bool:
    """A burst of ``count``, then one more each ``seconds / count``: in any span no more than both together."""
    step = rate.seconds / rate.count
    pairs = ((i, j) for i in range(len(times)) for j in range(i, len(times)))
    return all(j - i + 1 <= rate.count + (times[j] - times[i]) / step + 1e-6 for i, j in pairs)
