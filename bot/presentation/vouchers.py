"""How delivered codes are shown: few and short as text to tap, otherwise as a document."""

import re
from collections.abc import Sequence

from markupsafe import Markup
from telegram import InlineKeyboardButton

from bot.presentation.cards import ROW, copy_button, copyable, grid, link_button, visible_length
from bot.presentation.speech import Speech
from bot.presentation.tables import csv_table
from storage.records.orders import Code

MOST_AS_TEXT = 20
MOST_WITH_PARTS = 6
"""Vouchers with PINs and links in one message: each has its own buttons below."""

MOST_COPY_BUTTONS = 6
MOST_CHARACTERS = 2000
"""Of codes in one message: the rest of the text fits beside them into Telegram's 4 096."""

MOST_LINK_CHARACTERS = 1500
"""Of links behind one message's buttons: Telegram takes about 10 kB of keyboard, and a refused one moves into the text.
"""

TAPPABLE = Markup("<code>{}</code>")
HIDDEN = Markup("<tg-spoiler>{}</tg-spoiler>")

WEB_LINK = re.compile(
    r"https?://(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,24}(?::\d{1,5})?(?:[/?#][\w\-.~:/?#\[\]@!$&'()*+,;=%]*)?",
    re.IGNORECASE | re.ASCII,
)
"""What Telegram surely takes as a button's address: it refuses the whole message for a bad one."""

COLUMNS = ("number", "code", "pin", "link", "valid_until", "serial")


def plain(code: Code) -> bool:
    """Whether a code is nothing but its value, on one line: of several lines nobody would see where one ends."""
    alone = not (code.pin or code.link or code.serial or code.expires_at)
    return alone and len(code.value.splitlines()) <= 1


def fit_in_text(codes: Sequence[Code], speech: Speech, *, private: bool) -> bool:
    """Whether the codes fit into a message beside its other words."""
    most = MOST_AS_TEXT if all(map(plain, codes)) else MOST_WITH_PARTS
    if len(codes) > most or sum(len(code.link) for code in codes) > MOST_LINK_CHARACTERS:
        return False
    return visible_length(as_text(codes, speech, private=private)) <= MOST_CHARACTERS


def as_text(codes: Sequence[Code], speech: Speech, *, private: bool) -> Markup:
    """Plain codes one per line, vouchers one block each, every value once.

    A tap copies a value in private; in a group it is hidden (a spoiler can hold no ``code``).
    """
    if all(map(plain, codes)):
        return Markup("\n").join(_value(code.value, private) for code in codes)
    numbered = len(codes) > 1
    blocks = [
        _block(code, position if numbered else None, speech, private) for position, code in enumerate(codes, start=1)
    ]
    return Markup("\n\n").join(blocks)


def buttons(codes: Sequence[Code], speech: Speech, *, private: bool) -> list[ROW]:
    """What copies a value or opens a link: all parts of one voucher together, plain codes also all at once."""
    if all(map(plain, codes)):
        return grid(_plain_buttons(codes, speech), 3)
    numbered = len(codes) > 1
    rows: list[ROW] = []
    for position, code in enumerate(codes, start=1):
        number = position if numbered else None
        rows += [_copies(code, number, speech), _links(code, number, speech, private)]
    return rows


def filename(reference: str, codes: Sequence[Code]) -> str:
    """What the document is called: a text file of plain codes, a table of vouchers."""
    return f"{reference}.{'txt' if all(map(plain, codes)) else 'csv'}"


def as_file(codes: Sequence[Code]) -> bytes:
    """The codes in UTF-8, each exactly as the supplier gave it: one per line, or a table when they have parts."""
    if all(map(plain, codes)):
        return "".join(f"{code.value}\n" for code in codes).encode()
    return csv_table(COLUMNS, (_row(position, code) for position, code in enumerate(codes, start=1)))


def opens_as_button(link: str) -> bool:
    """Whether a claim link can stand behind a button; any other is shown as text."""
    return WEB_LINK.fullmatch(link) is not None


def _row(position: int, code: Code) -> tuple[str, ...]:
    until = code.expires_at.isoformat() if code.expires_at else ""
    return str(position), code.value, code.pin, code.link, until, code.serial


def _value(value: str, private: bool) -> Markup:
    return (TAPPABLE if private else HIDDEN).format(value)


def _block(code: Code, number: int | None, speech: Speech, private: bool) -> Markup:
    behind_button = private and opens_as_button(code.link)
    parts = [
        _value(code.value, private) if code.value else None,
        speech.text("PIN: {pin}", pin=_value(code.pin, private)) if code.pin else None,
        speech.text("Link: {link}", link=_value(code.link, private)) if code.link and not behind_button else None,
        speech.text("The link is behind the button below.") if behind_button and not code.value else None,
        speech.text("Valid until: {date}", date=speech.day(code.expires_at)) if code.expires_at else None,
        speech.text("Serial number: {serial}", serial=_value(code.serial, private)) if code.serial else None,
    ]
    block = Markup("\n").join(part for part in parts if part is not None)
    return block if number is None else Markup("<b>{}.</b> {}").format(number, block)


def _plain_buttons(codes: Sequence[Code], speech: Speech) -> list[InlineKeyboardButton]:
    if len(codes) == 1:
        return [copy_button(speech.plain("Copy the code"), codes[0].value)] if copyable(codes[0].value) else []
    shown: list[InlineKeyboardButton] = []
    if len(codes) <= MOST_COPY_BUTTONS and all(copyable(code.value) for code in codes):
        shown = [
            copy_button(speech.plain("Copy {number}", number=position), code.value)
            for position, code in enumerate(codes, start=1)
        ]
    everything = "\n".join(code.value for code in codes)
    if codes and copyable(everything):
        shown.append(copy_button(speech.plain("Copy all"), everything))
    return shown


def _copies(code: Code, number: int | None, speech: Speech) -> ROW:
    if number is None:
        labels = speech.plain("Copy the code"), speech.plain("Copy the PIN")
    else:
        labels = speech.plain("Copy {number}", number=number), speech.plain("Copy PIN {number}", number=number)
    values = zip(labels, (code.value, code.pin), strict=True)
    return [copy_button(label, value) for label, value in values if copyable(value)]


def _links(code: Code, number: int | None, speech: Speech, private: bool) -> ROW:
    if not code.link:
        return []
    if number is None:
        labels = speech.plain("Open the link"), speech.plain("Copy the link")
    else:
        labels = speech.plain("Open link {number}", number=number), speech.plain("Copy link {number}", number=number)
    row: ROW = []
    # In a group anybody could open it by a slip of the thumb, and many links are good for one claim only.
    if private and opens_as_button(code.link):
        row.append(link_button(labels[0], code.link))
    if copyable(code.link):
        row.append(copy_button(labels[1], code.link))
    return row
