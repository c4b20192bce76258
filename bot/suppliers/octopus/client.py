"""The Octopus Cards client: the ``Supplier`` protocol over the voucher endpoints."""

import random
from collections.abc import AsyncIterator, Callable, Mapping
from pathlib import Path

from bot.suppliers.feeds import Feed
from bot.suppliers.http import CallObserver, Reply, unobserved
from bot.suppliers.octopus.accounts import Accounts
from bot.suppliers.octopus.buying import Buying
from bot.suppliers.octopus.calls import Calls
from bot.suppliers.octopus.config import NAME, TITLE, Budgets, OctopusConfig, budgets_of
from bot.suppliers.octopus.gather import FILE, gather_catalog
from bot.suppliers.octopus.paging import pages
from bot.suppliers.octopus.pricing import Pricing
from bot.suppliers.octopus.reports import read_order
from bot.suppliers.octopus.session import Session
from bot.suppliers.octopus.webhooks import SIGNING, read_event
from bot.suppliers.outcomes import (
    Balance,
    FetchOutcome,
    Irrelevant,
    PlaceOutcome,
    PlaceRequest,
    Pointer,
    QuoteOutcome,
    QuoteRequest,
    Report,
)
from bot.suppliers.protocol import RecordReply
from storage.clock import Clock, utc_now


class OctopusClient:
    """One account at Octopus Cards. Safe to share between tasks; ``close`` it at the end."""

    def __init__(
        self,
        config: OctopusConfig,
        record_reply: RecordReply,
        clock: Clock = utc_now,
        *,
        observe: CallObserver = unobserved,
        budgets: Budgets | None = None,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._config = config
        budgets = budgets or budgets_of(config.rates)
        self._calls = Calls.made(config, budgets)
        self._session = Session(config, budgets, clock, observe=observe, chance=chance)
        self._accounts = Accounts(config, self._session, self._calls, clock)
        self._pricing = Pricing(self._session, self._calls, config.wallet_id, clock)
        self._buying = Buying(self._session, self._calls, self._accounts, record_reply, config.wallet_id)

    @property
    def name(self) -> str:
        """``octopus``."""
        return NAME

    @property
    def title(self) -> str:
        """``Octopus Cards``."""
        return TITLE

    @property
    def pushes(self) -> bool:
        """Whether a webhook secret is set."""
        return bool(self._config.webhook_secrets)

    @property
    def finds(self) -> bool:
        """Yes: the list of orders takes a ``client_reference`` (IDEMPOTENCY page)."""
        return True

    async def balances(self) -> tuple[Balance, ...]:
        """What every wallet holds, by the wallet's id; raises ``SupplierError``."""
        return await self._accounts.balances()

    async def quote(self, request: QuoteRequest) -> QuoteOutcome:
        """What an order would take from the wallet that pays, or why it cannot be had; raises ``SupplierError``."""
        return await self._pricing.quote(request)

    async def place(self, request: PlaceRequest) -> PlaceOutcome:
        """Create the order, once. Only what ``record_reply`` raises gets out of here."""
        return await self._buying.place(request)

    async def find(self, order_id: str) -> FetchOutcome:
        """Read one order by our own id; raises ``SupplierError``."""
        return await self._buying.find(order_id)

    async def fetch(self, supplier_order_id: str, order_id: str) -> FetchOutcome:
        """Read one order by Octopus's id, which may be the only time that its codes are clear.

        Raises ``SupplierError``.
        """
        return await self._buying.fetch(supplier_order_id, order_id)

    def verify(self, headers: Mapping[str, str], body: bytes) -> bool:
        """Whether one of the configured secrets signed these bytes."""
        return SIGNING.signed_by(self._config.webhook_secrets, headers, body)

    def parse(self, body: bytes) -> Pointer | Irrelevant:
        """Which order a webhook points at; raises ``MalformedReport``."""
        return read_event(body)

    def read_reply(self, body: bytes) -> Report:
        """Read a journaled order, alone or as a list of one; raises ``MalformedReport``."""
        return read_order(body)

    def feed(self) -> Feed:
        """The file that ``gather`` writes."""
        return Feed(NAME, NAME, (FILE,), self._config.currency)

    async def gather(self, folder: Path) -> None:
        """Bring every product page into one file in ``folder``; raises ``SupplierError``."""
        await gather_catalog(self.pages, folder)

    def pages(self, path: str, params: Mapping[str, str]) -> AsyncIterator[bytes]:
        """Read a list page by page, in the catalog's own part of the read budget; raises ``SupplierError``."""
        return pages(self._read_page, path, params)

    async def close(self) -> None:
        """Release connections and give up a sign-in that is under way."""
        await self._session.close()

    async def _read_page(self, path: str) -> Reply:
        return await self._session.ask(self._calls.catalog, "GET", path)
