"""HTTP with bounded patience: whoever is slow, silent or endless makes room for others."""

import asyncio
from collections import Counter
from collections.abc import Collection
from typing import Any

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

HEADER_SECONDS = 15.0
"""In which a request must begin, and again in which its headers must end."""

BODY_SECONDS = 20.0
"""In which a body must end, whether somebody reads it or not; webhooks give up sooner and say so."""

IDLE_SECONDS = 75
"""That a connection may stay after an answer."""

ANSWER_SECONDS = 15.0
"""In which a peer must begin to read an answer that fits in no buffer."""

LARGEST_HEAD = 1 << 15
"""Bytes of a request besides its body; suppliers and Telegram send less than one KiB."""

MOST_HEADERS = 100

CONNECTIONS = 512

GRACE_SECONDS = 1.0
"""That a connection keeps its place while others of the same address want it."""


class HeadTooLarge(Exception):
    """A request's line and headers are larger than anybody needs."""


class Door:
    """Who finds room when every place is taken.

    A newcomer gets the place of whoever has kept us waiting longest, among the address with the most connections: many
    silent connections cannot keep a supplier's webhook out. Within one crowd a place is kept for ``GRACE_SECONDS``, so
    that a crowd that comes back at once drives itself away, not us. A request that has come whole keeps its place.
    """

    def __init__(self) -> None:
        self._crowd = ""
        self._closed_until = float("-inf")

    def admits(self, newcomer: "PatientProtocol", present: Collection[Any], now: float) -> bool:
        """Whether there is room for one more, who is among those ``present`` already; may drop another for it."""
        if len(present) <= CONNECTIONS:
            return True
        if newcomer.address == self._crowd and now < self._closed_until:
            return False  # without looking at everybody again: a crowd may knock thousands of times a second
        others = [one for one in present if isinstance(one, PatientProtocol) and one is not newcomer]
        many = Counter(one.address for one in others)
        waiting = [one for one in others if not one.working]
        if not waiting:
            return False
        longest = min(waiting, key=lambda one: (-many[one.address], one.since))
        if longest.address == newcomer.address and now < longest.since + GRACE_SECONDS:
            self._crowd, self._closed_until = newcomer.address, longest.since + GRACE_SECONDS
            return False
        longest.drop()
        return True


class PatientProtocol(HttpToolsProtocol):
    """One connection. uvicorn itself times only the pause after an answer, and any byte ends that."""

    door: "Door"
    _deadline: asyncio.TimerHandle | None = None
    _unread: asyncio.TimerHandle | None = None
    _since = 0.0
    _odd = 0
    _whole = True

    @property
    def working(self) -> bool:
        """Whether it is our turn: a request has come whole and is not answered yet."""
        return self._whole and bool(self.cycle) and not self.cycle.response_complete

    @property
    def since(self) -> float:
        """When what we wait for was begun, in the loop's time."""
        return self._since

    @property
    def address(self) -> str:
        """Who it is, without the port."""
        return self.client[0] if self.client else ""

    def connection_made(self, transport: asyncio.Transport) -> None:
        """Begin to wait for a request, if there is room."""
        super().connection_made(transport)
        self._wait(HEADER_SECONDS)
        if not self.door.admits(self, self.connections, self.loop.time()):
            self.drop()

    def drop(self) -> None:
        """Hang up at once, and count no more."""
        self._wait(None)
        self.connections.discard(self)
        self.transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget every timer."""
        self._wait(None)
        self.resume_writing()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take what came, unless it is a head or a trailer without end: the parser keeps those whatever their size."""
        if self.transport.is_closing():
            return
        if not self._whole:
            self._odd += len(data)  # on_body takes back what turns out to be body
        super().data_received(data)
        if self._odd > LARGEST_HEAD and not self.transport.is_closing():
            self.send_400_response("")

    def on_message_begin(self) -> None:
        """Give the headers their time."""
        self._whole, self._odd = False, 0
        self._wait(HEADER_SECONDS)
        super().on_message_begin()

    def on_url(self, url: bytes) -> None:
        """Count what it adds to the head."""
        self._grow(len(url))
        super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        """Count what it adds to the head."""
        self._grow(len(name) + len(value) if len(self.headers) < MOST_HEADERS else LARGEST_HEAD)
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """Give the body its time."""
        self._odd = 0
        self._wait(BODY_SECONDS)
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """Pass it on: its size is for whoever reads it to judge."""
        self._odd = max(0, self._odd - len(body))
        super().on_body(body)

    def on_message_complete(self) -> None:
        """Now it is our turn, or nobody's."""
        self._whole = True
        self._wait(None if self.working else IDLE_SECONDS)
        super().on_message_complete()

    def on_response_complete(self) -> None:
        """Wait for the next request, or go on waiting for the end of this one's body."""
        super().on_response_complete()
        if self._whole and not self.working:
            self._wait(IDLE_SECONDS)

    def pause_writing(self) -> None:
        """Answers are not read any more; that may not last."""
        super().pause_writing()
        if self._unread is None:
            self._unread = self.loop.call_later(ANSWER_SECONDS, self.transport.abort)

    def resume_writing(self) -> None:
        """Answers are read again."""
        if self._unread is not None:
            self._unread.cancel()
            self._unread = None
        super().resume_writing()

    def send_400_response(self, msg: str) -> None:
        """Refuse what is no HTTP, and a head without measure with its own status."""
        if self._odd <= LARGEST_HEAD:
            super().send_400_response(msg)
            return
        self.transport.write(STATUS_LINE[431] + b"content-length: 0\r\nconnection: close\r\n\r\n")
        self.transport.close()

    def _grow(self, size: int) -> None:
        self._odd += size
        if self._odd > LARGEST_HEAD:
            raise HeadTooLarge

    def _wait(self, seconds: float | None) -> None:
        """Wait for the peer so long, or not at all because it is our turn."""
        if self._deadline is not None:
            self._deadline.cancel()
        self._since = self.loop.time()
        self._deadline = None if seconds is None else self.loop.call_later(seconds, self.transport.abort)
