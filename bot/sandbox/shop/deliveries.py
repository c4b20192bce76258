"""Posts prepared events to the receivers of webhooks, again while they are refused, and keeps every attempt."""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

import httpx

from bot.sandbox.shop.background import Bell
from bot.sandbox.shop.clock import Clock

MOST_ORDERS = 5_000
"""How many orders' deliveries are remembered."""


class DeliveryState(StrEnum):
    """How far one event came with one receiver."""

    UNDER_WAY = "under way"
    DELIVERED = "delivered"
    GAVE_UP = "gave up"
    LOST = "lost"


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try: the receiver's status, or why there was none."""

    at: datetime
    status: int | None
    error: str = ""


@dataclass(slots=True)
class Delivery:
    """One event for one receiver. ``body`` holds codes and ``headers`` secrets: never log them.

    ``subject`` is what it is about: an order's id, or another name under which it is remembered.
    """

    subject: str
    reference: str | None
    url: str
    body: bytes = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)
    mis_signed: bool = False
    event: str = ""
    event_id: str = ""
    state: DeliveryState = DeliveryState.UNDER_WAY
    attempts: list[Attempt] = field(default_factory=list[Attempt])

    def again(self) -> "Delivery":
        """The same event for the same receiver, not yet tried."""
        return Delivery(
            self.subject,
            self.reference,
            self.url,
            self.body,
            self.headers,
            self.mis_signed,
            self.event,
            self.event_id,
        )


@dataclass(slots=True)
class Receivers:
    """Where events go and the secret they are signed with; both may change while the server runs."""

    urls: tuple[str, ...]
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Manners:
    """How patient a sender is: tries, seconds before the second one, what each wait grows by, seconds for an answer.

    ``accepts`` says which statuses are an acknowledgement.
    """

    tries: int
    spacing: float
    timeout: float
    accepts: Callable[[int], bool]
    growth: float = 1.0

    def wait_after(self, attempts: int) -> float:
        """Seconds between this attempt and the next."""
        return self.spacing * self.growth ** (attempts - 1)


async def _no_objection(_: str) -> str | None:
    return None


def _nothing_more(_: datetime) -> Mapping[str, str]:
    return {}


class Sender:
    """Posts deliveries; ``objection`` says why an address is not called, ``stamped`` adds headers of the moment."""

    def __init__(
        self,
        manners: Callable[[], Manners],
        clock: Clock,
        bell: Bell,
        objection: Callable[[str], Awaitable[str | None]] = _no_objection,
        stamped: Callable[[datetime], Mapping[str, str]] = _nothing_more,
    ) -> None:
        self._manners = manners
        self._clock = clock
        self._bell = bell
        self._objection = objection
        self._stamped = stamped
        self._client = httpx.AsyncClient(follow_redirects=False, trust_env=False)
        self._by_subject: OrderedDict[str, list[Delivery]] = OrderedDict()

    async def close(self) -> None:
        """Release the HTTP client."""
        await self._client.aclose()

    def of(self, subject: str) -> list[Delivery]:
        """The deliveries of one order, oldest first."""
        return list(self._by_subject.get(subject, ()))

    @property
    def deliveries(self) -> list[Delivery]:
        """Every remembered delivery, those of the order that was told first in front."""
        return [delivery for of_one in self._by_subject.values() for delivery in of_one]

    def last_word(self) -> str:
        """How the latest attempt ended, in words for people."""
        tried = (delivery for delivery in self.deliveries if delivery.attempts)
        last = max(tried, key=lambda delivery: delivery.attempts[-1].at, default=None)
        if last is None:
            return "none yet"
        attempt = last.attempts[-1]
        answer = f"answered {attempt.status}" if attempt.status else attempt.error
        return f"{last.state.value}, {answer}"

    def record(self, delivery: Delivery) -> Delivery:
        """Remember a delivery before it is tried."""
        self._by_subject.setdefault(delivery.subject, []).append(delivery)
        if len(self._by_subject) > MOST_ORDERS:
            self._by_subject.popitem(last=False)
        return delivery

    async def deliver(self, delivery: Delivery) -> None:
        """Try until it is acknowledged or the tries are used up."""
        if not await self.attempt(delivery):
            await self.insist(delivery)

    async def insist(self, delivery: Delivery) -> None:
        """Go on trying after a first attempt."""
        while len(delivery.attempts) < self._manners().tries:
            await asyncio.sleep(self._manners().wait_after(len(delivery.attempts)))
            if await self.attempt(delivery):
                return
        self.end(delivery, DeliveryState.GAVE_UP)

    async def attempt(self, delivery: Delivery) -> bool:
        """Try once; returns whether the receiver acknowledged it."""
        status, error = await self._post(delivery)
        delivery.attempts.append(Attempt(self._clock(), status, error))
        if status is not None and self._manners().accepts(status):
            self.end(delivery, DeliveryState.DELIVERED)
            return True
        self._bell.ring()
        return False

    def end(self, delivery: Delivery, state: DeliveryState) -> None:
        """Note what became of a delivery."""
        delivery.state = state
        self._bell.ring()

    async def _post(self, delivery: Delivery) -> tuple[int | None, str]:
        headers = {"Content-Type": "application/json", **self._stamped(self._clock()), **delivery.headers}
        try:
            async with asyncio.timeout(self._manners().timeout):
                if objection := await self._objection(delivery.url):
                    return None, objection
                reply = await self._client.post(delivery.url, content=delivery.body, headers=headers, timeout=None)
        except TimeoutError:
            return None, "timeout"
        except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
            return None, type(error).__name__
        return reply.status_code, ""


def delivery_view(delivery: Delivery) -> dict[str, object]:
    """One event's way to one receiver, as a control API shows it."""
    return {
        "order_id": delivery.subject,
        "reference": delivery.reference,
        "url": delivery.url,
        "state": delivery.state.value,
        "mis_signed": delivery.mis_signed,
        "attempts": [
            {"at": attempt.at, "status": attempt.status, "error": attempt.error} for attempt in delivery.attempts
        ],
    }
