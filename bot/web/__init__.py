"""HTTP in: supplier events, Telegram's webhook, health and metrics."""
