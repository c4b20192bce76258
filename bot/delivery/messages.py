"""What goes out: a delivery rendered in its chat's language, and the one call that sends it."""

from dataclasses import dataclass, replace
from typing import Any

from telegram import InlineKeyboardMarkup, InputFile, LinkPreviewOptions, Message
from telegram.constants import ParseMode
from telegram.ext import ExtBot

from bot.presentation.cards import Card, DocumentMessage, TextMessage, bare
from bot.presentation.notices import notice_card
from bot.presentation.orders import status_card
from bot.presentation.results import result_message
from bot.presentation.speech import speech_for
from storage.records.orders import Code, Order
from storage.records.queues import Chat, ChatKind, Delivery, DeliveryKind, Priority
from storage.records.resellers import MemberRole
from storage.tables import Tables

NO_PREVIEW = LinkPreviewOptions(is_disabled=True)


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file to upload."""

    filename: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One message as it will be sent; ``edits`` names the message that it replaces."""

    chat_id: int
    thread_id: int | None
    text: str
    keyboard: InlineKeyboardMarkup | None
    priority: Priority
    edits: int | None = None
    attachment: Attachment | None = None
    marked_up: bool = True
    protected: bool = False

    def as_new(self) -> "Outgoing":
        """The same as a new message."""
        return replace(self, edits=None)

    def without_topic(self) -> "Outgoing":
        """The same to the chat itself."""
        return replace(self, thread_id=None)

    def as_plain_text(self) -> "Outgoing":
        """The same words without markup, and what link buttons opened as text: one may be what was refused."""
        text, keyboard = bare(self.text, self.keyboard)
        return replace(self, text=text, keyboard=keyboard, marked_up=False)


@dataclass(frozen=True, slots=True)
class Rendered:
    """A delivery's message and the order it is about, as they were read together."""

    message: Outgoing
    order: Order | None


class NothingToSay(Exception):
    """The delivery speaks of an order that is not there, or to a chat that may not hear it any more."""


async def render(tables: Tables, delivery: Delivery, default_language: str, *, protected: bool) -> Rendered:
    """Write a delivery's message from what is stored now; raises ``NothingToSay`` or ``Unreadable``."""
    order = None if delivery.order_id is None else await tables.orders.by_id(delivery.order_id)
    if order is None and delivery.kind is not DeliveryKind.NOTICE:
        raise NothingToSay("its order is not there")
    if not await _may_hear(tables, delivery):
        raise NothingToSay("its chat does not belong to the reseller any more")
    if order is not None and delivery.kind is not DeliveryKind.NOTICE and await _strange(tables, delivery, order):
        raise NothingToSay("its chat belongs to another reseller by now")
    chat = await tables.chats.get(delivery.chat_id)
    codes: tuple[Code, ...] = ()
    if order is not None and delivery.kind is DeliveryKind.RESULT:
        codes = await tables.orders.codes(order.id)
    orderer = ""
    if order is not None and delivery.kind is DeliveryKind.RESULT and not _is_private(delivery, chat):
        orderer = await _name_of(tables, order.place.user_id)
    message = _message(delivery, order, codes, chat, default_language, orderer)
    return Rendered(replace(message, protected=protected), order)


async def _may_hear(tables: Tables, delivery: Delivery) -> bool:
    """Whether a notice ``of`` a reseller's affairs still goes to its own: it may have waited a night, or a block."""
    reseller_id = delivery.data.get("of")
    if delivery.kind is not DeliveryKind.NOTICE or reseller_id is None:
        return True
    member, group = await tables.members.get(delivery.chat_id), await tables.groups.get(delivery.chat_id)
    owns = member is not None and member.role is MemberRole.OWNER and member.reseller_id == reseller_id
    return owns or (group is not None and group.reseller_id == reseller_id)


async def _strange(tables: Tables, delivery: Delivery, order: Order) -> bool:
    """Whether an order's group was given to somebody else since: its codes and price are not theirs."""
    group = await tables.groups.get(delivery.chat_id)
    return group is not None and group.reseller_id != order.reseller_id


async def _name_of(tables: Tables, user_id: int) -> str:
    """What a person is called, as their reseller or Telegram knows them; empty for somebody never heard of."""
    member = await tables.members.get(user_id)
    if member is not None:
        return member.name
    person = await tables.chats.get(user_id)
    return person.title if person else ""


async def send(bot: ExtBot[Any], message: Outgoing) -> int:
    """Send or edit, and return the message's id; raises ``TelegramError``."""
    if message.edits is not None:
        return await _edit(bot, message, message.edits)
    sent = await (_post(bot, message) if message.attachment is None else _upload(bot, message, message.attachment))
    return sent.message_id


def _message(
    delivery: Delivery,
    order: Order | None,
    codes: tuple[Code, ...],
    chat: Chat | None,
    default_language: str,
    orderer: str,
) -> Outgoing:
    speech = speech_for(chat, default_language)
    if order is None or delivery.kind is DeliveryKind.NOTICE:
        return _outgoing(delivery, notice_card(delivery, order, speech))
    if delivery.kind is DeliveryKind.STATUS:
        return replace(_outgoing(delivery, status_card(order, speech)), edits=order.message_id)
    match result_message(order, codes, speech, _is_private(delivery, chat), orderer=orderer):
        case TextMessage(card):
            return _outgoing(delivery, card)
        case DocumentMessage(card, filename, content):
            return replace(_outgoing(delivery, card), attachment=Attachment(filename, content))


def _outgoing(delivery: Delivery, card: Card) -> Outgoing:
    return Outgoing(delivery.chat_id, delivery.thread_id, card.text, card.keyboard, delivery.priority)


def _is_private(delivery: Delivery, chat: Chat | None) -> bool:
    # Telegram's ids of people are positive and those of groups negative, which tells them apart before they spoke.
    return delivery.chat_id > 0 if chat is None else chat.kind is ChatKind.PRIVATE


async def _edit(bot: ExtBot[Any], message: Outgoing, message_id: int) -> int:
    await bot.edit_message_text(
        message.text,
        chat_id=message.chat_id,
        message_id=message_id,
        parse_mode=_parse_mode(message),
        reply_markup=message.keyboard,
        link_preview_options=NO_PREVIEW,
        rate_limit_args=message.priority,
    )
    return message_id


async def _post(bot: ExtBot[Any], message: Outgoing) -> Message:
    return await bot.send_message(
        message.chat_id,
        message.text,
        parse_mode=_parse_mode(message),
        message_thread_id=message.thread_id,
        reply_markup=message.keyboard,
        link_preview_options=NO_PREVIEW,
        protect_content=message.protected,
        rate_limit_args=message.priority,
    )


async def _upload(bot: ExtBot[Any], message: Outgoing, attachment: Attachment) -> Message:
    return await bot.send_document(
        message.chat_id,
        InputFile(attachment.content, filename=attachment.filename),
        caption=message.text,
        parse_mode=_parse_mode(message),
        message_thread_id=message.thread_id,
        reply_markup=message.keyboard,
        protect_content=message.protected,
        rate_limit_args=message.priority,
    )


def _parse_mode(message: Outgoing) -> str | None:
    return ParseMode.HTML if message.marked_up else None
