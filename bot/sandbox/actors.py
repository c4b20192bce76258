"""People of the local Telegram, played over HTTP: they write, tap, see and follow links as anybody on the page does."""

import re
from dataclasses import dataclass, field
from typing import Any

import httpx

Message = dict[str, Any]
PATIENCE = 20.0
LINK = re.compile(r"https://t\.me/\w+\?(start|startgroup)=[\w-]+")


class StageFailed(Exception):
    """Something that must have happened did not; the message says to whom and what they saw instead."""


@dataclass(frozen=True, slots=True)
class Stage:
    """A local Telegram by its control API."""

    http: httpx.AsyncClient
    url: str

    async def post(self, path: str, /, **body: Any) -> dict[str, Any]:
        """Do something; raises ``StageFailed`` when it is refused."""
        return _answer(await self.http.post(f"{self.url}/sandbox/{path}", json=body))

    async def get(self, path: str, /, **query: Any) -> dict[str, Any]:
        """Look; raises ``StageFailed`` when there is nothing to see."""
        return _answer(await self.http.get(f"{self.url}/sandbox/{path}", params=query))

    async def person(self, user_id: int, name: str, **more: Any) -> "Actor":
        """Somebody new."""
        await self.post("users", id=user_id, first_name=name, **more)
        return Actor(self, user_id, user_id)


def _answer(response: httpx.Response) -> dict[str, Any]:
    if not response.is_success:
        raise StageFailed(f"{response.request.url.path}: {response.text}")
    return response.json()


@dataclass(slots=True)
class Actor:
    """Somebody in a chat. What they wait to see must have come or changed since they last did something."""

    stage: Stage
    id: int
    chat: int
    topic: int | None = None
    last: Message = field(default_factory=dict[str, Any])
    mark: int = 0

    def at(self, chat: int, topic: int | None = None) -> "Actor":
        """The same person in another chat."""
        return Actor(self.stage, self.id, chat, topic)

    async def starts(self) -> None:
        """Press Start, and read the first words."""
        self.mark = (await self.stage.post(f"users/{self.id}/start"))["version"]
        await self.sees()

    async def says(self, text: str, **more: Any) -> None:
        """Write a message."""
        sent = await self.stage.post(
            f"chats/{self.chat}/messages", user_id=self.id, text=text, topic=self.topic, **more
        )
        self.mark = sent["version"]

    async def opens(self, link: str, group: int | None = None) -> None:
        """Follow a link of the bot; one for groups adds it to ``group``."""
        sent = await self.stage.post(f"users/{self.id}/open", link=link, chat_id=group)
        self.chat, self.mark = sent["chat_id"], sent["version"]

    async def taps(self, label: str) -> None:
        """Tap the first button with ``label`` in the message seen last."""
        data = next((b.get("callback_data") for b in buttons(self.last) if label in b["text"]), None)
        if data is None:
            raise StageFailed(f"there is no button {label!r} under {self.last.get('text')!r}")
        self.mark = (await self.stage.get(f"chats/{self.chat}/messages", after=2**53))["version"]
        press = {"user_id": self.id, "message_id": self.last["id"], "data": data, "timeout": PATIENCE}
        await self.stage.post(f"chats/{self.chat}/press", **press)

    async def sees(self, pattern: str = "", **more: Any) -> Message:
        """Wait for words of the bot that fit a regular expression."""
        query = {"after": self.mark, "from_bot": "true", "timeout": PATIENCE, **more}
        if pattern:
            query["pattern"] = pattern
        if self.topic is not None:
            query["topic"] = self.topic
        self.last = await self.stage.get(f"chats/{self.chat}/wait", **query)
        return self.last


def buttons(message: Message) -> list[Message]:
    """The buttons under a message, row by row."""
    return [button for row in message.get("buttons", ()) for button in row]


def links_in(message: Message) -> dict[str, str]:
    """The bot's links in a message, in its words, behind them or on its buttons: by ``start`` and ``startgroup``."""
    places = [
        message["text"],
        *(entity.get("url", "") for entity in message["entities"]),
        *(button.get("url", "") for button in buttons(message)),
        *(button.get("copy_text", {}).get("text", "") for button in buttons(message)),
    ]
    return {found[1]: found[0] for place in places for found in LINK.finditer(place)}
