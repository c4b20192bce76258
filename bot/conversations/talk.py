"""What a handler knows of the update at hand, and how it speaks: answer, show, send."""

import asyncio
from collections.abc import Coroutine, Sequence
from contextvars import ContextVar
from typing import IO, Any, cast

import structlog
from telegram import CallbackQuery, InlineKeyboardButton, Message, MessageEntity, Update, User
from telegram.constants import CallbackQueryLimit, ChatAction, MessageEntityType
from telegram.error import TelegramError
from telegram.ext import Application, CallbackContext, ExtBot

from bot.conversations.access import is_private
from bot.conversations.screen import Screen
from bot.presentation.cards import Card, DocumentMessage, TextMessage, clip, with_row
from bot.presentation.speech import Speech
from bot.resellers.buyers import Buyer, Role
from storage.records.orders import Place
from storage.records.queues import Chat, Priority

log = structlog.get_logger()

Bot = ExtBot[Priority]
Nothing = dict[Any, Any]


BESIDE: ContextVar[list[asyncio.Task[None]]] = ContextVar("beside")
"""What the answer to the update at hand waits for; set by whoever must know when the update is done with."""


class NotPlaced(LookupError):
    """An update without a chat or a person reached a handler that needs them."""


class Talk(CallbackContext[Bot, Nothing, Nothing, Nothing]):
    """One update's context. The gate fills in ``chat``, ``buyer`` and ``speech`` before any other handler runs.

    ``buyer`` is who acts, as it was when the update was let in; whatever changes something asks the store anew.
    """

    chat: Chat
    buyer: Buyer
    speech: Speech
    incoming: Update
    admitted: bool = False
    """Whether the gate has filled in the rest."""

    below: tuple[InlineKeyboardButton, ...] = ()
    """A row of buttons that goes below whatever is shown: the way back to where the person came from."""

    _answered: bool = False

    @classmethod
    def from_update(cls, update: object, application: Application[Any, Any, Any, Any, Any, Any]) -> "Talk":
        """Build the context of one update (called by ``Application.process_update``)."""
        talk = super().from_update(update, application)
        if isinstance(update, Update):
            talk.incoming = update
        return talk

    def enter(self, chat: Chat, buyer: Buyer, speech: Speech) -> None:
        """Say where and to whom this talk goes (the gate's part)."""
        self.chat, self.buyer, self.speech = chat, buyer, speech
        self.admitted = True

    @property
    def role(self) -> Role:
        """What the person is to the shop."""
        return self.buyer.role

    @property
    def message(self) -> Message:
        """The message that was sent, or whose button was tapped; raises ``NotPlaced``."""
        message = self.incoming.effective_message
        if message is None:
            raise NotPlaced("the update has no message")
        return message

    @property
    def person(self) -> User:
        """Who acts; raises ``NotPlaced``."""
        person = self.incoming.effective_user
        if person is None:
            raise NotPlaced("nobody acts in the update")
        return person

    @property
    def private(self) -> bool:
        """Whether nobody else reads along."""
        return is_private(self.chat)

    @property
    def place(self) -> Place:
        """Where the person acts, with the topic in forums."""
        return place_of(self.incoming, self.chat.id, self.person.id)

    @property
    def words(self) -> str:
        """What follows the command, or the text as a whole."""
        return " ".join(self.args) if self.args is not None else (self.message.text or "")

    @property
    def tapped(self) -> CallbackQuery | None:
        """The tap, when the update is one."""
        return self.incoming.callback_query

    @property
    def screen(self) -> Screen:
        """The chat and topic, to be written to."""
        return Screen(self.bot, self.place.chat_id, self.place.thread_id)

    async def answer(self, words: str = "", *, alert: bool = False) -> bool:
        """End the tap's spinner, once; a later call does nothing. A tap too old to answer is no failure.

        Says whether Telegram showed the words.
        """
        if self.tapped is None or self._answered:
            return False
        self._answered = True
        text = clip(words, int(CallbackQueryLimit.ANSWER_CALLBACK_QUERY_TEXT_LENGTH)) if words else None
        try:
            await self.tapped.answer(text, show_alert=alert)
        except TelegramError as error:
            log.info("tap not answered", reason=error.message)
            return False
        return True

    async def show(self, card: Card) -> int:
        """Edit the tapped message into ``card``, or send it anew; returns the id of the message that shows it."""
        card = with_row(card, self.below)
        if self.tapped is None or card.force_reply is not None:
            return await self.send(card)
        _, message_id = await asyncio.gather(self.answer(), self.screen.edit(self.message.message_id, card))
        return message_id

    async def send(self, card: Card) -> int:
        """Send a new message; in a group it replies to the person. Returns its id."""
        reply_to = None if self.private or self.tapped else self.message.message_id
        _, message_id = await asyncio.gather(self.answer(), self.screen.send(card, reply_to))
        return message_id

    async def deliver(self, message: TextMessage | DocumentMessage, *, protected: bool) -> None:
        """Send codes, as a text or a document; ``protected`` keeps them from being forwarded and saved."""
        await self.answer()
        await self.screen.deliver(message, protected=protected)

    async def picture(self, content: bytes, card: Card) -> None:
        """Send a picture, and the card with it."""
        await self.answer()
        await self.screen.picture(content, card)

    async def document(self, content: IO[bytes], filename: str, card: Card) -> None:
        """Send a file, with the card as its caption."""
        await self.answer()
        await self.screen.document(content, filename, card)

    def later(self, work: Coroutine[Any, Any, None], name: str, *, answers: bool) -> None:
        """Go on with slow work beside the person's next updates; its failure reaches the error handler.

        Work that ``answers`` keeps its update from counting as handled before it has ended: whoever asked gets the
        answer even if a kill comes in between, for the next life asks again.
        """
        application = cast(
            "Application[Any, Talk, Any, Any, Any, Any]",
            self.application,  # pyright: ignore[reportUnknownMemberType] PTB leaves its context type open
        )
        task = application.create_task(work, update=self.incoming, name=name)
        if answers:
            BESIDE.get([]).append(task)

    async def typing(self) -> None:
        """Show that an answer is on its way; merely decoration, so its failure is only noted."""
        await self.answer()
        try:
            await self.bot.send_chat_action(self.chat.id, ChatAction.TYPING, message_thread_id=self.place.thread_id)
        except TelegramError as error:
            log.info("typing not shown", reason=error.message)

    def bold_words(self) -> str:
        """The first bold words of the tapped message: where a search keeps its text."""
        return _first(self.message, MessageEntityType.BOLD)

    def mentioned(self) -> str:
        """The person that the tapped message mentions by name."""
        return _first(self.message, MessageEntityType.TEXT_MENTION)


def place_of(update: Update, chat_id: int, user_id: int) -> Place:
    """Where a person acts in an update, with the topic in forums."""
    message = update.effective_message
    thread = message.message_thread_id if message and message.is_topic_message else None
    return Place(chat_id, user_id, thread)


def _first(message: Message, kind: MessageEntityType) -> str:
    entities = cast("Sequence[MessageEntity]", getattr(message, "entities", ()))
    return next((message.parse_entity(entity) for entity in entities if entity.type == kind), "")
