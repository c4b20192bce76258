"""Reply markups: what bots may attach to a message, checked against Telegram's limits."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from telegram.constants import (
    InlineKeyboardButtonLimit,
    InlineKeyboardMarkupLimit,
    KeyboardButtonStyle,
    ReplyLimit,
)

from bot.sandbox.telegram.errors import BadRequest
from bot.sandbox.telegram.shapes import JsonObject, as_list, as_object

STYLES = frozenset(style.value for style in KeyboardButtonStyle)
URL = re.compile(r"(?:https?://[^\s/]+\.[^\s]+|tg://\S+)$")


@dataclass(frozen=True, slots=True)
class InlineKeyboard:
    """Rows of buttons under a message, as the Bot API writes them."""

    rows: tuple[tuple[JsonObject, ...], ...]

    def to_api(self) -> JsonObject:
        """Return the ``InlineKeyboardMarkup`` object."""
        return {"inline_keyboard": [list(row) for row in self.rows]}

    def button(self, **wanted: str) -> JsonObject | None:
        """Return the first button with this ``callback_data`` or ``text``."""
        buttons = (button for row in self.rows for button in row)
        return next((b for b in buttons if all(b.get(key) == value for key, value in wanted.items())), None)


@dataclass(frozen=True, slots=True)
class ForceReply:
    """Opens the reply bar; ``selective`` narrows it to the people mentioned or replied to."""

    selective: bool
    placeholder: str


@dataclass(frozen=True, slots=True)
class OtherMarkup:
    """A custom keyboard or its removal: accepted and kept, shown by no part of the chat page."""

    content: JsonObject


Markup = InlineKeyboard | ForceReply | OtherMarkup


def parse_markup(raw: Any) -> Markup | None:
    """Check a ``reply_markup``; raises ``BadRequest``. None stands for "no markup", as does an empty keyboard."""
    if not raw:
        return None
    fields = as_object(raw)
    if fields is None:
        raise BadRequest("can't parse reply keyboard markup JSON object")
    if "inline_keyboard" in fields:
        return _inline_keyboard(fields["inline_keyboard"])
    if fields.get("force_reply"):
        return ForceReply(bool(fields.get("selective")), _placeholder(fields))
    if "keyboard" in fields:
        _placeholder(fields)
    return OtherMarkup(fields)


def _placeholder(fields: JsonObject) -> str:
    placeholder = str(fields.get("input_field_placeholder") or "")
    if len(placeholder) > ReplyLimit.MAX_INPUT_FIELD_PLACEHOLDER:
        raise BadRequest("INPUT_FIELD_PLACEHOLDER_TOO_LONG")
    return placeholder


def _inline_keyboard(rows: Any) -> InlineKeyboard | None:
    listed = as_list(rows)
    if listed is None:
        raise BadRequest('can\'t parse inline keyboard: Field "inline_keyboard" must be of type Array')
    checked = tuple(tuple(_button(button) for button in as_list(row) or []) for row in listed if row)
    if any(len(row) > InlineKeyboardMarkupLimit.BUTTONS_PER_ROW for row in checked):
        raise BadRequest("REPLY_MARKUP_TOO_LONG")
    if sum(map(len, checked)) > InlineKeyboardMarkupLimit.TOTAL_BUTTON_NUMBER:
        raise BadRequest("REPLY_MARKUP_TOO_LONG")
    return InlineKeyboard(checked) if checked else None


def _button(raw: Any) -> JsonObject:
    button = as_object(raw)
    if button is None or not isinstance(button.get("text"), str):
        raise BadRequest('can\'t parse inline keyboard button: Field "text" must be of type String')
    button = dict(button)
    if not button["text"].strip():
        raise BadRequest("can't parse inline keyboard button: Button text must be non-empty")
    if button.get("style") is not None and button["style"] not in STYLES:
        raise BadRequest("can't parse inline keyboard button: Invalid button style specified")
    actions = [name for name in ACTIONS if button.get(name) is not None]
    if not actions:
        raise BadRequest("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")
    ACTIONS[actions[0]](button)
    return button


def _check_callback(button: JsonObject) -> None:
    size = len(str(button["callback_data"]).encode())
    limits = InlineKeyboardButtonLimit
    if not limits.MIN_CALLBACK_DATA <= size <= limits.MAX_CALLBACK_DATA:
        raise BadRequest("BUTTON_DATA_INVALID")


def _check_url(button: JsonObject) -> None:
    if not URL.match(str(button["url"])):
        raise BadRequest(f"inline keyboard button URL '{button['url']}' is invalid: Wrong HTTP URL")


def _check_copy_text(button: JsonObject) -> None:
    text = (as_object(button["copy_text"]) or {}).get("text")
    limits = InlineKeyboardButtonLimit
    if not isinstance(text, str) or not limits.MIN_COPY_TEXT <= len(text) <= limits.MAX_COPY_TEXT:
        raise BadRequest("BUTTON_COPY_TEXT_INVALID")


def _check_nothing(_button: JsonObject) -> None:
    """Inline-mode and web-app buttons are kept as they are: the chat page does not act on them."""


ACTIONS: dict[str, Callable[[JsonObject], None]] = {
    "callback_data": _check_callback,
    "url": _check_url,
    "copy_text": _check_copy_text,
    "switch_inline_query": _check_nothing,
    "switch_inline_query_current_chat": _check_nothing,
    "switch_inline_query_chosen_chat": _check_nothing,
    "web_app": _check_nothing,
}
