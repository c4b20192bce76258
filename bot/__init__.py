"""Orderline: from a tap in a Telegram chat to delivered codes."""

import os

# Without it python-telegram-bot 22.8 emits a deprecation warning whenever it builds a RetryAfter.
os.environ.setdefault("PTB_TIMEDELTA", "true")
