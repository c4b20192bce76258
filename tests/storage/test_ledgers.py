"""The journal, the audit and the known balances."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from cryptography.fernet import Fernet

from storage.crypto import Unreadable, Vault
from storage.records.queues import JournalEntry, KnownBalance
from storage.store import Store
from storage.tables import Tables
from tests.factories import NOW


async def test_replies_stay_in_the_journal_until_they_are_forgotten(store: Store) -> None:
    async def work(tables: Tables) -> list[int]:
        return [await tables.journal.add("order-1", "voodoo", b"reply %d" % n, NOW) for n in (1, 2, 3)]

    ids = await store.write(work)
    await store.write(lambda tables: tables.journal.forget(ids[0]))
    assert await store.read(lambda tables: tables.journal.left(1)) == [ids[1]]
    assert await store.read(lambda tables: tables.journal.left(10)) == ids[1:]
    assert await store.read(lambda tables: tables.journal.left(10, ids[1])) == [ids[2]]
    kept = await store.read(lambda tables: tables.journal.get(ids[1]))
    assert kept == JournalEntry(ids[1], "order-1", "voodoo", b"reply 2", NOW)
    assert await store.read(lambda tables: tables.journal.get(ids[0])) is None


async def test_the_replies_of_one_order_are_found(store: Store) -> None:
    async def work(tables: Tables) -> list[int]:
        return [await tables.journal.add(order_id, "voodoo", b"reply", NOW) for order_id in ("a", "b", "a")]

    ids = await store.write(work)
    assert await store.read(lambda tables: tables.journal.left_of("a")) == [ids[0], ids[2]]


async def test_a_reply_sealed_with_a_lost_key_is_an_error_not_an_empty_reply(database_url: str) -> None:
    old = Fernet.generate_key().decode()
    first = await Store.open(database_url, Vault([old]))
    lost = await first.write(lambda tables: tables.journal.add("order-1", "voodoo", b"reply", NOW))
    await first.close()
    new = Fernet.generate_key().decode()
    second = await Store.open(database_url, Vault([new, old]))
    await second.write(lambda tables: tables.journal.add("order-1", "voodoo", b"reply", NOW))
    await second.close()
    third = await Store.open(database_url, Vault([new]))
    with pytest.raises(Unreadable):
        await third.read(lambda tables: tables.journal.get(lost))
    await third.close()


async def test_an_update_does_an_audited_thing_once(store: Store) -> None:
    async def act(tables: Tables, update_id: int | None, action: str = "resolve") -> bool:
        return await tables.audit.add(1, action, "7KQ2M9XF", "v-1", update_id, NOW)

    assert await store.write(lambda tables: act(tables, 500))
    assert not await store.write(lambda tables: act(tables, 500))
    assert await store.write(lambda tables: act(tables, 501))
    assert await store.write(lambda tables: act(tables, 500, "refresh"))


async def test_what_no_update_caused_is_recorded_every_time(store: Store) -> None:
    for _ in range(2):
        assert await store.write(lambda tables: tables.audit.add(0, "start", "bot", "", None, NOW))


async def test_the_latest_reading_of_an_account_is_the_known_one(store: Store) -> None:
    early = KnownBalance("voodoo", "main", Decimal("10.5"), "USD", NOW)
    late = replace(early, amount=Decimal(7), currency="EUR", read_at=NOW + timedelta(minutes=1))
    other = replace(early, account="bonus")
    for balance in (early, other, late):
        await store.write(lambda tables, balance=balance: tables.balances.put(balance))
    assert await store.read(lambda tables: tables.balances.all()) == [other, late]


async def test_a_balance_of_more_places_than_money_has_is_rounded_not_refused(store: Store) -> None:
    await store.write(
        lambda tables: tables.balances.put(KnownBalance("voodoo", "main", Decimal("1.23456"), "USD", NOW))
    )
    [known] = await store.read(lambda tables: tables.balances.all())
    assert known.amount == Decimal("1.2346")
