"""Telegram out: what is owed to chats is sent, paced and accounted for."""
