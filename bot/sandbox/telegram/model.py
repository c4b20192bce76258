"""People, chats and messages of the local Telegram."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from bot.sandbox.telegram.keyboards import ForceReply, InlineKeyboard, Markup
from bot.sandbox.telegram.markup.render import to_html
from bot.sandbox.telegram.markup.spans import FormattedText
from bot.sandbox.telegram.shapes import JsonObject


class ChatKind(StrEnum):
    """The Bot API's chat types that the sandbox offers."""

    PRIVATE = "private"
    GROUP = "group"
    SUPERGROUP = "supergroup"


class BotStanding(StrEnum):
    """The bot's membership of a group."""

    MEMBER = "member"
    LEFT = "left"
    KICKED = "kicked"


@dataclass(slots=True)
class User:
    """A person, or the bot. ``deactivated`` and ``blocks_bot`` are faults that tests switch on."""

    id: int
    first_name: str
    last_name: str = ""
    username: str = ""
    language_code: str = "en"
    is_bot: bool = False
    is_admin: bool = False
    deactivated: bool = False
    blocks_bot: bool = False
    met_bot: bool = False
    """Whether the bot ever received anything from this person, anywhere."""
    note: str = ""
    """Who this is in the story that the page shows; Telegram knows nothing of it."""

    def to_api(self) -> JsonObject:
        """Return the ``User`` object."""
        optional = {"last_name": self.last_name, "username": self.username}
        user: JsonObject = {"id": self.id, "is_bot": self.is_bot, "first_name": self.first_name}
        language = {} if self.is_bot else {"language_code": self.language_code}
        return user | {key: value for key, value in optional.items() if value} | language


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file that somebody sent."""

    id: str
    name: str
    mime_type: str
    content: bytes = field(repr=False)
    width: int = 0
    height: int = 0

    def to_api(self) -> JsonObject:
        """Return the ``Document`` object."""
        return {
            "file_id": self.id,
            "file_unique_id": self.unique_id,
            "file_name": self.name,
            "mime_type": self.mime_type,
            "file_size": len(self.content),
        }

    @property
    def unique_id(self) -> str:
        """The id that stays the same for the same file."""
        return f"U{self.id[-12:]}"

    @property
    def path(self) -> str:
        """The ``file_path`` that ``getFile`` gives out."""
        return f"documents/{self.id[-12:]}/{self.name}"


@dataclass(slots=True)
class Message:
    """One message; ``version`` is the world's version when it last changed."""

    id: int
    chat_id: int
    sender: User
    date: datetime
    body: FormattedText = field(default_factory=lambda: FormattedText(""))
    topic: int | None = None
    reply_to: "Message | None" = None
    markup: Markup | None = None
    document: StoredFile | None = None
    photo: StoredFile | None = None
    service: JsonObject = field(default_factory=dict[str, Any])
    protected: bool = False
    silent: bool = False
    edit_date: datetime | None = None
    edits: int = 0
    deleted: bool = False
    version: int = 0

    @property
    def has_media(self) -> bool:
        """Whether the text is a caption."""
        return self.document is not None or self.photo is not None

    @property
    def is_topic_root(self) -> bool:
        """Whether this is the service message that a topic hangs on."""
        return "forum_topic_created" in self.service

    @property
    def keyboard(self) -> InlineKeyboard | None:
        """The inline keyboard, if that is what the markup is."""
        return self.markup if isinstance(self.markup, InlineKeyboard) else None

    def to_page(self) -> JsonObject:
        """Return what tests and the chat page see of the message."""
        return {
            "id": self.id,
            "chat_id": self.chat_id,
            "topic": self.topic,
            "from": {"id": self.sender.id, "name": self.sender.first_name, "is_bot": self.sender.is_bot},
            "date": self.date.isoformat(),
            "edits": self.edits,
            "deleted": self.deleted,
            "version": self.version,
            "text": self.body.text,
            "entities": self.body.entities(),
            "html": to_html(self.body),
            "buttons": [list(row) for row in self.keyboard.rows] if self.keyboard else [],
            "force_reply": _force_reply(self.markup),
            "reply_to": _quoted(self.reply_to),
            "document": _file_link(self.document),
            "photo": _file_link(self.photo),
            "service": self.service,
            "protected": self.protected,
            "silent": self.silent,
        }


def _force_reply(markup: Markup | None) -> JsonObject | None:
    if not isinstance(markup, ForceReply):
        return None
    return {"selective": markup.selective, "placeholder": markup.placeholder}


def _quoted(message: Message | None) -> JsonObject | None:
    if message is None or message.is_topic_root:
        return None
    label = message.body.text or (message.document.name if message.document else "Photo")
    return {
        "id": message.id,
        "from_id": message.sender.id,
        "name": message.sender.first_name,
        "text": label[:120],
    }


def _file_link(file: StoredFile | None) -> JsonObject | None:
    if file is None:
        return None
    return {
        "file_id": file.id,
        "name": file.name,
        "size": len(file.content),
        "mime_type": file.mime_type,
        "url": f"/sandbox/files/{file.id}",
    }


@dataclass(slots=True)
class Chat:
    """A private chat (id = the person's id) or a group; topics map thread ids to names."""

    id: int
    kind: ChatKind
    title: str = ""
    is_forum: bool = False
    members: list[int] = field(default_factory=list[int])
    standing: BotStanding = BotStanding.MEMBER
    topics: dict[int, str] = field(default_factory=dict[int, str])
    migrated_to: int | None = None
    creator: int | None = None
    """Who made the group, and so runs it."""
    started: bool = False
    """Whether the person ever wrote here: a bot cannot begin a private chat."""
    messages: dict[int, Message] = field(default_factory=dict[int, Message])
    next_message_id: int = 1
    version: int = 0

    @property
    def is_private(self) -> bool:
        """Whether this is a conversation of one person with the bot."""
        return self.kind is ChatKind.PRIVATE

    def alive(self, message_id: int) -> Message | None:
        """Return a message that exists and was not deleted."""
        message = self.messages.get(message_id)
        return message if message and not message.deleted else None
