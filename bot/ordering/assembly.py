"""How the parts of ordering are put together; the composition root calls this once."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bot.ordering.balances import BalanceWatch
from bot.ordering.books import Books
from bot.ordering.confirming import Confirmations, Items
from bot.ordering.copies import CopyKeeper
from bot.ordering.directory import Suppliers
from bot.ordering.drafts import Drafts
from bot.ordering.events import EventReader
from bot.ordering.following import Follower
from bot.ordering.journal import JournalRecovery
from bot.ordering.looking import Lookups
from bot.ordering.notices import NewOrders, OperatorDesk
from bot.ordering.outages import OutageWatch, Signs
from bot.ordering.placing import Placer
from bot.ordering.policy import OrderingPolicy
from bot.ordering.quoting import Quoting
from bot.ordering.references import Naming, Random
from bot.ordering.resolving import Resolutions
from bot.ordering.schedule import Schedule
from bot.ordering.service import Ordering
from bot.ordering.turns import Turns
from bot.ordering.workers import OrderWorker, Workers
from bot.resellers.buyers import Buyers
from bot.resellers.limits import Barriers, ShopLimits
from bot.resellers.telling import MoneyNews
from bot.suppliers.protocol import Supplier
from storage.clock import Clock
from storage.store import Store


@dataclass(frozen=True, slots=True)
class OrderingParts:
    """What the rest of the house uses of ordering."""

    drafts: Drafts
    ordering: Ordering
    workers: Workers
    desk: OperatorDesk
    money: MoneyNews
    orders: OrderWorker
    events: EventReader
    recovery: JournalRecovery
    balances: BalanceWatch
    outages: OutageWatch


def build_ordering(  # noqa: PLR0913 - the one place where everything that ordering needs comes together
    store: Store,
    suppliers: Mapping[str, Supplier],
    items: Items,
    desk: OperatorDesk,
    policy: OrderingPolicy,
    *,
    clock: Clock,
    ids: Callable[[], str],
    random: Random,
    buyers: Buyers,
    currency: str,
    limits: ShopLimits,
    signs: Signs | None = None,
) -> OrderingParts:
    """Put ordering together. ``ids`` gives unguessable ASCII ids; ``random`` must be unpredictable in production.

    ``currency`` is the shop's, in which resellers pay; ``limits`` are for those that have none of their own.
    ``signs`` must hear of every call to the suppliers, or nobody is told of their outages.
    """
    known = Suppliers(suppliers)
    books = Books(desk, Schedule(policy, random, known.pushes), policy, clock)
    balances = BalanceWatch(store, known, desk, policy, clock)
    recovery = JournalRecovery(store, known, books)
    turns = Turns()
    lookups = Lookups(store, known, books, policy, clock)
    placer = Placer(store, known, books, recovery, lookups, balances, policy, clock)
    follower = Follower(lookups, recovery, policy)
    orders = OrderWorker(store, known, placer, follower, turns, policy, clock)
    events = EventReader(store, known, books, turns, policy, clock)
    outages = OutageWatch(store, known, desk, signs or Signs())
    quoting = Quoting(store, known, desk, policy, clock)
    barriers = Barriers(currency, limits, clock)
    money = MoneyNews(desk, currency, limits.low_balance)
    news, naming = NewOrders(desk, money), Naming(ids, random)
    confirmations = Confirmations(store, items, quoting, buyers, barriers, news, naming, clock)
    resolutions = Resolutions(store, known, books, recovery, turns, clock)
    return OrderingParts(
        drafts=Drafts(store, clock, ids),
        ordering=Ordering(store, quoting, confirmations, resolutions, balances),
        workers=Workers(CopyKeeper(store, books, policy, clock), recovery, orders, events, balances, outages),
        desk=desk,
        money=money,
        orders=orders,
        events=events,
        recovery=recovery,
        balances=balances,
        outages=outages,
    )
