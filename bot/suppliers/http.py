"""HTTP as suppliers need it: every failure says whether the request can have been acted on."""

import asyncio
import re
import ssl
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from types import TracebackType
from typing import Self

import httpx

from bot.suppliers.budget import LONGEST_HOLD, Budget, Held
from bot.suppliers.reading import http_date

USER_AGENT = "Orderline/0.1"


@dataclass(frozen=True, slots=True)
class Patience:
    """How long one kind of call may take, in seconds. ``total`` also ends an answer that only drips."""

    connect: float = 5.0
    write: float = 10.0
    read: float = 15.0
    total: float = 30.0

    def timeout(self) -> httpx.Timeout:
        """The same as httpx wants it; our own budget already queues, so the pool never should."""
        return httpx.Timeout(connect=self.connect, write=self.write, read=self.read, pool=self.connect)


@dataclass(frozen=True, slots=True)
class Call:
    """One kind of request: its name in logs and metrics, and what it may cost.

    ``fresh`` calls get a connection of their own, because a kept one that the server just closed
    fails in a way that cannot be told from a request that was acted on. ``budget`` is for calls of a class that
    the supplier counts apart; None is the supplier's common one.
    """

    name: str
    patience: Patience = Patience()
    max_bytes: int = 1 << 20
    fresh: bool = False
    budget: Budget | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """A complete HTTP answer, its headers' names in lower case. The body may hold codes, so ``repr`` leaves it out."""

    status: int
    body: bytes = field(repr=False)
    retry_after: float | None = None
    headers: Mapping[str, str] = field(default_factory=dict[str, str], repr=False)

    @property
    def ok(self) -> bool:
        """Whether the status is 2xx."""
        return 200 <= self.status < 300


class NotSent(Exception):
    """The request never reached the supplier. ``retry_after`` is set when it had asked for silence."""

    def __init__(self, reason: str, retry_after: float | None = None) -> None:
        super().__init__(reason)
        self.retry_after = retry_after


class Lost(Exception):
    """The request may have reached the supplier, but no whole answer came back."""


CallObserver = Callable[[str, str, str, float], None]
"""``observe(supplier, call, outcome, seconds)``; the outcome is a status code, ``not sent`` or ``lost``."""


def unobserved(_supplier: str, _call: str, _outcome: str, _seconds: float) -> None:
    """The observer of whoever does not count calls."""


PauseOf = Callable[[Reply], float | None]
"""How many seconds a 429 without ``Retry-After`` asks for, None when nothing tells."""


def no_pause(_reply: Reply) -> None:
    """The ``PauseOf`` of a supplier that always says how long."""


def retry_after(value: str | None, now: datetime) -> float | None:
    """Seconds a ``Retry-After`` header asks for, from either of its forms (RFC 9110, 10.2.3).

    Never more than ``LONGEST_HOLD``: a header that names next century must not make us forget an order.
    """
    if value is None:
        return None
    text = value.strip()
    if text.isascii() and text.isdigit():
        return min(float(text[:9]), LONGEST_HOLD)
    until = http_date(text)
    return None if until is None else min(max(0.0, (until - now).total_seconds()), LONGEST_HOLD)


_BYTES = re.compile(r""":?\s*(?:bytearray\()?\bb['"].*""", re.DOTALL)

# Raised before the first byte of a request is written; anything else may come after (httpx's exception tree).
_BEFORE_SENDING = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
    httpx.InvalidURL,
)


