"""Figures for Prometheus, in a registry of their own."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from storage.clock import Clock, utc_now
from storage.records.orders import OrderState
from storage.store import Store
from storage.tables import Tables

OPEN_STATES = tuple(state for state in OrderState if not state.terminal)


@dataclass(frozen=True, slots=True)
class CatalogFigures:
    """What is known of the catalog in use; ``built_at`` is None while there is none."""

    items: int
    built_at: datetime | None


class Queue(Protocol):
    """What every queue in the store can tell."""

    async def waiting(self) -> int:
        """How many wait."""
        ...

    async def oldest_waiting(self) -> datetime | None:
        """Since when the oldest waits."""
        ...


@dataclass(frozen=True, slots=True)
class _Sample:
    """What the store said at one moment."""

    orders: Mapping[OrderState, int]
    attention: int
    parked: int
    queues: Mapping[str, tuple[int, datetime | None]]


class Metrics:
    """Every figure of the process. Counters are fed by whoever acts; gauges are read when somebody asks."""

    def __init__(self, *, clock: Clock = utc_now) -> None:
        self.registry = CollectorRegistry()
        self._clock = clock
        self._orders = Gauge("orderline_orders_open", "Orders not settled yet", ["state"], registry=self.registry)
        self._attention = Gauge("orderline_orders_attention", "Orders that need a human", registry=self.registry)
        self._queued = Gauge("orderline_queue_length", "Rows that wait", ["queue"], registry=self.registry)
        self._queue_age = Gauge(
            "orderline_queue_age_seconds", "Age of the oldest row that waits", ["queue"], registry=self.registry
        )
        self._parked = Gauge(
            "orderline_deliveries_parked", "Messages kept for unreachable chats", registry=self.registry
        )
        self._catalog_items = Gauge("orderline_catalog_items", "Items in the catalog", registry=self.registry)
        self._catalog_age = Gauge("orderline_catalog_age_seconds", "Age of the catalog in use", registry=self.registry)
        self._away = Gauge(
            "orderline_away_seconds",
            "Since when Telegram or a supplier has answered nothing; 0 while it answers",
            ["peer"],
            registry=self.registry,
        )
        self._watched: dict[str, Callable[[], datetime | None]] = {}
        self._deliveries = Counter(
            "orderline_deliveries", "Tries to deliver a message", ["kind", "outcome"], registry=self.registry
        )
        self._updates = Counter("orderline_updates", "Telegram updates", ["result"], registry=self.registry)
        self._webhooks = Counter(
            "orderline_webhooks", "Supplier webhooks received", ["supplier", "result"], registry=self.registry
        )
        self._supplier_calls = Histogram(
            "orderline_supplier_call_seconds",
            "Calls to suppliers",
            ["supplier", "call", "outcome"],
            registry=self.registry,
        )

    def watch(self, peer: str, since: Callable[[], datetime | None]) -> None:
        """Show for how long ``peer`` has been away, ``since`` says."""
        self._watched[peer] = since

    def delivery(self, kind: str, outcome: str) -> None:
        """Count a try to deliver."""
        self._deliveries.labels(kind, outcome).inc()

    def update(self, result: str, many: int) -> None:
        """Count updates by how they ended."""
        if many:
            self._updates.labels(result).inc(many)

    def webhook(self, supplier: str, result: str) -> None:
        """Count a supplier's webhook by what was answered."""
        self._webhooks.labels(supplier, result).inc()

    def supplier_call(self, supplier: str, call: str, outcome: str, seconds: float) -> None:
        """Observe one call to a supplier."""
        self._supplier_calls.labels(supplier, call, outcome).observe(seconds)

    async def render(self, store: Store, catalog: Callable[[], CatalogFigures]) -> bytes:
        """Read the gauges and write everything in Prometheus' text format."""
        self._show(await store.read(_sample))
        self._show_catalog(catalog())
        for peer, since in self._watched.items():
            self._away.labels(peer).set(self._age(since()).total_seconds())
        return generate_latest(self.registry)

    def _show(self, sample: _Sample) -> None:
        for state in OPEN_STATES:
            self._orders.labels(state.value).set(sample.orders.get(state, 0))
        self._attention.set(sample.attention)
        self._parked.set(sample.parked)
        for name, (waiting, oldest) in sample.queues.items():
            self._queued.labels(name).set(waiting)
            self._queue_age.labels(name).set(self._age(oldest).total_seconds())

    def _show_catalog(self, figures: CatalogFigures) -> None:
        self._catalog_items.set(figures.items)
        self._catalog_age.set(self._age(figures.built_at).total_seconds() if figures.built_at else float("nan"))

    def _age(self, since: datetime | None) -> timedelta:
        return max(timedelta(), self._clock() - since) if since else timedelta()


async def _sample(tables: Tables) -> _Sample:
    counts = await tables.orders.counts()
    queues: dict[str, Queue] = {"updates": tables.updates, "events": tables.events, "outbox": tables.outbox}
    lengths = {name: (await queue.waiting(), await queue.oldest_waiting()) for name, queue in queues.items()}
    return _Sample(counts.by_open_state, counts.attention, await tables.outbox.parked(), lengths)
