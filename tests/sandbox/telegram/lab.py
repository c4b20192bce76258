"""A running local Telegram for one test: the bot's side, the people's side, and its clock."""

import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup
from telegram.error import BadRequest
from telegram.request import HTTPXRequest

from bot.sandbox.telegram.config import SandboxConfig
from bot.sandbox.telegram.server import running

ADA, BORIS, CHEN = 1001, 1002, 1003
GROUP = -1001000000001
TOPIC = 2
TOKEN = "4242424242:test"


@dataclass(slots=True)
class Clock:
    """Time that moves when told to; begins now, since Telegram's dates are compared with real ones."""

    now: datetime = field(default_factory=lambda: datetime.fromtimestamp(int(time.time()), UTC))

    def __call__(self) -> datetime:
        """Return the current time."""
        return self.now

    def advance(self, seconds: float) -> None:
        """Let time pass."""
        self.now += timedelta(seconds=seconds)


@dataclass(frozen=True, slots=True)
class Lab:
    """Both ends of one local Telegram."""

    url: str
    bot: Bot
    people: httpx.AsyncClient
    clock: Clock

    def another_bot(self, token: str = TOKEN) -> Bot:
        """Return a second client."""
        return make_bot(self.url, token)

    async def do(self, path: str, **body: Any) -> dict[str, Any]:
        """Post to the control API; the request must succeed."""
        response = await self.people.post(f"/sandbox/{path}", json=body)
        assert response.status_code == 200, response.text
        return response.json()

    async def refused(self, path: str, **body: Any) -> str:
        """Post to the control API and return why it refused."""
        response = await self.people.post(f"/sandbox/{path}", json=body)
        assert response.status_code == 400
        return response.json()["error"]

    async def look(self, path: str, **query: Any) -> dict[str, Any]:
        """Read from the control API."""
        response = await self.people.get(f"/sandbox/{path}", params=query)
        assert response.status_code == 200, response.text
        return response.json()

    async def say(self, text: str, user: int = ADA, chat: int | None = None, **extra: Any) -> dict[str, Any]:
        """Write as a person, in their private chat unless told otherwise."""
        return await self.do(f"chats/{chat or user}/messages", user_id=user, text=text, **extra)

    async def message(self, message_id: int, chat: int = ADA) -> dict[str, Any]:
        """Return a message as the page sees it."""
        found = (await self.look(f"chats/{chat}/messages"))["messages"]
        return next(message for message in found if message["id"] == message_id)

    async def raw(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Call the Bot API without a client library and return the JSON, whatever it says."""
        return (await self.people.post(f"/bot{TOKEN}/{method}", json=parameters)).json()


def make_bot(url: str, token: str = TOKEN) -> Bot:
    """Return an unmodified python-telegram-bot client of a local Telegram."""
    return Bot(token, f"{url}/bot", f"{url}/file/bot", request=HTTPXRequest(20), get_updates_request=HTTPXRequest(4))


@asynccontextmanager
async def running_lab(**settings: Any) -> AsyncGenerator[Lab]:
    """Run a local Telegram whose private chat with Ada is open."""
    clock = Clock()
    config = SandboxConfig(token=TOKEN, clock=clock, webhook_retry=0.01, **settings)
    async with running(config) as url, make_bot(url) as bot, httpx.AsyncClient(base_url=url, timeout=30) as people:
        lab = Lab(url, bot, people, clock)
        await lab.do(f"users/{ADA}/start")
        await drain(bot)
        yield lab


async def drain(bot: Bot) -> int:
    """Confirm everything that waits and return the next offset."""
    updates = await bot.get_updates()
    offset = updates[-1].update_id + 1 if updates else 0
    await bot.get_updates(offset=offset)
    return offset


def refusing(words: str) -> pytest.RaisesExc[BadRequest]:
    """Expect a BadRequest that says these words."""
    return pytest.RaisesExc(BadRequest, check=lambda error: words.lower() in error.message.lower())


def keyboard(*labels: str) -> InlineKeyboardMarkup:
    """A row of buttons."""
    return InlineKeyboardMarkup([[InlineKeyboardButton(label, callback_data=label) for label in labels]])
