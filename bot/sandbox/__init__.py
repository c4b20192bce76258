"""A local Telegram and local suppliers, so that the whole product runs with no account and no network."""
