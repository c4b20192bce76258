"""A small shop for tests: the real application on a real store and snapshot, talking to a local Telegram over HTTP."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import count
from pathlib import Path
from random import Random
from typing import Any

from telegram import Update
from telegram.ext import Application, ExtBot
from telegram.request import HTTPXRequest

from bot.catalog.builder import Builder
from bot.catalog.importer import SNAPSHOT
from bot.catalog.reports import CatalogPolicy, SourceInfo
from bot.catalog.service import Catalog
from bot.conversations.admin import Operation
from bot.conversations.application import Services, build_application
from bot.conversations.patience import Patience
from bot.conversations.talk import Talk
from bot.delivery.messages import render, send
from bot.delivery.pacing import ChatPacer, Pace
from bot.delivery.windows import Rate
from bot.intake.chats import ChatKeeper
from bot.intake.persistence import DraftPersistence
from bot.ordering.assembly import OrderingParts, build_ordering
from bot.ordering.notices import DeskChat, OperatorDesk
from bot.ordering.policy import OrderingPolicy
from bot.resellers.accounts import Accounts
from bot.resellers.buyers import Buyers
from bot.resellers.limits import ShopLimits
from bot.resellers.membership import build_membership
from bot.sandbox.telegram import people
from bot.sandbox.telegram.config import SandboxConfig
from bot.sandbox.telegram.hub import LocalTelegram
from bot.sandbox.telegram.model import Message
from bot.sandbox.telegram.server import SandboxServer, listen, url_of
from bot.sandbox.telegram.world import GROUP_ID
from storage.records.catalog import Item
from storage.store import Store
from tests.conversations.seller import Seller

ADMIN = 1001
STRANGER = 1002
COLLEAGUE = 1003
GROUP = GROUP_ID

_serial = count(1)

OFTEN = Rate(1000, 1)
UNHURRIED = Pace(per_chat=Rate(1000, 1), per_group=Rate(1000, 1), overall=Rate(1000, 1))
"""Nobody waits: how messages are paced is tested where it is done."""

Talking = Application[Any, Talk, Any, Any, Any, Any]


@dataclass
class Shop:
    """Everything a test needs: people act in ``telegram``, ``settle`` lets the bot react."""

    telegram: LocalTelegram
    application: Talking
    store: Store
    catalog: Catalog
    directory: Path
    parts: OrderingParts
    keeper: ChatKeeper
    _offset: int = 0

    async def stock(self, items: Sequence[Item]) -> None:
        """Replace the catalog."""
        await asyncio.to_thread(write_snapshot, self.directory / SNAPSHOT, items)
        await self.catalog.open()

    async def says(
        self,
        text: str,
        *,
        who: int = ADMIN,
        chat: int | None = None,
        reply_to: int | None = None,
        topic: int | None = None,
    ) -> None:
        """A person writes; the bot reacts."""
        world = self.telegram.world
        draft = people.Draft(text, reply_to=reply_to, topic=topic)
        people.write(self.telegram, world.user(who), world.chat(chat or who), draft)
        await self.settle()

    async def taps(self, label: str, *, who: int = ADMIN, chat: int | None = None, message: int | None = None) -> None:
        """A person taps the button whose label holds ``label`` in the newest message that has one; the bot reacts."""
        self.press(label, who=who, chat=chat, message=message)
        await self.settle()

    def press(self, label: str, *, who: int = ADMIN, chat: int | None = None, message: int | None = None) -> None:
        """As ``taps``, but the bot does not react yet."""
        found = self.messages(chat or who)
        holders = [one for one in found if (message is None or one.id == message) and self._data(one, label)]
        assert holders, f"no button {label!r} in {[self.labels(one) for one in found]}"
        world = self.telegram.world
        data = self._data(holders[-1], label)
        people.press(self.telegram, world.user(who), world.chat(chat or who), holders[-1].id, data, "")

    async def settle(self) -> None:
        """Let the bot handle every update that waits."""
        for update in await self.fetch():
            await self.handle(update)

    async def fetch(self) -> Sequence[Update]:
        """The updates that wait, taken off Telegram's queue."""
        updates = await self.application.bot.get_updates(offset=self._offset, timeout=0)
        if updates:
            self._offset = updates[-1].update_id + 1
        return updates

    async def handle(self, update: Update) -> None:
        """Handle one update as intake does."""
        await self.keeper.note(update)
        await self.application.process_update(update)

    async def deliver(self) -> None:
        """Send everything that is owed, as delivery does."""
        now = datetime.now(UTC)
        while owed := await self.store.write(lambda tables: tables.outbox.claim(now, timedelta(minutes=1), 100)):
            for delivery in owed:
                rendered = await self.store.read(
                    lambda tables, owed=delivery: render(tables, owed, "en", protected=False)
                )
                number = await send(self.application.bot, rendered.message)
                await self.store.write(
                    lambda tables, owed=delivery, sent=number: tables.outbox.sent(owed.id, sent, now)
                )

    def messages(self, chat: int = ADMIN) -> list[Message]:
        """The bot's messages in a chat, oldest first."""
        world = self.telegram.world
        return [one for one in world.chat(chat).messages.values() if one.sender is world.bot and not one.deleted]

    def last(self, chat: int = ADMIN) -> Message:
        """The bot's newest message in a chat."""
        return self.messages(chat)[-1]

    def text(self, chat: int = ADMIN) -> str:
        """What the bot's newest message in a chat says."""
        return self.last(chat).body.text

    def labels(self, message: Message | None = None) -> list[str]:
        """A message's button labels."""
        keyboard = (message or self.last()).keyboard
        return [str(button["text"]) for row in keyboard.rows for button in row] if keyboard else []

    def popups(self) -> list[str]:
        """What taps were answered with."""
        return [popup.text for popup in self.telegram.world.popups]

    def calls(self, method: str) -> int:
        """How often the bot called a method."""
        return sum(call.method.lower() == method.lower() for call in self.telegram.world.calls)

    @staticmethod
    def _data(message: Message, label: str) -> str:
        buttons = [button for row in message.keyboard.rows for button in row] if message.keyboard else []
        tappable = [one for one in buttons if "callback_data" in one]
        exact = [one for one in tappable if one["text"] == label]
        found = exact or [one for one in tappable if label in one["text"]]
        return str(found[0]["callback_data"]) if found else ""


