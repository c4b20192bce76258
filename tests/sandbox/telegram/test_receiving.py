"""How the bot hears of things: long polling, webhooks, privacy mode, callback queries."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from telegram import Bot, ForceReply, InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.error import BadRequest, Conflict

from tests.sandbox.telegram.lab import ADA, BORIS, GROUP, TOPIC, Lab, drain, refusing, running_lab
from tests.sandbox.telegram.serving import serving


async def texts(bot: Bot, **query: Any) -> list[str | None]:
    return [update.message.text if update.message else None for update in await bot.get_updates(**query)]


async def test_updates_wait_until_a_later_offset_confirms_them(lab: Lab):
    await lab.say("one")
    await lab.say("two")
    first = await lab.bot.get_updates()
    assert [update.message.text for update in first if update.message] == ["one", "two"]
    assert await texts(lab.bot) == ["one", "two"]
    assert await texts(lab.bot, offset=first[1].update_id) == ["two"]
    assert await texts(lab.bot, offset=first[1].update_id + 1) == []


async def test_update_ids_grow_by_one(lab: Lab):
    for number in range(3):
        await lab.say(str(number))
    first, second, third = (update.update_id for update in await lab.bot.get_updates())
    assert (second, third) == (first + 1, first + 2)


async def test_a_limit_and_a_negative_offset_choose_from_the_queue(lab: Lab):
    for number in range(4):
        await lab.say(str(number))
    assert await texts(lab.bot, limit=2) == ["0", "1"]
    assert await texts(lab.bot, offset=-1) == ["3"]
    assert await texts(lab.bot) == ["3"]


async def test_a_long_poll_ends_with_the_first_update(lab: Lab):
    polling = asyncio.create_task(texts(lab.bot, timeout=30))
    await lab.bot.get_me()
    await lab.say("hello")
    assert await polling == ["hello"]


async def test_only_the_wanted_kinds_arrive_and_the_wish_is_remembered(lab: Lab):
    await lab.bot.get_updates(allowed_updates=["message"])
    await lab.do("faults/block", user_id=ADA)
    await lab.do("faults/unblock", user_id=ADA)
    await lab.say("hello")
    assert await texts(lab.bot) == ["hello"]


async def test_the_older_of_two_polls_is_terminated(lab: Lab):
    async with lab.another_bot() as second:
        older = asyncio.create_task(lab.bot.get_updates(timeout=30))
        while not older.done():
            await second.get_updates(timeout=0)
        with pytest.raises(Conflict, match="terminated by other getUpdates request"):
            await older


@asynccontextmanager
async def receiver(*statuses: int) -> AsyncGenerator[tuple[str, asyncio.Queue[tuple[str, Update]]]]:
    """A bot's web server that answers these statuses, then 200, and queues what it was sent."""
    received: asyncio.Queue[tuple[str, Update]] = asyncio.Queue()
    answers = list(statuses)

    async def take(request: Request) -> Response:
        secret = request.headers.get("x-telegram-bot-api-secret-token", "")
        received.put_nowait((secret, Update.de_json(await request.json())))
        return Response(status_code=answers.pop(0) if answers else 200)

    application = Starlette(routes=[Route("/telegram", take, methods=["POST"])])
    async with serving(application) as url:
        yield f"{url}/telegram", received


async def test_a_webhook_gets_updates_in_order_with_its_secret(lab: Lab):
    async with receiver() as (url, received):
        await lab.bot.set_webhook(url, secret_token="s3cret")
        await lab.say("one")
        await lab.say("two")
        pushed = [await received.get(), await received.get()]
        await lab.bot.delete_webhook()
    assert [(secret, update.message.text) for secret, update in pushed if update.message] == [
        ("s3cret", "one"),
        ("s3cret", "two"),
    ]


async def test_a_push_is_repeated_until_it_is_taken(lab: Lab):
    async with receiver(500, 302) as (url, received):
        await lab.bot.set_webhook(url)
        await lab.say("one")
        await lab.say("two")
        pushed = [(await received.get())[1] for _ in range(4)]
        info = await lab.bot.get_webhook_info()
        await lab.bot.delete_webhook()
    assert [update.message.text for update in pushed if update.message] == ["one", "one", "one", "two"]
    assert info.last_error_message == "Wrong response from the webhook: 302"


async def test_what_waited_before_the_webhook_is_pushed(lab: Lab):
    await lab.say("early")
    async with receiver() as (url, received):
        await lab.bot.set_webhook(url)
        _, update = await received.get()
        await lab.bot.delete_webhook()
    assert update.message is not None
    assert update.message.text == "early"


async def test_pending_updates_can_be_dropped(lab: Lab):
    await lab.say("early")
    await lab.bot.delete_webhook(drop_pending_updates=True)
    assert await texts(lab.bot) == []


async def test_polling_beside_a_webhook_is_a_conflict(lab: Lab):
    async with receiver() as (url, _):
        await lab.bot.set_webhook(url)
        with pytest.raises(Conflict, match="can't use getUpdates method while webhook is active"):
            await lab.bot.get_updates()
        await lab.bot.delete_webhook()
    assert await lab.bot.get_updates() == ()


