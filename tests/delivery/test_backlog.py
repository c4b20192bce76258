"""After an outage: the oldest results go out first, answers to people before all of them, and nobody is forgotten."""

from datetime import timedelta

from telegram.ext import ExtBot

from bot.delivery.endings import Outcome
from bot.delivery.line import Line, LinePolicy
from bot.delivery.pacing import ChatPacer, Pace
from bot.delivery.relay import RelayLimits
from bot.delivery.windows import Rate
from storage.records.orders import OrderState
from storage.records.queues import Priority
from storage.store import Store
from storage.tables import Tables
from tests.delivery.local import ADA, BORIS
from tests.delivery.relaying import Shop, at_work, result_of, status_of
from tests.factories import make_delivery, make_order

IN_FLIGHT = 16
SOON = timedelta(milliseconds=100)
CHATS = range(8001, 8081)
FAST = Pace(per_chat=Rate(1000, 1), overall=Rate(100_000, 1))


async def owed_to_all(shop: Shop) -> None:
    """A result for each of many people, the oldest first."""
    for chat in CHATS:
        await shop.telegram.post("/users", id=chat, first_name=f"P{chat}")
        await shop.telegram.start(chat)
        await shop.owe(result_of(await shop.order(state=OrderState.FAILED, chat_id=chat)))


async def arrivals(shop: Shop) -> list[int]:
    """Whose messages went out, in their order."""
    sent = await shop.telegram.calls("sendMessage")
    return [int(call["parameters"]["chat_id"]) for call in sent if call["status"] == 200]


async def test_a_backlog_goes_out_oldest_first_and_answers_overtake_it(shop: Shop) -> None:
    line = Line(LinePolicy(first=SOON, longest=SOON), clock=shop.clock)
    async with shop.telegram.bot(pacer=ChatPacer(FAST)) as bot, at_work(shop, bot, line=line):
        await shop.telegram.fault("outage", how="status", status=502, seconds=3600)
        await owed_to_all(shop)
        await shop.until_counted(IN_FLIGHT)
        reply = status_of(await shop.order(state=OrderState.ACCEPTED, chat_id=ADA))
        await shop.owe(make_delivery(order_id=reply.order_id, chat_id=ADA, kind=reply.kind, priority=Priority.REPLY))
        await shop.telegram.fault("clear")
        for chat in CHATS:
            await shop.telegram.wait_for(chat, "Not delivered")
    came = await arrivals(shop)
    assert sorted(came) == sorted([*CHATS, ADA])
    assert came.index(ADA) <= 2 * IN_FLIGHT, "an answer does not wait for the backlog"
    results = [chat for chat in came if chat != ADA]
    late = [chat for place, chat in enumerate(results) if place - CHATS.index(chat) > 2 * IN_FLIGHT]
    assert late == [], "nobody is overtaken by more than are in flight"


async def test_a_chat_with_thousands_of_messages_keeps_no_other_waiting(
    store: Store, shop: Shop, bot: ExtBot[Priority]
):
    order = make_order(state=OrderState.FAILED, next_check_at=None)

    async def many(tables: Tables) -> None:
        await tables.orders.add(order)
        for number in range(2000):
            await tables.outbox.add(make_delivery(key=f"n{number}", order_id=order.id, chat_id=ADA), shop.clock())

    await store.write(many)
    await shop.owe(result_of(await shop.order(state=OrderState.FAILED, chat_id=BORIS)))
    async with at_work(shop, bot):
        await shop.telegram.wait_for(BORIS, "Not delivered")
        assert len(await shop.telegram.said(ADA)) <= IN_FLIGHT


async def test_groups_that_may_hear_nothing_more_this_minute_keep_nobody_else_waiting(shop: Shop) -> None:
    groups = range(-100940, -100900)
    pacer = ChatPacer(Pace(per_group=Rate(1, 3600)))
    async with shop.telegram.bot(pacer=pacer) as bot:
        for group in groups:
            await pacer.process_request(_said, (), {}, "sendMessage", {"chat_id": group}, None)
            await shop.owe(result_of(await shop.order(state=OrderState.FAILED, chat_id=group)))
        last = await shop.owe(result_of(await shop.order(state=OrderState.FAILED, chat_id=ADA)))
        async with at_work(shop, bot, limits=RelayLimits(idle_seconds=0.02, stop_seconds=0)):
            await shop.until(Outcome.SENT)
    assert shop.row(last)["state"] == "sent"


async def _said() -> bool:
    return True
