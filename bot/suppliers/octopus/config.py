"""What the Octopus Cards client is told at start."""

from dataclasses import dataclass, field

from bot.suppliers.budget import Budget, Hold
from bot.suppliers.http import Patience

NAME = "octopus"

TITLE = "Octopus Cards"

TO_READ = Patience()
TO_CREATE = Patience(read=75.0, total=90.0)
"""A create that is given up too early may cost the one clear view of its codes."""


@dataclass(frozen=True, slots=True)
class Rates:
    """Requests a minute per class of calls: what the documentation allows a production account (RATE-LIMITS page).

    ``catalog`` is the part of ``reads`` that gathering the catalog may use; look-ups have the rest to themselves.
    """

    creates: int = 60
    reads: int = 300
    charges: int = 120
    logins: int = 10
    refreshes: int = 20
    catalog: int = 60


@dataclass(frozen=True, slots=True)
class OctopusConfig:
    """One account. Without ``webhook_secrets`` results are only learnt by asking.

    ``wallet_id`` is the wallet that pays for everything; without it each order is paid from the wallet in the
    product's currency. ``currency`` is what an amount is in where a reply leaves that out.
    """

    api_key: str = field(repr=False)
    api_secret: str = field(repr=False)
    api_url: str = "https://api.octopuscards.io"
    webhook_secrets: tuple[str, ...] = field(default=(), repr=False)
    wallet_id: int | None = None
    currency: str = "USD"
    rates: Rates = Rates()
    patience_to_read: Patience = TO_READ
    patience_to_create: Patience = TO_CREATE
    patience_for_money: float = 5.0
    """Seconds a report may wait for what the order's transactions say."""


@dataclass(frozen=True, slots=True)
class Budgets:
    """One budget for each class of calls that Octopus counts apart."""

    creates: Budget
    reads: Budget
    charges: Budget
    logins: Budget
    refreshes: Budget
    catalog: Budget


def budgets_of(rates: Rates) -> Budgets:
    """Budgets that keep within the rates; the catalog's is silenced together with the other reads'."""
    reads = Hold()
    return Budgets(
        creates=Budget.per_minute(rates.creates, 10, 8),
        reads=Budget.per_minute(rates.reads - rates.catalog, 20, 6, hold=reads),
        charges=Budget.per_minute(rates.charges, 20, 6),
        logins=Budget.per_minute(rates.logins, 2, 1),
        refreshes=Budget.per_minute(rates.refreshes, 2, 1),
        catalog=Budget.per_minute(rates.catalog, 5, 1, hold=reads),
    )
