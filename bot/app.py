"""The composition root: builds every part from the settings and ties them together."""

from collections.abc import Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from random import SystemRandom
from typing import Any
from uuid import uuid4

from telegram.ext import Application, ExtBot

from bot.catalog.reports import CatalogError, ImportReport
from bot.catalog.service import Catalog
from bot.configuration import (
    CannotBuild,
    catalog_dir,
    catalog_policy,
    make_data_dir,
    ordering_policy,
    shop_limits,
    supplier_configs,
)
from bot.conversations.admin import Operation
from bot.conversations.application import Services, build_application
from bot.conversations.talk import Talk
from bot.delivery.endings import Endings
from bot.delivery.janitor import Janitor, Retention
from bot.delivery.line import Line, ListeningRequest
from bot.delivery.pacing import MAX_IN_FLIGHT, ChatPacer, Pace
from bot.delivery.relay import Relay
from bot.intake.chats import ChatKeeper
from bot.intake.dispatch import Dispatcher
from bot.intake.intake import Intake
from bot.intake.persistence import DraftPersistence
from bot.intake.webhook import webhook_secret
from bot.ordering.assembly import OrderingParts, build_ordering
from bot.ordering.journal import Journal
from bot.ordering.notices import DeskChat, OperatorDesk
from bot.ordering.outages import Signs
from bot.presentation.speech import DEFAULT_LANGUAGE, LOCALES, languages
from bot.reports.summary import DailySummary, Schedule
from bot.resellers.accounts import Accounts
from bot.resellers.buyers import Buyers
from bot.resellers.membership import Membership, build_membership
from bot.settings import Settings
from bot.suppliers.protocol import Supplier
from bot.suppliers.registry import build_suppliers
from bot.timekeeping import Timekeeper
from bot.web.app import TelegramPush, build_web
from bot.web.health import Check, Verdict
from bot.web.metrics import CatalogFigures, Metrics
from bot.web.server import WebServer
from storage.clock import utc_now
from storage.crypto import Vault
from storage.records.catalog import Item, ItemKey
from storage.records.queues import NoticeKind, Priority
from storage.store import Store


@dataclass(frozen=True, slots=True)
class House:
    """Everything that runs, built but not started. Workers stop before what they stand on is closed."""

    settings: Settings
    store: Store
    catalog: Catalog
    ordering: OrderingParts
    application: Application[Any, Talk, Any, Any, Any, Any]
    bot: ExtBot[Priority]
    intake: Intake
    line: Line
    relay: Relay
    janitor: Janitor
    timekeeper: Timekeeper
    summary: DailySummary | None
    web: WebServer


class CatalogItems:
    """The items of whatever snapshot is in use now."""

    def __init__(self) -> None:
        self.catalog: Catalog | None = None

    async def get(self, key: ItemKey) -> Item | None:
        """The item; None when it is not sold, or nothing is known of any catalog yet."""
        snapshot = self.catalog.snapshot if self.catalog else None
        return await snapshot.get(key) if snapshot else None


class CatalogNews:
    """Tells the operators when a catalog is refused and when it is well again."""

    def __init__(self, store: Store, desk: OperatorDesk, titles: Mapping[str, str]) -> None:
        self._store = store
        self._desk = desk
        self._titles = titles

    async def refused(self, error: CatalogError) -> None:
        """Owe the operators the reason."""
        await self._tell(NoticeKind.CATALOG_REFUSED, {"title": self._titles[error.supplier], "reason": error.reason})

    async def imported(self, report: ImportReport) -> None:
        """Owe the operators the good news of every supplier they had the bad of."""
        for feed in report.feeds:
            if feed.supplier in report.recovered:
                data = {"title": self._titles[feed.supplier], "items": feed.items}
                await self._tell(NoticeKind.CATALOG_RECOVERED, data)

    async def _tell(self, kind: NoticeKind, data: dict[str, Any]) -> None:
        now = utc_now()
        await self._store.write(lambda tables: self._desk.tell(tables, kind, now.isoformat(), data, now))


