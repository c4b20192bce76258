"""Every row of the table of Telegram's errors, against a local Telegram over HTTP."""

from datetime import timedelta

import pytest
from telegram.ext import ExtBot

from bot.delivery.attempt import Sent
from bot.delivery.endings import Endings, Outcome, TelegramRefuses
from storage.records.orders import OrderState
from storage.records.queues import (
    Chat,
    ChatKind,
    Priority,
)
from storage.tables import Tables
from tests.delivery.local import ADA, BORIS, FORUM
from tests.delivery.relaying import STRANGER, Desk, Shop, at_work, living_message, message_of, result_of, status_of


async def test_a_flooded_chat_is_served_later_and_others_go_on(shop: Shop, bot: ExtBot[Priority]):
    await shop.telegram.fault("flood", chat_id=ADA, seconds=3600)
    flooded = await shop.owe(result_of(await shop.order(state=OrderState.FAILED)))
    other = await shop.owe(result_of(await shop.order(state=OrderState.FAILED, chat_id=BORIS)))
    async with at_work(shop, bot):
        await shop.until_counted(2)
    assert shop.row(other)["state"] == "sent"
    assert shop.row(flooded)["reason"] == "flood wait"
    assert len(await shop.telegram.calls("sendMessage")) == 2


async def test_a_blocked_chat_keeps_its_result_and_the_operator_is_told_once(shop: Shop, bot: ExtBot[Priority]):
    await shop.store.write(lambda tables: tables.chats.seen(Chat(ADA, ChatKind.PRIVATE, "Ada")))
    await shop.telegram.fault("block", user_id=ADA)
    kept = [await shop.owe(result_of(await shop.order(state=OrderState.FAILED))) for _ in range(2)]
    async with at_work(shop, bot):
        await shop.until(Outcome.PARKED, Outcome.SENT)
        late = await shop.owe(result_of(await shop.order(state=OrderState.FAILED)))
        await shop.until(Outcome.PARKED, Outcome.SENT, Outcome.PARKED)
    assert [shop.row(one)["state"] for one in (*kept, late)] == ["parked"] * 3
    assert "blocked" in shop.row(late)["reason"]
    assert len(await shop.telegram.said(BORIS)) == 1


async def test_the_operator_is_told_of_a_kept_result_also_when_the_block_was_known_before(
    shop: Shop, bot: ExtBot[Priority]
):
    await shop.telegram.fault("block", user_id=ADA)

    async def known(tables: Tables) -> None:
        await tables.chats.seen(Chat(ADA, ChatKind.PRIVATE, "Ada"))
        await tables.chats.mark_unreachable(ADA, "the bot was blocked")

    await shop.store.write(known)
    await shop.owe(result_of(await shop.order(state=OrderState.FAILED)))
    async with at_work(shop, bot):
        await shop.until(Outcome.PARKED, Outcome.SENT)
    (told,) = await shop.telegram.said(BORIS)
    assert "cannot be delivered" in told["text"]


async def test_a_chat_that_never_started_is_unreachable_too(shop: Shop, bot: ExtBot[Priority]):
    delivery = await shop.owe(result_of(await shop.order(state=OrderState.FAILED, chat_id=STRANGER)))
    async with at_work(shop, bot):
        await shop.until(Outcome.PARKED, Outcome.SENT)
    chat = await shop.store.read(lambda tables: tables.chats.get(STRANGER))
    assert chat is not None
    assert (shop.row(delivery)["state"], chat.unreachable) == ("parked", "Chat not found")


async def test_a_group_that_moved_gets_its_result_under_its_new_id(shop: Shop, bot: ExtBot[Priority]):
    group = (await shop.telegram.post("/chats", kind="group", title="Traders"))["id"]
    order = await shop.order(state=OrderState.FAILED, chat_id=group)
    new_id = (await shop.telegram.fault("migrate", chat_id=group))["chat_id"]
    await shop.owe(result_of(order))
    async with at_work(shop, bot):
        await shop.until(Outcome.RETRIED, Outcome.SENT)
    assert len(await shop.telegram.said(new_id)) == 1
    moved = await shop.store.read(lambda tables: tables.orders.by_id(order.id))
    assert moved is not None
    assert moved.place.chat_id == new_id


async def test_an_order_from_before_a_groups_move_overwrites_no_message_of_the_supergroup(
    shop: Shop, bot: ExtBot[Priority]
):
    group = (await shop.telegram.post("/chats", kind="group", title="Traders"))["id"]
    before = await shop.order(state=OrderState.ACCEPTED, chat_id=group)
    number = await living_message(shop, bot, before)
    new_id = (await shop.telegram.fault("migrate", chat_id=group))["chat_id"]
    # A supergroup numbers its messages anew: one of them has the number that the living message had in the group.
    codes = 1
    while (after := (await bot.send_message(new_id, "CODE")).message_id) < number:
        codes += 1
    assert after == number
    await shop.owe(status_of(before))
    async with at_work(shop, bot):
        await shop.until(Outcome.RETRIED, Outcome.SENT)
    *texts, status = [message["text"] for message in await shop.telegram.said(new_id)]
    assert texts == ["CODE"] * codes
    assert "In progress" in status
    assert await message_of(shop, before) not in {None, number}


