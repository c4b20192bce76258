"""Bounds on what strangers can cost: bad signatures per client, and the backlog of events."""

import time
from collections import OrderedDict
from collections.abc import Callable

from storage.store import Store

Monotonic = Callable[[], float]


class BadSignatures:
    """Counts bad signatures per client, so that a guesser is neither logged nor answered at length for ever.

    It never turns a good signature away: behind a proxy, a guesser and the supplier may share one address.
    """

    def __init__(
        self, most: int = 10, seconds: float = 60, clients: int = 1024, *, monotonic: Monotonic = time.monotonic
    ) -> None:
        self._most = most
        self._seconds = seconds
        self._clients = clients
        self._now = monotonic
        self._counts: OrderedDict[str, tuple[float, int]] = OrderedDict()

    def too_many(self, client: str) -> bool:
        """Count one more; whether this client has used up its share of the present span."""
        now = self._now()
        since, count = self._counts.pop(client, (now, 0))
        if now - since >= self._seconds:
            since, count = now, 0
        self._counts[client] = (since, count + 1)
        if len(self._counts) > self._clients:
            self._counts.popitem(last=False)
        return count >= self._most


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
