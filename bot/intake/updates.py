"""Telegram's updates as they come: which kinds we ask for, and whose lane each belongs to."""

import json
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, cast

import msgspec
from telegram.constants import UpdateType

from storage.records.queues import StoredUpdate

Raw = Mapping[str, Any]

ALLOWED_UPDATES: tuple[str, ...] = (UpdateType.MESSAGE, UpdateType.CALLBACK_QUERY, UpdateType.MY_CHAT_MEMBER)
"""Always sent along, because Telegram remembers the last list it was given."""

_NOTHING: Raw = MappingProxyType({})


class MalformedUpdate(ValueError):
    """What came is not an update: no object, or one without its number."""


def decode_update(body: bytes) -> Any:
    """Read the JSON that Telegram posts; raises ``MalformedUpdate``."""
    try:
        return msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return _leniently(body)


def _leniently(body: bytes) -> Any:
    """Read what a strict reader refuses: half of a character, as the poller's reader lets it pass."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        raise MalformedUpdate("an update must be JSON") from None


def read_update(raw: object) -> StoredUpdate:
    """Find an update's number, chat and person; the rest stays as it came. Raises ``MalformedUpdate``."""
    if not isinstance(raw, Mapping):
        raise MalformedUpdate("an update must be a JSON object")
    update = cast("Raw", raw)
    update_id = update.get("update_id")
    if not isinstance(update_id, int) or isinstance(update_id, bool):
        raise MalformedUpdate("an update must carry an integer update_id")
    chat_id, user_id = _lane(update)
    return StoredUpdate(update_id, chat_id, user_id, _encoded(update))


def _encoded(update: Raw) -> bytes:
    try:
        return msgspec.json.encode(update)
    except UnicodeEncodeError:
        # Half of a character, where somebody's words were cut: its update would come again for ever.
        return json.dumps(update, ensure_ascii=False).encode(errors="replace")


def _lane(update: Raw) -> tuple[int, int]:
    """Chat and person, 0 where there is none: what concerns a chat as a whole shares one lane."""
    content = next((part for kind in ALLOWED_UPDATES if (part := _object(update, kind))), _NOTHING)
    message = _object(content, "message") or content
    return _id(_object(message, "chat")), _id(_object(content, "from"))


def _object(holder: Raw, name: str) -> Raw:
    value = holder.get(name)
    return cast("Raw", value) if isinstance(value, Mapping) else _NOTHING


def _id(holder: Raw) -> int:
    value = holder.get("id")
    return value if isinstance(value, int) else 0
