"""How delivered codes are shown: few and short as text to tap, otherwise as a document."""

from collections.abc import Sequence

from markupsafe import Markup
from telegram import InlineKeyboardButton

from bot.presentation.cards import copy_button, copyable
from bot.presentation.speech import Speech
from storage.records.orders import Code

MOST_AS_TEXT = 20
MOST_CHARACTERS = 2000
"""Of codes in one message: the rest of the text fits beside them into Telegram's 4 096."""

MOST_COPY_BUTTONS = 6

TAPPABLE = Markup("<code>{}</code>")
HIDDEN = Markup("<tg-spoiler>{}</tg-spoiler>")


def fit_in_text(codes: Sequence[Code]) -> bool:
    """Whether the codes fit into a message beside its other words."""
    return len(codes) <= MOST_AS_TEXT and sum(_units(code.value) + 1 for code in codes) <= MOST_CHARACTERS


def as_text(codes: Sequence[Code], *, private: bool) -> Markup:
    """One code per line. A tap copies it in private; in a group it is hidden (a spoiler can hold no ``code``)."""
    wrapped = TAPPABLE if private else HIDDEN
    return Markup("\n").join(wrapped.format(code.value) for code in codes)


def copy_buttons(codes: Sequence[Code], speech: Speech) -> list[InlineKeyboardButton]:
    """A copy button for each code where Telegram can carry it and they are few, and one for all together."""
    if len(codes) == 1:
        return [copy_button(speech.plain("Copy the code"), codes[0].value)] if copyable(codes[0].value) else []
    buttons = []
    if len(codes) <= MOST_COPY_BUTTONS and all(copyable(code.value) for code in codes):
        buttons = [
            copy_button(speech.plain("Copy {number}", number=position), code.value)
            for position, code in enumerate(codes, start=1)
        ]
    everything = "\n".join(code.value for code in codes)
    if codes and copyable(everything):
        buttons.append(copy_button(speech.plain("Copy all"), everything))
    return buttons


def as_file(codes: Sequence[Code]) -> bytes:
    """The codes as UTF-8 text, one per line, each exactly as the supplier gave it."""
    return "".join(f"{code.value}\n" for code in codes).encode()


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2
