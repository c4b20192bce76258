"""Orderline: from a tap in a Telegram chat to delivered codes."""
