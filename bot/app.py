"""The composition root: builds every part from the settings and ties them together."""

from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from random import SystemRandom
from typing import Any
from uuid import uuid4

from telegram.ext import Application, ExtBot
from telegram.request import HTTPXRequest

from bot.catalog.reports import CatalogError, CatalogPolicy, ImportReport
from bot.catalog.service import Catalog
from bot.conversations.access import Access
from bot.conversations.admin import Operation
from bot.conversations.application import Services, build_application
from bot.conversations.talk import Talk
from bot.delivery.endings import Endings
from bot.delivery.janitor import Janitor, Retention
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
from bot.ordering.policy import OrderingPolicy
from bot.presentation.speech import DEFAULT_LANGUAGE, LOCALES, languages
from bot.settings import Settings
from bot.suppliers.protocol import Supplier
from bot.suppliers.registry import SupplierConfig, build_suppliers
from bot.suppliers.voodoo.config import VoodooConfig
from bot.web.app import TelegramPush, build_web
from bot.web.health import Check, Verdict
from bot.web.metrics import CatalogFigures, Metrics
from bot.web.server import WebServer
from storage.clock import utc_now
from storage.crypto import Vault
from storage.records.catalog import Item, ItemKey
from storage.records.queues import NoticeKind, Priority
from storage.store import Store


class CannotBuild(Exception):
    """The installation or a setting makes a start impossible; the message is one clear line."""


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
    relay: Relay
    janitor: Janitor
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
        """Owe the operators the good news, if they had the bad."""
        if report.recovered:
            title = ", ".join(self._titles[feed.supplier] for feed in report.feeds)
            await self._tell(NoticeKind.CATALOG_RECOVERED, {"title": title, "items": report.items})

    async def _tell(self, kind: NoticeKind, data: dict[str, Any]) -> None:
        now = utc_now()
        await self._store.write(lambda tables: self._desk.tell(tables, kind, now.isoformat(), data, now))


async def build_house(settings: Settings, stack: AsyncExitStack, pace: Pace | None = None) -> House:
    """Open the store and build everything; what was opened closes with ``stack``. ``pace`` replaces Telegram's rates.

    Raises ``CannotBuild``, ``StoreError`` and ``WebUnavailable``, each with one clear line.
    """
    _check_texts(settings.default_language)
    make_data_dir(settings)
    vault = Vault([key.get_secret_value() for key in settings.secret_keys])
    store = await Store.open(settings.store_url, vault)
    stack.push_async_callback(store.close)
    metrics = Metrics()
    suppliers = build_suppliers(
        supplier_configs(settings), Journal(store, utc_now).record, observe=metrics.supplier_call
    )
    for supplier in suppliers.values():
        stack.push_async_callback(supplier.close)
    items = CatalogItems()
    ordering = build_ordering(
        store,
        suppliers,
        items,
        [DeskChat(chat_id, thread_id) for chat_id, thread_id in settings.operator_chats],
        ordering_policy(settings),
        clock=utc_now,
        ids=lambda: str(uuid4()),
        random=SystemRandom(),
    )
    titles = {supplier.name: supplier.title for supplier in suppliers.values()}
    catalog = _catalog(settings, suppliers, CatalogNews(store, ordering.desk, titles))
    items.catalog = catalog
    stack.push_async_callback(catalog.close)
    return _with_telegram(settings, store, metrics, catalog, ordering, suppliers, open_bot(settings, pace))


def _with_telegram(
    settings: Settings,
    store: Store,
    metrics: Metrics,
    catalog: Catalog,
    ordering: OrderingParts,
    suppliers: dict[str, Supplier],
    bot: ExtBot[Priority],
) -> House:
    pushing = [supplier for supplier in suppliers.values() if supplier.pushes]
    services = Services(
        store=store,
        catalog=catalog,
        drafts=ordering.drafts,
        ordering=ordering.ordering,
        access=Access(settings.admin_ids),
        operation=Operation(
            utc_now(),
            {supplier.name: supplier.title for supplier in suppliers.values()},
            frozenset(supplier.name for supplier in pushing),
            frozenset(chat_id for chat_id, _ in settings.operator_chats),
        ),
        clock=utc_now,
        default_language=settings.default_language,
        protect_content=settings.protect_content,
    )
    application = build_application(bot, DraftPersistence(store), services)
    intake = Intake(store, Dispatcher(application, ChatKeeper(store)).handle, count=metrics.update)
    relay = Relay(
        store,
        bot,
        Endings(store, ordering.desk, count=metrics.delivery),
        default_language=settings.default_language,
        protect_content=settings.protect_content,
    )
    retention = Retention(timedelta(days=settings.retention_days), timedelta(hours=settings.draft_hours))
    push = TelegramPush(intake, webhook_secret(bot.token)) if settings.public_url else None
    web = build_web(
        store,
        metrics,
        suppliers=pushing,
        telegram=push,
        checks=_checks(store, catalog, intake),
        catalog=lambda: _figures(catalog),
    )
    return House(
        settings=settings,
        store=store,
        catalog=catalog,
        ordering=ordering,
        application=application,
        bot=bot,
        intake=intake,
        relay=relay,
        janitor=Janitor(store, retention),
        web=WebServer(web, settings.web_host, settings.web_port),
    )


