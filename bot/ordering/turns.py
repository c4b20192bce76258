"""Turns: of everything in this process that reads an order at its supplier, one at a time."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager


class Turns:
    """One lock per order id. A supplier may show codes in clear only once: two readers would race for them."""

    def __init__(self) -> None:
        self._locks: dict[str, asyncio.Lock] = {}
        self._wanted: dict[str, int] = {}

    @asynccontextmanager
    async def of(self, order_id: str) -> AsyncGenerator[None]:
        """Hold the order's turn; whoever asks next waits."""
        lock = self._locks.setdefault(order_id, asyncio.Lock())
        self._wanted[order_id] = self._wanted.get(order_id, 0) + 1
        try:
            async with lock:
                yield
        finally:
            self._wanted[order_id] -= 1
            if not self._wanted[order_id]:
                del self._wanted[order_id], self._locks[order_id]

    def taken(self, order_id: str) -> bool:
        """Whether somebody reads the order at this moment."""
        return order_id in self._locks
