"""What operators are told when the bot finds itself started on a backup."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from markupsafe import Markup

from bot.presentation.speech import Speech


def restored_lines(data: Mapping[str, Any], speech: Speech) -> list[Markup | str | None]:
    """How old the backup is, what it cannot know, and what became of the orders it does not know the end of."""
    made_at, doubted = data.get("made_at"), data.get("orders")
    when = speech.moment(datetime.fromisoformat(str(made_at))) if made_at else ""
    return [
        speech.text("💾 <b>The bot runs on a backup of {when}</b>", when=when),
        speech.text(
            "Orders confirmed after that are on the suppliers’ dashboards and in their chats only. "
            "Balances, prices and people are as they were then."
        ),
        _doubted(doubted, speech) if isinstance(doubted, int) and doubted else None,
    ]


def _doubted(orders: int, speech: Speech) -> Markup:
    return speech.plural(
        "{count} order was being placed then. It is not sent again: see /orders.",
        "{count} orders were being placed then. They are not sent again: see /orders.",
        orders,
    )
