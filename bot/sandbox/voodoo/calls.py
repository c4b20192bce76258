"""The log of every call the API answered, and of those it left unanswered."""

from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from bot.sandbox.voodoo.faults import Endpoint, Fate

MOST_CALLS = 5_000


@dataclass(frozen=True, slots=True)
class Call:
    """One call; ``status`` is None when the answer never left, ``fate`` names the fault that struck it."""

    at: datetime
    endpoint: Endpoint
    method: str
    path: str
    status: int | None
    reference: str | None = None
    fate: Fate | None = None


class Calls:
    """The latest calls, oldest first, and how many there were of each endpoint since the start."""

    def __init__(self) -> None:
        self._log: deque[Call] = deque(maxlen=MOST_CALLS)
        self._counts: Counter[Endpoint] = Counter()

    def __iter__(self) -> Iterator[Call]:
        return iter(tuple(self._log))

    def add(self, call: Call) -> None:
        """Note a call."""
        self._log.append(call)
        self._counts[call.endpoint] += 1

    def count(self, endpoint: Endpoint) -> int:
        """How often an endpoint was called."""
        return self._counts.total() if endpoint is Endpoint.ANY else self._counts[endpoint]
