"""Questions to operators whose answers are replies: how they are asked, recognised, and answered."""

from collections.abc import Callable, Coroutine
from typing import Any, cast

from telegram import Message, Update
from telegram.constants import MessageEntityType
from telegram.ext import Application, BaseHandler

from bot.conversations.questions import mention
from bot.conversations.talk import Talk
from bot.presentation.prompts import Asking, Prompt

Replied = Callable[[Talk, Prompt], Coroutine[Any, Any, Any]]


class Reply(BaseHandler[Update, Talk, Any]):
    """Calls back with the question that a message replies to; commands and all other messages are left to others."""

    __slots__ = ("_replied",)

    def __init__(self, replied: Replied) -> None:
        super().__init__(self._refuse)
        self._replied = replied

    def check_update(self, update: object) -> Prompt | None:
        """The question, if the update is a reply to one."""
        message = update.message if isinstance(update, Update) else None
        if message is None or (message.text or "").startswith("/"):
            return None
        asked = message.reply_to_message
        # People can write links too; questions are asked by the bot alone.
        if asked is None or asked.from_user is None or asked.from_user.id != message.get_bot().id:
            return None
        return prompt_in(asked)

    async def handle_update(
        self,
        update: Update,
        application: Application[Any, Talk, Any, Any, Any, Any],
        check_result: object,
        context: Talk,
    ) -> Any:
        """Call back."""
        return await self._replied(context, cast("Prompt", check_result))

    @staticmethod
    async def _refuse(_update: Update, _talk: Talk) -> None:
        raise NotImplementedError("a reply calls back with its question")


def prompt_in(message: Message) -> Prompt | None:
    """The question that a message asks, None when it asks none."""
    links = (entity.url for entity in message.entities if entity.type == MessageEntityType.TEXT_LINK and entity.url)
    return next((prompt for link in links if (prompt := Prompt.read(link)) is not None), None)


def asking_in(talk: Talk, currency: str) -> Asking:
    """How the person of this talk is asked, in this chat; amounts are in ``currency``."""
    return Asking(talk.bot.username, currency, talk.speech, None if talk.private else mention(talk))
