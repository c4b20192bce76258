"""What the supplier accounts hold."""

import asyncio
from datetime import timedelta
from decimal import Decimal

from bot.ordering.balances import AccountBalance
from bot.suppliers.errors import SupplierMisconfigured, SupplierUnavailable
from bot.suppliers.outcomes import Balance
from storage.records.queues import NoticeKind
from storage.store import Store
from tests.factories import NOW
from tests.ordering.shop import Shop

AT_ONCE = timedelta(milliseconds=1)


def holding(amount: str, account: str = "main") -> tuple[Balance, ...]:
    return (Balance(account, Decimal(amount), "USD"),)


async def test_a_balance_is_read_live(shop: Shop) -> None:
    shop.supplier.held.append(holding("1240.75"))
    assert await shop.ordering.balances() == [
        AccountBalance("Voodoo Center", "main", Decimal("1240.75"), "USD", NOW, live=True)
    ]


async def test_a_supplier_that_does_not_answer_has_its_last_known_balance_with_its_age(shop: Shop) -> None:
    shop.supplier.held.extend([holding("10"), SupplierUnavailable("timed out")])
    await shop.ordering.balances()
    shop.clock.pass_(hours=2)
    [balance] = await shop.ordering.balances()
    assert (balance.amount, balance.read_at, balance.live, balance.problem) == (Decimal(10), NOW, False, "timed out")


async def test_a_balance_that_was_never_read_says_so(shop: Shop) -> None:
    shop.supplier.held.append(SupplierUnavailable("timed out"))
    [balance] = await shop.ordering.balances()
    assert (balance.amount, balance.read_at, balance.problem) == (None, None, "timed out")
    assert await shop.notices() == []


async def test_a_refused_key_is_told_to_the_operator(shop: Shop) -> None:
    shop.supplier.held.append(SupplierMisconfigured("Invalid credentials"))
    await shop.ordering.balances()
    assert await shop.notices() == [NoticeKind.SUPPLIER_CONFIGURATION]


async def test_a_low_balance_is_told_once_until_it_recovers(store: Store) -> None:
    shop = Shop(store, low_balance=Decimal(100))
    told: list[int] = []
    for amount in ("250", "99.99", "50", "100", "20", "10"):
        shop.clock.pass_(minutes=1)
        shop.supplier.held.append(holding(amount))
        await shop.ordering.balances()
        told.append(len(await shop.notices()))
    assert told == [0, 1, 0, 0, 1, 0]


async def test_an_account_may_have_a_limit_of_its_own(store: Store) -> None:
    shop = Shop(store, low_balance=Decimal(100), low_balances={"voodoo:eur": Decimal(20)})
    shop.supplier.held.append((*holding("50", "usd"), *holding("50", "eur")))
    await shop.ordering.balances()
    [owed] = await shop.owed()
    assert (owed.data["account"], owed.data["limit"]) == ("usd", "100")
    shop.supplier.held.append((*holding("50", "usd"), *holding("19", "eur")))
    shop.clock.pass_(minutes=1)
    await shop.ordering.balances()
    [owed] = await shop.owed()
    assert (owed.data["account"], owed.data["limit"]) == ("eur", "20")


async def test_a_low_balance_is_told_also_at_the_very_first_look(store: Store) -> None:
    shop = Shop(store, low_balance=Decimal(100))
    shop.supplier.held.append(holding("5"))
    await shop.ordering.balances()
    [owed] = await shop.owed()
    assert owed.notice is NoticeKind.LOW_BALANCE
    assert owed.data == {
        "supplier": "Voodoo Center",
        "account": "main",
        "amount": "5",
        "limit": "100",
        "currency": "USD",
    }


async def test_balances_are_read_at_the_start_and_after_a_placement(store: Store) -> None:
    shop = Shop(store, balance_at_most_every=AT_ONCE)
    reads = asyncio.Semaphore(0)
    shop.supplier.when_balances_are_read = reads.release
    shop.supplier.held.extend([holding("10"), holding("10")])
    watch = asyncio.create_task(shop.balances.run())
    async with asyncio.timeout(10):
        await reads.acquire()
        await shop.accepted()
        await reads.acquire()
    watch.cancel()
    await asyncio.gather(watch, return_exceptions=True)
    assert shop.supplier.held == []


async def test_a_fault_of_ours_does_not_end_the_watch(store: Store) -> None:
    shop = Shop(store, balance_every=AT_ONCE, balance_at_most_every=AT_ONCE)
    reads = asyncio.Semaphore(0)
    shop.supplier.when_balances_are_read = reads.release
    watch = asyncio.create_task(shop.balances.run())  # nothing is scripted: each look fails
    async with asyncio.timeout(10):
        await reads.acquire()
        await reads.acquire()
    watch.cancel()
    await asyncio.gather(watch, return_exceptions=True)
