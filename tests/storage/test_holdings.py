"""What all resellers hold together."""

from decimal import Decimal

from storage.records.resellers import EntryKind, Holdings, NewEntry
from storage.store import Store, Tables
from tests.factories import NOW

NOTHING = Decimal(0)


async def test_money_held_and_owed_are_summed_apart(store: Store) -> None:
    async def open_accounts(tables: Tables) -> None:
        for name, balance in (("nova", "120.5"), ("orbit", "-30"), ("comet", "0"), ("pulsar", "9.5")):
            made = await tables.resellers.add(name, name, NOTHING, NOW)
            assert made is not None
            await tables.ledger.post(NewEntry(made.id, EntryKind.CREDIT, Decimal(balance), NOW))
        nova = await tables.resellers.by_name("nova")
        assert nova is not None
        assert await tables.resellers.hold(nova.id, Decimal("20.25"))

    await store.write(open_accounts)
    held = await store.read(lambda tables: tables.resellers.holdings())
    assert held == Holdings(4, Decimal(130), Decimal("20.25"), Decimal(30))


async def test_a_shop_without_resellers_holds_nothing(store: Store) -> None:
    held = await store.read(lambda tables: tables.resellers.holdings())
    assert held == Holdings(0, NOTHING, NOTHING, NOTHING)
