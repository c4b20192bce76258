"""The yardstick of a conversation step: python-telegram-bot handlers that make the given calls and nothing else."""

import asyncio
import json
import re
import signal
from collections.abc import Callable, Coroutine, Sequence
from typing import Any

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions, Update
from telegram.ext import (
    ApplicationBuilder,
    BaseHandler,
    CallbackContext,
    CallbackQueryHandler,
    CommandHandler,
    MessageHandler,
    filters,
)

from tests.bench.meter import configuration, say
from tests.bench.serving import runner

Json = dict[str, Any]
Context = CallbackContext[Any, Any, Any, Any]
Heard = Callable[[Update, Context], Coroutine[Any, Any, None]]

IN_FLIGHT = 32
NO_PREVIEW = LinkPreviewOptions(is_disabled=True)


def player(calls: Sequence[Json]) -> Heard:
    """A handler that makes these calls about whatever chat and message the update is of."""

    ready = [(call["method"], call["parameters"] | {"rows": _rows(call["parameters"])}) for call in calls]

    async def play(update: Update, context: Context) -> None:
        for method, given in ready:
            await _make(method, given, update, context)

    return play


async def _make(method: str, given: Json, update: Update, context: Context) -> None:
    chat, message = update.effective_chat, update.effective_message
    assert chat is not None
    assert message is not None
    match method:
        case "sendMessage":
            sent = await context.bot.send_message(
                chat.id,
                given["text"],
                parse_mode=given.get("parse_mode"),
                reply_markup=_keyboard(given),
                link_preview_options=NO_PREVIEW,
            )
            _memory(context)["asked"] = sent.message_id
        case "editMessageText":
            await context.bot.edit_message_text(
                given["text"],
                chat.id,
                message.message_id,
                parse_mode=given.get("parse_mode"),
                reply_markup=_keyboard(given),
                link_preview_options=NO_PREVIEW,
            )
        case "editMessageReplyMarkup":
            await context.bot.edit_message_reply_markup(chat.id, _memory(context)["asked"])
        case "answerCallbackQuery":
            assert update.callback_query is not None
            await update.callback_query.answer(given.get("text"))
        case _:
            raise NotImplementedError(method)


def _memory(context: Context) -> dict[Any, Any]:
    assert context.chat_data is not None
    return context.chat_data


def _rows(given: Json) -> list[list[Json]]:
    """The buttons of a recorded call, decoded before anything is measured."""
    return json.loads(given["reply_markup"])["inline_keyboard"] if given.get("reply_markup") else []


def _keyboard(given: Json) -> InlineKeyboardMarkup | None:
    rows = [[InlineKeyboardButton(**button) for button in row] for row in given["rows"]]
    return InlineKeyboardMarkup(rows) if rows else None


async def _run(config: Json) -> None:
    application = (
        ApplicationBuilder()
        .token(config["token"])
        .base_url(f"{config['telegram']}/bot")
        .concurrent_updates(IN_FLIGHT)
        .connection_pool_size(IN_FLIGHT)
        .pool_timeout(20)
        .build()
    )
    for act, calls in zip(config["acts"], config["drawn"], strict=True):
        application.add_handler(_handler(act, player(calls)))
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    async with application:
        assert application.updater is not None
        await application.start()
        await application.updater.start_polling(timeout=50, allowed_updates=["message", "callback_query"])
        say(ready=True)
        await stop.wait()
        await application.updater.stop()
        await application.stop()


def _handler(act: Json, heard: Heard) -> BaseHandler[Any, Any, Any]:
    if prefix := act.get("prefix"):
        return CallbackQueryHandler(heard, pattern=f"^{re.escape(prefix)}")
    if act["text"].startswith("/"):
        return CommandHandler(act["text"].split()[0].removeprefix("/"), heard)
    return MessageHandler(filters.TEXT & ~filters.COMMAND, heard)


def main() -> None:
    """Run until stopped."""
    with runner() as running:
        running.run(_run(configuration()))


if __name__ == "__main__":
    main()