@dataclass(frozen=True, slots=True)
class _Ground:
    """What everything that talks to Telegram or the web stands on."""

    settings: Settings
    store: Store
    metrics: Metrics
    suppliers: Mapping[str, Supplier]
    ordering: OrderingParts
    catalog: Catalog
    buyers: Buyers
    line: Line

    @property
    def titles(self) -> dict[str, str]:
        """The suppliers' names for people."""
        return {supplier.name: supplier.title for supplier in self.suppliers.values()}

    @property
    def pushing(self) -> list[Supplier]:
        """The suppliers whose webhook is configured."""
        return [supplier for supplier in self.suppliers.values() if supplier.pushes]


async def build_house(settings: Settings, stack: AsyncExitStack, pace: Pace | None = None) -> House:
    """Open the store and build everything; what was opened closes with ``stack``. ``pace`` replaces Telegram's rates.

    Raises ``CannotBuild``, ``StoreError`` and ``WebUnavailable``, each with one clear line.
    """
    _check_texts(settings.default_language)
    make_data_dir(settings)
    vault = Vault([key.get_secret_value() for key in settings.secret_keys])
    store = await Store.open(settings.store_url, vault)
    stack.push_async_callback(store.close)
    metrics, signs = Metrics(), Signs()

    def observe(supplier: str, call: str, outcome: str, seconds: float) -> None:
        metrics.supplier_call(supplier, call, outcome, seconds)
        signs.observe(supplier, call, outcome, seconds)

    suppliers = build_suppliers(supplier_configs(settings), Journal(store, utc_now).record, observe=observe)
    for supplier in suppliers.values():
        stack.push_async_callback(supplier.close)
    items = CatalogItems()
    buyers = Buyers(settings.admin_ids)
    ordering = build_ordering(
        store,
        suppliers,
        items,
        [DeskChat(chat_id, thread_id) for chat_id, thread_id in settings.operator_chats],
        ordering_policy(settings),
        clock=utc_now,
        ids=lambda: str(uuid4()),
        random=SystemRandom(),
        buyers=buyers,
        currency=settings.currency,
        limits=shop_limits(settings),
        signs=signs,
    )
    titles = {supplier.name: supplier.title for supplier in suppliers.values()}
    catalog = _catalog(settings, suppliers, CatalogNews(store, ordering.desk, titles))
    items.catalog = catalog
    stack.push_async_callback(catalog.close)
    line = Line()
    metrics.watch("telegram", lambda: line.unheard_since)
    for name in suppliers:
        metrics.watch(name, partial(signs.away_since, name))
    return _with_telegram(
        _Ground(settings, store, metrics, suppliers, ordering, catalog, buyers, line), open_bot(settings, pace, line)
    )


def _with_telegram(ground: _Ground, bot: ExtBot[Priority]) -> House:
    application = build_application(bot, DraftPersistence(ground.store), _services(ground))
    handle = Dispatcher(application, ChatKeeper(ground.store)).handle
    intake = Intake(ground.store, handle, count=ground.metrics.update)
    return House(
        settings=ground.settings,
        store=ground.store,
        catalog=ground.catalog,
        ordering=ground.ordering,
        application=application,
        bot=bot,
        intake=intake,
        line=ground.line,
        relay=_relay(ground, bot),
        janitor=_janitor(ground),
        timekeeper=Timekeeper(ground.store),
        summary=_summary(ground),
        web=_web(ground, intake, bot.token),
    )


def _services(ground: _Ground) -> Services:
    settings = ground.settings
    return Services(
        store=ground.store,
        catalog=ground.catalog,
        drafts=ground.ordering.drafts,
        ordering=ground.ordering.ordering,
        buyers=ground.buyers,
        membership=_membership(ground),
        accounts=Accounts(ground.store, utc_now, settings.currency, ground.ordering.money),
        operation=Operation(
            utc_now(),
            ground.titles,
            frozenset(supplier.name for supplier in ground.pushing),
            frozenset(chat_id for chat_id, _ in settings.operator_chats),
        ),
        clock=utc_now,
        default_language=settings.default_language,
        protect_content=settings.protect_content,
        zone=settings.zone,
        folder=settings.data_dir,
        currency=settings.currency,
        limits=shop_limits(settings),
    )


def _membership(ground: _Ground) -> Membership:
    return build_membership(
        ground.store,
        ground.buyers,
        ground.ordering.desk,
        utc_now,
        invite_hours=ground.settings.invite_hours,
        desk_chats=frozenset(chat_id for chat_id, _ in ground.settings.operator_chats),
    )


