"""What a message is made of: a text, its buttons, and the measures both must keep."""

import html
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from markupsafe import Markup
from telegram import CopyTextButton, ForceReply, InlineKeyboardButton, InlineKeyboardMarkup
from telegram.constants import InlineKeyboardButtonLimit, InlineKeyboardMarkupLimit, KeyboardButtonStyle

from bot.presentation.buttons import Button
from bot.presentation.speech import Speech

ROW = list[InlineKeyboardButton]
ELLIPSIS = "…"
TAG = re.compile(r"<[^<>]*>")
LABEL_LENGTH = 56
"""What a phone shows of a button's label."""


@dataclass(frozen=True, slots=True)
class Card:
    """A message: HTML text, and inline buttons or a request to reply, never both."""

    text: str
    keyboard: InlineKeyboardMarkup | None = None
    force_reply: ForceReply | None = None


@dataclass(frozen=True, slots=True)
class TextMessage:
    """A message that is all text."""

    card: Card


@dataclass(frozen=True, slots=True)
class DocumentMessage:
    """A file, with ``card`` as its caption and buttons."""

    card: Card
    filename: str
    content: bytes


def visible_length(text: str) -> int:
    """How long an HTML text is to Telegram: after entity parsing, in UTF-16 units."""
    return len(html.unescape(TAG.sub("", text)).encode("utf-16-le")) // 2


def bare(text: str, below: InlineKeyboardMarkup | None) -> tuple[str, InlineKeyboardMarkup | None]:
    """An HTML text as plain text, for when Telegram refuses its best form; links of buttons move into it."""
    rows = below.inline_keyboard if below else ()
    links = [one.url for row in rows for one in row if one.url]
    kept = [[one for one in row if not one.url] for row in rows]
    return "\n".join([html.unescape(TAG.sub("", text)), *links]), keyboard(*kept)


def clip(text: str, length: int) -> str:
    """Shorten plain text to ``length`` characters, showing that something is missing."""
    flat = " ".join(text.split())
    return flat if len(flat) <= length else flat[: length - 1].rstrip() + ELLIPSIS


def clip_middle(text: str, length: int) -> str:
    """Shorten a name to ``length`` characters, keeping the words at its end, where values and regions stand.

    The end is made of whole words: of "1000 USD" a cut would make "000 USD", another value.
    """
    flat = " ".join(text.split())
    _, space, end = flat[-(length // 2) - 1 :].partition(" ")
    if len(flat) <= length or not space:
        return clip(flat, length)
    return f"{flat[: length - len(end) - 2].rstrip()}{ELLIPSIS} {end}"


def lines(parts: Iterable[Markup | str | None]) -> str:
    """Join lines and leave out the missing ones; an empty string makes a blank line, escaped what is not markup."""
    return str(Markup("\n").join(part for part in parts if part is not None)).strip()


def button(label: str, meaning: Button, style: KeyboardButtonStyle | None = None) -> InlineKeyboardButton:
    """A button that means something to us."""
    return InlineKeyboardButton(clip(label, LABEL_LENGTH), callback_data=meaning.pack(), style=style)


def copy_button(label: str, content: str) -> InlineKeyboardButton:
    """A button that copies ``content``; raises ``ValueError`` where Telegram would refuse it."""
    if not copyable(content):
        raise ValueError("a copy button takes 1 to 256 characters")
    return InlineKeyboardButton(clip(label, LABEL_LENGTH), copy_text=CopyTextButton(content))


def link_button(label: str, url: str) -> InlineKeyboardButton:
    """A button that opens a web page."""
    return InlineKeyboardButton(clip(label, LABEL_LENGTH), url=url)


def copyable(content: str) -> bool:
    """Whether a copy button may carry ``content``."""
    return InlineKeyboardButtonLimit.MIN_COPY_TEXT <= len(content) <= InlineKeyboardButtonLimit.MAX_COPY_TEXT


def keyboard(*rows: Sequence[InlineKeyboardButton]) -> InlineKeyboardMarkup | None:
    """A keyboard of the rows that are not empty."""
    full = [list(row) for row in rows if row]
    return InlineKeyboardMarkup(full) if full else None


def with_row(card: Card, row: Sequence[InlineKeyboardButton]) -> Card:
    """The card with one more row of buttons; one that asks for a reply takes none."""
    if not row or card.force_reply is not None:
        return card
    rows = card.keyboard.inline_keyboard if card.keyboard else ()
    # A card that leads there by itself needs no second way.
    return card if tuple(row) in rows else replace(card, keyboard=keyboard(*rows, row))


def grid(buttons: Sequence[InlineKeyboardButton], columns: int) -> list[ROW]:
    """Lay buttons out in rows of at most ``columns``."""
    columns = min(columns, int(InlineKeyboardMarkupLimit.BUTTONS_PER_ROW))
    return [list(buttons[start : start + columns]) for start in range(0, len(buttons), columns)]


@dataclass(frozen=True, slots=True)
class Paging:
    """Where a page stands in a list, counted in entries."""

    offset: int
    limit: int
    total: int

    @property
    def here(self) -> int:
        """This page's number, from 1."""
        return self.offset // self.limit + 1

    @property
    def last(self) -> int:
        """The last page's number."""
        return max(1, -(-self.total // self.limit))


def page_row(speech: Speech, paging: Paging, turn: Callable[[int], Button]) -> ROW:
    """Previous page, "2 of 5", next page; empty when one page holds everything. ``turn`` takes an offset."""
    if paging.last == 1:
        return []
    row: ROW = []
    if paging.here > 1:
        row.append(button("‹", turn(max(0, paging.offset - paging.limit))))
    label = speech.plain("{page} of {pages}", page=speech.number(paging.here), pages=speech.number(paging.last))
    row.append(button(label, turn(paging.offset)))
    if paging.here < paging.last:
        row.append(button("›", turn(paging.offset + paging.limit)))
    return row
