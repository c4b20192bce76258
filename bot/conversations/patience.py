"""How often people without access are answered: a little each and not much in all, so that they slow nobody down."""

import time
from collections.abc import Callable
from typing import Final

from bot.conversations.recent import Recent
from bot.delivery.windows import Bucket, Rate

WORDS: Final = Rate(5, 15)
"""Answers to what one person writes."""

TAPS: Final = Rate(10, 10)
"""The same for taps: one that is not answered spins."""

IN_ALL: Final = Rate(30, 10)
"""Answers to all of them together, of either kind: a third of what Telegram takes from a bot."""

KNOWN_AT_MOST: Final = 4096


class Patience:
    """Counts the answers that strangers get; beyond the bounds they get none. ``clock`` is monotonic, in seconds."""

    def __init__(
        self,
        clock: Callable[[], float] = time.monotonic,
        *,
        words: Rate = WORDS,
        taps: Rate = TAPS,
        in_all: Rate = IN_ALL,
    ) -> None:
        self._clock = clock
        self._words = _Line(words, in_all)
        self._taps = _Line(taps, in_all)

    def answers(self, user_id: int, *, tap: bool) -> bool:
        """Whether this person may be answered now; if so, the answer is counted."""
        line = self._taps if tap else self._words
        return line.pass_on(user_id, self._clock())


class _Line:
    """Answers of one kind."""

    __slots__ = ("_everybody", "_people", "_rate")

    def __init__(self, rate: Rate, in_all: Rate) -> None:
        self._rate = rate
        self._everybody = Bucket(in_all)
        self._people: Recent[Bucket] = Recent(KNOWN_AT_MOST)

    def pass_on(self, user_id: int, now: float) -> bool:
        # In a crowd those who came first are forgotten; the bound of all still holds.
        own = self._people[user_id] = self._people.get(user_id) or Bucket(self._rate)
        if own.free_at() > now or self._everybody.free_at() > now:
            return False
        own.add(now)
        self._everybody.add(now)
        return True
