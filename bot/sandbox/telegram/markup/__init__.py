"""Formatted text: parsing what bots send, Telegram's rules for entities, and rendering for the chat page."""
