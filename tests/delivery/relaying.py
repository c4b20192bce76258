"""A relay at work against a local Telegram, and what it counted."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import create_engine, text
from telegram.ext import ExtBot

from bot.delivery.endings import Endings, Outcome, Patience
from bot.delivery.line import Line
from bot.delivery.relay import Relay, RelayLimits
from storage.records.orders import Order, Place
from storage.records.queues import (
    DeliveryKind,
    NewDelivery,
    NoticeKind,
    Priority,
)
from storage.store import Store
from storage.tables import Tables
from tests.delivery.local import ADA, BORIS, LocalTelegram
from tests.factories import make_delivery, make_order

STRANGER = 4444


class Desk:
    """Operators whose notices go to Boris."""

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
        new = NewDelivery(
            f"{notice}:{subject}", DeliveryKind.NOTICE, BORIS, None, order_id, notice, data, Priority.NOTICE
        )
        await tables.outbox.add(new, now)


@dataclass
class Shop:
    """A relay at work and what it counted."""

    store: Store
    telegram: LocalTelegram
    url: str
    counted: list[tuple[DeliveryKind, Outcome]] = field(default_factory=list[tuple[DeliveryKind, Outcome]])
    news: asyncio.Condition = field(default_factory=asyncio.Condition)
    telling: "asyncio.Future[None] | None" = None
    ahead: timedelta = timedelta(0)
    """How much later it is than it really is."""

    def clock(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    def count(self, kind: DeliveryKind, outcome: Outcome) -> None:
        self.counted.append((kind, outcome))
        self.telling = asyncio.ensure_future(self._announce())

    async def _announce(self) -> None:
        async with self.news:
            self.news.notify_all()

    async def owe(self, new: NewDelivery) -> int:
        delivery_id = await self.store.write(lambda tables: tables.outbox.add(new, self.clock()))
        assert delivery_id is not None
        return delivery_id

    async def order(self, **changes: Any) -> Order:
        place = Place(changes.pop("chat_id", ADA), ADA, changes.pop("thread_id", None))
        order = make_order(place=place, next_check_at=None, **changes)
        return await self.store.write(lambda tables: tables.orders.add(order))

    async def until(self, *outcomes: Outcome) -> None:
        """Return when exactly these outcomes were counted, in this order."""
        await self.until_counted(len(outcomes))
        assert [outcome for _, outcome in self.counted] == list(outcomes)

    async def until_counted(self, many: int) -> None:
        async with self.news, asyncio.timeout(20):
            await self.news.wait_for(lambda: len(self.counted) >= many)

    async def until_last(self, outcome: Outcome) -> None:
        async with self.news, asyncio.timeout(20):
            await self.news.wait_for(lambda: bool(self.counted) and self.counted[-1][1] is outcome)

    def spoil_codes(self) -> None:
        """Leave no code that can be decrypted."""
        engine = create_engine(self.url)
        with engine.begin() as connection:
            connection.execute(text("UPDATE order_codes SET sealed = x'00'"))
        engine.dispose()

    def row(self, delivery_id: int) -> Any:
        """The stored row, read from outside."""
        engine = create_engine(self.url)
        try:
            with engine.connect() as connection:
                found = connection.execute(text("SELECT * FROM outbox WHERE id = :id"), {"id": delivery_id})
                return found.mappings().one()
        finally:
            engine.dispose()


@asynccontextmanager
async def at_work(
    shop: Shop,
    bot: ExtBot[Priority],
    *,
    line: Line | None = None,
    count: Callable[[DeliveryKind, Outcome], None] | None = None,
    **options: Any,
) -> AsyncGenerator["asyncio.Task[None]"]:
    short, long = timedelta(milliseconds=20), timedelta(milliseconds=40)
    patience = Patience(short, long, max_tries=4, unprepared_tries=4)
    endings = Endings(shop.store, Desk(), patience=patience, line=line, clock=shop.clock, count=count or shop.count)
    limits = options.pop("limits", RelayLimits(idle_seconds=0.02))
    relay = Relay(shop.store, bot, endings, limits=limits, clock=shop.clock, **options)
    running = asyncio.create_task(relay.run())
    try:
        yield running
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


def result_of(order: Order, **changes: Any) -> NewDelivery:
    place = order.place
    return make_delivery(order_id=order.id, chat_id=place.chat_id, thread_id=place.thread_id, **changes)


def status_of(order: Order) -> NewDelivery:
    return result_of(order, kind=DeliveryKind.STATUS)


async def living_message(shop: Shop, bot: ExtBot[Priority], order: Order) -> int:
    message = await bot.send_message(order.place.chat_id, "Confirm?", message_thread_id=order.place.thread_id)
    await shop.store.write(lambda tables: tables.orders.set_message(order.id, message.message_id))
    return message.message_id


async def message_of(shop: Shop, order: Order) -> int | None:
    found = await shop.store.read(lambda tables: tables.orders.by_id(order.id))
    assert found is not None
    return found.message_id
