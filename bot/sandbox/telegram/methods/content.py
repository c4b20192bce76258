"""Reading what to write and where: target chat, topic, reply, formatted text, markup."""

from dataclasses import dataclass

from telegram.constants import MessageLimit

from bot.sandbox.telegram.errors import BadRequest
from bot.sandbox.telegram.hub import LocalTelegram
from bot.sandbox.telegram.keyboards import Markup, parse_markup
from bot.sandbox.telegram.markup.html_parser import parse_html
from bot.sandbox.telegram.markup.markdown_parser import parse_markdown
from bot.sandbox.telegram.markup.rules import settle
from bot.sandbox.telegram.markup.spans import FormattedText, spans_from_api
from bot.sandbox.telegram.model import Chat, Message
from bot.sandbox.telegram.parameters import Parameters
from bot.sandbox.telegram.shapes import as_object

PARSERS = {"": FormattedText, "html": parse_html, "markdownv2": parse_markdown}


def read_chat(telegram: LocalTelegram, sent: Parameters) -> Chat:
    """Return the chat named by ``chat_id``; raises ``BadRequest``. Public @names do not exist here."""
    written = sent.text("chat_id")
    if not written:
        raise BadRequest("chat_id is empty")
    if not written.removeprefix("-").isdigit():
        raise BadRequest("chat not found")
    return telegram.world.chat(int(written))


def writable_chat(telegram: LocalTelegram, sent: Parameters) -> Chat:
    """Return the chat, if the bot may write there; raises ``BadRequest`` or ``Forbidden``."""
    chat = read_chat(telegram, sent)
    telegram.check_reachable(chat)
    return chat


def read_text(sent: Parameters, text: str = "text", entities: str = "entities") -> FormattedText:
    """Return the text as Telegram keeps it; raises ``BadRequest`` for markup it cannot parse."""
    source = sent.text(text)
    given = sent.structure(entities)
    if given and not sent.text("parse_mode"):
        return settle(FormattedText(source, tuple(spans_from_api(source, given))))
    parser = PARSERS.get(sent.text("parse_mode").lower())
    if parser is None:
        raise BadRequest("unsupported parse_mode")
    return settle(parser(source))


def message_text(sent: Parameters) -> FormattedText:
    """Return the text of a text message: not empty, at most 4096 characters after parsing."""
    body = read_text(sent)
    if not body.text:
        raise BadRequest("message text is empty")
    if len(body.text) > MessageLimit.MAX_TEXT_LENGTH:
        raise BadRequest("message is too long")
    return body


def caption(sent: Parameters) -> FormattedText:
    """Return a caption: at most 1024 characters after parsing."""
    body = read_text(sent, "caption", "caption_entities")
    if len(body.text) > MessageLimit.CAPTION_LENGTH:
        raise BadRequest("message caption is too long")
    return body


def read_markup(sent: Parameters) -> Markup | None:
    """Return the checked ``reply_markup``."""
    return parse_markup(sent.structure("reply_markup"))


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a chat a message goes."""

    topic: int | None
    reply_to: Message | None


def read_place(chat: Chat, sent: Parameters) -> Place:
    """Return topic and reply; raises ``BadRequest`` for a topic or message that is gone."""
    topic = sent.integer("message_thread_id") or None
    if topic is not None and topic not in chat.topics:
        raise BadRequest("message thread not found")
    reply_to = _read_reply(chat, sent)
    if topic is None and reply_to is not None:
        topic = reply_to.topic
    root = chat.messages.get(topic) if topic is not None else None
    return Place(topic, reply_to or root)


def _read_reply(chat: Chat, sent: Parameters) -> Message | None:
    parameters = as_object(sent.structure("reply_parameters")) or {}
    message_id = Parameters(parameters).integer("message_id") or sent.integer("reply_to_message_id")
    if not message_id:
        return None
    elsewhere = parameters.get("chat_id") not in {None, chat.id, str(chat.id)}
    found = None if elsewhere else chat.alive(message_id)
    lenient = bool(parameters.get("allow_sending_without_reply")) or sent.flag("allow_sending_without_reply")
    if found is None and not lenient:
        raise BadRequest("message to be replied not found")
    return found