class Http:
    """The HTTP side of one supplier: two small clients, no redirects, bounded answers.

    Each budget's width bounds the connections of its own calls, so that no class ever waits for another's.
    """

    def __init__(
        self,
        supplier: str,
        base_url: str,
        budget: Budget,
        *,
        now: Callable[[], datetime],
        observe: CallObserver = unobserved,
        pause_of: PauseOf = no_pause,
    ) -> None:
        self._supplier = supplier
        self._base_url = base_url.rstrip("/")
        self._budget = budget
        self._now = now
        self._observe = observe
        self._pause_of = pause_of
        self._kept = _client(httpx.Limits(max_connections=32, max_keepalive_connections=4, keepalive_expiry=20))
        self._fresh = _client(httpx.Limits(max_connections=8, max_keepalive_connections=0))

    async def send(
        self, call: Call, method: str, path: str, *, content: bytes | None = None, token: str | None = None
    ) -> Reply:
        """Send once and read the whole answer; raises ``NotSent`` or ``Lost``."""
        budget = call.budget or self._budget
        try:
            async with budget.slot():
                reply = self._paused(await self._timed(call, method, path, content, token))
        except Held as held:
            raise NotSent(str(held), held.seconds) from None
        if reply.retry_after is not None and reply.status in {429, 503}:
            budget.hold(reply.retry_after)
        return reply

    def _paused(self, reply: Reply) -> Reply:
        """The reply with the pause that a 429 means where no header says it."""
        if reply.status != 429 or reply.retry_after is not None:
            return reply
        return replace(reply, retry_after=self._pause_of(reply))

    async def _timed(self, call: Call, method: str, path: str, content: bytes | None, token: str | None) -> Reply:
        with _Stopwatch(self._supplier, call.name, self._observe) as watch:
            reply = await self._send(call, method, path, content, token)
            watch.outcome = str(reply.status)
        return reply

    async def _send(self, call: Call, method: str, path: str, content: bytes | None, token: str | None) -> Reply:
        client = self._fresh if call.fresh else self._kept
        headers = _headers(content, token)
        try:
            async with asyncio.timeout(call.patience.total):
                async with client.stream(
                    method,
                    self._base_url + path,
                    content=content,
                    headers=headers,
                    timeout=call.patience.timeout(),
                ) as response:
                    return self._reply(response, await _bounded(response, call.max_bytes))
        except _BEFORE_SENDING as error:
            raise NotSent(_named(error)) from error
        except (httpx.HTTPError, httpx.StreamError, ssl.SSLError) as error:  # httpx lets the last through while reading
            raise Lost(_named(error)) from error
        except TimeoutError:
            raise Lost(f"no whole answer within {call.patience.total:g} s") from None

    def _reply(self, response: httpx.Response, body: bytes) -> Reply:
        wait = retry_after(response.headers.get("retry-after"), self._now())
        return Reply(response.status_code, body, wait, dict(response.headers.items()))

    async def close(self) -> None:
        """Close both clients and their connections."""
        await self._kept.aclose()
        await self._fresh.aclose()


class _Stopwatch:
    """Tells the observer how one request ended and how long it took."""

    def __init__(self, supplier: str, call: str, observe: CallObserver) -> None:
        self._supplier = supplier
        self._call = call
        self._observe = observe
        self._began = 0.0
        self.outcome = "cancelled"

    def __enter__(self) -> Self:
        self._began = time.monotonic()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if isinstance(error, NotSent):
            self.outcome = "not sent"
        elif isinstance(error, Lost):
            self.outcome = "lost"
        self._observe(self._supplier, self._call, self.outcome, time.monotonic() - self._began)


def _client(limits: httpx.Limits) -> httpx.AsyncClient:
    return httpx.AsyncClient(
        limits=limits,
        follow_redirects=False,
        headers={"User-Agent": USER_AGENT, "Accept": "application/json", "Accept-Encoding": "identity"},
    )


def _headers(content: bytes | None, token: str | None) -> dict[str, str]:
    headers: dict[str, str] = {}
    if content is not None:
        headers["Content-Type"] = "application/json"
    if token is not None:
        headers["Authorization"] = f"Bearer {token}"
    return headers


async def _bounded(response: httpx.Response, max_bytes: int) -> bytes:
    body = bytearray()
    async for chunk in response.aiter_bytes():
        body += chunk
        if len(body) > max_bytes:
            raise Lost(f"an answer of more than {max_bytes} bytes")
    return bytes(body)


def _named(error: Exception) -> str:
    """The kind of failure with the system's words, without the bytes that httpx quotes from headers and bodies."""
    words = _BYTES.sub("", str(error))
    return f"{type(error).__name__}: {words[:200]}" if words else type(error).__name__
