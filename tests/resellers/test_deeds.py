"""Whatever operators do to accounts takes effect once per update, is audited, and leaves all else as it was."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from decimal import Decimal
from itertools import count
from typing import Any

import pytest

from bot.resellers.accounts import Accounts
from bot.resellers.deeds import Bounds
from bot.resellers.outcomes import (
    AlreadyDone,
    Changed,
    Created,
    NoSuchReseller,
    Posted,
    RuleChanged,
    Unchanged,
)
from storage.records.resellers import EntryKind, MarkupScope, MemberRole, NewEntry
from storage.store import Store
from tests.factories import NOW
from tests.resellers.desk import ADMIN, NOBODY, told, trail
from tests.resellers.people import account, add_reseller

Act = Callable[[Accounts, int, int], Awaitable[Any]]
"""Something that changes an account: of which reseller, and by which update."""

ACTS: dict[str, Act] = {
    "credit": lambda accounts, reseller, update: accounts.credit(reseller, Decimal(5), "n", ADMIN, update),
    "debit": lambda accounts, reseller, update: accounts.debit(reseller, Decimal(5), "n", ADMIN, update),
    "rename": lambda accounts, reseller, update: accounts.rename(reseller, "Another", ADMIN, update),
    "markup": lambda accounts, reseller, update: accounts.set_markup(reseller, Decimal(3), ADMIN, update),
    "rule": lambda accounts, reseller, update: accounts.set_rule(
        reseller, MarkupScope.ITEM, "voodoo:1", Decimal(3), ADMIN, update
    ),
    "limit": lambda accounts, reseller, update: accounts.set_limit(reseller, Decimal(3), ADMIN, update),
    "bounds": lambda accounts, reseller, update: accounts.set_bounds(
        reseller, Bounds(3, Decimal(4), Decimal(5)), ADMIN, update
    ),
    "low": lambda accounts, reseller, update: accounts.set_low_balance(reseller, Decimal(3), ADMIN, update),
    "suspend": lambda accounts, reseller, update: accounts.suspend(reseller, ADMIN, update),
}
POSTINGS = {"credit", "debit"}


@pytest.mark.parametrize("name", ACTS)
async def test_the_same_update_changes_an_account_once(accounts: Accounts, store: Store, name: str) -> None:
    nova, act = await add_reseller(store), ACTS[name]
    assert isinstance(await act(accounts, nova.id, 7), Changed | Posted | RuleChanged)
    await told(store)
    now = await account(store, nova)
    assert await act(accounts, nova.id, 7) == AlreadyDone(now)
    assert await account(store, nova) == now
    assert len(await trail(store)) == 1
    assert await told(store) == []


@pytest.mark.parametrize("name", sorted(ACTS.keys() - POSTINGS))
async def test_setting_what_is_set_already_changes_nothing_and_is_not_audited(
    accounts: Accounts, store: Store, name: str
) -> None:
    nova, act = await add_reseller(store), ACTS[name]
    await act(accounts, nova.id, 7)
    now = await account(store, nova)
    assert await act(accounts, nova.id, 8) == Unchanged(now)
    assert len(await trail(store)) == 1


@pytest.mark.parametrize("name", ACTS)
async def test_an_account_that_is_not_there_is_not_changed(accounts: Accounts, store: Store, name: str) -> None:
    assert await ACTS[name](accounts, NOBODY, 1) == NoSuchReseller()
    assert await trail(store) == []


async def test_the_same_update_makes_one_account(accounts: Accounts, store: Store) -> None:
    made = await accounts.create("Nova", ADMIN, 7)
    assert isinstance(made, Created)
    assert await accounts.create("Nova", ADMIN, 7) == AlreadyDone(made.reseller)
    assert len(await trail(store)) == 1


async def test_a_line_that_an_update_brought_is_in_the_ledger_once_whoever_wrote_it(
    accounts: Accounts, store: Store
) -> None:
    nova = await add_reseller(store, money="0")
    line = NewEntry(nova.id, EntryKind.CREDIT, Decimal(5), NOW, update_id=7)
    await store.write(lambda tables: tables.ledger.post(line))
    now = await account(store, nova)
    assert await accounts.credit(nova.id, Decimal(5), "", ADMIN, 7) == AlreadyDone(now)
    assert await account(store, nova) == now


async def test_what_no_update_brought_may_be_repeated(accounts: Accounts, store: Store) -> None:
    nova = await add_reseller(store, money="0", people={7001: MemberRole.OWNER})
    for _ in range(2):
        assert isinstance(await accounts.credit(nova.id, Decimal(5), "", ADMIN, None), Posted)
    assert (await account(store, nova)).balance == 10


async def test_every_change_leaves_all_others_as_they_were(accounts: Accounts, store: Store) -> None:
    nova = await add_reseller(store)
    await store.write(lambda tables: tables.resellers.hold(nova.id, Decimal(7)))
    updates = count(1)
    for act in ACTS.values():
        await act(accounts, nova.id, next(updates))
    changed = await account(store, nova)
    assert changed == replace(
        nova,
        name="Another",
        markup=Decimal(3),
        credit_limit=Decimal(3),
        held=Decimal(7),
        suspended_at=NOW,
        orders_per_minute=3,
        spend_per_day=Decimal(4),
        largest_order=Decimal(5),
        low_balance=Decimal(3),
    )
