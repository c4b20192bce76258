"""While Telegram is away one message at a time is tried; when it is back everything goes out and operators are told."""

from datetime import timedelta

import pytest
from structlog.testing import capture_logs
from telegram.ext import ExtBot

from bot.delivery.endings import Endings, Outcome, Patience
from bot.delivery.line import Line
from bot.delivery.outcomes import Flooded, InDoubt
from storage.crypto import Vault
from storage.records.orders import OrderState
from storage.records.queues import Delivery, DeliveryKind, Priority
from tests.delivery.lines import SHORTLY, Time, fallen
from tests.delivery.local import ADA, BORIS, LocalTelegram
from tests.delivery.relaying import Desk, Shop, at_work, result_of
from tests.drill.disk import Answer
from tests.factories import keys, make_delivery
from tests.storage.ailing import ailing_store

IN_FLIGHT = 16


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
    line = Line(SHORTLY, clock=shop.clock)
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
    line = Line(SHORTLY, clock=shop.clock)
    await shop.telegram.fault("outage", how="status", status=502, seconds=3600)
    async with at_work(shop, bot, line=line):
        await shop.until_counted(5)
        shop.ahead = timedelta(hours=1)
        await shop.telegram.fault("clear")
        told = await shop.telegram.wait_for(BORIS, "Telegram answers again")
        await shop.until_counted(11)
    assert "No answer for 60 minutes." in told["text"]
    assert len(await shop.telegram.said(BORIS)) == 1


async def test_what_telegrams_return_brings_waits_for_a_store_that_takes_nothing(
    telegram: LocalTelegram, bot: ExtBot[Priority], database_url: str, vault: Vault
) -> None:
    pauses: list[float] = []

    async def pause(seconds: float) -> None:
        pauses.append(seconds)
        if len(pauses) == 2:
            disk.mood = Answer.WELL

    def counted(kind: DeliveryKind, outcome: Outcome) -> None:
        shop.count(kind, outcome)
        if outcome is Outcome.SENT:
            disk.mood = Answer.WELL if pauses else Answer.FULL

    async with ailing_store(database_url, vault) as (store, disk):
        shop = Shop(store, telegram, database_url)
        line = Line(SHORTLY, clock=shop.clock)
        for message in (901, 902, 903):
            line.failed(message)
        shop.ahead = timedelta(hours=1)
        await results_for(shop, range(7001, 7002))
        with capture_logs() as lines:
            async with at_work(shop, bot, line=line, count=counted, sleep=pause):
                told = await telegram.wait_for(BORIS, "Telegram answers again")
    assert "No answer for 60 minutes." in told["text"]
    assert len(pauses) == 2
    assert "it may arrive twice" not in str(lines), "the message itself was written down"
    assert [line["event"] for line in lines if "answers again" in line["event"]] == [
        "telegram answers again; what is owed goes out"
    ]


async def test_a_short_outage_is_the_logs_matter_alone(shop: Shop, bot: ExtBot[Priority]) -> None:
    await results_for(shop, range(7001, 7006))
    line = Line(SHORTLY, clock=shop.clock)
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
    for _ in range(2):
        await fails_in_doubt()
    assert [outcome for _, outcome in shop.counted] == [*[Outcome.RETRIED] * 6, Outcome.FAILED]
    assert shop.row(delivery)["state"] == "failed"


async def test_a_restart_amid_an_outage_gives_up_nothing_that_was_tried_in_vain_before_it(shop: Shop) -> None:
    time = Time()
    delivery = await shop.owe(result_of(await shop.order(state=OrderState.FAILED)))
    time.now = shop.clock()

    async def fails_in_doubt(line: Line) -> None:
        endings = Endings(shop.store, Desk(), patience=Patience(max_tries=3), line=line, clock=time, count=shop.count)
        (claimed,) = await shop.store.write(lambda tables: tables.outbox.claim(time(), timedelta(seconds=30), 1))
        await endings.write_down(claimed, None, InDoubt("NetworkError"))
        time.passes(60)

    before = fallen(time)
    for _ in range(10):
        await fails_in_doubt(before)
    await fails_in_doubt(Line(clock=time))
    assert shop.row(delivery)["state"] == "waiting", "a new life knows nothing of the outage yet"


async def test_flood_waits_use_up_no_try(shop: Shop) -> None:
    time = Time()
    delivery = await shop.owe(result_of(await shop.order(state=OrderState.FAILED)))
    time.now = shop.clock()
    endings = Endings(shop.store, Desk(), patience=Patience(max_tries=3), clock=time, count=shop.count)
    for ending in [*[Flooded(40)] * 10, InDoubt("TimedOut")]:
        (claimed,) = await shop.store.write(lambda tables: tables.outbox.claim(time(), timedelta(seconds=30), 1))
        await endings.write_down(claimed, None, ending)
        time.passes(60)
    assert shop.row(delivery)["state"] == "waiting"
    assert shop.row(delivery)["tries"] > 0, "it was tried, so it has waited since it was written"


async def test_messages_that_cannot_be_prepared_say_nothing_about_telegram(shop: Shop, bot: ExtBot[Priority]) -> None:
    for chat in range(7001, 7005):
        order = await shop.order(state=OrderState.COMPLETED, delivered=1, chat_id=chat)
        await shop.store.write(lambda tables, order=order: tables.orders.add_codes(order.id, keys("AAAA")))
        await shop.owe(result_of(order))
    shop.spoil_codes()
    line = Line(SHORTLY, clock=shop.clock)
    async with at_work(shop, bot, line=line):
        await shop.until_counted(16)
    assert not line.away
    assert [outcome for _, outcome in shop.counted].count(Outcome.FAILED) == 4


async def test_a_message_that_is_not_even_tried_does_not_mean_that_telegram_is_back(
    shop: Shop, bot: ExtBot[Priority]
) -> None:
    line = Line(SHORTLY, clock=shop.clock)
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
    for _ in range(6):
        line.unheard()
        time.passes(600)
    await shop.telegram.fault("outage", how="status", status=502, seconds=3600)
    async with at_work(shop, bot, line=line):
        await shop.until_counted(6)
        assert {outcome for _, outcome in shop.counted} == {Outcome.RETRIED}
        await shop.telegram.fault("clear")
        await shop.telegram.wait_for(ADA, "Not delivered")
        await shop.until_last(Outcome.SENT)
    assert shop.row(delivery)["state"] == "sent"
