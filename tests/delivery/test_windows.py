"""A sliding window never lets more through than its rate, whatever the times are."""

from hypothesis import given
from hypothesis import strategies as st

from bot.delivery.windows import Rate, Window


def test_an_empty_window_is_free_at_once():
    assert Window(Rate(1, 10)).free_at() == float("-inf")


def test_a_full_window_is_free_when_its_oldest_send_is_old_enough():
    window = Window(Rate(2, 10))
    window.add(100)
    window.add(104)
    assert window.free_at() == 110


def test_a_window_is_idle_once_its_last_send_is_too_old_to_matter():
    window = Window(Rate(2, 10))
    window.add(100)
    assert (window.idle(109), window.idle(110)) == (False, True)


@given(
    count=st.integers(1, 6),
    seconds=st.floats(0.5, 60),
    gaps=st.lists(st.floats(0, 20), min_size=1, max_size=60),
)
def test_no_span_ever_holds_more_sends_than_the_rate(count: int, seconds: float, gaps: list[float]):
    window, now, sent = Window(Rate(count, seconds)), 0.0, list[float]()
    for gap in gaps:
        now = max(now + gap, window.free_at())
        window.add(now)
        sent.append(now)
    assert all(later - earlier >= seconds - 1e-6 for earlier, later in zip(sent, sent[count:], strict=False))
