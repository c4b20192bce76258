"""A strict local Telegram: the Bot API over HTTP, people who chat with the bot, and faults on demand."""
