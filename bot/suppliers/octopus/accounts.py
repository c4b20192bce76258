"""The account's money: what every wallet holds, and what an order really moved."""

import asyncio
from decimal import Decimal
from urllib.parse import urlencode

import structlog

from bot.suppliers.errors import SupplierError
from bot.suppliers.http import Call
from bot.suppliers.octopus.calls import CURRENCIES_PATH, TRANSACTIONS_PATH, WALLETS_PATH, Calls
from bot.suppliers.octopus.config import OctopusConfig
from bot.suppliers.octopus.errors import unavailable
from bot.suppliers.octopus.session import Session
from bot.suppliers.octopus.wallets import Currencies, read_wallets, wants_money, with_money
from bot.suppliers.outcomes import Balance, Report
from storage.clock import Clock

RECENT = 200
"""Transactions in the one page that is read, newest first."""

log = structlog.get_logger()


class Accounts:
    """Reads wallets and transactions."""

    def __init__(self, config: OctopusConfig, session: Session, calls: Calls, clock: Clock) -> None:
        self._config = config
        self._session = session
        self._calls = calls
        self._currencies = Currencies(self._read_currencies, clock)

    async def balances(self) -> tuple[Balance, ...]:
        """Every wallet's balance in its own currency; raises ``SupplierError``."""
        wallets = read_wallets(await self._body(self._calls.wallets, WALLETS_PATH))
        codes = await self._currencies.codes(id_ for wallet in wallets if (id_ := wallet.currency_id) is not None)
        return tuple(wallet.balance(codes) for wallet in wallets)

    async def reconciled(self, report: Report, expected: Decimal | None = None) -> Report:
        """The report with what only the transactions tell, as far as they tell it in time: codes never wait for it."""
        if not wants_money(report, expected):
            return report
        try:
            async with asyncio.timeout(self._config.patience_for_money):
                return with_money(report, await self._body(self._calls.transactions, self._recent()))
        except (SupplierError, TimeoutError) as error:
            log.warning(
                "octopus transactions not read, the order's cost stays as reported",
                supplier_order_id=report.supplier_order_id,
                reason=error.for_log if isinstance(error, SupplierError) else "no answer in time",
            )
            return report

    def _recent(self) -> str:
        wallet_id = self._config.wallet_id
        wallet = {} if wallet_id is None else {"wallet_id": wallet_id}
        return f"{TRANSACTIONS_PATH}?{urlencode({'page': 1, 'limit': RECENT, **wallet})}"

    async def _read_currencies(self) -> bytes:
        return await self._body(self._calls.currencies, CURRENCIES_PATH)

    async def _body(self, call: Call, path: str) -> bytes:
        reply = await self._session.ask(call, "GET", path)
        if not reply.ok:
            raise unavailable(reply)
        return reply.body
