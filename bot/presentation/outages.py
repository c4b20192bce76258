"""What operators are told when a supplier or Telegram itself did not answer for a while."""

from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from bot.presentation.speech import Speech
from storage.records.queues import NoticeKind


def outage_lines(kind: NoticeKind, data: Mapping[str, Any], speech: Speech) -> list[Markup | str | None]:
    """Who is away or back, for how long, and what becomes of the orders; ``data`` as ``notices`` says."""
    supplier = str(data.get("title") or speech.plain("a supplier"))
    lasted = _lasted(data, speech)
    match kind:
        case NoticeKind.SUPPLIER_AWAY:
            return [
                speech.text("📡 <b>{supplier} does not answer</b>", supplier=supplier),
                lasted,
                speech.text("Orders there wait and are tried again by themselves. You will hear when it is back."),
            ]
        case NoticeKind.SUPPLIER_BACK:
            return [
                speech.text("📡 <b>{supplier} answers again</b>", supplier=supplier),
                lasted,
                speech.text("Its orders go on by themselves; those that need you are in /orders."),
            ]
        case _:
            return [
                speech.text("📡 <b>Telegram answers again</b>"),
                lasted,
                speech.text("Results and notices that waited are on their way."),
            ]


def _lasted(data: Mapping[str, Any], speech: Speech) -> Markup | None:
    minutes = data.get("minutes")
    if not isinstance(minutes, int):
        return None
    return speech.plural("No answer for {count} minute.", "No answer for {count} minutes.", minutes)
