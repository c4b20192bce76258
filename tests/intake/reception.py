"""An intake at work, and whoever handles what it takes in."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from typing import Any

from bot.intake.intake import Intake
from storage.records.queues import StoredUpdate
from storage.store import Store


def message(update_id: int, user_id: int = 1, chat_id: int = 1) -> dict[str, Any]:
    return {"update_id": update_id, "message": {"chat": {"id": chat_id}, "from": {"id": user_id}}}


class Handler:
    """Records what it is given; holds back whoever is told to wait."""

    def __init__(self) -> None:
        self.begun: list[int] = []
        self.ended: list[int] = []
        self.held: dict[int, asyncio.Event] = {}
        self.errors: dict[int, Exception] = {}
        self._news = asyncio.Condition()

    async def __call__(self, update: StoredUpdate) -> None:
        await self._note(self.begun, update.update_id)
        if update.user_id in self.held:
            await self.held[update.user_id].wait()
        if update.update_id in self.errors:
            raise self.errors[update.update_id]
        await self._note(self.ended, update.update_id)

    async def _note(self, where: list[int], update_id: int) -> None:
        where.append(update_id)
        async with self._news:
            self._news.notify_all()

    async def until(self, holds: Callable[[], bool]) -> None:
        async with self._news, asyncio.timeout(20):
            await self._news.wait_for(holds)

    def hold(self, user_id: int) -> asyncio.Event:
        return self.held.setdefault(user_id, asyncio.Event())


@asynccontextmanager
async def at_work(intake: Intake) -> AsyncGenerator["asyncio.Task[None]"]:
    running = asyncio.create_task(intake.run())
    await intake.opened()
    try:
        yield running
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def waiting(store: Store) -> int:
    return await store.read(lambda tables: tables.updates.waiting())


async def none_left(intake: Intake) -> None:
    async with asyncio.timeout(20):
        await intake.idle()
