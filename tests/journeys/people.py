"""People in the local Telegram, as a journey tells of them: they say, tap and see."""

import re
from dataclasses import dataclass, field
from typing import Any

from tests.journeys.processes import Server

Message = dict[str, Any]
PATIENCE = 20.0


@dataclass
class Person:
    """Somebody with a chat. What ``sees`` looks for must have appeared or changed since they last said or tapped."""

    telegram: Server
    id: int
    name: str
    chat: int
    topic: int | None = None
    mark: int = 0
    _last: Message = field(default_factory=dict[str, Any])

    def says(self, text: str, *, reply_to: int | None = None) -> Message:
        """Write a message."""
        return self._write(text=text, reply_to=reply_to)

    def answers(self, text: str) -> Message:
        """Write a reply to the message seen last, as a forced reply does in a group."""
        return self._write(text=text, reply_to=self._last["id"])

    def sends_photo(self, caption: str = "") -> Message:
        """Send a picture."""
        picture = {"name": "photo.jpg", "mime_type": "image/jpeg", "content_base64": "/9j/2Q=="}
        return self._write(text=caption, photo=picture)

    def edits(self, message: Message, text: str) -> Message:
        """Change the words of a message of theirs."""
        return self.telegram.post(f"chats/{self.chat}/messages/{message['id']}", user_id=self.id, text=text)

    def _write(self, **content: Any) -> Message:
        body = {name: value for name, value in content.items() if value is not None}
        if self.topic is not None:
            body["topic"] = self.topic
        sent: Message = self.telegram.post(f"chats/{self.chat}/messages", user_id=self.id, **body)
        self.mark = sent["version"]
        return sent

    def taps(self, label: str, message: Message | None = None) -> str:
        """Tap the button that has (or begins with) ``label``; returns the text of the answer that pops up."""
        shown = message or self._last
        buttons = [button for row in shown["buttons"] for button in row]
        fitting = [b for b in buttons if b["text"] == label] or [b for b in buttons if label in b["text"]]
        assert fitting, f"no button {label!r} among {[button['text'] for button in buttons]}"
        return self.presses(fitting[0]["callback_data"], shown)

    def taps_without_waiting(self, label: str, message: Message | None = None, times: int = 1) -> None:
        """Tap a button again and again, before anything was answered."""
        shown = message or self._last
        data = next(b["callback_data"] for row in shown["buttons"] for b in row if label in b["text"])
        self.mark = self.version()
        for _ in range(times):
            self.telegram.post(f"chats/{self.chat}/press", user_id=self.id, message_id=shown["id"], data=data)

    def presses(self, data: str, message: Message | None = None, *, forged: bool = False) -> str:
        """Tap the button with this callback data, wherever its message is."""
        shown = message or self._last
        self.mark = self.version()
        press = {"user_id": self.id, "message_id": shown["id"], "data": data, "forged": forged, "timeout": PATIENCE}
        pressed: Any = self.telegram.post(f"chats/{self.chat}/press", **press)
        assert pressed["answer"] is not None, "the tap was never answered"
        return pressed["answer"].get("text") or ""

    def forges(self, data: str, message: Message) -> str:
        """Send callback data that need not stand on any button, as programs can; returns the answer's text."""
        return self.presses(data, message, forged=True)

    def opens(self, link: str, group: int | None = None) -> Message:
        """Follow a link of the bot in private, or one that adds it to a group."""
        sent: Message = self.telegram.post(f"users/{self.id}/open", link=link, chat_id=group)
        self.mark = sent["version"]
        return sent

    def starts(self) -> Message:
        """Press Start, and read the first words."""
        self.mark = self.version()
        self.telegram.post(f"users/{self.id}/start")
        return self.sees()

    def sees(self, pattern: str = "", *, button: str = "", document: bool | None = None, **more: object) -> Message:
        """Wait for a message of the bot whose text fits ``pattern``, or that has ``button``."""
        query: dict[str, object] = {"after": self.mark, "from_bot": "true", "timeout": PATIENCE, **more}
        if pattern:
            query["pattern"] = pattern
        if button:
            query["button"] = button
        if document is not None:
            query["document"] = str(document).lower()
        if self.topic is not None:
            query["topic"] = self.topic
        self._last = self.telegram.get(f"chats/{self.chat}/wait", **query)
        return self._last

    def version(self) -> int:
        """How far the world has come."""
        seen: Any = self.telegram.get(f"chats/{self.chat}/messages", after=10**12)
        return seen["version"]

    def all_messages(self) -> list[Message]:
        """Everything in the chat."""
        found: Any = self.telegram.get(f"chats/{self.chat}/messages")
        return found["messages"]

    def heard(self, after: int | None = None) -> list[Message]:
        """What the bot wrote or changed here since a version, or since they last said or tapped."""
        found: Any = self.telegram.get(f"chats/{self.chat}/messages", after=self.mark if after is None else after)
        return [message for message in found["messages"] if message["from"]["is_bot"]]

    def bot_texts(self) -> list[str]:
        """Everything the bot has written here."""
        return [message["text"] for message in self.all_messages() if message["from"]["is_bot"]]


def reference_in(message: Message) -> str:
    """The order reference a message shows, as stored: without the dash."""
    found = re.search(r"\b([0-9A-Z]{4})-([0-9A-Z]{4})\b", message["text"])
    assert found, f"no reference in {message['text']!r}"
    return found[1] + found[2]