async def test_a_webhook_needs_https_beyond_this_machine(lab: Lab):
    with refusing("bad webhook: An HTTPS URL must be provided for webhook"):
        await lab.bot.set_webhook("http://example.org/telegram")
    with refusing("secret token contains unallowed characters"):
        await lab.bot.set_webhook("https://example.org/telegram", secret_token="no spaces")


async def test_in_a_group_the_bot_hears_commands_replies_and_service_messages_only(lab: Lab):
    asked = await lab.bot.send_message(GROUP, "How many?", reply_markup=ForceReply(selective=True))
    await lab.say("just talking", user=BORIS, chat=GROUP)
    await lab.say("/order", user=BORIS, chat=GROUP)
    await lab.say("/order@another_bot", user=BORIS, chat=GROUP)
    await lab.say("/help@Orderline_Demo_Bot", user=BORIS, chat=GROUP, topic=TOPIC)
    await lab.say("5", user=BORIS, chat=GROUP, reply_to=asked.message_id)
    await lab.do(f"chats/{GROUP}/topics", user_id=ADA, name="Support")
    updates = [update.message for update in await lab.bot.get_updates() if update.message]
    assert [message.text for message in updates[:3]] == ["/order", "/help@Orderline_Demo_Bot", "5"]
    assert updates[3].forum_topic_created is not None
    assert updates[2].reply_to_message is not None
    assert updates[2].reply_to_message.message_id == asked.message_id


async def test_64_bit_ids_pass_through(lab: Lab):
    big = 5_000_000_000_123
    await lab.do("users", id=big, first_name="Dora", language_code="de")
    await lab.do(f"users/{big}/start", parameter="invite_42")
    (update,) = await lab.bot.get_updates()
    assert update.effective_user is not None
    assert (update.effective_user.id, update.effective_user.language_code) == (big, "de")
    assert update.message is not None
    assert update.message.text == "/start invite_42"


@pytest.mark.parametrize("parameter", ["two words", "x" * 65, "é"])
async def test_a_start_parameter_has_its_alphabet(lab: Lab, parameter: str):
    assert "START_PARAM_INVALID" in await lab.refused(f"users/{BORIS}/start", parameter=parameter)


async def tap(lab: Lab) -> Update:
    offset = await drain(lab.bot)
    sent = await lab.bot.send_message(
        ADA, "card", reply_markup=InlineKeyboardMarkup([[InlineKeyboardButton("Buy", callback_data="buy:1")]])
    )
    await lab.do(f"chats/{ADA}/press", user_id=ADA, message_id=sent.message_id, text="Buy")
    (update,) = await lab.bot.get_updates(offset=offset)
    return update


async def test_a_tap_arrives_with_its_message_and_is_answered_once(lab: Lab):
    query = (await tap(lab)).callback_query
    assert query is not None
    assert query.data == "buy:1"
    assert query.message is not None
    await query.answer("Bought", show_alert=True)
    answers = (await lab.look("page", viewer=ADA))["answers"]
    assert [(answer["text"], answer["show_alert"]) for answer in answers] == [("Bought", True)]
    with refusing("query is too old and response timeout expired or query ID is invalid"):
        await query.answer()


async def test_taps_can_be_made_too_old_to_answer(lab: Lab):
    query = (await tap(lab)).callback_query
    assert query is not None
    await lab.do("faults/expire-taps")
    with refusing("query is too old"):
        await query.answer()


async def test_a_late_answer_is_too_old(lab: Lab):
    query = (await tap(lab)).callback_query
    assert query is not None
    lab.clock.advance(16)
    with refusing("query is too old"):
        await query.answer()


async def test_how_late_is_too_late_can_be_chosen():
    async with running_lab(query_lifetime=60) as lab:
        query = (await tap(lab)).callback_query
        assert query is not None
        lab.clock.advance(59)
        assert await query.answer()


async def test_an_answer_has_200_characters(lab: Lab):
    query = (await tap(lab)).callback_query
    assert query is not None
    with pytest.raises(BadRequest, match=r"(?i)message_too_long"):
        await query.answer("x" * 201)
    assert await query.answer("x" * 200)


async def test_a_button_that_is_not_there_cannot_be_pressed(lab: Lab):
    sent = await lab.bot.send_message(ADA, "no buttons")
    assert "no such button" in await lab.refused(
        f"chats/{ADA}/press", user_id=ADA, message_id=sent.message_id, data="x"
    )


async def test_a_persons_document_can_be_fetched(lab: Lab):
    upload = {"name": "list.csv", "mime_type": "text/csv", "content_base64": "YSxiCg=="}
    await lab.say("my list", document=upload)
    (update,) = await lab.bot.get_updates()
    assert update.message is not None
    assert update.message.document is not None
    file = await update.message.document.get_file()
    assert (await file.download_as_bytearray(), update.message.caption) == (b"a,b\n", "my list")
