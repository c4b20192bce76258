"""While Telegram is away one message at a time is tried; when it is back everything goes out and operators are told."""

from datetime import datetime, timedelta
from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from telegram.error import NetworkError
from telegram.ext import ExtBot

from bot.delivery.endings import Endings, Outcome, Patience
from bot.delivery.line import Line, LinePolicy, ListeningRequest, Outage
from bot.delivery.outcomes import InDoubt
from storage.records.orders import OrderState
from storage.records.queues import Delivery, Priority
from tests.delivery.local import ADA, BORIS, LocalTelegram
from tests.delivery.relaying import Desk, Shop, at_work, result_of
from tests.factories import NOW, keys, make_delivery

IN_FLIGHT = 16


class Time:
    """Moves when told."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now

    def passes(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


def line_at(time: Time, chance: float = 0.0) -> Line:
    return Line(clock=time, chance=lambda: chance)


def fallen(time: Time) -> Line:
    """A line that has just gone down."""
    line = line_at(time)
    assert [line.failed(message) for message in (1, 2, 3)] == [False, False, True]
    return line


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
    assert line.answered() == Outage(NOW, time.now, 3)
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


SHORT = timedelta(milliseconds=50)


async def results_for(shop: Shop, chats: range) -> list[int]:
    """Owe a result to each of so many people, all of whom have opened the bot."""
    owed: list[int] = []
    for chat in chats:
        await shop.telegram.post("/users", id=chat, first_name=f"P{chat}")
        await shop.telegram.start(chat)
        owed.append(await shop.owe(result_of(await shop.order(state=OrderState.FAILED, chat_id=chat))))
    return owed


async def test_an_outage_costs_the_same_few_calls_however_many_wait_and_gives_nothing_up(
    shop: Shop, bot: ExtBot[Priority]
) -> None:
    owed = await results_for(shop, range(7001, 7041))
    line = Line(LinePolicy(first=SHORT, longest=SHORT), clock=shop.clock)
    await shop.telegram.fault("outage", how="status", status=502, seconds=3600)
    async with at_work(shop, bot, line=line):
        await shop.until_counted(IN_FLIGHT + 20)
        assert line.away
        untouched = [one for one in owed if shop.row(one)["tries"] == 0]
        assert len(untouched) >= 4, "each of the first flight failed once, and then one at a time"
        assert {outcome for _, outcome in shop.counted} == {Outcome.RETRIED}
        await shop.telegram.fault("clear")
        for one in range(7001, 7041):
            await shop.telegram.wait_for(one, "Not delivered")
        assert line.away_since is None
    assert {shop.row(one)["state"] for one in owed} == {"sent"}


@pytest.mark.parametrize("chance", [0.0, 0.5, 1.0])
async def test_while_telegram_is_away_another_message_is_tried_next_time(shop: Shop, chance: float) -> None:
    time = Time()
    line = fallen(time)
    await results_for(shop, range(7001, 7003))
    endings = Endings(shop.store, Desk(), line=line, clock=time, chance=lambda: chance)

    async def claimed() -> list[Delivery]:
        return await shop.store.write(lambda tables: tables.outbox.claim(time(), timedelta(seconds=30), 1))

    time.now = shop.clock()
    (first,) = await claimed()
    await endings.write_down(first, None, InDoubt("NetworkError"))
    time.passes(line.longest.total_seconds() - 0.001)
    (second,) = await claimed()
    assert second.id != first.id, "one message that fails for its own reasons must not hide that Telegram is back"


async def test_operators_hear_once_that_telegram_was_away_for_long(shop: Shop, bot: ExtBot[Priority]) -> None:
    await results_for(shop, range(7001, 7006))
    line = Line(LinePolicy(first=SHORT, longest=SHORT), clock=shop.clock)
    await shop.telegram.fault("outage", how="status", status=502, seconds=3600)
    async with at_work(shop, bot, line=line):
        await shop.until_counted(5)
        shop.ahead = timedelta(hours=1)
        await shop.telegram.fault("clear")
        told = await shop.telegram.wait_for(BORIS, "Telegram answers again")
        await shop.until_counted(11)
    assert "No answer for 60 minutes." in told["text"]
    assert len(await shop.telegram.said(BORIS)) == 1


async def test_a_short_outage_is_the_logs_matter_alone(shop: Shop, bot: ExtBot[Priority]) -> None:
    await results_for(shop, range(7001, 7006))
    line = Line(LinePolicy(first=SHORT, longest=SHORT), clock=shop.clock)
    await shop.telegram.fault("outage", how="drop", seconds=3600)
    async with at_work(shop, bot, line=line):
        await shop.until_counted(5)
        await shop.telegram.fault("clear")
        for chat in range(7001, 7006):
            await shop.telegram.wait_for(chat, "Not delivered")
    assert await shop.telegram.said(BORIS) == []


async def test_tries_while_telegram_was_away_do_not_count_when_it_is_back(shop: Shop) -> None:
    time = Time()
    line = fallen(time)
    delivery = await shop.owe(result_of(await shop.order(state=OrderState.FAILED)))
    endings = Endings(shop.store, Desk(), patience=Patience(max_tries=3), line=line, clock=time, count=shop.count)
    time.now = shop.clock()

    async def fails_in_doubt() -> None:
        (claimed,) = await shop.store.write(lambda tables: tables.outbox.claim(time(), timedelta(seconds=30), 1))
        await endings.write_down(claimed, None, InDoubt("NetworkError"))
        time.passes(60)

    for _ in range(5):
        await fails_in_doubt()
    line.answered()
    for _ in range(3):
        await fails_in_doubt()
    assert [outcome for _, outcome in shop.counted] == [*[Outcome.RETRIED] * 7, Outcome.FAILED]
    assert shop.row(delivery)["tries"] == 8


async def test_messages_that_cannot_be_prepared_say_nothing_about_telegram(shop: Shop, bot: ExtBot[Priority]) -> None:
    for chat in range(7001, 7005):
        order = await shop.order(state=OrderState.COMPLETED, delivered=1, chat_id=chat)
        await shop.store.write(lambda tables, order=order: tables.orders.add_codes(order.id, keys("AAAA")))
        await shop.owe(result_of(order))
    shop.spoil_codes()
    line = Line(LinePolicy(first=SHORT, longest=SHORT), clock=shop.clock)
    async with at_work(shop, bot, line=line):
        await shop.until_counted(16)
    assert not line.away
    assert [outcome for _, outcome in shop.counted].count(Outcome.FAILED) == 4


async def test_a_message_that_is_not_even_tried_does_not_mean_that_telegram_is_back(
    shop: Shop, bot: ExtBot[Priority]
) -> None:
    line = Line(LinePolicy(first=SHORT, longest=SHORT), clock=shop.clock)
    for message in (901, 902, 903):
        line.failed(message)
    await shop.owe(make_delivery(order_id=None, chat_id=ADA))
    async with at_work(shop, bot, line=line):
        await shop.until(Outcome.FAILED)
    assert line.away


async def test_a_single_result_outlives_an_outage_that_lasts_beyond_all_its_tries(
    shop: Shop, bot: ExtBot[Priority]
) -> None:
    delivery = await shop.owe(result_of(await shop.order(state=OrderState.FAILED)))
    time = Time()
    line = Line(clock=time)
    line.unheard()
    time.passes(3600)
    await shop.telegram.fault("outage", how="status", status=502, seconds=3600)
    async with at_work(shop, bot, line=line):
        await shop.until_counted(6)
        assert {outcome for _, outcome in shop.counted} == {Outcome.RETRIED}
        await shop.telegram.fault("clear")
        await shop.telegram.wait_for(ADA, "Not delivered")
        await shop.until_last(Outcome.SENT)
    assert shop.row(delivery)["state"] == "sent"


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
