"""The gate that every update passes first: who speaks, where, in which language, and whether they may."""

from dataclasses import replace

import structlog
from telegram import ChatMember, ChatMemberUpdated, Message, Update
from telegram.ext import ApplicationHandlerStop

from bot.conversations.access import Access, Role, is_private
from bot.conversations.talk import Talk
from bot.presentation.greetings import ADMINS, EVERYBODY, stranger_card
from bot.presentation.speech import speech_for
from storage.records.queues import Chat, ChatKind
from storage.store import Store, Tables

log = structlog.get_logger()

KINDS = {kind.value: kind for kind in ChatKind}
OURS = frozenset({"start", *(entry.name for entry in (*EVERYBODY, *ADMINS))})
GONE = frozenset({ChatMember.LEFT, ChatMember.BANNED})


class Gate:
    """Lets in who may order, remembers chats, and tells strangers so, once per thing they do."""

    def __init__(self, store: Store, access: Access, default_language: str) -> None:
        self._store = store
        self._access = access
        self._default_language = default_language

    async def enter(self, update: Update, talk: Talk) -> None:
        """Prepare ``talk``; raises ``ApplicationHandlerStop`` for what no handler shall see."""
        seen, person = chat_record(update), update.effective_user
        if seen is None or person is None or update.edited_message is not None:
            raise ApplicationHandlerStop
        if await self._is_about_the_chat(update):
            raise ApplicationHandlerStop
        role = Role.STRANGER if person.is_bot else self._access.role(person.id)
        known = await self._store.read(lambda tables: tables.chats.get(seen.id))
        if role.may_order:
            known = await self._remembered(seen, known)
        talk.enter(known or seen, role, speech_for(known or seen, self._default_language))
        if not role.may_order:
            await self._turn_away(update, talk)
            raise ApplicationHandlerStop

    async def _remembered(self, seen: Chat, known: Chat | None) -> Chat:
        # In a group the language is the chat's: the first person's hint stays until somebody chooses.
        if known is not None and not is_private(seen):
            seen = replace(seen, language_hint=known.language_hint)
        present = seen if known is None else replace(seen, language=known.language)
        if known == present:
            return present

        async def unit(tables: Tables) -> None:
            await tables.chats.seen(seen)
            if await tables.chats.mark_reachable(seen.id):
                released = await tables.outbox.unpark_chat(seen.id)
                log.info("chat is back, its results go out now", chat=seen.id, results=released)

        await self._store.write(unit)
        return present

    async def _turn_away(self, update: Update, talk: Talk) -> None:
        card = stranger_card(talk.speech)
        if update.callback_query is not None:
            await talk.answer(card.text, alert=True)
        elif talk.private or _is_command_for_us(talk):
            await talk.send(card)

    async def _is_about_the_chat(self, update: Update) -> bool:
        if update.my_chat_member is not None:
            await self._membership(update.my_chat_member)
            return True
        message = update.message
        if message is None or not (message.migrate_to_chat_id or message.migrate_from_chat_id):
            return False
        await self._migration(message)
        return True

    async def _membership(self, change: ChatMemberUpdated) -> None:
        chat_id, status = change.chat.id, change.new_chat_member.status

        async def unit(tables: Tables) -> None:
            if status in GONE:
                if await tables.chats.mark_unreachable(chat_id, str(status)):
                    log.info("the bot was removed from a chat", chat=chat_id, status=status)
                await tables.outbox.park_chat(chat_id, str(status))
            elif await tables.chats.mark_reachable(chat_id):
                await tables.outbox.unpark_chat(chat_id)

        await self._store.write(unit)

    async def _migration(self, message: Message) -> None:
        old, new = message.migrate_from_chat_id or message.chat.id, message.migrate_to_chat_id or message.chat.id
        await self._store.write(lambda tables: tables.chats.migrate(old, new))
        log.info("group became a supergroup", old_chat=old, new_chat=new)


def chat_record(update: Update) -> Chat | None:
    """The chat as this update shows it; None for channels and updates without a chat."""
    chat, person = update.effective_chat, update.effective_user
    if chat is None or chat.type not in KINDS:
        return None
    title = chat.title or chat.full_name or ""
    return Chat(chat.id, KINDS[chat.type], title, language_hint=person.language_code if person else None)


def _is_command_for_us(talk: Talk) -> bool:
    text = talk.message.text or ""
    if not text.startswith("/"):
        return False
    command, at, name = text.split(maxsplit=1)[0].removeprefix("/").partition("@")
    return name.lower() == talk.bot.username.lower() if at else command.lower() in OURS
