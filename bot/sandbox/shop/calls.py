"""The log of every call an API answered, and of those it left unanswered."""

from collections import Counter, deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.sandbox.shop.faults import Fate

MOST_CALLS = 5_000


@dataclass(frozen=True, slots=True)
class Call:
    """One call; ``status`` is None when the answer never left, ``fate`` names the fault that struck it."""

    at: datetime
    endpoint: StrEnum
    method: str
    path: str
    status: int | None
    reference: str | None = None
    fate: Fate | None = None


class Calls:
    """The latest calls, oldest first, and how many there were of each endpoint since the start."""

    def __init__(self) -> None:
        self._log: deque[Call] = deque(maxlen=MOST_CALLS)
        self._counts: Counter[StrEnum] = Counter()

    def __iter__(self) -> Iterator[Call]:
        return iter(tuple(self._log))

    def add(self, call: Call) -> None:
        """Note a call."""
        self._log.append(call)
        self._counts[call.endpoint] += 1

    @property
    def counts(self) -> Mapping[StrEnum, int]:
        """How often each endpoint was called."""
        return self._counts

    @property
    def total(self) -> int:
        """How many calls there were."""
        return self._counts.total()

    def count(self, *endpoints: StrEnum) -> int:
        """How often these endpoints were called."""
        return sum(self._counts[endpoint] for endpoint in endpoints)


def call_view(call: Call) -> dict[str, object]:
    """One call, as a control API shows it."""
    return {
        "at": call.at,
        "endpoint": call.endpoint.value,
        "method": call.method,
        "path": call.path,
        "status": call.status,
        "reference": call.reference,
        "fate": call.fate.value if call.fate else None,
    }
