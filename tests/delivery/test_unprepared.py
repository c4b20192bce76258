"""Messages that cannot be written, for a reason of ours: given up with it, soon enough for what waits behind."""

from datetime import timedelta

import pytest
from telegram.ext import ExtBot

from bot.delivery.attempt import Unprepared
from bot.delivery.endings import Endings, Outcome
from storage.records.orders import OrderState
from storage.records.queues import Priority
from tests.delivery.lines import Time
from tests.delivery.relaying import Desk, Shop, at_work, result_of
from tests.factories import keys


async def test_a_result_that_cannot_be_decrypted_is_given_up_with_a_reason_and_others_go_on(
    shop: Shop, bot: ExtBot[Priority]
):
    broken = await shop.order(state=OrderState.COMPLETED, delivered=1)
    await shop.store.write(lambda tables: tables.orders.add_codes(broken.id, keys("AAAA")))
    shop.spoil_codes()
    first = await shop.owe(result_of(broken))
    await shop.owe(result_of(await shop.order(state=OrderState.FAILED)))
    async with at_work(shop, bot):
        await shop.until(*[Outcome.RETRIED] * 3, Outcome.FAILED, Outcome.SENT)
    assert shop.row(first)["reason"] == "it could not be prepared"


@pytest.mark.parametrize("chance", [0.0, 1.0])
async def test_what_cannot_be_prepared_keeps_its_chats_other_messages_waiting_for_minutes_not_hours(
    shop: Shop, chance: float
):
    broken = await shop.owe(result_of(await shop.order(state=OrderState.COMPLETED)))
    time = Time()
    began = time.now = shop.clock()
    endings = Endings(shop.store, Desk(), clock=time, chance=lambda: chance, count=shop.count)
    tries = 0
    while shop.row(broken)["state"] == "waiting":
        claimed = await shop.store.write(lambda tables: tables.outbox.claim(time(), timedelta(seconds=30), 1))
        if claimed:
            tries += 1
            await endings.write_down(claimed[0], None, Unprepared("it could not be prepared"))
        else:
            time.passes(1)
    assert tries >= 5, "what ails the store may pass"
    assert time.now - began <= timedelta(minutes=10)