def _relay(ground: _Ground, bot: ExtBot[Priority]) -> Relay:
    endings = Endings(ground.store, ground.ordering.desk, line=ground.line, count=ground.metrics.delivery)
    settings = ground.settings
    return Relay(
        ground.store,
        bot,
        endings,
        default_language=settings.default_language,
        protect_content=settings.protect_content,
    )


def _janitor(ground: _Ground) -> Janitor:
    settings = ground.settings
    return Janitor(
        ground.store, Retention(timedelta(days=settings.retention_days), timedelta(hours=settings.draft_hours))
    )


def _summary(ground: _Ground) -> DailySummary | None:
    settings = ground.settings
    if settings.summary_at is None:
        return None
    schedule = Schedule(settings.summary_at, settings.zone)
    return DailySummary(ground.store, ground.ordering.desk, schedule, settings.currency)


def _web(ground: _Ground, intake: Intake, token: str) -> WebServer:
    settings = ground.settings
    app = build_web(
        ground.store,
        ground.metrics,
        suppliers=ground.pushing,
        telegram=TelegramPush(intake, webhook_secret(token)) if settings.public_url else None,
        checks=_checks(ground.store, ground.catalog, intake, ground.line),
        catalog=lambda: _figures(ground.catalog),
    )
    return WebServer(app, settings.web_host, settings.web_port)


def _check_texts(default_language: str) -> None:
    """Read every text now, so that a broken installation fails at the start and not at the first message."""
    missing = {DEFAULT_LANGUAGE, default_language} - languages().keys()
    if missing:
        raise CannotBuild(f"the texts for '{missing.pop()}' are not in {LOCALES}; install Orderline with its locales")


def open_bot(settings: Settings, pace: Pace | None = None, line: Line | None = None) -> ExtBot[Priority]:
    """The one way to Telegram, paced by its documented rates unless told otherwise; nothing is sent yet."""
    request = ListeningRequest(
        line or Line(),
        connection_pool_size=MAX_IN_FLIGHT,
        connect_timeout=5,
        read_timeout=20,
        write_timeout=20,
        pool_timeout=20,
    )
    return ExtBot(
        settings.bot_token.get_secret_value(),
        base_url=f"{settings.bot_api_url}/bot",
        base_file_url=f"{settings.bot_api_url}/file/bot",
        request=request,
        rate_limiter=ChatPacer(pace),
    )


def _catalog(settings: Settings, suppliers: Mapping[str, Supplier], news: CatalogNews) -> Catalog:
    return Catalog(
        [supplier.feed() for supplier in suppliers.values()],
        catalog_dir(settings),
        catalog_policy(settings),
        gather={name: supplier.gather for name, supplier in suppliers.items()},
        on_refused=news.refused,
        on_imported=news.imported,
    )


def _checks(store: Store, catalog: Catalog, intake: Intake, line: Line) -> dict[str, Check]:
    async def stored() -> Verdict:
        healthy = await store.healthy()
        return Verdict(healthy, "" if healthy else "the database cannot be written")

    async def catalogued() -> Verdict:
        snapshot = catalog.snapshot
        return (
            Verdict(ok=False, detail="no catalog yet") if snapshot is None else Verdict(ok=True, detail=_age(catalog))
        )

    async def taken_in() -> Verdict:
        if not intake.accepting:
            return Verdict(ok=False, detail="Telegram is not reached yet, or too much waits")
        # Without Telegram there is work all the same: what suppliers push is stored, and orders go on.
        return Verdict(ok=True, detail=_quiet(line))

    return {"store": stored, "catalog": catalogued, "intake": taken_in}


def _quiet(line: Line) -> str:
    return f"Telegram has not answered since {line.unheard_since:%H:%M:%S} UTC" if line.unheard_since else ""


def _age(catalog: Catalog) -> str:
    return "" if catalog.age is None else f"checked {catalog.age.total_seconds():.0f} s ago"


def _figures(catalog: Catalog) -> CatalogFigures:
    snapshot = catalog.snapshot
    built_at: datetime | None = snapshot.info.built_at if snapshot else None
    return CatalogFigures(snapshot.info.items if snapshot else 0, built_at)
