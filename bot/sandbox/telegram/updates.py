"""What the bot has to be told: one queue of updates, taken by long polling or pushed to a webhook."""

import asyncio
from collections import deque
from collections.abc import Sequence

from telegram.constants import PollingLimit

from bot.sandbox.telegram.changes import Changes
from bot.sandbox.telegram.errors import Conflict
from bot.sandbox.telegram.shapes import JsonObject

FIRST_UPDATE_ID = 730_000_001
NOT_BY_DEFAULT = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
TERMINATED = "terminated by other getUpdates request; make sure that only one bot instance is running"
WEBHOOK_ACTIVE = "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
LONGEST_POLL = 50.0


class UpdateQueue:
    """Updates in order, kept until the bot confirms them by asking for a later offset."""

    def __init__(self, kept: int) -> None:
        self.pending: deque[JsonObject] = deque(maxlen=kept)
        self.confirmed: deque[JsonObject] = deque(maxlen=100)
        self.again: list[JsonObject] = []
        self.arrivals = Changes()
        self.allowed: frozenset[str] = frozenset()
        self.webhook_active = False
        self.longest_poll = LONGEST_POLL
        """Seconds after which a long poll ends empty, whatever the bot asked for."""
        self.next_id = FIRST_UPDATE_ID
        self._poll = 0

    def add(self, kind: str, content: JsonObject) -> int | None:
        """Queue an update, unless the bot did not ask for its kind; return its id."""
        wanted = kind in self.allowed if self.allowed else kind not in NOT_BY_DEFAULT
        if not wanted:
            return None
        update_id = self.next_id
        self.next_id += 1
        self.pending.append({"update_id": update_id, kind: content})
        self.arrivals.bump()
        return update_id

    def allow(self, kinds: Sequence[str] | None) -> None:
        """Remember which kinds are wanted; None keeps what was said last, as Telegram does."""
        if kinds is not None:
            self.allowed = frozenset(kinds)

    def confirm(self, offset: int) -> None:
        """Forget updates before ``offset``; a negative one keeps that many of the last."""
        if offset < 0:
            offset = self.pending[max(len(self.pending) + offset, 0)]["update_id"] if self.pending else 0
        while self.pending and self.pending[0]["update_id"] < offset:
            self.confirmed.append(self.pending.popleft())

    def drop(self) -> None:
        """Forget everything that waits."""
        self.pending.clear()

    def redeliver(self, number: int) -> int:
        """Have the last ``number`` confirmed updates delivered once more under their old ids."""
        self.again = list(self.confirmed)[-number:] if number > 0 else []
        self.arrivals.bump()
        return len(self.again)

    def terminate_poll(self) -> None:
        """Make a waiting long poll end with a conflict."""
        self._poll += 1
        self.arrivals.bump()

    async def take(self, offset: int, limit: int, patience: float) -> list[JsonObject]:
        """Return updates from ``offset`` on, waiting up to ``patience`` seconds for the first one.

        Raises ``Conflict`` while a webhook is set, and in the older of two calls.
        """
        if self.webhook_active:
            raise Conflict(WEBHOOK_ACTIVE)
        self.terminate_poll()
        mine = self._poll
        self.confirm(offset)
        if not (self.pending or self.again) and patience > 0:
            await self._wait(mine, min(patience, self.longest_poll))
        if mine != self._poll:
            raise Conflict(TERMINATED)
        return self._batch(limit)

    async def _wait(self, mine: int, patience: float) -> None:
        deadline = asyncio.get_running_loop().time() + patience
        while not (self.pending or self.again) and mine == self._poll and not self.arrivals.closed:
            remaining = deadline - asyncio.get_running_loop().time()
            if not await self.arrivals.after(self.arrivals.version, remaining):
                return

    def _batch(self, limit: int) -> list[JsonObject]:
        size = limit if PollingLimit.MIN_LIMIT <= limit <= PollingLimit.MAX_LIMIT else PollingLimit.MAX_LIMIT
        again, self.again = self.again, []
        return [*again, *self.pending][:size]
