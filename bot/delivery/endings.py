"""What became of each try, written down in one unit: sent, later, given up, kept aside, moved."""

import logging
import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Protocol, assert_never

import structlog

from bot.delivery.attempt import Ending, Sent, Unprepared
from bot.delivery.line import Absence, Line
from bot.delivery.outcomes import Flooded, InDoubt, Migrated, Misconfigured, NotSent, Refused, Unreachable
from storage.clock import Clock, utc_now
from storage.records.orders import Order
from storage.records.queues import Chat, ChatKind, Delivery, DeliveryKind, NoticeKind
from storage.store import Store
from storage.tables import Tables

log = structlog.get_logger()


FLOOD_WAIT = "flood wait"

WORTH_TELLING = timedelta(minutes=5)
"""Shorter outages of Telegram are the log's matter alone."""


class TelegramRefuses(Exception):
    """Telegram takes nothing from this bot until a human acts; the message is one clear line."""


class Outcome(StrEnum):
    """What became of one try, for the metrics."""

    SENT = "sent"
    RETRIED = "retried"
    PARKED = "parked"
    FAILED = "failed"


class Desk(Protocol):
    """Whoever tells the operators, inside the unit that made it necessary."""

    async def tell(
        self,
        tables: Tables,
        notice: NoticeKind,
        subject: str,
        data: dict[str, Any],
        now: datetime,
        *,
        order_id: str | None = None,
    ) -> None:
        """Owe a notice; the same kind about the same ``subject`` is told once."""
        ...


@dataclass(frozen=True, slots=True)
class Patience:
    """Pauses double from ``first`` to ``longest``; ``max_tries`` bounds tries of unknown outcome.

    What certainly was not sent is tried for ever, and so is everything while Telegram answers nobody: an outage,
    however long, loses nothing. What cannot even be prepared has ``unprepared_tries``, a few minutes in all: its chat's
    later messages wait behind it, and its reason hardly ever passes.
    """

    first: timedelta = timedelta(seconds=1)
    longest: timedelta = timedelta(minutes=10)
    max_tries: int = 25
    unprepared_tries: int = 10


