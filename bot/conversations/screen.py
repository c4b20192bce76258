"""Writing to one chat: send, edit in place or anew, upload, and take buttons away."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import IO, Any

import structlog
from telegram import InlineKeyboardMarkup, InputFile, LinkPreviewOptions, ReplyParameters
from telegram.constants import MessageLimit, ParseMode
from telegram.error import TelegramError
from telegram.ext import ExtBot

from bot.delivery.outcomes import AsWanted, BadMarkup, EditTargetGone, TopicGone, classify
from bot.presentation.cards import Card, DocumentMessage, TextMessage, bare, visible_length
from storage.records.queues import Priority

log = structlog.get_logger()

NO_PREVIEW = LinkPreviewOptions(is_disabled=True)


UPLOAD_SECONDS = 120.0
"""For a large file on a slow line."""


@dataclass(frozen=True, slots=True)
class _Captioned:
    """How an upload's caption is tried: as it should be, or in the next best form."""

    text: str
    keyboard: InlineKeyboardMarkup | None
    mode: ParseMode | None
    thread_id: int | None


@dataclass(frozen=True, slots=True)
class Screen:
    """One chat, and its topic in a forum. Every method raises ``TelegramError`` for what it cannot mend."""

    bot: ExtBot[Priority]
    chat_id: int
    thread_id: int | None

    async def send(self, card: Card, reply_to: int | None = None) -> int:
        """Send a new message, as a reply if that message is still there; returns its id."""
        reply = ReplyParameters(reply_to, allow_sending_without_reply=True) if reply_to else None
        try:
            return await self._send(card.text, card, ParseMode.HTML, reply, self.thread_id)
        except TelegramError as error:
            match classify(error, editing=False):
                case BadMarkup(reason):
                    _report_markup(reason)
                    return await self._send(*_simpler(card), None, reply, self.thread_id)
                case TopicGone():
                    return await self._send(card.text, card, ParseMode.HTML, reply, None)
                case _:
                    raise

    async def edit(self, message_id: int, card: Card) -> int:
        """Edit a message into ``card``; when it is gone, send a new one. Returns the id of the one that shows it."""
        try:
            await self._edit(message_id, card.text, card, ParseMode.HTML)
        except TelegramError as error:
            match classify(error, editing=True):
                case AsWanted():
                    return message_id
                case EditTargetGone():
                    return await self.send(card)
                case BadMarkup(reason):
                    _report_markup(reason)
                    await self._edit(message_id, *_simpler(card), None)
                case _:
                    raise
        return message_id

    async def strip(self, message_id: int) -> None:
        """Take a message's buttons away; merely tidiness, so a failure is only noted."""
        try:
            await self.bot.edit_message_reply_markup(self.chat_id, message_id, reply_markup=None)
        except TelegramError as error:
            log.debug("buttons not removed", reason=error.message)

    async def deliver(self, message: TextMessage | DocumentMessage, *, protected: bool) -> int:
        """Send codes, as a text or a document; returns the message's id."""
        if isinstance(message, TextMessage):
            return await self._deliver_text(message.card, protected)
        sent = await self.bot.send_document(
            self.chat_id,
            message.content,
            filename=message.filename,
            caption=message.card.text,
            parse_mode=ParseMode.HTML,
            reply_markup=message.card.keyboard,
            message_thread_id=self.thread_id,
            protect_content=protected,
        )
        return sent.message_id

    async def picture(self, content: bytes, card: Card) -> None:
        """Send a picture with the card as its caption; one too long for that follows as a message."""
        if visible_length(card.text) > MessageLimit.CAPTION_LENGTH:
            await self._with_caption(lambda form: self._photo(content, form), Card(""))
            await self.send(card)
        else:
            await self._with_caption(lambda form: self._photo(content, form), card)

    async def document(self, content: IO[bytes], filename: str, card: Card) -> None:
        """Send a file as it is read, with the card as its caption."""

        async def upload(form: _Captioned) -> None:
            content.seek(0)
            await self.bot.send_document(
                self.chat_id,
                InputFile(content, filename=filename, read_file_handle=False),
                caption=form.text or None,
                parse_mode=form.mode,
                reply_markup=form.keyboard,
                message_thread_id=form.thread_id,
                write_timeout=UPLOAD_SECONDS,
                read_timeout=UPLOAD_SECONDS,
            )

        await self._with_caption(upload, card)

    async def _photo(self, content: bytes, form: _Captioned) -> None:
        await self.bot.send_photo(
            self.chat_id,
            content,
            caption=form.text or None,
            parse_mode=form.mode,
            reply_markup=form.keyboard,
            message_thread_id=form.thread_id,
        )

    async def _with_caption(self, upload: Callable[[_Captioned], Awaitable[None]], card: Card) -> None:
        form = _Captioned(card.text, card.keyboard, ParseMode.HTML, self.thread_id)
        try:
            await upload(form)
        except TelegramError as error:
            match classify(error, editing=False):
                case BadMarkup(reason):
                    _report_markup(reason)
                    text, keyboard = bare(card.text, card.keyboard)
                    await upload(replace(form, text=text, keyboard=keyboard, mode=None))
                case TopicGone():
                    await upload(replace(form, thread_id=None))
                case _:
                    raise

    async def _deliver_text(self, card: Card, protected: bool) -> int:
        try:
            return await self._send(card.text, card, ParseMode.HTML, None, self.thread_id, protected)
        except TelegramError as error:
            match classify(error, editing=False):
                case BadMarkup(reason):
                    _report_markup(reason)
                    return await self._send(*_simpler(card), None, None, self.thread_id, protected)
                case _:
                    raise

    async def _send(
        self,
        text: str,
        card: Card,
        mode: ParseMode | None,
        reply: ReplyParameters | None,
        thread_id: int | None,
        protected: bool = False,
    ) -> int:
        markup: Any = card.force_reply or card.keyboard
        sent = await self.bot.send_message(
            self.chat_id,
            text,
            parse_mode=mode,
            reply_markup=markup,
            reply_parameters=reply,
            message_thread_id=thread_id,
            link_preview_options=NO_PREVIEW,
            protect_content=protected,
        )
        return sent.message_id

    async def _edit(self, message_id: int, text: str, card: Card, mode: ParseMode | None) -> None:
        markup: InlineKeyboardMarkup | None = card.keyboard
        await self.bot.edit_message_text(
            text,
            self.chat_id,
            message_id,
            parse_mode=mode,
            reply_markup=markup,
            link_preview_options=NO_PREVIEW,
        )


def _report_markup(reason: str) -> None:
    log.error("our markup is wrong: fix the text", reason=reason)


def _simpler(card: Card) -> tuple[str, Card]:
    """A card's text without markup, and the card with the buttons that may stay."""
    text, keyboard = bare(card.text, card.keyboard)
    return text, replace(card, keyboard=keyboard)
