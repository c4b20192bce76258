"""Telegram's webhook: asking for it, and recognising its calls."""

import asyncio
import hashlib
import hmac
from collections.abc import Awaitable, Callable

import structlog
from telegram import Bot
from telegram.error import BadRequest, InvalidToken, RetryAfter, TelegramError

from bot.delivery.outcomes import wait_of
from bot.intake.backoff import Backoff
from bot.intake.polling import PollingStopped
from bot.intake.updates import ALLOWED_UPDATES

log = structlog.get_logger()

PATH = "/telegram"
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - the header's name (Bot API, setWebhook)


NOT_RESOLVED = "resolve host"
"""In the refusal of an address whose name Telegram cannot resolve now: a name server may be away for a while."""


def webhook_secret(token: str) -> str:
    """The secret Telegram must show, derived from the bot's token so that it needs no setting and survives restarts."""
    return hmac.new(token.encode(), b"orderline telegram webhook", hashlib.sha256).hexdigest()


async def register_webhook(
    bot: Bot,
    public_url: str,
    *,
    backoff: Backoff | None = None,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> None:
    """Tell Telegram to push to ``public_url``; keeps trying while the network is down, raises ``PollingStopped``."""
    pause = backoff or Backoff()
    while True:
        try:
            await bot.set_webhook(
                public_url.rstrip("/") + PATH,
                secret_token=webhook_secret(bot.token),
                allowed_updates=ALLOWED_UPDATES,
                drop_pending_updates=False,
            )
        except InvalidToken:
            raise PollingStopped("Telegram refuses BOT_TOKEN; copy it again from @BotFather") from None
        except RetryAfter as error:
            await sleep(wait_of(error))
        except TelegramError as error:
            if isinstance(error, BadRequest) and NOT_RESOLVED not in error.message.lower():
                raise PollingStopped(f"Telegram refuses PUBLIC_URL: {error.message}") from None
            seconds = pause.next()
            log.warning("the webhook cannot be set; trying again", reason=error.message, seconds=round(seconds, 1))
            await sleep(seconds)
        else:
            log.info("telegram pushes updates to this deployment", url=public_url)
            return
