"""What operators do to accounts: audited, told, and never past a limit."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from bot.resellers.accounts import Accounts
from bot.resellers.deeds import MAX_BALANCE, Bounds
from bot.resellers.naming import WrongName
from bot.resellers.outcomes import (
    Changed,
    Created,
    NameTaken,
    OwesMore,
    Posted,
    RuleChanged,
    TooMuch,
    WouldPassLimit,
)
from storage.records.queues import NoticeKind
from storage.records.resellers import EntryKind, MarkupScope, Reseller
from storage.store import Store
from tests.factories import NOW
from tests.resellers.desk import ADMIN, DESK, told, trail
from tests.resellers.people import OWNER, account, add_reseller


async def test_a_new_account_has_its_name_and_markup_and_nothing_else(accounts: Accounts, store: Store) -> None:
    made = await accounts.create("  Nova   Games ", ADMIN, 1, markup=Decimal("7.5"))
    assert isinstance(made, Created)
    assert made.reseller == Reseller(1, "Nova Games", NOW, Decimal("7.5"))
    assert await account(store, made.reseller) == made.reseller
    assert [(entry.action, entry.subject, entry.detail) for entry in await trail(store)] == [
        ("create", "Nova Games", "7.5 %")
    ]


async def test_a_name_that_looks_like_anothers_is_taken(accounts: Accounts, store: Store) -> None:
    nova = await add_reseller(store, "Café Nova")
    assert await accounts.create("CAFE  nova", ADMIN, 1) == NameTaken(nova)
    other = await accounts.create("Other", ADMIN, 2)
    assert isinstance(other, Created)
    assert await accounts.rename(other.reseller.id, "cafe nova", ADMIN, 3) == NameTaken(nova)
    assert len(await trail(store)) == 1


async def test_a_name_that_cannot_be_had_changes_nothing(accounts: Accounts, store: Store) -> None:
    nova = await add_reseller(store)
    assert isinstance(await accounts.create("/start", ADMIN, 1), WrongName)
    assert isinstance(await accounts.rename(nova.id, "n" * 200, ADMIN, 2), WrongName)
    assert await trail(store) == []


async def test_a_renamed_account_is_found_by_its_new_name_alone(accounts: Accounts, store: Store) -> None:
    nova = await add_reseller(store)
    renamed = await accounts.rename(nova.id, "Nóva Trade", ADMIN, 1)
    assert renamed == Changed(replace(nova, name="Nóva Trade"), nova)
    assert await store.read(lambda tables: tables.resellers.names()) == {"nova trade": nova.id}


async def test_an_account_may_be_written_differently_without_being_its_own_rival(
    accounts: Accounts, store: Store
) -> None:
    nova = await add_reseller(store)
    assert isinstance(await accounts.rename(nova.id, "NOVA GAMES", ADMIN, 1), Changed)


async def test_a_credit_is_a_line_of_the_ledger_that_both_sides_hear_of(accounts: Accounts, store: Store) -> None:
    nova = await add_reseller(store, money="0")
    posted = await accounts.credit(nova.id, Decimal("50.25"), "cash", ADMIN, 7)
    assert isinstance(posted, Posted)
    assert (posted.entry.kind, posted.entry.amount, posted.entry.note) == (EntryKind.CREDIT, Decimal("50.25"), "cash")
    assert (posted.entry.actor_id, posted.entry.update_id, posted.entry.balance) == (ADMIN, 7, Decimal("50.25"))
    assert await account(store, nova) == posted.reseller
    assert [entry.detail for entry in await trail(store)] == ["50.25 USD: cash"]
    kind = NoticeKind.RESELLER_CREDITED
    assert sorted(await told(store), key=str) == sorted([(kind, OWNER.user_id), (kind, DESK)], key=str)


async def test_a_mistyped_credit_is_undone_by_its_opposite_and_both_stay(accounts: Accounts, store: Store) -> None:
    nova = await add_reseller(store, money="0")
    await accounts.credit(nova.id, Decimal(5000), "", ADMIN, 1)
    await accounts.debit(nova.id, Decimal(4950), "was 50", ADMIN, 2)
    lines = await store.read(lambda tables: tables.ledger.last(nova.id, 10))
    assert [line.amount for line in lines] == [-4950, 5000]
    assert (await account(store, nova)).balance == 50


async def test_a_debit_takes_at_most_what_is_available(accounts: Accounts, store: Store) -> None:
    nova = await add_reseller(store, credit_limit=Decimal(20))
    await store.write(lambda tables: tables.resellers.hold(nova.id, Decimal(30)))
    now = await account(store, nova)
    assert await accounts.debit(nova.id, Decimal("90.01"), "", ADMIN, 1) == WouldPassLimit(now, Decimal("0.01"))
    assert await trail(store) == []
    posted = await accounts.debit(nova.id, Decimal(90), "", ADMIN, 1)
    assert isinstance(posted, Posted)
    assert posted.reseller.available == 0


async def test_a_debit_that_leaves_little_tells_so(accounts: Accounts, store: Store) -> None:
    nova = await add_reseller(store)
    await accounts.debit(nova.id, Decimal(80), "", ADMIN, 1)
    assert NoticeKind.RESELLER_LOW not in [kind for kind, _ in await told(store)]
    await accounts.debit(nova.id, Decimal(1), "", ADMIN, 2)
    assert (NoticeKind.RESELLER_LOW, OWNER.user_id) in await told(store)


async def test_a_lower_credit_limit_that_leaves_little_tells_so(accounts: Accounts, store: Store) -> None:
    nova = await add_reseller(store, money="0", credit_limit=Decimal(50))
    await accounts.set_limit(nova.id, Decimal(10), ADMIN, 1)
    assert (NoticeKind.RESELLER_LOW, OWNER.user_id) in await told(store)


async def test_no_balance_outgrows_its_column(accounts: Accounts, store: Store) -> None:
    nova = await add_reseller(store, money="0")
    most = MAX_BALANCE - Decimal("0.01")
    assert isinstance(await accounts.credit(nova.id, most, "", ADMIN, 1), Posted)
    now = await account(store, nova)
    assert await accounts.credit(nova.id, Decimal("0.01"), "", ADMIN, 2) == TooMuch(now, MAX_BALANCE)


@pytest.mark.parametrize("amount", [0, -1])
async def test_nothing_and_less_is_no_posting(accounts: Accounts, store: Store, amount: int) -> None:
    nova = await add_reseller(store)
    for post in (accounts.credit, accounts.debit):
        with pytest.raises(ValueError, match="is no"):
            await post(nova.id, Decimal(amount), "", ADMIN, 1)


async def test_a_credit_limit_never_falls_below_what_is_owed_and_held(accounts: Accounts, store: Store) -> None:
    nova = await add_reseller(store, money="10", credit_limit=Decimal(100))
    await store.write(lambda tables: tables.resellers.hold(nova.id, Decimal(50)))
    now = await account(store, nova)
    assert await accounts.set_limit(nova.id, Decimal("39.99"), ADMIN, 1) == OwesMore(now, Decimal(40))
    assert isinstance(await accounts.set_limit(nova.id, Decimal(40), ADMIN, 1), Changed)
    assert (await account(store, nova)).available == 0
    assert [entry.detail for entry in await trail(store)] == ["40.00 USD, was 100.00 USD"]


async def test_a_rule_is_set_changed_and_dropped(accounts: Accounts, store: Store) -> None:
    nova = await add_reseller(store)
    first = await accounts.set_rule(nova.id, MarkupScope.CATEGORY, "Steam", Decimal(5), ADMIN, 1)
    second = await accounts.set_rule(nova.id, MarkupScope.CATEGORY, "Steam", Decimal(6), ADMIN, 2)
    third = await accounts.drop_rule(nova.id, MarkupScope.CATEGORY, "Steam", ADMIN, 3)
    assert isinstance(first, RuleChanged)
    assert isinstance(second, RuleChanged)
    assert isinstance(third, RuleChanged)
    assert [first.before, second.before, third.before] == [None, 5, 6]
    assert third.rule is None
    assert await store.read(lambda tables: tables.resellers.rules(nova.id)) == []
    assert [entry.detail for entry in await trail(store)] == [
        "category Steam: 5 %, was none",
        "category Steam: 6 %, was 5 %",
        "category Steam: none, was 6 %",
    ]


async def test_suspending_says_since_when_and_resuming_forgets_it(accounts: Accounts, store: Store) -> None:
    nova = await add_reseller(store)
    suspended = await accounts.suspend(nova.id, ADMIN, 1)
    assert suspended == Changed(replace(nova, suspended_at=NOW), nova)
    assert isinstance(await accounts.resume(nova.id, ADMIN, 2), Changed)
    assert await account(store, nova) == nova


async def test_owners_hear_that_their_account_is_suspended_and_that_it_goes_on(
    accounts: Accounts, store: Store
) -> None:
    nova = await add_reseller(store)
    await accounts.suspend(nova.id, ADMIN, 1)
    await accounts.suspend(nova.id, ADMIN, 2)
    assert await told(store) == [(NoticeKind.ACCESS_CHANGED, OWNER.user_id)]
    await accounts.resume(nova.id, ADMIN, 3)
    assert (NoticeKind.ACCESS_CHANGED, OWNER.user_id) in await told(store)


IMPOSSIBLE: list[Callable[[Accounts], Awaitable[Any]]] = [
    lambda accounts: accounts.set_markup(1, Decimal(-1), ADMIN, 1),
    lambda accounts: accounts.set_markup(1, Decimal("1000.01"), ADMIN, 1),
    lambda accounts: accounts.create("N", ADMIN, 1, markup=Decimal(-1)),
    lambda accounts: accounts.set_limit(1, Decimal(-1), ADMIN, 1),
    lambda accounts: accounts.set_limit(1, MAX_BALANCE, ADMIN, 1),
    lambda accounts: accounts.set_low_balance(1, Decimal(-1), ADMIN, 1),
    lambda accounts: accounts.set_bounds(1, Bounds(orders_per_minute=0), ADMIN, 1),
    lambda accounts: accounts.set_bounds(1, Bounds(largest_order=Decimal(0)), ADMIN, 1),
]


async def test_a_bound_set_by_one_admin_is_not_put_back_by_another_who_sets_another_bound(
    accounts: Accounts, store: Store
) -> None:
    nova = await add_reseller(store)
    await accounts.set_bounds(nova.id, Bounds(orders_per_minute=3), ADMIN, 7, only={"orders_per_minute"})
    await accounts.set_bounds(nova.id, Bounds(spend_per_day=Decimal(50)), ADMIN, 8, only={"spend_per_day"})
    assert Bounds.of(await account(store, nova)) == Bounds(3, Decimal(50), None)


@pytest.mark.parametrize("act", IMPOSSIBLE)
async def test_a_value_that_no_account_can_have_is_refused(
    accounts: Accounts, act: Callable[[Accounts], Awaitable[Any]]
) -> None:
    with pytest.raises(ValueError, match=r"no |nothing"):
        await act(accounts)
