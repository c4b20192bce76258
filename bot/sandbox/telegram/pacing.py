"""Telegram's sending limits, when switched on (core.telegram.org/bots/faq, "My bot is hitting limits")."""

from collections import defaultdict, deque
from datetime import datetime
from math import ceil

from telegram.constants import FloodLimit

from bot.sandbox.telegram.errors import TooManyRequests
from bot.sandbox.telegram.model import Chat

BURST = 3
"""Messages to one chat that may come at once, as long as the average stays at the limit."""
MINUTE = 60.0

Window = tuple[int, float]
OVERALL: Window = (FloodLimit.MESSAGES_PER_SECOND, 1.0)
PER_CHAT: Window = (BURST * FloodLimit.MESSAGES_PER_SECOND_PER_CHAT, float(BURST))
PER_GROUP: Window = (FloodLimit.MESSAGES_PER_MINUTE_PER_GROUP, MINUTE)


class Pacing:
    """Counts what was sent in sliding windows."""

    def __init__(self) -> None:
        self._sent: defaultdict[int | None, deque[datetime]] = defaultdict(lambda: deque(maxlen=64))

    def admit(self, chat: Chat, now: datetime) -> None:
        """Count one message; raises ``TooManyRequests`` (and counts nothing) when it is one too many."""
        per_chat = (PER_CHAT,) if chat.is_private else (PER_CHAT, PER_GROUP)
        waits = [self._wait(chat.id, window, now) for window in per_chat]
        longest = max([*waits, self._wait(None, OVERALL, now)])
        if longest > 0:
            raise TooManyRequests(ceil(longest))
        self._sent[chat.id].append(now)
        self._sent[None].append(now)

    def _wait(self, scope: int | None, window: Window, now: datetime) -> float:
        limit, seconds = window
        recent = [at for at in self._sent[scope] if (now - at).total_seconds() < seconds]
        if len(recent) < limit:
            return 0.0
        return seconds - (now - recent[-limit]).total_seconds()
