"""What operators do to accounts: once per update, audited, told, and never past a limit."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from itertools import count
from typing import Any

import pytest

from bot.ordering.notices import DeskChat, OperatorDesk
from bot.resellers.accounts import Accounts
from bot.resellers.deeds import MAX_BALANCE, Bounds
from bot.resellers.naming import WrongName
from bot.resellers.outcomes import (
    AlreadyDone,
    Changed,
    Created,
    NameTaken,
    NoSuchReseller,
    OwesMore,
    Posted,
    RuleChanged,
    TooMuch,
    Unchanged,
    WouldPassLimit,
)
from bot.resellers.telling import MoneyNews
from storage.records.queues import NoticeKind
from storage.records.resellers import AuditEntry, EntryKind, MarkupScope, MemberRole, NewEntry, Reseller
from storage.store import Store
from tests.factories import NOW
from tests.ordering.shop import Clock
from tests.resellers.people import OWNER, account, add_reseller

ADMIN = 9
DESK = 9001
NOBODY = 404

Act = Callable[[Accounts, int, int], Awaitable[Any]]
"""Something that changes an account: of which reseller, and by which update."""


@pytest.fixture
def accounts(store: Store) -> Accounts:
    """Accounts as production builds them."""
    news = MoneyNews(OperatorDesk([DeskChat(DESK)]), "USD", Decimal(20))
    return Accounts(store, Clock(), "USD", news)


async def trail(store: Store) -> list[AuditEntry]:
    """Everything that was audited, oldest first."""
    return (await store.read(lambda tables: tables.audit.last(100)))[::-1]


async def told(store: Store) -> list[tuple[NoticeKind | None, int]]:
    """Every notice owed, with its chat, and no longer after this."""
    told: list[tuple[NoticeKind | None, int]] = []
    while found := await store.write(lambda tables: tables.outbox.claim(NOW, timedelta(minutes=1), 100)):
        for one in found:
            await store.write(lambda tables, one=one: tables.outbox.sent(one.id, 1, NOW))
        told += [(one.notice, one.chat_id) for one in found]
    return told


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
