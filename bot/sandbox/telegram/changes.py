"""A version that grows with every change, and waiting for it: what long polling and tests hang on."""

import asyncio


class Changes:
    """Counts changes; waiters wake at the next one, or for good once closed."""

    def __init__(self) -> None:
        self.version = 0
        self.closed = False
        self._next = asyncio.Event()

    def bump(self) -> int:
        """Record a change and return its version."""
        self.version += 1
        self._wake()
        return self.version

    def close(self) -> None:
        """Let everybody who waits go home, now and from now on."""
        self.closed = True
        self._wake()

    def _wake(self) -> None:
        self._next.set()
        self._next = asyncio.Event()

    async def after(self, version: int, patience: float) -> bool:
        """Wait up to ``patience`` seconds until something newer than ``version`` happened; say whether it did."""
        try:
            async with asyncio.timeout(patience):
                while self.version <= version and not self.closed:
                    await self._next.wait()
        except TimeoutError:
            return False
        return self.version > version

    async def pause(self, seconds: float) -> None:
        """Let ``seconds`` pass, unless the server stops first."""
        try:
            async with asyncio.timeout(seconds):
                while not self.closed:
                    await self._next.wait()
        except TimeoutError:
            return
