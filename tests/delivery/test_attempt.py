"""One message, and the forms it takes when Telegram refuses the first."""

from dataclasses import replace
from datetime import UTC, datetime

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