class Endings:
    """Writes down how tries ended."""

    def __init__(
        self,
        store: Store,
        desk: Desk,
        *,
        patience: Patience | None = None,
        line: Line | None = None,
        clock: Clock = utc_now,
        chance: Callable[[], float] = random.random,
        count: Callable[[DeliveryKind, Outcome], None] = lambda _kind, _outcome: None,
    ) -> None:
        self._store = store
        self._desk = desk
        self._patience = patience or Patience()
        self.line = line or Line(clock=clock, chance=chance)
        self._clock = clock
        self._chance = chance
        self._count = count

    async def write_down(self, delivery: Delivery, order: Order | None, ending: Ending) -> None:
        """Store how a try ended; raises ``TelegramRefuses`` when no other can succeed either."""
        match ending:
            case Sent(message_id):
                await self._sent(delivery, order, message_id)
            case Flooded(seconds):
                await self._retry(delivery, timedelta(seconds=seconds + 1), FLOOD_WAIT, excused=True)
            case NotSent(reason):
                await self._retry(delivery, self._pause(delivery.tries), reason, excused=self.line.silent)
            case InDoubt(reason) if delivery.tries < self._patience.max_tries or self.line.silent:
                await self._retry(delivery, self._pause(delivery.tries), reason, excused=self.line.silent)
            case Unprepared(reason) if delivery.tries < self._patience.unprepared_tries:
                await self._retry(delivery, self._pause(delivery.tries), reason)
            case InDoubt(reason) | Unprepared(reason) | Refused(reason):
                await self._fail(delivery, reason)
            case Unreachable(reason):
                await self._park(delivery, reason)
            case Migrated(new_chat_id):
                await self._migrate(delivery, new_chat_id)
            case Misconfigured(reason):
                await self._retry(delivery, self._patience.first, reason)
                raise TelegramRefuses(f"Telegram refuses this bot ({reason}); check BOT_TOKEN")
            case _:
                assert_never(ending)

    async def over(self, absence: Absence) -> None:
        """Let what waited for Telegram go out, and owe the operators a word about an absence that was long."""

        async def work(tables: Tables) -> None:
            await tables.outbox.cut_short(self._clock(), FLOOD_WAIT)
            if absence.lasted >= WORTH_TELLING:
                facts = {"minutes": round(absence.lasted.total_seconds() / 60)}
                subject = absence.since.isoformat()
                await self._desk.tell(tables, NoticeKind.TELEGRAM_BACK, subject, facts, absence.until)

        await self._store.write(work)

    async def _sent(self, delivery: Delivery, order: Order | None, message_id: int | None) -> None:
        async def work(tables: Tables) -> None:
            await tables.outbox.sent(delivery.id, message_id, self._clock())
            if (
                order is not None
                and delivery.kind is DeliveryKind.STATUS
                and message_id not in (None, order.message_id)
            ):
                present = await tables.orders.by_id(order.id)
                # In the supergroup that its group has become meanwhile, this number is another message's.
                if present is not None and present.place.chat_id == delivery.chat_id:
                    await tables.orders.set_message(order.id, message_id)

        await self._store.write(work)
        self._count(delivery.kind, Outcome.SENT)

    async def _retry(self, delivery: Delivery, pause: timedelta, reason: str, *, excused: bool = False) -> None:
        """Try again after a pause.

        What an outage or a flood brought about is ``excused`` in the store: no restart amid it counts it either.
        """
        due_at = self._clock() + pause
        await self._store.write(lambda tables: tables.outbox.retry(delivery.id, due_at, reason, excused=excused))
        # While Telegram is away the relay has said so, once.
        log.log(
            logging.DEBUG if self.line.away else logging.WARNING,
            "a message will be tried again",
            delivery=delivery.id,
            chat_id=delivery.chat_id,
            tries=delivery.tries,
            seconds=round(pause.total_seconds(), 1),
            reason=reason,
        )
        self._count(delivery.kind, Outcome.RETRIED)

    async def _fail(self, delivery: Delivery, reason: str) -> None:
        await self._store.write(lambda tables: tables.outbox.fail(delivery.id, reason, self._clock()))
        log.error(
            "a message is given up; its order can be seen with /orders",
            delivery=delivery.id,
            kind=delivery.kind,
            chat_id=delivery.chat_id,
            order_id=delivery.order_id,
            tries=delivery.tries,
            reason=reason,
        )
        self._count(delivery.kind, Outcome.FAILED)

    async def _park(self, delivery: Delivery, reason: str) -> None:
        news = await self._store.write(lambda tables: self._park_in(tables, delivery, reason))
        if news:
            log.warning("a chat is unreachable; what it is owed is kept", chat_id=delivery.chat_id, reason=reason)
        self._count(delivery.kind, Outcome.PARKED)

    async def _park_in(self, tables: Tables, delivery: Delivery, reason: str) -> bool:
        chat = await tables.chats.get(delivery.chat_id)
        if chat is None:
            chat = _stranger(delivery.chat_id)
            await tables.chats.seen(chat)
        # Telegram says when somebody blocks the bot, so the chat may be known as unreachable long before it is owed
        # anything: what the operators must know is that now something is kept.
        news = not await tables.outbox.keeps_for(chat.id)
        await tables.outbox.park_chat(chat.id, reason)
        await tables.chats.mark_unreachable(chat.id, reason)
        if news:
            facts = {"chat_id": chat.id, "title": chat.title, "reason": reason}
            subject = f"{chat.id}:{delivery.id}"
            await self._desk.tell(
                tables, NoticeKind.CHAT_UNREACHABLE, subject, facts, self._clock(), order_id=delivery.order_id
            )
        return news

    async def _migrate(self, delivery: Delivery, new_chat_id: int) -> None:
        async def work(tables: Tables) -> None:
            await tables.chats.migrate(delivery.chat_id, new_chat_id)
            await tables.outbox.retry(delivery.id, self._clock(), "the group moved")

        await self._store.write(work)
        log.info("a group became a supergroup", old_chat_id=delivery.chat_id, new_chat_id=new_chat_id)
        self._count(delivery.kind, Outcome.RETRIED)

    def _pause(self, tries: int) -> timedelta:
        """Doubles with each try, shortened by chance by up to half so that chats do not return all at once."""
        if self.line.away:
            # Longer than the pause before the next try at Telegram, so that another message has its turn then: one
            # that fails for a reason of its own must not hide that Telegram is back. What waits goes out at once then.
            return self.line.longest * (1 + self._chance() / 2)
        pause = min(self._patience.longest, self._patience.first * 2 ** min(tries - 1, 20))
        return pause * (1 - self._chance() / 2)


def _stranger(chat_id: int) -> Chat:
    """A chat that was never heard of, such as an operator's who did not start the bot yet."""
    return Chat(chat_id, ChatKind.PRIVATE if chat_id > 0 else ChatKind.SUPERGROUP, str(chat_id))
