"""What is known of Telegram from how the calls to it ended."""

from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from telegram.error import NetworkError

from bot.delivery.endings import Patience
from bot.delivery.line import Absence, Line, LinePolicy, ListeningRequest
from tests.delivery.lines import Time, fallen, line_at
from tests.delivery.local import LocalTelegram
from tests.factories import NOW

IN_FLIGHT = 16


def test_one_message_that_fails_again_and_again_is_its_own_trouble() -> None:
    line = line_at(Time())
    assert not any(line.failed(7) for _ in range(100))
    assert not line.away
    assert line.room(IN_FLIGHT, 3) == IN_FLIGHT - 3


def test_an_answer_between_two_failures_means_that_telegram_is_there() -> None:
    line = line_at(Time())
    for message in range(50):
        assert not line.failed(2 * message)
        assert not line.failed(2 * message + 1)
        assert line.answered() is None
    assert line.away_since is None


def test_several_messages_that_fail_in_a_row_mean_that_telegram_is_away_since_the_first() -> None:
    time = Time()
    line = line_at(time)
    line.failed(1)
    time.passes(10)
    line.failed(2)
    time.passes(10)
    assert line.failed(3)
    assert line.away_since == NOW
    assert not line.failed(4), "this is no news any more"


def test_while_telegram_is_away_one_message_at_a_time_is_tried() -> None:
    time = Time()
    line = fallen(time)
    assert line.room(IN_FLIGHT, 0) == 0
    time.passes(1)
    assert line.room(IN_FLIGHT, 0) == 1
    assert line.room(IN_FLIGHT, 1) == 0


def test_what_was_in_flight_when_the_line_fell_makes_the_first_pause_no_longer() -> None:
    time = Time()
    line = fallen(time)
    for message in range(4, IN_FLIGHT + 1):
        line.failed(message)
    time.passes(1)
    assert line.room(IN_FLIGHT, 0) == 1
    line.failed(17)
    time.passes(1)
    assert line.room(IN_FLIGHT, 0) == 0
    time.passes(1)
    assert line.room(IN_FLIGHT, 0) == 1


def test_a_line_that_falls_again_at_once_waits_as_long_as_the_first_time() -> None:
    time = Time()
    line = fallen(time)
    assert line.answered() is not None
    for message in (1, 2, 3):
        line.failed(message)
    time.passes(1)
    assert line.room(IN_FLIGHT, 0) == 1


def test_the_first_answer_lets_everything_go_and_tells_how_long_it_was() -> None:
    time = Time()
    line = fallen(time)
    time.passes(3600)
    assert line.answered() == Absence(NOW, time.now, 3)
    assert line.room(IN_FLIGHT, 0) == IN_FLIGHT
    assert not line.silent


@settings(max_examples=20, deadline=None)
@given(st.floats(0, 1))
def test_half_an_hour_without_telegram_costs_few_tries_however_many_chats_are_owed_something(chance: float) -> None:
    time = Time()
    line, messages, tries = line_at(time, chance), count(), 0
    for _ in range(1800):
        for _ in range(min(IN_FLIGHT, line.room(IN_FLIGHT, 0))):
            line.failed(next(messages))
            tries += 1
        time.passes(1)
    assert 50 < tries < 150


def test_telegram_is_silent_only_when_nothing_that_was_asked_was_answered_for_a_while() -> None:
    time = Time()
    line = line_at(time)
    line.unheard()
    time.passes(299)
    line.heard()
    line.unheard()
    time.passes(299)
    line.unheard()
    assert not line.silent
    time.passes(1)
    assert line.silent
    line.heard()
    assert line.unheard_since is None


def test_a_bot_that_asks_for_nothing_all_night_does_not_take_telegram_for_silent() -> None:
    time = Time()
    line = line_at(time)
    line.heard()
    time.passes(8 * 3600)
    assert not line.silent


async def test_the_line_hears_of_every_call_that_was_answered_or_not(telegram: LocalTelegram) -> None:
    line = Line()
    request = ListeningRequest(line)
    url = f"{telegram.url}/bot{telegram.config.token}/getMe"
    await telegram.fault("outage", how="status", status=502, seconds=3600)
    with pytest.raises(NetworkError):
        await request.post(url)
    assert line.unheard_since is not None
    await telegram.fault("clear")
    await request.post(url)
    assert line.unheard_since is None
    await telegram.fault("outage", how="drop", seconds=3600)
    with pytest.raises(NetworkError):
        await request.post(url)
    assert line.unheard_since is not None
    await request.shutdown()


def test_a_clock_set_back_keeps_nobody_from_trying() -> None:
    time = Time()
    line = fallen(time)
    time.passes(-3600)
    assert line.room(IN_FLIGHT, 0) == 1


def test_a_clock_set_back_leaves_no_silence_in_the_future() -> None:
    time = Time()
    line = line_at(time)
    line.unheard()
    assert not line.silent
    time.passes(-3600)
    assert line.silent
    line.heard()
    assert not line.silent


def test_a_reply_that_failed_in_the_evening_says_nothing_about_the_morning() -> None:
    time = Time()
    line = line_at(time)
    line.unheard()
    time.passes(8 * 3600)
    assert line.unheard_since is None
    assert not line.silent
    line.unheard()
    assert line.unheard_since == time.now, "another silence begins"
    assert not line.silent


def test_a_silence_lasts_as_long_as_a_message_that_is_owed_is_tried_in_vain() -> None:
    time = Time()
    line = line_at(time)
    for _ in range(48):
        line.unheard()
        time.passes(Patience().longest.total_seconds())
        assert line.unheard_since == NOW
    assert line.silent
    assert Patience().longest < LinePolicy().memory
