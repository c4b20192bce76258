"""Receiving updates, by polling or by webhook, and answering taps."""

from telegram.constants import CallbackQueryLimit

from bot.sandbox.telegram.errors import BadRequest
from bot.sandbox.telegram.hub import LocalTelegram
from bot.sandbox.telegram.parameters import Parameters
from bot.sandbox.telegram.shapes import JsonObject, as_list
from bot.sandbox.telegram.webhook import checked_target

TOO_OLD = "query is too old and response timeout expired or query ID is invalid"


def _allowed_updates(sent: Parameters) -> list[str] | None:
    written = sent.structure("allowed_updates")
    if written is None:
        return None
    kinds = as_list(written)
    if kinds is None:
        raise BadRequest("can't parse allowed updates: expected an Array of String")
    return [str(kind) for kind in kinds]


async def get_updates(telegram: LocalTelegram, sent: Parameters) -> list[JsonObject]:
    """Long polling; ``timeout`` is in seconds."""
    telegram.updates.allow(_allowed_updates(sent))
    return await telegram.updates.take(
        sent.integer("offset"), sent.integer("limit", 100), float(sent.integer("timeout"))
    )


async def set_webhook(telegram: LocalTelegram, sent: Parameters) -> bool:
    """Push updates to a URL from now on; an empty one removes the webhook."""
    if not sent.text("url"):
        return await delete_webhook(telegram, sent)
    target = checked_target(sent.text("url"), sent.text("secret_token"), sent.integer("max_connections", 40))
    telegram.updates.allow(_allowed_updates(sent))
    _drop_pending(telegram, sent)
    await telegram.webhook.set(target)
    return True


async def delete_webhook(telegram: LocalTelegram, sent: Parameters) -> bool:
    """Stop pushing."""
    await telegram.webhook.remove()
    _drop_pending(telegram, sent)
    return True


def _drop_pending(telegram: LocalTelegram, sent: Parameters) -> None:
    if sent.flag("drop_pending_updates"):
        telegram.updates.drop()


async def get_webhook_info(telegram: LocalTelegram, _sent: Parameters) -> JsonObject:
    """Describe the webhook."""
    return telegram.webhook.info()


async def answer_callback_query(telegram: LocalTelegram, sent: Parameters) -> bool:
    """Answer a tap, once and in time."""
    query = telegram.world.queries.get(sent.text("callback_query_id"))
    if query is None or query.answered:
        raise BadRequest(TOO_OLD)
    if (telegram.world.now() - query.asked_at).total_seconds() > telegram.config.query_lifetime:
        raise BadRequest(TOO_OLD)
    text = sent.text("text")
    if len(text) > CallbackQueryLimit.ANSWER_CALLBACK_QUERY_TEXT_LENGTH:
        raise BadRequest("MESSAGE_TOO_LONG")
    telegram.world.answer(query, text, sent.flag("show_alert"), sent.text("url"))
    return True
