"""What a walker says and taps: an order of a top-up, from the search to the last question, given up at Confirm."""

from dataclasses import dataclass

TAPPED = frozenset({"answerCallbackQuery", "editMessageText"})
ANSWERED = frozenset({"sendMessage", "editMessageReplyMarkup"})


@dataclass(frozen=True, slots=True)
class Act:
    """A message (``text``), or a tap on the first button whose data begins with ``prefix``; and what answers it."""

    answered_by: frozenset[str]
    text: str = ""
    prefix: str = ""


WALK: tuple[Act, ...] = (
    Act(frozenset({"sendMessage"}), text="/find Sample Game Top-up"),
    Act(TAPPED, prefix="i|"),
    Act(TAPPED, prefix="b|"),
    Act(TAPPED, prefix="q|"),
    Act(ANSWERED, text="player-4711"),
    Act(TAPPED, prefix="p|"),
    Act(TAPPED, prefix="x|"),
)
"""Search, open the item, Buy, pick a quantity, type a field, pick a choice, cancel: every kind of step there is."""
