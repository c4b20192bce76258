"""What stands in the way of a reseller's order: access, money, and the limits of a minute, a day and one price."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Final, TypeVar

from bot.resellers.buyers import Buyer
from bot.resellers.postings import Short, hold
from storage.clock import Clock
from storage.records.orders import Draft
from storage.records.resellers import Reseller
from storage.store import Tables

MINUTE: Final = timedelta(minutes=1)
NO_AGE: Final = timedelta(0)
NO_MONEY: Final = Decimal(0)

T = TypeVar("T")


class Barrier(StrEnum):
    """Why an order may not be made."""

    NO_ACCESS = "no_access"
    """The person may not order here, or not any more."""

    SUSPENDED = "suspended"
    OTHER_CURRENCY = "other_currency"
    """It costs the operator another currency than the shop's."""

    TOO_DEAR = "too_dear"
    """It costs more than one order may."""

    PER_MINUTE = "per_minute"
    """The person ordered often enough within this minute."""

    PER_DAY = "per_day"
    """The reseller's orders of this UTC day would cost more than they may."""

    NOT_ENOUGH = "not_enough"
    """Less is available than it costs."""


@dataclass(frozen=True, slots=True)
class Barred:
    """An order that may not be made as things are; nothing was held or changed, and ``draft`` stays.

    Amounts are in ``currency``, the shop's. ``price`` is what the order would cost its reseller, None where that is not
    known. ``bound`` is the limit that is met: orders for ``PER_MINUTE``, else an amount. ``missing`` is by how much the
    price is too high for it or for the money, ``available`` what is left to order for, of the money or of the day.
    """

    draft: Draft
    barrier: Barrier
    currency: str
    price: Decimal | None = None
    bound: Decimal | None = None
    missing: Decimal | None = None
    available: Decimal | None = None


@dataclass(frozen=True, slots=True)
class ShopLimits:
    """The limits of every reseller that has none of its own; None is no limit. Amounts are in the shop's currency.

    A reseller is told when less than ``low_balance`` is left to order for; 0 tells nobody.
    """

    orders_per_minute: int = 20
    spend_per_day: Decimal | None = None
    largest_order: Decimal | None = None
    low_balance: Decimal = NO_MONEY

    def of(self, account: Reseller) -> "ShopLimits":
        """What holds for a reseller: its own limits, else these."""
        return ShopLimits(
            account.orders_per_minute or self.orders_per_minute,
            _either(account.spend_per_day, self.spend_per_day),
            _either(account.largest_order, self.largest_order),
            _either(account.low_balance, self.low_balance) or NO_MONEY,
        )


class Barriers:
    """Tells what stands in the way of an order. The operator, who buys at cost, is never limited.

    An order counts for a day with what is held for it, and with what was captured once it ended: what failed or was
    rejected counts nothing. For a minute every order of the person counts, whatever became of it.
    """

    def __init__(self, currency: str, limits: ShopLimits, clock: Clock) -> None:
        self.currency = currency
        self._limits = limits
        self._clock = clock

    async def met(
        self, tables: Tables, buyer: Buyer, draft: Draft, price: Decimal | None, cost_currency: str | None
    ) -> Barred | None:
        """What would stop the order now. ``price`` and the currency of its cost are None while they are not known."""
        if buyer.at_cost:
            return None
        account = buyer.account
        if account is None:
            return Barred(draft, Barrier.NO_ACCESS, self.currency)
        found = await self._limited(tables, account, draft, price, cost_currency)
        if found is None and price is not None and price > account.available:
            return self._short(draft, price, Short(account.available, price - account.available))
        return found

    async def hold(
        self, tables: Tables, account: Reseller, draft: Draft, price: Decimal, cost_currency: str
    ) -> Barred | None:
        """Set the order's price aside in the unit that makes it, or say what stops it."""
        found = await self._limited(tables, account, draft, price, cost_currency)
        if found is not None:
            return found
        outcome = await hold(tables, account.id, price)
        return self._short(draft, price, outcome) if isinstance(outcome, Short) else None

    async def _limited(
        self, tables: Tables, account: Reseller, draft: Draft, price: Decimal | None, cost_currency: str | None
    ) -> Barred | None:
        if account.suspended:
            return Barred(draft, Barrier.SUSPENDED, self.currency, price)
        if cost_currency not in {None, self.currency}:
            return Barred(draft, Barrier.OTHER_CURRENCY, self.currency)
        limits = self._limits.of(account)
        if price is not None:
            dear = self._too_dear(draft, price, limits.largest_order)
            if dear is not None:
                return dear
        often = await self._per_minute(tables, draft, price, limits.orders_per_minute)
        if often is not None or price is None:
            return often
        return await self._per_day(tables, account, draft, price, limits.spend_per_day)

    def _too_dear(self, draft: Draft, price: Decimal, bound: Decimal | None) -> Barred | None:
        if bound is None or price <= bound:
            return None
        return Barred(draft, Barrier.TOO_DEAR, self.currency, price, bound, price - bound)

    async def _per_minute(self, tables: Tables, draft: Draft, price: Decimal | None, bound: int) -> Barred | None:
        earlier = await tables.spending.nth_newest(draft.place.user_id, bound)
        # One from the future does not count, or a clock set back would bar the person for hours.
        if earlier is None or not NO_AGE <= self._clock() - earlier < MINUTE:
            return None
        return Barred(draft, Barrier.PER_MINUTE, self.currency, price, Decimal(bound))

    async def _per_day(
        self, tables: Tables, account: Reseller, draft: Draft, price: Decimal, bound: Decimal | None
    ) -> Barred | None:
        if bound is None:
            return None
        left = bound - await tables.spending.since(account.id, midnight(self._clock()))
        if price <= left:
            return None
        return Barred(draft, Barrier.PER_DAY, self.currency, price, bound, price - left, max(left, Decimal(0)))

    def _short(self, draft: Draft, price: Decimal, short: Short) -> Barred:
        return Barred(draft, Barrier.NOT_ENOUGH, self.currency, price, missing=short.missing, available=short.available)


def midnight(now: datetime) -> datetime:
    """When the UTC day of a moment in UTC began."""
    return now.replace(hour=0, minute=0, second=0, microsecond=0)


def _either(own: T | None, shop: T | None) -> T | None:
    return shop if own is None else own