def make_data_dir(settings: Settings) -> None:
    """Make the folders of the catalogs, for their owner alone; raises ``CannotBuild``."""
    try:
        for folder in (settings.data_dir, catalog_dir(settings)):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise CannotBuild(f"DATA_DIR: {settings.data_dir} cannot be used: {error.strerror}") from error


def catalog_dir(settings: Settings) -> Path:
    """Where the catalog snapshots are."""
    return settings.data_dir / "catalog"


def _check_texts(default_language: str) -> None:
    """Read every text now, so that a broken installation fails at the start and not at the first message."""
    missing = {DEFAULT_LANGUAGE, default_language} - languages().keys()
    if missing:
        raise CannotBuild(f"the texts for '{missing.pop()}' are not in {LOCALES}; install Orderline with its locales")


def open_bot(settings: Settings, pace: Pace | None = None) -> ExtBot[Priority]:
    """The one way to Telegram, paced by its documented rates unless told otherwise; nothing is sent yet."""
    request = HTTPXRequest(
        connection_pool_size=MAX_IN_FLIGHT, connect_timeout=5, read_timeout=20, write_timeout=20, pool_timeout=20
    )
    return ExtBot(
        settings.bot_token.get_secret_value(),
        base_url=f"{settings.bot_api_url}/bot",
        base_file_url=f"{settings.bot_api_url}/file/bot",
        request=request,
        rate_limiter=ChatPacer(pace),
    )


def supplier_configs(settings: Settings) -> Sequence[SupplierConfig]:
    """The suppliers that are switched on. Raises ``CannotBuild`` for wrong catalog field names."""
    if settings.voodoo_api_key is None:
        return ()
    try:
        voodoo = VoodooConfig(
            api_key=settings.voodoo_api_key.get_secret_value(),
            api_url=settings.voodoo_api_url,
            webhook_secrets=tuple(secret.get_secret_value() for secret in settings.voodoo_webhook_secrets),
            catalog=settings.voodoo_catalog,
            client_id=settings.voodoo_client_id,
            currency=settings.currency,
            field_names=settings.voodoo_catalog_fields,
        )
    except ValueError as error:
        raise CannotBuild(f"VOODOO_CATALOG_FIELDS: {error}") from error
    return (voodoo,)


def ordering_policy(settings: Settings) -> OrderingPolicy:
    """The intervals of the order's life, with what the operator set."""
    usual = OrderingPolicy()
    chosen = None if settings.follow_after is None else timedelta(seconds=settings.follow_after)
    return OrderingPolicy(
        follow_after=chosen or usual.follow_after,
        follow_after_unpushed=chosen or usual.follow_after_unpushed,
        place_within=timedelta(seconds=settings.place_within),
        unconfirmed_alert_after=timedelta(seconds=settings.unconfirmed_alert_after),
        low_balance=settings.low_balance,
    )


def _catalog(settings: Settings, suppliers: dict[str, Supplier], news: CatalogNews) -> Catalog:
    policy = CatalogPolicy(
        refresh_every=timedelta(minutes=settings.catalog_refresh_minutes), max_drop=settings.catalog_max_drop
    )
    feeds = [supplier.feed() for supplier in suppliers.values()]
    return Catalog(feeds, catalog_dir(settings), policy, on_refused=news.refused, on_imported=news.imported)


def _checks(store: Store, catalog: Catalog, intake: Intake) -> dict[str, Check]:
    async def stored() -> Verdict:
        healthy = await store.healthy()
        return Verdict(healthy, "" if healthy else "the database cannot be written")

    async def catalogued() -> Verdict:
        snapshot = catalog.snapshot
        return (
            Verdict(ok=False, detail="no catalog yet") if snapshot is None else Verdict(ok=True, detail=_age(catalog))
        )

    async def taken_in() -> Verdict:
        return Verdict(intake.accepting, "" if intake.accepting else "Telegram is not reached yet, or too much waits")

    return {"store": stored, "catalog": catalogued, "intake": taken_in}


def _age(catalog: Catalog) -> str:
    return "" if catalog.age is None else f"checked {catalog.age.total_seconds():.0f} s ago"


def _figures(catalog: Catalog) -> CatalogFigures:
    snapshot = catalog.snapshot
    built_at: datetime | None = snapshot.info.built_at if snapshot else None
    return CatalogFigures(snapshot.info.items if snapshot else 0, built_at)
