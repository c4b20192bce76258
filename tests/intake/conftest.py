"""The same local Telegram as the delivery's."""

from tests.delivery.conftest import bot, telegram

__all__ = ["bot", "telegram"]
