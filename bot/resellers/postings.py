"""What an order does to its reseller's money: its price is held at Confirm, and captured or given back at its end."""

from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from bot.resellers.prices import final_price
from storage.records.orders import Order
from storage.records.resellers import EntryKind, NewEntry
from storage.store import Tables


@dataclass(frozen=True, slots=True)
class Held:
    """The price is set aside."""


@dataclass(frozen=True, slots=True)
class Short:
    """Nothing was held: this much is available, and this much is missing."""

    available: Decimal
    missing: Decimal


async def hold(tables: Tables, reseller_id: int, price: Decimal) -> Held | Short:
    """Set an order's price aside, in the unit that makes the order."""
    if await tables.resellers.hold(reseller_id, price):
        return Held()
    account = await tables.resellers.get(reseller_id)
    available = Decimal(0) if account is None else account.available
    return Short(available, price - available)


async def settle(tables: Tables, before: Order, after: Order, now: datetime) -> Order:
    """At an order's end, give its hold back and charge what it delivered, once; returns it with what was captured.

    What the supplier says after that changes no money: a correction is a credit or debit that a human makes.
    """
    ends = after.state.terminal and not before.state.terminal
    if after.reseller_id is None or after.price is None or not ends or before.captured is not None:
        return after
    captured = final_price(after)
    await tables.resellers.release(after.reseller_id, after.price)
    if captured:
        await tables.ledger.post(_charge(after, after.reseller_id, captured, now))
    return replace(after, captured=captured)


def _charge(order: Order, reseller_id: int, captured: Decimal, now: datetime) -> NewEntry:
    return NewEntry(
        reseller_id, EntryKind.CHARGE, -captured, now, order.title, order_id=order.id, reference=order.reference
    )
