"""Telegram in: updates are stored first and handled once, in one lane per person and chat."""
