"""Every row of the table of Telegram's errors, against a local Telegram over HTTP."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import create_engine, text
from telegram.ext import ExtBot

from bot.delivery.endings import Endings, Outcome, Patience, TelegramRefuses
from bot.delivery.relay import Relay, RelayLimits
from storage.records.orders import Order, OrderState, Place
from storage.records.queues import (
    Chat,
    ChatKind,
    DeliveryKind,
    NewDelivery,
    NoticeKind,
    Priority,
)
from storage.store import Store
from storage.tables import Tables
from tests.delivery.local import ADA, BORIS, FORUM, LocalTelegram, SignallingRequest
from tests.factories import keys, make_delivery, make_order

STRANGER = 4444


class Desk:
    """Operators whose notices go to Boris."""

    async def tell(
        self,
        tables: Tables,
        notice: NoticeKind,
        subject: str,
        data: dict[str, Any],
        now: datetime,
        *,
        order_id: str | None = None,
    ) -> None:
        new = NewDelivery(
            f"{notice}:{subject}", DeliveryKind.NOTICE, BORIS, None, order_id, notice, data, Priority.NOTICE
        )
        await tables.outbox.add(new, now)


@dataclass
class Shop:
    """A relay at work and what it counted."""

    store: Store
    telegram: LocalTelegram
    url: str
    counted: list[tuple[DeliveryKind, Outcome]] = field(default_factory=list[tuple[DeliveryKind, Outcome]])
    news: asyncio.Condition = field(default_factory=asyncio.Condition)
    telling: "asyncio.Future[None] | None" = None

    def clock(self) -> datetime:
        return datetime.now(UTC)

    def count(self, kind: DeliveryKind, outcome: Outcome) -> None:
        self.counted.append((kind, outcome))
        self.telling = asyncio.ensure_future(self._announce())

    async def _announce(self) -> None:
        async with self.news:
            self.news.notify_all()

    async def owe(self, new: NewDelivery) -> int:
        delivery_id = await self.store.write(lambda tables: tables.outbox.add(new, self.clock()))
        assert delivery_id is not None
        return delivery_id

    async def order(self, **changes: Any) -> Order:
        place = Place(changes.pop("chat_id", ADA), ADA, changes.pop("thread_id", None))
        order = make_order(place=place, next_check_at=None, **changes)
        return await self.store.write(lambda tables: tables.orders.add(order))

    async def until(self, *outcomes: Outcome) -> None:
        """Return when exactly these outcomes were counted, in this order."""
        await self.until_counted(len(outcomes))
        assert [outcome for _, outcome in self.counted] == list(outcomes)

    async def until_counted(self, many: int) -> None:
        async with self.news, asyncio.timeout(20):
            await self.news.wait_for(lambda: len(self.counted) >= many)

    async def until_last(self, outcome: Outcome) -> None:
        async with self.news, asyncio.timeout(20):
            await self.news.wait_for(lambda: bool(self.counted) and self.counted[-1][1] is outcome)

    def row(self, delivery_id: int) -> Any:
        """The stored row, read from outside."""
        engine = create_engine(self.url)
        try:
            with engine.connect() as connection:
                found = connection.execute(text("SELECT * FROM outbox WHERE id = :id"), {"id": delivery_id})
                return found.mappings().one()
        finally:
            engine.dispose()


@asynccontextmanager
async def at_work(shop: Shop, bot: ExtBot[Priority], **options: Any) -> AsyncGenerator["asyncio.Task[None]"]:
    patience = Patience(first=timedelta(milliseconds=20), longest=timedelta(milliseconds=40), max_tries=4)
    endings = Endings(shop.store, Desk(), patience=patience, clock=shop.clock, count=shop.count)
    relay = Relay(shop.store, bot, endings, limits=RelayLimits(idle_seconds=0.02), clock=shop.clock, **options)
    running = asyncio.create_task(relay.run())
    try:
        yield running
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


@pytest.fixture
def shop(store: Store, telegram: LocalTelegram, database_url: str) -> Shop:
    return Shop(store, telegram, database_url)


def result_of(order: Order, **changes: Any) -> NewDelivery:
    place = order.place
    return make_delivery(order_id=order.id, chat_id=place.chat_id, thread_id=place.thread_id, **changes)


def status_of(order: Order) -> NewDelivery:
    return result_of(order, kind=DeliveryKind.STATUS)


async def living_message(shop: Shop, bot: ExtBot[Priority], order: Order) -> int:
    message = await bot.send_message(order.place.chat_id, "Confirm?", message_thread_id=order.place.thread_id)
    await shop.store.write(lambda tables: tables.orders.set_message(order.id, message.message_id))
    return message.message_id


async def message_of(shop: Shop, order: Order) -> int | None:
    found = await shop.store.read(lambda tables: tables.orders.by_id(order.id))
    assert found is not None
    return found.message_id


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


async def test_a_deleted_topic_leads_to_the_chat_itself(shop: Shop, bot: ExtBot[Priority]):
    topic = (await shop.telegram.post(f"/chats/{FORUM}/topics", user_id=ADA, name="Short-lived"))["topic"]
    await shop.telegram.fault("delete-topic", chat_id=FORUM, topic=topic)
    await shop.owe(result_of(await shop.order(state=OrderState.FAILED, chat_id=FORUM, thread_id=topic)))
    async with at_work(shop, bot):
        await shop.until(Outcome.SENT)
    (message,) = await shop.telegram.said(FORUM)
    assert message["topic"] != topic


async def test_a_topic_gets_what_was_ordered_in_it(shop: Shop, bot: ExtBot[Priority]):
    topic = (await shop.telegram.post(f"/chats/{FORUM}/topics", user_id=ADA, name="Orders here"))["topic"]
    await shop.owe(result_of(await shop.order(state=OrderState.FAILED, chat_id=FORUM, thread_id=topic)))
    async with at_work(shop, bot):
        await shop.until(Outcome.SENT)
    (message,) = await shop.telegram.said(FORUM)
    assert message["topic"] == topic


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


async def test_a_result_that_cannot_be_decrypted_is_given_up_with_a_reason_and_others_go_on(
    shop: Shop, bot: ExtBot[Priority]
):
    broken = await shop.order(state=OrderState.COMPLETED, delivered=1)
    await shop.store.write(lambda tables: tables.orders.add_codes(broken.id, keys("AAAA")))
    engine = create_engine(shop.url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE order_codes SET sealed = x'00'"))
    engine.dispose()
    first = await shop.owe(result_of(broken))
    await shop.owe(result_of(await shop.order(state=OrderState.FAILED)))
    async with at_work(shop, bot):
        await shop.until(*[Outcome.RETRIED] * 3, Outcome.FAILED, Outcome.SENT)
    assert shop.row(first)["reason"] == "it could not be prepared"
