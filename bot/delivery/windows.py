"""Rates: as sliding windows, strict in any span, and as buckets, which fill up again one by one after a burst."""

from collections import deque
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Rate:
    """At most ``count`` sends in any ``seconds``."""

    count: int
    seconds: float


class Pacing(Protocol):
    """Counts sends; times are seconds of one monotonic clock."""

    def free_at(self) -> float:
        """The earliest time at which one more send keeps to the rate."""
        ...

    def add(self, now: float) -> None:
        """Count one send."""
        ...

    def idle(self, now: float) -> bool:
        """Whether nothing it counted matters any more."""
        ...


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


class Bucket:
    """Lets a burst of ``rate.count`` pass, then one more every ``rate.seconds / rate.count`` (a leaky bucket)."""

    __slots__ = ("_burst", "_full_at", "_interval")

    def __init__(self, rate: Rate) -> None:
        self._interval = rate.seconds / rate.count
        self._burst = (rate.count - 1) * self._interval
        self._full_at = float("-inf")

    def free_at(self) -> float:
        """The earliest time at which one more send keeps to the rate."""
        return self._full_at - self._burst

    def add(self, now: float) -> None:
        """Count one send."""
        self._full_at = max(self._full_at, now) + self._interval

    def idle(self, now: float) -> bool:
        """Whether the whole burst is free again."""
        return self._full_at <= now
