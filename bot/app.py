"""The composition root: builds every part from the settings and ties them together."""

from collections.abc import Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from random import SystemRandom
from typing import Any
from uuid import uuid4

from telegram.ext import Application, ExtBot

from bot.catalog.service import Catalog
from bot.configuration import (
    catalog_dir,
    catalog_policy,
    check_currency,
    check_texts,
    make_data_dir,
    ordering_policy,
    shop_limits,
    supplier_configs,
)
from bot.conversations.admin import Operation
from bot.conversations.application import Services, build_application
from bot.conversations.talk import Talk
from bot.delivery.bot import open_bot
from bot.delivery.endings import Endings
from bot.delivery.janitor import Janitor, Retention
from bot.delivery.line import Line
from bot.delivery.pacing import Pace
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
from bot.reports.catalog_news import CatalogNews
from bot.reports.summary import DailySummary, Schedule
from bot.resellers.accounts import Accounts
from bot.resellers.buyers import Buyers
from bot.resellers.membership import Membership, build_membership
from bot.settings import Settings
from bot.suppliers.protocol import Supplier
from bot.suppliers.registry import build_suppliers
from bot.timekeeping import Timekeeper
from bot.web.app import TelegramPush, build_web
from bot.web.metrics import Metrics
from bot.web.server import WebServer
from bot.web.vitals import catalog_figures, vital_signs
from storage.clock import utc_now
from storage.crypto import Vault
from storage.records.queues import Priority
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
    check_texts(settings.default_language)
    make_data_dir(settings)
    vault = Vault([key.get_secret_value() for key in settings.secret_keys])
    store = await Store.open(settings.store_url, vault)
    stack.push_async_callback(store.close)
    await check_currency(store, settings.currency)
    metrics, signs = Metrics(), Signs()

    def observe(supplier: str, call: str, outcome: str, seconds: float) -> None:
        metrics.supplier_call(supplier, call, outcome, seconds)
        signs.observe(supplier, call, outcome, seconds)

    suppliers = build_suppliers(supplier_configs(settings), Journal(store, utc_now).record, observe=observe)
    for supplier in suppliers.values():
        stack.push_async_callback(supplier.close)
    desk = OperatorDesk([DeskChat(chat_id, thread_id) for chat_id, thread_id in settings.operator_chats])
    titles = {supplier.name: supplier.title for supplier in suppliers.values()}
    catalog = _catalog(settings, suppliers, CatalogNews(store, desk, titles))
    stack.push_async_callback(catalog.close)
    buyers = Buyers(settings.admin_ids, settings.operator_chat_ids)
    ordering = build_ordering(
        store,
        suppliers,
        catalog,
        desk,
        ordering_policy(settings),
        clock=utc_now,
        ids=lambda: str(uuid4()),
        random=SystemRandom(),
        buyers=buyers,
        currency=settings.currency,
        limits=shop_limits(settings),
        signs=signs,
    )
    line = Line()
    metrics.watch("telegram", lambda: line.unheard_since)
    for name in suppliers:
        metrics.watch(name, partial(signs.away_since, name))
    bot = open_bot(settings.bot_token.get_secret_value(), settings.bot_api_url, pace=pace, line=line)
    return _with_telegram(_Ground(settings, store, metrics, suppliers, ordering, catalog, buyers, line), bot)


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
            settings.operator_chat_ids,
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
        desk_chats=ground.settings.operator_chat_ids,
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
        checks=vital_signs(ground.store, ground.catalog, intake, ground.line),
        catalog=partial(catalog_figures, ground.catalog),
    )
    return WebServer(app, settings.web_host, settings.web_port)


def _catalog(settings: Settings, suppliers: Mapping[str, Supplier], news: CatalogNews) -> Catalog:
    return Catalog(
        [supplier.feed() for supplier in suppliers.values()],
        catalog_dir(settings),
        catalog_policy(settings),
        gather={name: supplier.gather for name, supplier in suppliers.items()},
        on_refused=news.refused,
        on_imported=news.imported,
    )
