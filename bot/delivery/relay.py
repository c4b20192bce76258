"""The way out: takes what we owe from the outbox, sends it, and writes down what became of it."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import structlog
from telegram.ext import ExtBot

from bot.delivery.attempt import Ending, Sent, Unprepared, attempt
from bot.delivery.endings import Endings, TelegramRefuses
from bot.delivery.line import Absence
from bot.delivery.messages import NothingToSay, render
from bot.delivery.outcomes import InDoubt, NotSent, Refused
from bot.delivery.pacing import ChatPacer
from storage.clock import Clock, utc_now
from storage.errors import Outage
from storage.records.orders import Order
from storage.records.queues import Delivery
from storage.signals import Topic
from storage.store import Store

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class RelayLimits:
    """``in_flight`` messages at once; ``lease`` outlives one try, waits for its turn included.

    Beside them up to ``waiting`` messages wait for chats that may hear nothing more this minute: each keeps its place
    among what its chat is told, and nobody else waits for it. ``hold_seconds`` pass between tries to write down what
    became of one.
    """

    in_flight: int = 16
    waiting: int = 256
    lease: timedelta = timedelta(seconds=30)
    idle_seconds: float = 1.0
    stop_seconds: float = 10.0
    hold_seconds: float = 1.0


@dataclass(frozen=True, slots=True)
class _Try:
    """How a try ended. Only where Telegram was ``asked`` does that say anything about Telegram."""

    order: Order | None
    ending: Ending
    asked: bool = False


class Relay:
    """Delivers the outbox: side by side across chats, one after another inside a chat."""

    def __init__(
        self,
        store: Store,
        bot: ExtBot[Any],
        endings: Endings,
        *,
        default_language: str = "en",
        protect_content: bool = False,
        limits: RelayLimits | None = None,
        clock: Clock = utc_now,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._store = store
        self._bot = bot
        self._endings = endings
        self._line = endings.line
        self._default_language = default_language
        self._protect_content = protect_content
        self._limits = limits or RelayLimits()
        self._clock = clock
        self._sleep = sleep
        self._in_hand: dict[asyncio.Task[None], int] = {}
        self._refused: TelegramRefuses | None = None

    async def run(self) -> None:
        """Deliver until cancelled, then finish what is in hand within ``stop_seconds``; raises ``TelegramRefuses``."""
        self._refused = None
        try:
            while self._refused is None:
                if not await self._take_some():
                    await self._store.signals.wait(Topic.OUTBOX, self._limits.idle_seconds)
            raise self._refused
        finally:
            await self._finish_in_hand()

    async def _take_some(self) -> bool:
        """Begin as many deliveries as there is room for; says whether there may be more."""
        room = self._line.room(self._limits.in_flight + self._waiting(), len(self._in_hand))
        if room <= 0:
            return False
        try:
            claimed = await self._claim(room)
        except Outage:
            return False  # the store has said why, and nothing was taken
        except Exception:  # a worker's edge: the store may recover, and nothing was taken
            log.exception("the outbox cannot be read; trying again")
            return False
        for delivery in claimed:
            task = asyncio.create_task(self._deliver(delivery), name=f"delivery {delivery.id}")
            self._in_hand[task] = delivery.chat_id
            task.add_done_callback(self._done)
        return len(claimed) == room

    def _waiting(self) -> int:
        """How many of those in hand wait for their chat's own rate: they take up no connection."""
        pacer = self._bot.rate_limiter
        closed = sum(map(pacer.closed, self._in_hand.values())) if isinstance(pacer, ChatPacer) else 0
        return min(closed, self._limits.waiting)

    async def _claim(self, room: int) -> list[Delivery]:
        # A chat in hand is left alone even when its lease ran out during a slow upload.
        busy = set(self._in_hand.values())
        return await self._store.write(
            lambda tables: tables.outbox.claim(self._clock(), self._limits.lease, room, busy)
        )

    def _done(self, task: "asyncio.Task[None]") -> None:
        del self._in_hand[task]
        self._store.signals.notify(Topic.OUTBOX)

    async def _finish_in_hand(self) -> None:
        tasks = set(self._in_hand)
        if not tasks:
            return
        _, late = await asyncio.wait(tasks, timeout=self._limits.stop_seconds)
        for task in late:
            log.warning("a delivery is left unfinished and will be tried again", delivery=task.get_name())
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _deliver(self, delivery: Delivery) -> None:
        done = await self._try(delivery)
        try:
            await self._held(
                lambda: self._endings.write_down(delivery, done.order, done.ending),
                "a delivery's outcome waits for the store",
                delivery=delivery.id,
            )
        except TelegramRefuses as error:
            self._refused = error
        except Exception:  # a worker's edge: the lease runs out and the message is tried again
            log.exception("a delivery's outcome could not be written; it may arrive twice", delivery=delivery.id)
        else:
            if done.asked:
                await self._heed(delivery, done.ending)

    async def _held(self, write: Callable[[], Awaitable[None]], event: str, **facts: object) -> None:
        """Store what a try brought; while the store takes nothing the delivery stays in hand, and is not repeated."""
        while True:
            try:
                return await write()
            except Outage as error:
                log.warning(event, reason=str(error), **facts)
            await self._sleep(self._limits.hold_seconds)

    async def _try(self, delivery: Delivery) -> _Try:
        try:
            rendered = await self._store.read(
                lambda tables: render(tables, delivery, self._default_language, protected=self._protect_content)
            )
            return _Try(rendered.order, await attempt(self._bot, delivery, rendered), asked=True)
        except NothingToSay as error:
            return _Try(None, Refused(str(error)))
        except Exception:  # a worker's edge: one message that cannot be written must not stop the others
            log.exception("a delivery could not be prepared", delivery=delivery.id, kind=delivery.kind)
            return _Try(None, Unprepared("it could not be prepared"))

    async def _heed(self, delivery: Delivery, ending: Ending) -> None:
        """Learn from a try whether Telegram is there."""
        match ending:
            case NotSent(reason) | InDoubt(reason):
                if self._line.failed(delivery.id):
                    log.error(
                        "telegram does not answer; what is owed is kept, and one message at a time is tried",
                        reason=reason,
                    )
            case Sent(None):
                return  # there was nothing to send
            case _:
                if absence := self._line.answered():
                    await self._back(absence)

    async def _back(self, absence: Absence) -> None:
        """Telegram answers again."""
        log.warning(
            "telegram answers again; what is owed goes out",
            seconds=round(absence.lasted.total_seconds()),
            tries=absence.tries,
        )
        try:
            await self._held(
                lambda: self._endings.over(absence), "what waits for telegram's return waits for the store too"
            )
        except Exception:  # a worker's edge: what waits goes out all the same, when its own pause ends
            log.exception("nobody could be told that telegram is back; what is owed goes out a little later")