def write_snapshot(path: Path, items: Sequence[Item]) -> None:
    """Write a catalog snapshot of these items, in place of the one there."""
    fresh = path.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    now = datetime.now(UTC)
    source = SourceInfo("test", len(items), 0, now)
    with Builder(fresh) as builder:
        builder.stage(items)
        builder.finish(now, {"voodoo": source}, lambda _count: None)
    fresh.replace(path)


@asynccontextmanager
async def local_telegram() -> AsyncGenerator[tuple[LocalTelegram, str]]:
    """A local Telegram on a free loopback port; yields it with its address."""
    telegram = LocalTelegram(SandboxConfig(admin_id=ADMIN))
    server = SandboxServer(telegram)
    with listen() as listening:
        serving = asyncio.create_task(server.serve([listening]), name="local telegram")
        try:
            yield telegram, url_of(listening)
        finally:
            server.should_exit = True
            await serving


@asynccontextmanager
async def open_shop(
    store: Store,
    directory: Path,
    items: Sequence[Item],
    *,
    running: tuple[LocalTelegram, str] | None = None,
    admins: Sequence[int] = (ADMIN, COLLEAGUE),
    seller: "Seller | None" = None,
    desk: Sequence[int] = (),
    patience: Patience | None = None,
) -> AsyncGenerator[Shop]:
    """Open a shop; ``running`` reuses a local Telegram, as a restarted bot does.

    ``desk`` are the chats that operators' notices go to; without ``patience`` strangers are always answered.
    """
    async with AsyncExitStack() as stack:
        telegram, url = running or await stack.enter_async_context(local_telegram())
        catalog = Catalog((), directory, CatalogPolicy())
        await asyncio.to_thread(write_snapshot, directory / SNAPSHOT, items)
        await catalog.open()
        stack.push_async_callback(catalog.close)
        buyers = Buyers(admins, desk)
        parts = _ordering(store, catalog, seller, buyers, desk)
        bot: ExtBot[Any] = ExtBot(
            telegram.config.token,
            base_url=f"{url}/bot",
            base_file_url=f"{url}/file/bot",
            request=HTTPXRequest(connection_pool_size=8),
            rate_limiter=ChatPacer(UNHURRIED),
        )
        services = Services(
            store,
            catalog,
            parts.drafts,
            parts.ordering,
            buyers,
            build_membership(store, buyers, parts.desk, lambda: datetime.now(UTC), desk_chats=frozenset(desk)),
            Accounts(store, lambda: datetime.now(UTC), "USD", parts.money),
            Operation(datetime.now(UTC), {"voodoo": "Voodoo Center"}, frozenset({"voodoo"}), frozenset(desk)),
            lambda: datetime.now(UTC),
            folder=directory,
            patience=patience or Patience(words=OFTEN, taps=OFTEN, in_all=OFTEN),
        )
        application = build_application(bot, DraftPersistence(store), services)
        await application.initialize()
        stack.push_async_callback(application.shutdown)
        await application.start()
        stack.push_async_callback(_stop, application)
        yield Shop(telegram, application, store, catalog, directory, parts, ChatKeeper(store))


async def _stop(application: Talking) -> None:
    """Wait for what goes on beside the updates, unless the test did."""
    if application.running:
        await application.stop()


def _ordering(
    store: Store, catalog: Catalog, seller: "Seller | None", buyers: Buyers, desk: Sequence[int]
) -> OrderingParts:
    return build_ordering(
        store,
        {seller.name: seller} if seller else {},
        catalog,
        OperatorDesk([DeskChat(chat_id) for chat_id in desk]),
        OrderingPolicy(),
        clock=lambda: datetime.now(UTC),
        ids=lambda: f"id-{next(_serial)}",
        random=Random(7),  # noqa: S311 predictable on purpose
        buyers=buyers,
        currency="USD",
        limits=ShopLimits(),
    )


def priced(item: Item, price: str) -> Item:
    """The same item at another price."""
    return replace(item, price=Decimal(price))
