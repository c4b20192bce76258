"""Growing pauses between tries."""

import random
from collections.abc import Callable


class Backoff:
    """Pauses that double from ``first`` to ``longest`` seconds, each shortened by chance by up to half."""

    def __init__(self, first: float = 0.5, longest: float = 30.0, chance: Callable[[], float] = random.random) -> None:
        self._first = first
        self._longest = longest
        self._chance = chance
        self._failures = 0

    def reset(self) -> None:
        """The last try succeeded."""
        self._failures = 0

    def next(self) -> float:
        """Seconds to wait before the next try."""
        pause = min(self._longest, self._first * 2 ** min(self._failures, 30))
        self._failures += 1
        return pause * (1 - self._chance() / 2)
