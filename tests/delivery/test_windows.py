"""No window and no bucket ever lets more through than its rate, whatever the times are."""

from hypothesis import given
from hypothesis import strategies as st

from bot.delivery.windows import Bucket, Rate, Window


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


def test_a_bucket_lets_a_burst_pass_and_then_one_send_at_a_time():
    bucket, sent = Bucket(Rate(3, 6)), list[float]()
    for _ in range(5):
        now = max(100.0, bucket.free_at())
        bucket.add(now)
        sent.append(now)
    assert sent == [100, 100, 100, 102, 104]
    assert (bucket.idle(109), bucket.idle(110)) == (False, True)


@given(
    count=st.integers(1, 6),
    seconds=st.floats(0.5, 60),
    gaps=st.lists(st.floats(0, 20), min_size=1, max_size=60),
)
def test_no_span_ever_holds_more_sends_than_a_burst_and_what_flowed_in(count: int, seconds: float, gaps: list[float]):
    bucket, now, sent = Bucket(Rate(count, seconds)), 0.0, list[float]()
    for gap in gaps:
        now = max(now + gap, bucket.free_at())
        bucket.add(now)
        sent.append(now)
    for first, earlier in enumerate(sent):
        for last, later in enumerate(sent[first:], start=first):
            assert last - first + 1 <= count + (later - earlier) * count / seconds + 1e-6
