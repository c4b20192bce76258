"""What each Telegram error means for a message we owe: one pure table (Bot API, "Making requests")."""

from dataclasses import dataclass
from datetime import timedelta

import httpx
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    EndPointNotFound,
    Forbidden,
    InvalidToken,
    RetryAfter,
    TelegramError,
)


@dataclass(frozen=True, slots=True)
class AsWanted:
    """The message already reads as it should: success."""


@dataclass(frozen=True, slots=True)
class Flooded:
    """Too many messages; this chat is closed to us for ``seconds``."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Unreachable:
    """The chat cannot be written to now, and only its people can change that."""

    reason: str


@dataclass(frozen=True, slots=True)
class Migrated:
    """The group became a supergroup and lives under ``new_chat_id``."""

    new_chat_id: int


@dataclass(frozen=True, slots=True)
class EditTargetGone:
    """The message to edit was deleted or is no longer editable: send a new one."""


@dataclass(frozen=True, slots=True)
class BadMarkup:
    """Our markup is wrong, which is a bug: the words must arrive anyhow, without it."""

    reason: str


@dataclass(frozen=True, slots=True)
class TopicGone:
    """The forum topic was deleted or closed: send to the chat itself."""


@dataclass(frozen=True, slots=True)
class NotSent:
    """Telegram certainly never saw the request: trying again is free."""

    reason: str


@dataclass(frozen=True, slots=True)
class InDoubt:
    """Telegram may have acted on the request; repeat only what is harmless twice."""

    reason: str


@dataclass(frozen=True, slots=True)
class Misconfigured:
    """The token is wrong or another process uses it: nothing can be sent until a human acts."""

    reason: str


@dataclass(frozen=True, slots=True)
class Refused:
    """Telegram will not take this message however often it is sent."""

    reason: str


Verdict = (
    AsWanted
    | Flooded
    | Unreachable
    | Migrated
    | EditTargetGone
    | BadMarkup
    | TopicGone
    | NotSent
    | InDoubt
    | Misconfigured
    | Refused
)

NOT_SENT_CAUSES = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol)

# Telegram gives its errors no codes, only these sentences (lower case here); the first match wins.
AS_WANTED = ("message is not modified",)
EDIT_TARGET_GONE = (
    "message to edit not found",
    "message can't be edited",
    "message_id_invalid",
    "message identifier is not specified",
)
BAD_MARKUP = ("can't parse entities", "can't parse message text", "can't parse caption")
BAD_LINK = ("wrong http url", "button_url_invalid")
TOPIC_GONE = ("message thread not found", "topic_closed", "topic_deleted", "topic_id_invalid")
UNREACHABLE = (
    "chat not found",
    "user not found",
    "peer_id_invalid",
    "chat_write_forbidden",
    "chat_restricted",
    "not enough rights",
    "have no rights",
    "need administrator rights",
    "group chat was deactivated",
    "user is deactivated",
    "bot was blocked",
    "bot was kicked",
)
FLOOD_WITHOUT_TIME = timedelta(seconds=5)


def classify(error: TelegramError, *, editing: bool) -> Verdict:
    """Say what an error means; ``editing`` tells an edit from a new message. Pure."""
    # BadRequest and TimedOut are NetworkErrors, so the narrow classes come first.
    match error:
        case RetryAfter():
            return Flooded(wait_of(error))
        case ChatMigrated():
            return Migrated(error.new_chat_id)
        case Forbidden():
            return Unreachable(error.message)
        case InvalidToken() | Conflict() | EndPointNotFound():
            return Misconfigured(error.message)
        case BadRequest():
            return _bad_request(error.message, editing=editing)
        case _:
            return _network(error)


def wait_of(error: RetryAfter) -> float:
    """How long Telegram asked us to wait, in seconds."""
    wait = error.retry_after
    return wait.total_seconds() if isinstance(wait, timedelta) else float(wait)


def _bad_request(message: str, *, editing: bool) -> Verdict:
    said = message.lower()
    if _says(said, AS_WANTED):
        return AsWanted()
    if editing and _says(said, EDIT_TARGET_GONE):
        return EditTargetGone()
    if _says(said, BAD_MARKUP):
        return BadMarkup(message)
    if _says(said, BAD_LINK):
        # Telegram quotes the link, which may be what a reseller pays for: it must reach neither a log nor a row.
        return BadMarkup("a button's link is refused")
    if _says(said, TOPIC_GONE):
        return TopicGone()
    return Unreachable(message) if _says(said, UNREACHABLE) else Refused(message)


def _network(error: TelegramError) -> Verdict:
    said = error.message.lower()
    if isinstance(error.__cause__, NOT_SENT_CAUSES):
        return NotSent(type(error.__cause__).__name__)
    if "too many requests" in said:
        return Flooded(FLOOD_WITHOUT_TIME.total_seconds())
    if "entity too large" in said:
        return Refused(error.message)
    return InDoubt(_why(error))


def _why(error: TelegramError) -> str:
    """Name the failure without its text: a broken reply may quote what it was given."""
    cause = error.__cause__
    return type(error).__name__ if cause is None else f"{type(error).__name__} ({type(cause).__name__})"


def _says(said: str, sentences: tuple[str, ...]) -> bool:
    return any(sentence in said for sentence in sentences)
