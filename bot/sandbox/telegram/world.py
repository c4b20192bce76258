"""Everything the local Telegram knows: people, chats, messages, files, and when each last changed."""

from collections import OrderedDict, deque
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count

from bot.sandbox.telegram.changes import Changes
from bot.sandbox.telegram.config import SandboxConfig
from bot.sandbox.telegram.errors import BadRequest
from bot.sandbox.telegram.model import Chat, ChatKind, Message, StoredFile, User
from bot.sandbox.telegram.shapes import JsonObject

GROUP_ID = -1001000000001
TYPING_SECONDS = 5.0
"""How long Telegram shows a chat action."""


@dataclass(frozen=True, slots=True)
class Popup:
    """A callback answer on its way to the person who tapped."""

    version: int
    user_id: int
    query_id: str
    text: str
    show_alert: bool
    url: str


@dataclass(slots=True)
class Query:
    """A tap on a button that waits for its answer."""

    id: str
    user_id: int
    asked_at: datetime
    answered: bool = False


@dataclass(frozen=True, slots=True)
class Call:
    """One Bot API call the bot made, and how it ended; ``status`` is None when its connection was broken unread."""

    version: int
    method: str
    parameters: JsonObject
    status: int | None
    description: str
    at: datetime


class World:
    """The state of the sandbox. Lives on one event loop, so plain method calls are atomic."""

    def __init__(self, config: SandboxConfig) -> None:
        self.config = config
        self.changes = Changes()
        self.bot = User(config.bot_id, config.bot_name, username=config.bot_username, is_bot=True)
        self.users: dict[int, User] = {}
        self.chats: dict[int, Chat] = {}
        self.files: OrderedDict[str, StoredFile] = OrderedDict()
        self.queries: OrderedDict[str, Query] = OrderedDict()
        self.popups: deque[Popup] = deque(maxlen=200)
        self.calls: deque[Call] = deque(maxlen=config.calls_kept)
        self.typing: dict[tuple[int, int | None], datetime] = {}
        self._numbers = count(1)
        self._seed()

    def _seed(self) -> None:
        ada = self.add_user(User(self.config.admin_id, "Ada", username="ada", is_admin=True))
        second, third = [number for number in (1002, 1003, 1004) if number != self.config.admin_id][:2]
        boris = self.add_user(User(second, "Boris", username="boris", language_code="ru"))
        chen = self.add_user(User(third, "Chen", username="chen_wei"))
        members = [ada.id, boris.id, chen.id]
        group = Chat(GROUP_ID, ChatKind.SUPERGROUP, "Game Corner", is_forum=True, members=members)
        self.add_chat(group)
        self.add_topic(group, "Orders", ada)

    def now(self) -> datetime:
        """Return the current time by the configured clock."""
        return self.config.clock()

    def number(self) -> int:
        """Return the next number of the sandbox's own counter, for ids."""
        return next(self._numbers)

    def add_user(self, user: User) -> User:
        """Add a person and the (empty) private chat with the bot."""
        self.users[user.id] = user
        self.add_chat(Chat(user.id, ChatKind.PRIVATE, members=[user.id]))
        return user

    def add_chat(self, chat: Chat) -> Chat:
        """Add a chat. In a group, id 1 is its creation: forums use it for General, so no topic may have it."""
        chat.next_message_id = 1 if chat.is_private else 2
        if not chat.is_private and chat.creator is None:
            chat.creator = next(iter(chat.members), None)
        self.chats[chat.id] = chat
        self.touch(chat)
        return chat

    def add_topic(self, chat: Chat, name: str, creator: User) -> int:
        """Open a forum topic; its thread id is the id of the service message that announces it."""
        root = self.add_message(chat, creator, service={"forum_topic_created": {"name": name, "icon_color": 0x6FB9F0}})
        root.topic = root.id
        chat.topics[root.id] = name
        self.touch(chat)
        return root.id

    def touch(self, chat: Chat, message: Message | None = None) -> None:
        """Note that a chat, and perhaps one of its messages, changed."""
        chat.version = self.changes.bump()
        if message is not None:
            message.version = chat.version

    def add_message(self, chat: Chat, sender: User, service: JsonObject | None = None) -> Message:
        """Append an empty message to a chat for the caller to fill; the oldest one goes when there are too many."""
        message = Message(chat.next_message_id, chat.id, sender, self.now(), service=service or {})
        chat.next_message_id += 1
        chat.messages[message.id] = message
        while len(chat.messages) > self.config.messages_kept:
            chat.messages.pop(next(iter(chat.messages)))
        if sender is self.bot:
            self.typing = {place: until for place, until in self.typing.items() if place[0] != chat.id}
        self.touch(chat, message)
        return message

    def delete_message(self, chat: Chat, message: Message) -> None:
        """Mark a message as deleted; the page removes it, its id is never used again."""
        message.deleted = True
        self.touch(chat, message)

    def delete_topic(self, chat: Chat, topic: int) -> None:
        """Delete a topic and everything in it; raises ``BadRequest`` when there is none."""
        if chat.topics.pop(topic, None) is None:
            raise BadRequest("message thread not found")
        for message in chat.messages.values():
            if message.topic == topic:
                self.delete_message(chat, message)
        self.touch(chat)

    def store_file(self, name: str, mime_type: str, content: bytes) -> StoredFile:
        """Keep a file; the oldest one goes when there are too many."""
        stored = StoredFile(f"BQACAgIAAxk{self.number():012d}", name, mime_type, content)
        self.files[stored.id] = stored
        while len(self.files) > self.config.files_kept:
            self.files.popitem(last=False)
        return stored

    def ask(self, user: User) -> Query:
        """Begin a callback query."""
        query = Query(str(4_000_000_000_000_000 + self.number()), user.id, self.now())
        self.queries[query.id] = query
        while len(self.queries) > self.config.updates_kept:
            self.queries.popitem(last=False)
        return query

    def expire_queries(self) -> None:
        """Make every tap that was not answered yet too old to be."""
        for query in self.queries.values():
            query.asked_at = datetime.min.replace(tzinfo=UTC)

    def answer(self, query: Query, text: str, show_alert: bool, url: str) -> None:
        """Deliver a callback answer to the page of the person who tapped."""
        query.answered = True
        self.popups.append(Popup(self.changes.bump(), query.user_id, query.id, text, show_alert, url))

    def show_typing(self, chat: Chat, topic: int | None) -> None:
        """Show the bot as busy for a few seconds, or until its next message."""
        self.typing[chat.id, topic] = self.now()
        self.touch(chat)

    def is_typing(self, chat: Chat) -> bool:
        """Whether the bot is shown as busy in this chat."""
        now = self.now()
        return any(
            place[0] == chat.id and (now - since).total_seconds() < TYPING_SECONDS
            for place, since in self.typing.items()
        )

    def record(self, method: str, parameters: JsonObject, status: int | None, description: str) -> None:
        """Remember a Bot API call."""
        self.calls.append(Call(self.changes.bump(), method, parameters, status, description, self.now()))

    def user(self, user_id: int) -> User:
        """Return a person; raises ``BadRequest`` when there is none."""
        user = self.users.get(user_id)
        if user is None:
            raise BadRequest("user not found")
        return user

    def chat(self, chat_id: int) -> Chat:
        """Return a chat; raises ``BadRequest`` "chat not found"."""
        chat = self.chats.get(chat_id)
        if chat is None:
            raise BadRequest("chat not found")
        return chat
