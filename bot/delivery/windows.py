"""Rates as sliding windows: at most so many sends in any span of so many seconds."""

from collections import deque
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rate:
    """At most ``count`` sends in any ``seconds``."""

    count: int
    seconds: float


class Window:
    """Remembers the last ``rate.count`` sends; times are seconds of one monotonic clock."""

    __slots__ = ("_rate", "_sent")

    def __init__(self, rate: Rate) -> None:
        self._rate = rate
        self._sent: deque[float] = deque(maxlen=rate.count)

    def free_at(self) -> float:
        """The earliest time at which one more send keeps to the rate."""
        full = len(self._sent) == self._rate.count
        return self._sent[0] + self._rate.seconds if full else float("-inf")

    def add(self, now: float) -> None:
        """Count one send."""
        self._sent.append(now)

    def idle(self, now: float) -> bool:
        """Whether every send it remembers is too old to matter."""
        return not self._sent or self._sent[-1] + self._rate.seconds <= now
