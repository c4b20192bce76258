"""What a reseller's owners and the operator hear of its money, and when."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.ordering.notices import DeskChat, OperatorDesk
from bot.resellers.choices import quiet
from bot.resellers.telling import MoneyNews, notice_to, owe
from storage.records.queues import Delivery, NoticeKind
from storage.records.resellers import Choices, EntryKind, MemberRole, NewEntry, Reseller
from storage.store import Store
from storage.tables import Tables
from tests.factories import NOW
from tests.resellers.people import BUYER, OWNER, add_reseller

DESK, ADMIN, PARTNER = -9000, 9001, 2009
PEOPLE = {OWNER.user_id: MemberRole.OWNER, PARTNER: MemberRole.OWNER, BUYER.user_id: MemberRole.BUYER}
LATER = NOW + timedelta(days=2)


def news(limit: str = "10") -> MoneyNews:
    return MoneyNews(OperatorDesk([DeskChat(DESK, 5), DeskChat(ADMIN)]), "USD", Decimal(limit))


async def owed(store: Store, at: datetime = NOW) -> list[Delivery]:
    return await store.write(lambda tables: tables.outbox.claim(at, timedelta(minutes=1), 100))


def to(deliveries: Sequence[Delivery]) -> set[int]:
    return {one.chat_id for one in deliveries}


async def post(store: Store, account: Reseller, kind: EntryKind, amount: str, note: str = "") -> None:
    async def work(tables: Tables) -> None:
        entry = await tables.ledger.post(
            NewEntry(account.id, kind, Decimal(amount), NOW, note, actor_id=ADMIN, update_id=5)
        )
        assert entry is not None
        await news().posted(tables, account, entry)

    await store.write(work)


@pytest.mark.parametrize(
    ("kind", "amount", "notice", "balance"),
    [
        (EntryKind.CREDIT, "50", NoticeKind.RESELLER_CREDITED, "150.0000"),
        (EntryKind.DEBIT, "-30", NoticeKind.RESELLER_DEBITED, "70.0000"),
    ],
)
async def test_a_credit_or_debit_is_told_to_every_owner_and_to_the_desk_that_did_not_make_it(
    store: Store, kind: EntryKind, amount: str, notice: NoticeKind, balance: str
) -> None:
    nova = await add_reseller(store, people=PEOPLE)
    await post(store, nova, kind, amount, "bank <transfer>")
    found = await owed(store)
    assert {one.notice for one in found} == {notice}
    assert to(found) == {OWNER.user_id, PARTNER, DESK}
    for one in found:
        assert Decimal(one.data["amount"]) == abs(Decimal(amount))
        assert (one.data["note"], one.data["balance"]) == ("bank <transfer>", balance)
        assert one.data.get("reseller") == ("Nova Games" if one.chat_id == DESK else None)
        assert one.thread_id == (5 if one.chat_id == DESK else None)


async def spend(store: Store, before: Reseller, after: Reseller, cause: str = "1", limit: str = "10") -> list[Delivery]:
    await store.write(lambda tables: news(limit).spent(tables, before, after, cause, NOW))
    return await owed(store)


async def test_a_fall_below_the_limit_is_told_once_per_fall(store: Store) -> None:
    nova = await add_reseller(store)
    before, low, lower = (replace(nova, balance=Decimal(left)) for left in (10, 9, 1))
    assert to(await spend(store, before, low)) == {OWNER.user_id, DESK, ADMIN}
    assert await spend(store, before, low) == []
    assert await spend(store, low, lower, "2") == []
    assert await spend(store, lower, before, "3") == []


async def test_each_fall_is_told_anew(store: Store) -> None:
    nova = await add_reseller(store)
    before, low = (replace(nova, balance=Decimal(left)) for left in (10, 9))
    await spend(store, before, low)
    await store.write(lambda tables: news().spent(tables, before, low, "2", NOW))
    # What was claimed a while ago, and never marked as sent, is claimed again beside what is new.
    assert len(await owed(store, LATER)) == 3


amounts = st.integers(-500, 500).map(Decimal)
limits = st.none() | st.integers(0, 300).map(Decimal)


@given(amounts, amounts, st.integers(0, 200).map(Decimal), limits, st.integers(0, 300).map(Decimal))
async def test_only_a_fall_through_the_limit_in_force_is_told(
    before: Decimal, after: Decimal, credit: Decimal, own: Decimal | None, shops: Decimal
) -> None:
    told: list[NoticeKind] = []

    class Desk:
        async def tell(self, _tables: object, notice: NoticeKind, *_rest: object, **_more: object) -> None:
            told.append(notice)

    class Nobody:
        class members:  # noqa: N801 named as the store names it
            @staticmethod
            async def owners(_reseller_id: int) -> list[object]:
                return []

    account = Reseller(1, "Nova", NOW, credit_limit=credit, low_balance=own)
    was, now = replace(account, balance=before), replace(account, balance=after)
    await MoneyNews(Desk(), "USD", shops).spent(Nobody(), was, now, "1", NOW)  # pyright: ignore[reportArgumentType]
    limit = shops if own is None else own
    fell = limit > 0 and was.available >= limit > now.available
    assert told == [NoticeKind.RESELLER_LOW] * fell


async def test_notices_wait_for_the_end_of_each_chats_own_night(store: Store) -> None:
    night = datetime(2026, 3, 14, 23, tzinfo=UTC)
    sleeper = quiet(Choices(), 22 * 60, 7 * 60)

    async def work(tables: Tables) -> None:
        await tables.chats.choose(1, sleeper)
        await tables.chats.choose(2, replace(sleeper, time_zone="America/New_York"))
        await owe(tables, [notice_to(chat, NoticeKind.RESELLER_LOW, "x", {}) for chat in (1, 2, 3)], night)

    await store.write(work)
    assert to(await owed(store, night)) == {2, 3}
    assert to(await owed(store, night + timedelta(hours=8))) >= {1}


async def test_owing_nothing_reads_nothing(store: Store) -> None:
    await store.write(lambda tables: owe(tables, [], NOW))
    assert await owed(store) == []
