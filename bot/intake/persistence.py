"""Conversations as python-telegram-bot remembers them, read from the drafts: one source of truth."""

from typing import Any

from telegram.ext import BasePersistence, PersistenceInput
from telegram.ext._utils.types import CDCData, ConversationDict, ConversationKey  # their only home in 22.8

from storage.store import Store

ORDER = "order"
"""The name of the order conversation."""

Data = dict[Any, Any]


class DraftPersistence(BasePersistence[Data, Data, Data]):
    """Answers where each order conversation stands. Nothing is written: the drafts were, in their own units."""

    def __init__(self, store: Store) -> None:
        nothing = PersistenceInput(bot_data=False, chat_data=False, user_data=False, callback_data=False)
        super().__init__(store_data=nothing)
        self._store = store

    async def get_conversations(self, name: str) -> ConversationDict:
        """The waiting question of every (chat, person) that has a draft."""
        if name != ORDER:
            return {}
        steps = await self._store.read(lambda tables: tables.drafts.steps())
        return {(chat_id, user_id): step for chat_id, user_id, step in steps}

    async def update_conversation(self, name: str, key: ConversationKey, new_state: object | None) -> None:
        """Nothing to do: the draft says it."""

    async def get_user_data(self) -> dict[int, Data]:
        """No data is kept outside the store."""
        return {}

    async def get_chat_data(self) -> dict[int, Data]:
        """No data is kept outside the store."""
        return {}

    async def get_bot_data(self) -> Data:
        """No data is kept outside the store."""
        return {}

    async def get_callback_data(self) -> CDCData | None:
        """Buttons carry their data themselves."""
        return None

    async def update_user_data(self, user_id: int, data: Data) -> None:
        """Nothing to do."""

    async def update_chat_data(self, chat_id: int, data: Data) -> None:
        """Nothing to do."""

    async def update_bot_data(self, data: Data) -> None:
        """Nothing to do."""

    async def update_callback_data(self, data: CDCData) -> None:
        """Nothing to do."""

    async def drop_chat_data(self, chat_id: int) -> None:
        """Nothing to do."""

    async def drop_user_data(self, user_id: int) -> None:
        """Nothing to do."""

    async def refresh_user_data(self, user_id: int, user_data: Data) -> None:
        """Nothing to do."""

    async def refresh_chat_data(self, chat_id: int, chat_data: Data) -> None:
        """Nothing to do."""

    async def refresh_bot_data(self, bot_data: Data) -> None:
        """Nothing to do."""

    async def flush(self) -> None:
        """Nothing to do."""
