"""What an update tells about its chat: kind and title, reachable or not, moved to a new id."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import structlog
from telegram import Chat as TelegramChat
from telegram import ChatMemberUpdated, Message, Update
from telegram.constants import ChatMemberStatus

from bot.presentation.names import legible
from storage.records.queues import Chat, ChatKind
from storage.store import Store
from storage.tables import Tables

log = structlog.get_logger()

GONE: Mapping[str, str] = {ChatMemberStatus.LEFT: "the bot was removed", ChatMemberStatus.BANNED: "the bot was blocked"}
KINDS = frozenset(ChatKind)


@dataclass(frozen=True, slots=True)
class Seen:
    """The chat speaks, so it can be spoken to."""

    chat: Chat


@dataclass(frozen=True, slots=True)
class Left:
    """The chat put us out."""

    chat: Chat
    reason: str


@dataclass(frozen=True, slots=True)
class Moved:
    """The group ``old_id`` is the supergroup ``new_id`` from now on."""

    old_id: int
    new_id: int


ChatNews = Seen | Left | Moved


def news_of(update: Update) -> ChatNews | None:
    """What an update says about its chat; None for chats we do not talk in. Pure."""
    message = update.effective_message
    if isinstance(message, Message) and (moved := _moved(message)):
        return moved
    chat = _chat(update)
    if chat is None:
        return None
    reason = _left(update.my_chat_member)
    return Seen(chat) if reason is None else Left(chat, reason)


class ChatKeeper:
    """Keeps what is known of chats true, before anybody acts on an update."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def note(self, update: Update) -> None:
        """Store what is new about the update's chat; a read alone when nothing is."""
        match news_of(update):
            case Seen(chat):
                await self._seen(chat)
            case Left(chat, reason):
                await self._store.write(lambda tables: leave(tables, chat, reason))
                log.info("a chat put the bot out", chat_id=chat.id, reason=reason)
            case Moved(old_id, new_id):
                await self._store.write(lambda tables: _move(tables, old_id, new_id))
                log.info("a group became a supergroup", old_chat_id=old_id, new_chat_id=new_id)
            case None:
                return

    async def _seen(self, chat: Chat) -> None:
        known = await self._store.read(lambda tables: tables.chats.get(chat.id))
        if known is not None and known.unreachable is None and _facts(known) == _facts(chat):
            return
        resumed = await self._store.write(lambda tables: _welcome(tables, chat))
        if resumed:
            log.info("a chat is reachable again", chat_id=chat.id, deliveries=resumed)


async def leave(tables: Tables, chat: Chat, reason: str) -> bool:
    """Mark a chat unreachable; True when this is news. Delivery keeps what it is owed, and tells the operators."""
    if await tables.chats.get(chat.id) is None:
        await tables.chats.seen(chat)
    return await tables.chats.mark_unreachable(chat.id, reason)


async def _welcome(tables: Tables, chat: Chat) -> int:
    """Remember a chat and owe it again what was kept for it; says how many messages."""
    await tables.chats.seen(chat)
    await tables.chats.mark_reachable(chat.id)
    return await tables.outbox.unpark_chat(chat.id)


async def _move(tables: Tables, old_id: int, new_id: int) -> None:
    await tables.chats.migrate(old_id, new_id)
    chat = await tables.chats.get(new_id)
    if chat is not None:
        await tables.chats.seen(replace(chat, kind=ChatKind.SUPERGROUP))


def _facts(chat: Chat) -> tuple[ChatKind, str, str | None]:
    return chat.kind, chat.title, chat.language_hint


def _moved(message: Message) -> Moved | None:
    if message.migrate_to_chat_id:
        return Moved(message.chat_id, message.migrate_to_chat_id)
    if message.migrate_from_chat_id:
        return Moved(message.migrate_from_chat_id, message.chat_id)
    return None


def _left(change: ChatMemberUpdated | None) -> str | None:
    return None if change is None else GONE.get(change.new_chat_member.status)


def _chat(update: Update) -> Chat | None:
    chat, person = update.effective_chat, update.effective_user
    if chat is None or chat.type not in KINDS:
        return None
    private = chat.type == TelegramChat.PRIVATE
    hint = person.language_code if person and private else None
    return Chat(chat.id, ChatKind(chat.type), legible(chat.effective_name or ""), language_hint=hint)
