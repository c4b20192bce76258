"""The gate that every update passes first: who speaks, where, in which language, and whether they may.

What an update tells about its chat (reachable, moved, renamed) was stored by intake before it came here.
"""

from telegram import Update
from telegram.ext import ApplicationHandlerStop

from bot.conversations.joining import Joining, is_insider
from bot.conversations.recent import Recent
from bot.conversations.talk import Talk, place_of
from bot.presentation.greetings import ADMINS, EVERYBODY, MEMBERS, OWNERS
from bot.presentation.speech import speech_for
from bot.resellers.buyers import Buyer, Buyers
from storage.records.orders import Place
from storage.records.queues import Chat, ChatKind
from storage.store import Store, Tables

KINDS = {kind.value: kind for kind in ChatKind}
OURS = frozenset({"start", *(entry.name for entry in (*EVERYBODY, *MEMBERS, *OWNERS, *ADMINS))})


class Gate:
    """Lets in who may order here or operates the shop; everybody else gets no further than the door."""

    def __init__(
        self, store: Store, buyers: Buyers, joining: Joining, familiar: Recent[str], default_language: str
    ) -> None:
        self._store = store
        self._buyers = buyers
        self._joining = joining
        self._familiar = familiar
        self._default_language = default_language

    async def enter(self, update: Update, talk: Talk) -> None:
        """Prepare ``talk``; raises ``ApplicationHandlerStop`` for what no handler shall see."""
        seen, person = chat_of(update), update.effective_user
        change = update.my_chat_member
        if seen is None or person is None or not (update.message or update.callback_query or change):
            raise ApplicationHandlerStop
        place = place_of(update, seen.id, person.id)
        known, found = await self._store.read(lambda tables: self._who(tables, place))
        chat = known or seen
        # Other bots, and people who hide behind a group's name, are nobody.
        buyer = Buyer(place, admin=False) if person.is_bot else found
        talk.enter(chat, buyer, speech_for(chat, self._default_language))
        if change is not None:
            await self._joining.bot_moved(talk, change)
        elif not is_insider(talk):
            await self._joining.outsider(talk, for_us=_is_for_us(talk))
        else:
            self._familiar[person.id] = talk.speech.language
            return
        raise ApplicationHandlerStop

    async def _who(self, tables: Tables, place: Place) -> tuple[Chat | None, Buyer]:
        return await tables.chats.get(place.chat_id), await self._buyers.here(tables, place)


def chat_of(update: Update) -> Chat | None:
    """The chat as this update shows it; None for channels and updates without a chat."""
    chat, person = update.effective_chat, update.effective_user
    if chat is None or chat.type not in KINDS:
        return None
    hint = person.language_code if person and chat.type == ChatKind.PRIVATE else None
    return Chat(chat.id, KINDS[chat.type], chat.effective_name or "", language_hint=hint)


def _is_for_us(talk: Talk) -> bool:
    """Whether somebody speaks to us: in private always, in groups with one of our commands, or any that names us."""
    if talk.private or talk.tapped is not None:
        return True
    text = talk.message.text or ""
    if not text.startswith("/"):
        return False
    command, at, name = text.split(maxsplit=1)[0].removeprefix("/").partition("@")
    return name.lower() == talk.bot.username.lower() if at else command.lower() in OURS
