"""People of the storm: what they can do at their place in Telegram, and what they wish for."""

import re
import threading
import time
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field
from random import Random
from typing import Any

from tests.drill.evidence import Confirmation
from tests.journeys import cards, goods
from tests.journeys.goods import Good
from tests.journeys.processes import Server

Message = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Ware:
    """Something to order, and what is answered when its quantity or face value is asked for."""

    supplier: str
    good: Good
    quantities: tuple[str, ...] = ("1",)
    values: tuple[str, ...] = ()


# None is four signs long: typed once too often, it may become what was typed into a field, and stands in every log.
WARES = (
    Ware("voodoo", goods.KEY, ("1", "1", "2", "3", "25")),
    Ware("voodoo", goods.LONG_CODES, ("1", "2", "12")),
    Ware("voodoo", goods.CYRILLIC, ("1", "2")),
    Ware("voodoo", goods.TOPUP, ("1", "3", "9.5")),
    Ware("voodoo", goods.DECIMAL_TOPUP, ("0.5", "7.7", "20")),
    Ware("voodoo", goods.SERVICE),
    Ware("octopus", cards.XBOX, ("1", "2", "5")),
    Ware("octopus", cards.XBOX, ("6", "9", "30")),
    Ware("octopus", cards.STEAM, ("1", "3"), ("5", "20", "100")),
    Ware("octopus", cards.STEAM, ("6", "8"), ("10", "50")),
    Ware("octopus", cards.AMAZON, ("1", "7"), ("5", "33", "500")),
    Ware("octopus", cards.APPLE, ("1", "6"), ("25", "50")),
)


class Hindered(Exception):
    """Telegram does not let this person do that: they blocked the bot, or their group has moved."""


class Abandoned(Exception):
    """This person gives their wish up, or the storm is over."""


@dataclass
class Shopper:
    """Somebody at one place. ``price_shown`` says whether their own account pays, so that cards promise its price."""

    telegram: Server
    user: int
    chat: int
    topic: int | None
    chance: Random
    over: threading.Event
    price_shown: bool
    wares: tuple[Ware, ...] = WARES
    confirmed: dict[str, Confirmation] = field(default_factory=dict[str, Confirmation])
    answered: set[str] = field(default_factory=set[str])
    moods: Counter[str] = field(default_factory=Counter[str])
    mark: int = 0

    @property
    def private(self) -> bool:
        """Whether they are alone with the bot."""
        return self.chat == self.user

    def mood(self, name: str, share: float) -> bool:
        """Whether they feel like it now."""
        feels = self.chance.random() < share
        if feels:
            self.moods[name] += 1
        return feels

    def says(self, text: str, reply_to: int | None = None) -> None:
        """Write; in a group an answer must be a reply."""
        body = {"text": text, "reply_to": reply_to, "topic": self.topic}
        given = {name: value for name, value in body.items() if value is not None}
        self.mark = self._does("messages", **given)["version"]

    def taps(self, message: Message, data: str, times: int = 1) -> None:
        """Tap a button, perhaps more than once."""
        self.mark = self.version()
        for _ in range(times):
            self._does("press", message_id=message["id"], data=data)

    def version(self) -> int:
        """How far the world has come."""
        seen: Any = self.telegram.get("messages", after=10**12)
        return seen["version"]

    def heard(self, seconds: float, pattern: str, but: Collection[tuple[int, str]] = ()) -> Message | None:
        """The latest that fits of what the bot wrote or changed here since they acted; waits for it so long.

        ``but`` are messages, as they read, that they are done with.
        """
        deadline, seen = time.monotonic() + seconds, self.mark
        while True:
            fresh = self._since(seen)
            unread = [message for message in fresh if (message["id"], message["text"]) not in but]
            fitting = [message for message in unread if re.search(pattern, shown_in(message))]
            left = deadline - time.monotonic()
            if fitting or left <= 0:
                return fitting[-1] if fitting else None
            seen = max([seen, *(message["version"] for message in fresh)])
            query: dict[str, Any] = {"after": seen, "from_bot": "true", "timeout": left}
            self.telegram.control.get(f"/sandbox/chats/{self.chat}/wait", params=query)

    def message(self, id_: int) -> Message:
        """A message as it is now."""
        found: Any = self.telegram.get(f"chats/{self.chat}/messages")
        return next(message for message in found["messages"] if message["id"] == id_)

    def _since(self, version: int) -> list[Message]:
        found: Any = self.telegram.get(f"chats/{self.chat}/messages", after=version)
        mine = [
            message
            for message in found["messages"]
            if message["from"]["is_bot"] and not message["deleted"] and message["topic"] == self.topic
        ]
        return sorted(mine, key=lambda message: message["version"])

    def is_away(self, leaves: str, returns: str) -> None:
        """Be out of the bot's reach for a while."""
        self.telegram.post(f"faults/{leaves}", user_id=self.user)
        self.over.wait(self.chance.uniform(0.5, 4))
        self.telegram.post(f"faults/{returns}", user_id=self.user)
        self.comes_back()

    def comes_back(self) -> None:
        """Press Start."""
        self.telegram.post(f"users/{self.user}/start")

    def _does(self, what: str, **body: object) -> dict[str, Any]:
        path = f"/sandbox/chats/{self.chat}/{what}"
        response = self.telegram.control.post(path, json={"user_id": self.user, **body})
        if response.status_code == 400:
            raise Hindered(response.json()["error"])
        return response.json()

    def finds_the_way_back(self) -> None:
        """Follow the group to where it went."""
        found: Any = self.telegram.get("chats")
        moved = {chat["id"]: chat["migrated_to"] for chat in found["chats"]}
        self.chat = moved.get(self.chat) or self.chat


def shown_in(message: Message) -> str:
    """A message's text, and its buttons in brackets."""
    return "\n".join([message["text"], *(f"[{button['text']}]" for row in message["buttons"] for button in row)])
