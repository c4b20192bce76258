"""Balances: what the supplier accounts hold, live or last known, and a word to the operator when it runs low."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

import structlog

from bot.ordering.directory import Suppliers
from bot.ordering.notices import OperatorDesk
from bot.ordering.policy import OrderingPolicy
from bot.suppliers.errors import SupplierError, SupplierMisconfigured
from bot.suppliers.protocol import Supplier
from storage.clock import Clock
from storage.records.queues import KnownBalance
from storage.store import Store, Tables

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class AccountBalance:
    """One account for people: ``live`` or else as of ``read_at``; None where nothing was ever read.

    ``problem`` says in the supplier's words why it is not live.
    """

    supplier: str
    account: str
    amount: Decimal | None
    currency: str
    read_at: datetime | None
    live: bool
    problem: str | None = None
    kind: str = ""
    """The supplier's word for what kind of account it is."""


class BalanceWatch:
    """Reads balances on demand, after placements and now and then."""

    def __init__(
        self, store: Store, suppliers: Suppliers, desk: OperatorDesk, policy: OrderingPolicy, clock: Clock
    ) -> None:
        self._store = store
        self._suppliers = suppliers
        self._desk = desk
        self._policy = policy
        self._clock = clock
        self._asked = asyncio.Event()

    def soon(self) -> None:
        """Ask for a look before the next periodic one: money was spent."""
        self._asked.set()

    async def read(self) -> list[AccountBalance]:
        """Read every account of every supplier side by side; what cannot be read is given as last known."""
        accounts = await asyncio.gather(*(self._of(supplier) for supplier in self._suppliers))
        return [account for supplier in accounts for account in supplier]

    async def run(self) -> None:
        """Keep looking until cancelled, so that a low balance is noticed before an order is refused for it."""
        while True:
            self._asked.clear()
            try:
                await self.read()
            except Exception:  # the worker's edge: the next look may succeed
                log.exception("balances cannot be read")
            # A burst of orders must not become a burst of look-ups.
            await asyncio.sleep(self._policy.balance_at_most_every.total_seconds())
            await self._pause(self._policy.balance_every.total_seconds())

    async def _pause(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._asked.wait()
        except TimeoutError:
            return

    async def _of(self, supplier: Supplier) -> list[AccountBalance]:
        try:
            balances = await supplier.balances()
        except SupplierError as error:
            log.warning("balance not read", supplier=supplier.name, reason=error.for_log)
            return await self._last_known(supplier, error)
        now = self._clock()
        known = [
            KnownBalance(supplier.name, balance.account, balance.amount, balance.currency, now, balance.kind)
            for balance in balances
        ]
        await self._store.write(lambda tables: self._keep(tables, supplier, known))
        return [_for_people(supplier, balance, live=True) for balance in known]

    async def _keep(self, tables: Tables, supplier: Supplier, balances: Sequence[KnownBalance]) -> None:
        before = {known.account: known for known in await tables.balances.all() if known.supplier == supplier.name}
        for balance in balances:
            await tables.balances.put(balance)
            limit = self._limit(balance)
            if limit is not None and _fell(before.get(balance.account), balance, limit):
                await self._desk.low_balance(tables, supplier.title, balance, str(limit), balance.read_at)

    def _limit(self, balance: KnownBalance) -> Decimal | None:
        name = f"{balance.supplier}:{balance.account}"
        return self._policy.low_balances.get(name, self._policy.low_balance)

    async def _last_known(self, supplier: Supplier, error: SupplierError) -> list[AccountBalance]:
        now = self._clock()

        async def unit(tables: Tables) -> list[KnownBalance]:
            if isinstance(error, SupplierMisconfigured):
                await self._desk.configuration(tables, supplier.name, supplier.title, str(error), now)
            return [known for known in await tables.balances.all() if known.supplier == supplier.name]

        known = await self._store.write(unit)
        if not known:
            return [AccountBalance(supplier.title, "", None, "", None, live=False, problem=str(error))]
        return [_for_people(supplier, balance, live=False, problem=str(error)) for balance in known]


def _for_people(supplier: Supplier, known: KnownBalance, *, live: bool, problem: str | None = None) -> AccountBalance:
    return AccountBalance(
        supplier.title,
        known.account,
        known.amount,
        known.currency,
        known.read_at,
        live=live,
        problem=problem,
        kind=known.kind,
    )


def _fell(before: KnownBalance | None, now: KnownBalance, limit: Decimal) -> bool:
    return now.amount < limit and (before is None or before.amount >= limit)
