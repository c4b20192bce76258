"""One message, and the forms it takes when Telegram refuses the first."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from telegram import CopyTextButton, InlineKeyboardButton, InlineKeyboardMarkup
from telegram.ext import ExtBot

from bot.delivery.attempt import Sent, attempt
from bot.delivery.messages import Outgoing, Rendered
from bot.delivery.outcomes import Refused, Unreachable
from storage.records.queues import Delivery, DeliveryKind, NoticeKind, Priority
from tests.delivery.local import ADA, LocalTelegram

NOTICE = Delivery(
    id=1,
    kind=DeliveryKind.NOTICE,
    chat_id=ADA,
    thread_id=None,
    order_id=None,
    notice=NoticeKind.CATALOG_REFUSED,
    data={},
    priority=Priority.NOTICE,
    tries=1,
    created_at=datetime(2026, 3, 14, tzinfo=UTC),
)


def outgoing(text: str) -> Outgoing:
    return Outgoing(ADA, None, text, None, Priority.NOTICE)


async def test_broken_markup_arrives_as_plain_words(telegram: LocalTelegram, bot: ExtBot[Priority]):
    ending = await attempt(bot, NOTICE, Rendered(outgoing("<b>Codes <i>for</b> you</i> &amp; me"), None))
    (message,) = await telegram.said(ADA)
    assert (message["text"], message["entities"]) == ("Codes for you & me", [])
    assert ending == Sent(message["id"])


async def test_a_broken_edit_stays_an_edit(telegram: LocalTelegram, bot: ExtBot[Priority]):
    first = await bot.send_message(ADA, "before")
    message = replace(outgoing("<b>after"), edits=first.message_id)
    await attempt(bot, NOTICE, Rendered(message, None))
    (shown,) = await telegram.said(ADA)
    assert (shown["id"], shown["text"]) == (first.message_id, "after")


async def test_what_telegram_refuses_in_every_form_is_refused(telegram: LocalTelegram, bot: ExtBot[Priority]):
    ending = await attempt(bot, NOTICE, Rendered(outgoing("x" * 5000), None))
    assert isinstance(ending, Refused)


async def test_a_chat_nobody_knows_is_unreachable(telegram: LocalTelegram, bot: ExtBot[Priority]):
    message = replace(outgoing("hello"), chat_id=987654)
    assert await attempt(bot, NOTICE, Rendered(message, None)) == Unreachable("Chat not found")


async def test_a_refused_link_arrives_as_text_and_no_copy_of_it_stays_anywhere(
    telegram: LocalTelegram, bot: ExtBot[Priority], caplog: pytest.LogCaptureFixture
):
    secret = "https://claim"
    copy = InlineKeyboardButton("Copy", copy_text=CopyTextButton("AAAA"))
    keyboard = InlineKeyboardMarkup([[copy, InlineKeyboardButton("Open", url=secret)]])
    ending = await attempt(bot, NOTICE, Rendered(replace(outgoing("<b>Codes</b>"), keyboard=keyboard), None))
    (message,) = await telegram.said(ADA)
    assert message["text"] == f"Codes\n{secret}"
    assert [button["text"] for row in message["buttons"] for button in row] == ["Copy"]
    assert ending == Sent(message["id"])
    assert secret not in caplog.text
