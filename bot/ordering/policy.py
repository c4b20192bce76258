"""How patient ordering is: every interval, bound and threshold in one frozen record."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class OrderingPolicy:
    """Intervals of the order's life (design section 3). The defaults suit production; tests pass their own.

    ``low_balance`` is in the account's own currency; None never warns. ``low_balances`` overrides it for single
    accounts, named ``supplier:account``.
    """

    follow_after: timedelta = timedelta(seconds=15)
    follow_after_unpushed: timedelta = timedelta(seconds=3)
    follow_growth: float = 1.6
    follow_at_most: timedelta = timedelta(minutes=10)
    jitter: float = 0.15

    attempt_horizon: timedelta = timedelta(minutes=2)
    """When an attempt that left no trace is taken up again; a restart does not wait for it."""

    place_within: timedelta = timedelta(minutes=15)
    retry_first: timedelta = timedelta(seconds=2)
    retry_growth: float = 2.0
    retry_at_most: timedelta = timedelta(minutes=2)

    resends: int = 4
    resend_first: timedelta = timedelta(seconds=20)
    resend_growth: float = 2.5
    unconfirmed_alert_after: timedelta = timedelta(minutes=10)

    find_for: timedelta = timedelta(seconds=90)
    """How long a supplier is asked about an order that it does not show before it is taken not to have it."""

    find_first: timedelta = timedelta(seconds=3)
    find_growth: float = 1.6

    partial_final_after: timedelta = timedelta(hours=24)
    """When an order that is delivered in part and grows no further counts as ended (octopus.md 16, 13)."""

    partial_final_looks: int = 24
    """How many looks in a row must have brought nothing new before that: some three hours of them."""

    hidden_every: timedelta = timedelta(hours=1)
    """How often a supplier that shows codes only hidden is asked whether it shows them by now."""

    quote_within: timedelta = timedelta(seconds=20)
    """How long a person waits for a supplier's price, the wait for their turn at it included."""

    misses_before_alert: int = 3
    misconfigured_pause: timedelta = timedelta(minutes=10)

    lease: timedelta = timedelta(seconds=30)
    event_lease: timedelta = timedelta(seconds=10)
    in_flight: int = 8
    idle_seconds: float = 1.0
    drain_seconds: float = 10.0

    balance_every: timedelta = timedelta(minutes=10)
    balance_at_most_every: timedelta = timedelta(seconds=30)
    low_balance: Decimal | None = None
    low_balances: Mapping[str, Decimal] = field(default_factory=dict[str, Decimal])