async def test_a_message_sent_just_before_a_groups_move_is_not_the_living_one_after_it(shop: Shop):
    order = await shop.order(state=OrderState.ACCEPTED, chat_id=-5)
    await shop.owe(status_of(order))
    [sent] = await shop.store.write(lambda tables: tables.outbox.claim(shop.clock(), timedelta(minutes=1), 1))
    await shop.store.write(lambda tables: tables.chats.migrate(-5, -1005))
    await Endings(shop.store, Desk()).write_down(sent, order, Sent(7))
    assert await message_of(shop, order) is None


async def test_a_deleted_topic_leads_to_the_chat_itself(shop: Shop, bot: ExtBot[Priority]):
    topic = (await shop.telegram.post(f"/chats/{FORUM}/topics", user_id=ADA, name="Short-lived"))["topic"]
    await shop.telegram.fault("delete-topic", chat_id=FORUM, topic=topic)
    await shop.owe(result_of(await shop.order(state=OrderState.FAILED, chat_id=FORUM, thread_id=topic)))
    async with at_work(shop, bot):
        await shop.until(Outcome.SENT)
    (message,) = await shop.telegram.said(FORUM)
    assert message["topic"] != topic


async def test_an_outage_delays_a_result_and_loses_none(shop: Shop, bot: ExtBot[Priority]):
    await shop.telegram.fault("outage", how="status", status=502, seconds=3600)
    delivery = await shop.owe(result_of(await shop.order(state=OrderState.FAILED)))
    async with at_work(shop, bot):
        await shop.until(Outcome.RETRIED)
        await shop.telegram.fault("clear")
        await shop.telegram.wait_for(ADA, "Not delivered")
        await shop.until_last(Outcome.SENT)
    assert shop.row(delivery)["state"] == "sent"


async def test_a_lost_reply_repeats_a_result_that_bears_its_reference(shop: Shop, bot: ExtBot[Priority]):
    await shop.telegram.fault("drop-reply", method="sendMessage", calls=1)
    order = await shop.order(state=OrderState.FAILED)
    await shop.owe(result_of(order))
    async with at_work(shop, bot):
        await shop.until(Outcome.RETRIED, Outcome.SENT)
    twice = await shop.telegram.said(ADA)
    assert len(twice) == 2
    assert all(order.reference[:4] in message["text"] for message in twice)


async def test_a_lost_reply_to_an_edit_is_repeated_without_a_trace(shop: Shop, bot: ExtBot[Priority]):
    order = await shop.order(state=OrderState.ACCEPTED)
    await living_message(shop, bot, order)
    await shop.telegram.fault("drop-reply", method="editMessageText", calls=1)
    await shop.owe(status_of(order))
    async with at_work(shop, bot):
        await shop.until(Outcome.RETRIED, Outcome.SENT)
    (message,) = await shop.telegram.said(ADA)
    assert message["edits"] == 1


async def test_tries_of_unknown_outcome_end_with_a_named_reason(shop: Shop, bot: ExtBot[Priority]):
    await shop.telegram.fault("outage", how="status", status=500, seconds=3600)
    delivery = await shop.owe(result_of(await shop.order(state=OrderState.FAILED)))
    async with at_work(shop, bot):
        await shop.until(*[Outcome.RETRIED] * 3, Outcome.FAILED)
    assert shop.row(delivery)["reason"] == "NetworkError"


async def test_what_was_never_sent_is_tried_beyond_every_bound(shop: Shop, bot: ExtBot[Priority]):
    delivery = await shop.owe(result_of(await shop.order(state=OrderState.FAILED)))
    async with shop.telegram.unready_bot(url="http://127.0.0.1:1") as away, at_work(shop, away):
        await shop.until_counted(5)
    assert {outcome for _, outcome in shop.counted} == {Outcome.RETRIED}
    async with at_work(shop, bot):
        await shop.until_last(Outcome.SENT)
    assert shop.row(delivery)["state"] == "sent"


async def test_a_refused_token_stops_the_relay_in_one_line(shop: Shop):
    await shop.owe(result_of(await shop.order(state=OrderState.FAILED)))
    token = "1234567890:not-the-token-of-this-bot"
    async with shop.telegram.unready_bot(token=token) as wrong, at_work(shop, wrong) as running:
        with pytest.raises(TelegramRefuses, match=r"^Telegram refuses this bot \(Unauthorized\); check BOT_TOKEN$"):
            await running
