"""One try at a message: sent as it should be, else in the next best form that Telegram takes."""

import logging
from dataclasses import dataclass
from typing import Any

import structlog
from telegram.error import TelegramError
from telegram.ext import ExtBot

from bot.delivery.messages import Outgoing, Rendered, send
from bot.delivery.outcomes import (
    AsWanted,
    BadMarkup,
    EditTargetGone,
    Flooded,
    InDoubt,
    Migrated,
    Misconfigured,
    NotSent,
    Refused,
    TopicGone,
    Unreachable,
    classify,
)
from storage.records.orders import Order
from storage.records.queues import Delivery, DeliveryKind

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Sent:
    """Telegram has it, as ``message_id``; None when there was nothing left to say."""

    message_id: int | None


@dataclass(frozen=True, slots=True)
class Unprepared:
    """It could not be written, for a reason of ours; Telegram was not asked."""

    reason: str


Ending = Sent | Unprepared | Flooded | Unreachable | Migrated | NotSent | InDoubt | Misconfigured | Refused


async def attempt(bot: ExtBot[Any], delivery: Delivery, rendered: Rendered) -> Ending:
    """Send, in the next best form where Telegram refuses the best; every form is tried once."""
    message = rendered.message
    while True:
        if delivery.kind is DeliveryKind.STATUS and message.edits is None and _is_over(rendered.order):
            return Sent(None)  # its living message is gone, and the result says it all
        try:
            return Sent(await send(bot, message))
        except TelegramError as error:
            verdict = classify(error, editing=message.edits is not None)
        match verdict:
            case AsWanted():
                return Sent(message.edits)
            case EditTargetGone() | BadMarkup() | TopicGone():
                simpler = _simpler(message, verdict)
                if simpler is None:
                    return Refused(type(verdict).__name__)
                log.log(*_remark(verdict), delivery=delivery.id, kind=delivery.kind, chat_id=delivery.chat_id)
                message = simpler
            case _:
                return verdict


def _simpler(message: Outgoing, verdict: EditTargetGone | BadMarkup | TopicGone) -> Outgoing | None:
    """The next best form of a message; None when it is in that form already."""
    match verdict:
        case EditTargetGone():
            return message.as_new()
        case BadMarkup():
            return message.as_plain_text() if message.marked_up else None
        case TopicGone():
            return None if message.thread_id is None else message.without_topic()


def _remark(verdict: EditTargetGone | BadMarkup | TopicGone) -> tuple[int, str]:
    match verdict:
        case EditTargetGone():
            return logging.INFO, "a living message was deleted; sending a new one"
        case BadMarkup(reason):
            return logging.ERROR, f"our markup is broken, please report it: {reason}"
        case TopicGone():
            return logging.WARNING, "a topic is gone; sending to the chat itself"


def _is_over(order: Order | None) -> bool:
    return order is not None and order.state.terminal
