"""Bounds on what strangers can cost: bad signatures per client, and the backlog of events."""

import time
from collections import OrderedDict
from collections.abc import Callable

from storage.store import Store

Monotonic = Callable[[], float]


class BadSignatures:
    """Counts bad signatures per client and of all, so that guessers are not logged for ever, however many they are.

    It never turns a good signature away: behind a proxy, a guesser and the supplier may share one address.
    """

    def __init__(
        self,
        most: int = 10,
        seconds: float = 60,
        clients: int = 1024,
        of_all: int = 100,
        *,
        monotonic: Monotonic = time.monotonic,
    ) -> None:
        self._most = most
        self._seconds = seconds
        self._clients = clients
        self._of_all = of_all
        self._now = monotonic
        self._counts: OrderedDict[str, tuple[float, int]] = OrderedDict()
        self._all = (float("-inf"), 0)

    def too_many(self, client: str) -> bool:
        """Count one more; whether this client, or all together, have used up their share of the present span."""
        now = self._now()
        self._all, of_all = self._one_more(self._all, now)
        self._counts[client], count = self._one_more(self._counts.pop(client, (now, 0)), now)
        if len(self._counts) > self._clients:
            self._counts.popitem(last=False)
        return count > self._most or of_all > self._of_all

    def _one_more(self, counted: tuple[float, int], now: float) -> tuple[tuple[float, int], int]:
        since, count = counted
        if now - since >= self._seconds:
            since, count = now, 0
        return (since, count + 1), count + 1


class Backlog:
    """Whether so many events wait that no more should be taken; counted at most once in ``seconds``."""

    def __init__(
        self, store: Store, most: int = 50_000, seconds: float = 1.0, *, monotonic: Monotonic = time.monotonic
    ) -> None:
        self._store = store
        self._most = most
        self._seconds = seconds
        self._now = monotonic
        self._counted_at = float("-inf")
        self._waiting = 0

    async def full(self) -> bool:
        """Whether there is no room."""
        if self._now() - self._counted_at >= self._seconds:
            self._counted_at = self._now()
            self._waiting = await self._store.read(lambda tables: tables.events.waiting())
        return self._waiting >= self._most
