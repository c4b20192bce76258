"""The gate that every update passes first: who speaks, where, in which language, and whether they may.

What an update tells about its chat (reachable, moved, renamed) was stored by intake before it came here.
"""

from telegram import Update
from telegram.ext import ApplicationHandlerStop

from bot.conversations.access import Access, Role
from bot.conversations.talk import Talk
from bot.presentation.greetings import ADMINS, EVERYBODY, stranger_card
from bot.presentation.speech import speech_for
from storage.records.queues import Chat, ChatKind
from storage.store import Store

KINDS = {kind.value: kind for kind in ChatKind}
OURS = frozenset({"start", *(entry.name for entry in (*EVERYBODY, *ADMINS))})


class Gate:
    """Lets in who may order, and tells strangers that they may not, and nothing else."""

    def __init__(self, store: Store, access: Access, default_language: str) -> None:
        self._store = store
        self._access = access
        self._default_language = default_language

    async def enter(self, update: Update, talk: Talk) -> None:
        """Prepare ``talk``; raises ``ApplicationHandlerStop`` for what no handler shall see."""
        seen, person = chat_of(update), update.effective_user
        if seen is None or person is None or not (update.message or update.callback_query):
            raise ApplicationHandlerStop
        chat = await self._store.read(lambda tables: tables.chats.get(seen.id)) or seen
        role = Role.STRANGER if person.is_bot else self._access.role(person.id)
        talk.enter(chat, role, speech_for(chat, self._default_language))
        if not role.may_order:
            await self._turn_away(talk)
            raise ApplicationHandlerStop

    async def _turn_away(self, talk: Talk) -> None:
        card = stranger_card(talk.speech)
        if talk.tapped is not None:
            await talk.answer(card.text, alert=True)
        elif talk.private or _is_command_for_us(talk):
            await talk.send(card)


def chat_of(update: Update) -> Chat | None:
    """The chat as this update shows it; None for channels and updates without a chat."""
    chat, person = update.effective_chat, update.effective_user
    if chat is None or chat.type not in KINDS:
        return None
    hint = person.language_code if person and chat.type == ChatKind.PRIVATE else None
    return Chat(chat.id, KINDS[chat.type], chat.effective_name or "", language_hint=hint)


def _is_command_for_us(talk: Talk) -> bool:
    text = talk.message.text or ""
    if not text.startswith("/"):
        return False
    command, at, name = text.split(maxsplit=1)[0].removeprefix("/").partition("@")
    return name.lower() == talk.bot.username.lower() if at else command.lower() in OURS
