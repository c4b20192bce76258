"""Deeds of operators: what is written down of them, and that the same update does none twice."""

from dataclasses import dataclass, fields
from decimal import Decimal
from typing import Final

from bot.resellers.amounts import MAX_DIGITS, MAX_PERCENT
from bot.resellers.money import round_money
from bot.resellers.outcomes import AlreadyDone, NoSuchReseller
from storage.clock import Clock
from storage.records.resellers import Reseller
from storage.store import Tables

MAX_BALANCE: Final = Decimal(10) ** MAX_DIGITS
"""No balance and no limit reaches this far from zero: sums of them stay within their columns."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """The limits of a reseller's orders; None for those of the shop. Amounts are in the shop's currency."""

    orders_per_minute: int | None = None
    spend_per_day: Decimal | None = None
    largest_order: Decimal | None = None

    @classmethod
    def of(cls, account: Reseller) -> "Bounds":
        """Those that an account has now."""
        return cls(account.orders_per_minute, account.spend_per_day, account.largest_order)


BOUNDS: Final = frozenset(field.name for field in fields(Bounds))


@dataclass(frozen=True, slots=True)
class Deed:
    """Who does what, by which update (None for none): the same update does it once."""

    action: str
    actor_id: int
    update_id: int | None


class Deeds:
    """Tells whether a deed was done before, and writes it down. Amounts are in ``currency``, the shop's."""

    def __init__(self, currency: str, clock: Clock) -> None:
        self._currency = currency
        self._clock = clock

    async def on(self, tables: Tables, deed: Deed, reseller_id: int) -> Reseller | AlreadyDone | NoSuchReseller:
        """The account to change, unless it is gone or this update has changed it before."""
        account = await tables.resellers.get(reseller_id)
        if account is None:
            return NoSuchReseller()
        return AlreadyDone(account) if await self.done(tables, deed) else account

    async def done(self, tables: Tables, deed: Deed) -> bool:
        """Whether this update has done it before."""
        return deed.update_id is not None and await tables.audit.done(deed.action, deed.update_id)

    async def note(self, tables: Tables, deed: Deed, account: Reseller, detail: str = "") -> None:
        """Write it into the audit trail, in the unit that does it."""
        await tables.audit.add(deed.actor_id, deed.action, account.name, detail, deed.update_id, self._clock())

    def money(self, amount: Decimal | None) -> str:
        """An amount as the trail shows it; None is the shop's."""
        return "the shop's" if amount is None else f"{round_money(amount, self._currency):f} {self._currency}"

    def bounds(self, bounds: Bounds) -> str:
        """The limits of orders as the trail shows them."""
        often = "the shop's" if bounds.orders_per_minute is None else str(bounds.orders_per_minute)
        day, order = self.money(bounds.spend_per_day), self.money(bounds.largest_order)
        return f"a minute {often}, a day {day}, an order {order}"


def shown_percent(percent: Decimal | None) -> str:
    """A markup as the trail shows it; None is none of its own."""
    return "none" if percent is None else f"{percent.normalize():f} %"


def check_percent(percent: Decimal) -> None:
    """Refuse what can be no markup with ``ValueError``: people's mistakes were caught by ``parse_percent`` before."""
    if not 0 <= percent <= MAX_PERCENT:
        raise ValueError(f"{percent} % is no markup")


def check_bounds(bounds: Bounds) -> None:
    """Refuse limits that bound nothing with ``ValueError``."""
    amounts = (bounds.orders_per_minute, bounds.spend_per_day, bounds.largest_order)
    if any(amount is not None and not 0 < amount < MAX_BALANCE for amount in amounts):
        raise ValueError(f"{bounds} bound nothing")
