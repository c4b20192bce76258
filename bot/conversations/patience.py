"""How often people without access are answered: seldom each, and not much in all, so that they slow nobody down."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from bot.delivery.windows import Bucket, Rate

PER_PERSON = 3.0
"""Seconds between two answers to one person."""

PER_TAPPER = 1.0
"""The same for taps: a tap that is not answered spins."""

IN_ALL = Rate(30, 10)
KNOWN_AT_MOST = 4096


@dataclass(slots=True)
class _Line:
    """One kind of answers: when each person had the last one, and the bound of all."""

    seconds: float
    bucket: Bucket
    last: dict[int, float] = field(default_factory=dict[int, float])


class Patience:
    """Counts the answers that strangers get. Beyond its bounds they get none; ``clock`` is monotonic, in seconds."""

    def __init__(
        self,
        clock: Callable[[], float] = time.monotonic,
        *,
        per_person: float = PER_PERSON,
        per_tapper: float = PER_TAPPER,
        in_all: Rate = IN_ALL,
    ) -> None:
        self._clock = clock
        self._words = _Line(per_person, Bucket(in_all))
        self._taps = _Line(per_tapper, Bucket(in_all))

    def answers(self, user_id: int, *, tap: bool) -> bool:
        """Whether this person may be answered now; if so, the answer is counted."""
        line, now = self._taps if tap else self._words, self._clock()
        heard = line.last.get(user_id)
        if (heard is not None and now - heard < line.seconds) or line.bucket.free_at() > now:
            return False
        line.bucket.add(now)
        # Whoever was answered last stands last; in a crowd the first are forgotten, and the bound of all still holds.
        line.last.pop(user_id, None)
        line.last[user_id] = now
        if len(line.last) > KNOWN_AT_MOST:
            del line.last[next(iter(line.last))]
        return True
