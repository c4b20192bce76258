"""What the relay sends, edits and leaves, and in which order."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from telegram.ext import ExtBot

from bot.delivery.endings import Endings, Outcome
from bot.delivery.relay import Relay, RelayLimits
from storage.crypto import Vault
from storage.records.orders import Attention, Code, OrderState
from storage.records.queues import Chat, ChatKind, DeliveryKind, NewDelivery, NoticeKind, Priority
from storage.records.resellers import MemberRole
from tests.delivery.local import ADA, BORIS, FORUM, LocalTelegram, SignallingRequest
from tests.delivery.relaying import Desk, Shop, at_work, living_message, message_of, result_of, status_of
from tests.drill.disk import Answer
from tests.factories import keys, make_delivery
from tests.resellers.people import add_reseller
from tests.storage.ailing import ailing_store


async def test_a_result_arrives_as_a_new_message_with_its_codes(shop: Shop, bot: ExtBot[Priority]):
    order = await shop.order(state=OrderState.COMPLETED, delivered=2, charged=Decimal(19))
    await shop.store.write(lambda tables: tables.orders.add_codes(order.id, keys("AAAA-1111", "BBBB-2222")))
    delivery = await shop.owe(result_of(order))
    async with at_work(shop, bot):
        await shop.until(Outcome.SENT)
    (message,) = await shop.telegram.said(ADA)
    assert "AAAA-1111" in message["text"]
    assert "BBBB-2222" in message["text"]
    assert shop.row(delivery)["message_id"] == message["id"]


async def test_many_codes_arrive_as_a_document(shop: Shop, bot: ExtBot[Priority]):
    codes = tuple(f"CODE-{number:05d}-{'X' * 30}" for number in range(3000))
    order = await shop.order(state=OrderState.COMPLETED, delivered=3000, quantity=Decimal(3000))
    await shop.store.write(lambda tables: tables.orders.add_codes(order.id, keys(*codes)))
    await shop.owe(result_of(order))
    async with at_work(shop, bot):
        await shop.until(Outcome.SENT)
    (message,) = await shop.telegram.said(ADA)
    assert message["document"]["name"].endswith(".txt")
    assert message["document"]["size"] > 3000 * 41


async def test_a_status_edits_the_living_message(shop: Shop, bot: ExtBot[Priority]):
    order = await shop.order(state=OrderState.ACCEPTED)
    message_id = await living_message(shop, bot, order)
    await shop.owe(status_of(order))
    async with at_work(shop, bot):
        await shop.until(Outcome.SENT)
    (message,) = await shop.telegram.said(ADA)
    assert (message["id"], message["edits"]) == (message_id, 1)


async def test_a_status_that_is_already_shown_counts_as_sent(shop: Shop, bot: ExtBot[Priority]):
    order = await shop.order(state=OrderState.ACCEPTED)
    await living_message(shop, bot, order)
    for _ in range(2):
        await shop.owe(status_of(order))
    async with at_work(shop, bot):
        await shop.until(Outcome.SENT, Outcome.SENT)
    assert [call["status"] for call in await shop.telegram.calls("editMessageText")] == [200, 400]


async def test_a_deleted_living_message_is_replaced_and_remembered(shop: Shop, bot: ExtBot[Priority]):
    order = await shop.order(state=OrderState.ACCEPTED)
    message_id = await living_message(shop, bot, order)
    await shop.telegram.fault("delete-message", chat_id=ADA, message_id=message_id)
    await shop.owe(status_of(order))
    async with at_work(shop, bot):
        await shop.until(Outcome.SENT)
    (message,) = await shop.telegram.said(ADA)
    assert await message_of(shop, order) == message["id"] != message_id


async def test_a_finished_order_whose_living_message_is_gone_speaks_once_by_its_result(
    shop: Shop, bot: ExtBot[Priority]
):
    order = await shop.order(state=OrderState.FAILED)
    message_id = await living_message(shop, bot, order)
    await shop.telegram.fault("delete-message", chat_id=ADA, message_id=message_id)
    await shop.owe(status_of(order))
    await shop.owe(result_of(order))
    async with at_work(shop, bot):
        await shop.until(Outcome.SENT, Outcome.SENT)
    assert len(await shop.telegram.said(ADA)) == 1


async def test_a_topic_gets_what_was_ordered_in_it(shop: Shop, bot: ExtBot[Priority]):
    topic = (await shop.telegram.post(f"/chats/{FORUM}/topics", user_id=ADA, name="Orders here"))["topic"]
    await shop.owe(result_of(await shop.order(state=OrderState.FAILED, chat_id=FORUM, thread_id=topic)))
    async with at_work(shop, bot):
        await shop.until(Outcome.SENT)
    (message,) = await shop.telegram.said(FORUM)
    assert message["topic"] == topic


async def test_a_result_in_a_group_names_whoever_ordered_it_there(shop: Shop, bot: ExtBot[Priority]):
    await shop.store.write(lambda tables: tables.chats.seen(Chat(ADA, ChatKind.PRIVATE, "Ada L.")))
    await shop.owe(result_of(await shop.order(state=OrderState.FAILED, chat_id=FORUM)))
    await shop.owe(result_of(await shop.order(id="other", reference="7KQ2M9XG", state=OrderState.FAILED)))
    async with at_work(shop, bot):
        await shop.until(Outcome.SENT, Outcome.SENT)
    assert ["Ordered by: Ada L." in one["text"] for one in await shop.telegram.said(FORUM)] == [True]
    assert ["Ordered by" in one["text"] for one in await shop.telegram.said(ADA)] == [False]


async def test_a_result_of_no_order_fails_with_a_reason(shop: Shop, bot: ExtBot[Priority]):
    delivery = await shop.owe(make_delivery(order_id=None, chat_id=ADA))
    async with at_work(shop, bot):
        await shop.until(Outcome.FAILED)
    assert shop.row(delivery)["reason"] == "its order is not there"


async def test_a_chats_messages_keep_their_order(shop: Shop, bot: ExtBot[Priority]):
    orders = [await shop.order(state=OrderState.FAILED) for _ in range(4)]
    for order in orders:
        await shop.owe(result_of(order))
    async with at_work(shop, bot):
        await shop.until(*[Outcome.SENT] * 4)
    said = await shop.telegram.said(ADA)
    assert [order.reference[4:] in message["text"] for order, message in zip(orders, said, strict=True)] == [True] * 4


async def test_a_stopped_relay_finishes_what_it_has_in_hand(shop: Shop, bot: ExtBot[Priority]):
    await shop.telegram.fault("slow", delay=0.5, seconds=60, method="sendMessage")
    delivery = await shop.owe(result_of(await shop.order(state=OrderState.FAILED)))
    async with at_work(shop, bot) as running:
        assert isinstance(bot.request, SignallingRequest)
        await bot.request.sending.wait()
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
    assert shop.row(delivery)["state"] == "sent"


async def test_a_message_that_was_sent_while_the_disk_was_full_is_not_sent_again(
    telegram: LocalTelegram, bot: ExtBot[Priority], database_url: str, vault: Vault
):
    pauses: list[float] = []

    async def pause(seconds: float) -> None:
        pauses.append(seconds)
        if len(pauses) == 2:
            disk.mood = Answer.WELL

    assert isinstance(bot.request, SignallingRequest)
    async with ailing_store(database_url, vault) as (store, disk):
        shop = Shop(store, telegram, database_url)
        await telegram.fault("slow", delay=0.2, seconds=60, method="sendMessage")
        delivery = await shop.owe(result_of(await shop.order(state=OrderState.FAILED)))
        async with at_work(shop, bot, sleep=pause):
            await bot.request.sending.wait()
            disk.mood = Answer.FULL
            await shop.until(Outcome.SENT)
        row = shop.row(delivery)
    assert len(pauses) == 2
    assert (row["state"], row["tries"]) == ("sent", 1)
    assert len(await telegram.said(ADA)) == 1


async def test_protected_results_cannot_be_passed_on(shop: Shop, bot: ExtBot[Priority]):
    await shop.owe(result_of(await shop.order(state=OrderState.FAILED)))
    async with at_work(shop, bot, protect_content=True):
        await shop.until(Outcome.SENT)
    (message,) = await shop.telegram.said(ADA)
    assert message["protected"] is True


async def test_a_relay_that_must_stop_at_once_leaves_its_delivery_for_the_next_life(shop: Shop, bot: ExtBot[Priority]):
    await shop.telegram.fault("slow", delay=5, seconds=60, method="sendMessage")
    delivery = await shop.owe(result_of(await shop.order(state=OrderState.FAILED)))
    relay = Relay(shop.store, bot, Endings(shop.store, Desk()), limits=RelayLimits(stop_seconds=0))
    running = asyncio.create_task(relay.run())
    assert isinstance(bot.request, SignallingRequest)
    await bot.request.sending.wait()
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert (shop.row(delivery)["state"], shop.row(delivery)["tries"]) == ("waiting", 1)


async def test_what_was_delivered_so_far_is_pushed_while_the_rest_is_coming(shop: Shop, bot: ExtBot[Priority]):
    order = await shop.order(state=OrderState.ACCEPTED, quantity=Decimal(3), delivered=2)
    await shop.store.write(lambda tables: tables.orders.add_codes(order.id, keys("AAAA", "BBBB")))
    await shop.owe(result_of(order, key=f"codes:{order.id}:2"))
    async with at_work(shop, bot):
        await shop.until(Outcome.SENT)
    (message,) = await shop.telegram.said(ADA)
    assert "2 of 3 delivered so far; the rest is still coming." in message["text"]
    assert "AAAA\nBBBB" in message["text"]


async def test_codes_that_the_supplier_hides_are_told_without_a_word_of_ordering_again(
    shop: Shop, bot: ExtBot[Priority]
):
    order = await shop.order(
        state=OrderState.ACCEPTED, delivered=2, attention=Attention.CODES_HIDDEN, supplier_order_id="1234"
    )
    await shop.owe(result_of(order, key=f"hidden:{order.id}"))
    async with at_work(shop, bot):
        await shop.until(Outcome.SENT)
    (message,) = await shop.telegram.said(ADA)
    assert "shows the codes hidden" in message["text"]
    assert "do not order it again" in message["text"]
    assert not message["buttons"]


async def test_many_vouchers_are_uploaded_as_a_table(shop: Shop, bot: ExtBot[Priority]):
    order = await shop.order(state=OrderState.COMPLETED, quantity=Decimal(30), delivered=30, charged=Decimal(19))
    vouchers = [Code(f"4111-{number}", pin="0042") for number in range(30)]
    await shop.store.write(lambda tables: tables.orders.add_codes(order.id, vouchers))
    await shop.owe(result_of(order))
    async with at_work(shop, bot):
        await shop.until(Outcome.SENT)
    (message,) = await shop.telegram.said(ADA)
    assert message["document"]["name"] == f"{order.reference}.csv"
    assert "30 codes in the file." in message["text"]


async def test_a_notice_kept_for_the_morning_holds_no_result_back_and_comes_when_it_may(
    shop: Shop, bot: ExtBot[Priority]
):
    facts = {"amount": "5", "currency": "USD", "balance": "15"}
    notice = NewDelivery(
        "quiet", DeliveryKind.NOTICE, ADA, notice=NoticeKind.RESELLER_CREDITED, data=facts, priority=Priority.NOTICE
    )
    held = await shop.owe(replace(notice, due_at=shop.clock() + timedelta(hours=9)))
    order = await shop.order(state=OrderState.COMPLETED, delivered=1, quantity=Decimal(1))
    await shop.store.write(lambda tables: tables.orders.add_codes(order.id, keys("AAAA-1111")))
    await shop.owe(result_of(order))
    async with at_work(shop, bot):
        await shop.until(Outcome.SENT)
        assert shop.row(held)["state"] == "held"
        await shop.store.write(lambda tables: tables.outbox.hear_at(ADA, shop.clock()))
        await shop.until(Outcome.SENT, Outcome.SENT)
    result, told = await shop.telegram.said(ADA)
    assert "AAAA-1111" in result["text"]
    assert "$5.00 credited to your balance" in told["text"]


async def test_a_notice_of_a_reseller_does_not_reach_who_left_it_meanwhile(shop: Shop, bot: ExtBot[Priority]):
    nova = await add_reseller(shop.store, people={ADA: MemberRole.OWNER, BORIS: MemberRole.OWNER}, groups=(FORUM,))
    facts = {"amount": "5", "currency": "USD", "balance": "15", "of": nova.id}
    kind, told = DeliveryKind.NOTICE, NoticeKind.RESELLER_CREDITED
    owed = [await shop.owe(NewDelivery(str(chat), kind, chat, notice=told, data=facts)) for chat in (ADA, BORIS, FORUM)]
    await shop.store.write(lambda tables: tables.members.remove(ADA))
    await shop.store.write(lambda tables: tables.groups.remove(FORUM))
    async with at_work(shop, bot):
        await shop.until_counted(3)
    assert [shop.row(delivery)["state"] for delivery in owed] == ["failed", "sent", "failed"]
    assert [await shop.telegram.said(chat) for chat in (ADA, FORUM)] == [[], []]
    assert shop.row(owed[0])["reason"] == "its chat does not belong to the reseller any more"


async def test_a_group_that_is_another_resellers_by_now_gets_nothing_of_the_orders_that_were_made_in_it(
    shop: Shop, bot: ExtBot[Priority]
):
    nova = await add_reseller(shop.store, people={ADA: MemberRole.OWNER}, groups=(FORUM,))
    order = await shop.order(
        chat_id=FORUM, state=OrderState.COMPLETED, delivered=2, reseller_id=nova.id, price=Decimal(21)
    )
    await shop.store.write(lambda tables: tables.orders.add_codes(order.id, keys("AAAA-1111", "BBBB-2222")))
    await add_reseller(shop.store, "Rival", people={BORIS: MemberRole.OWNER}, groups=(FORUM,))
    owed = [await shop.owe(status_of(order)), await shop.owe(result_of(order))]
    async with at_work(shop, bot):
        await shop.until(Outcome.FAILED, Outcome.FAILED)
    assert await shop.telegram.said(FORUM) == []
    assert {shop.row(delivery)["reason"] for delivery in owed} == {"its chat belongs to another reseller by now"}


async def test_an_owner_who_became_a_buyer_is_not_told_of_the_accounts_money(shop: Shop, bot: ExtBot[Priority]):
    nova = await add_reseller(shop.store, people={ADA: MemberRole.BUYER})
    facts = {"amount": "5", "limit": "10", "currency": "USD", "of": nova.id}
    await shop.owe(NewDelivery("low", DeliveryKind.NOTICE, ADA, notice=NoticeKind.RESELLER_LOW, data=facts))
    async with at_work(shop, bot):
        await shop.until(Outcome.FAILED)
    assert await shop.telegram.said(ADA) == []
