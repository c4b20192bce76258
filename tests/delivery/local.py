"""The local Telegram on a loopback port, its control panel, and a bot that talks to it."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import httpx
from telegram.ext import ExtBot
from telegram.request import HTTPXRequest

from bot.delivery.pacing import MAX_IN_FLIGHT, ChatPacer
from bot.sandbox.telegram.config import SandboxConfig
from bot.sandbox.telegram.server import running
from storage.records.queues import Priority

ADA = 1001
BORIS = 1002
FORUM = -1001000000001


class SignallingRequest(HTTPXRequest):
    """Says when the first message leaves."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.sending = asyncio.Event()

    async def do_request(self, url: str, *args: Any, **kwargs: Any) -> tuple[int, bytes]:
        if "/send" in url:
            self.sending.set()
        return await super().do_request(url, *args, **kwargs)


class LocalTelegram:
    """What a test may do to Telegram, and see of it."""

    def __init__(self, url: str, config: SandboxConfig) -> None:
        self.url = url
        self.config = config
        self._http = httpx.AsyncClient(base_url=f"{url}/sandbox", timeout=20)

    async def post(self, path: str, **body: Any) -> Any:
        return (await self._http.post(path, json=body)).raise_for_status().json()

    async def get(self, path: str, **query: Any) -> Any:
        return (await self._http.get(path, params=query)).raise_for_status().json()

    async def fault(self, kind: str, **body: Any) -> Any:
        return await self.post(f"/faults/{kind}", **body)

    async def start(self, user_id: int) -> None:
        """A person opens the chat with the bot."""
        await self.post(f"/users/{user_id}/start")

    async def write(self, user_id: int, text: str, chat_id: int | None = None, **more: Any) -> None:
        await self.post(f"/chats/{chat_id or user_id}/messages", user_id=user_id, text=text, **more)

    async def said(self, chat_id: int) -> list[Any]:
        """What the bot's messages in a chat are now, oldest first."""
        found = (await self.get(f"/chats/{chat_id}/messages"))["messages"]
        return [one for one in found if one["from"]["is_bot"] and not one["deleted"] and not one["service"]]

    async def calls(self, method: str) -> list[Any]:
        return (await self.get("/calls", method=method))["calls"]

    async def wait_for(self, chat_id: int, contains: str) -> Any:
        return await self.get(f"/chats/{chat_id}/wait", contains=contains, from_bot="1", timeout=15)

    def bot(
        self, *, url: str | None = None, token: str | None = None, pacer: ChatPacer | None = None
    ) -> ExtBot[Priority]:
        """A bot as the application builds it, for this Telegram or another."""
        return ExtBot(
            token or self.config.token,
            base_url=f"{url or self.url}/bot",
            request=SignallingRequest(connection_pool_size=MAX_IN_FLIGHT),
            rate_limiter=pacer or ChatPacer(),
        )

    @asynccontextmanager
    async def unready_bot(self, **options: Any) -> AsyncGenerator[ExtBot[Priority]]:
        """A bot that never asked who it is, because it could not."""
        bot = self.bot(**options)
        try:
            yield bot
        finally:
            await bot.request.shutdown()

    async def close(self) -> None:
        await self._http.aclose()


@asynccontextmanager
async def local_telegram(**config: Any) -> AsyncGenerator[LocalTelegram]:
    """Run a fresh local Telegram."""
    chosen = SandboxConfig(**config)
    async with running(chosen) as url:
        telegram = LocalTelegram(url, chosen)
        try:
            yield telegram
        finally:
            await telegram.close()
