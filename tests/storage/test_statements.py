"""What a statement is made of: the balance at its beginning, its lines, and who made their orders."""

from datetime import timedelta
from decimal import Decimal
from itertools import count

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from storage.records.orders import Place
from storage.records.resellers import Entry, EntryKind, NewEntry
from storage.store import Store, Tables
from tests.factories import NOW, make_order

DAY = timedelta(days=1)
NOTHING = Decimal(0)
SERIAL = count(1)


async def reseller(store: Store, name: str) -> int:
    """A new account."""
    made = await store.write(lambda tables: tables.resellers.add(name, name, NOTHING, NOW))
    assert made is not None
    return made.id


async def post(store: Store, whose: int, amount: str, days: int) -> None:
    """A credit some days from now."""
    entry = NewEntry(whose, EntryKind.CREDIT, Decimal(amount), NOW + days * DAY)
    await store.write(lambda tables: tables.ledger.post(entry))


async def test_a_period_opens_with_the_sum_of_what_was_before_it(store: Store) -> None:
    nova, vega = await reseller(store, "nova"), await reseller(store, "vega")
    for amount, days in (("10", -2), ("5", -1), ("7", 0), ("100", 1)):
        await post(store, nova, amount, days)
    await post(store, vega, "1000", -1)
    assert await store.read(lambda tables: tables.ledger.opening(nova, NOW)) == Decimal(15)
    assert await store.read(lambda tables: tables.ledger.opening(nova, NOW - 9 * DAY)) == NOTHING
    assert await store.read(lambda tables: tables.ledger.opening(nova, NOW + 9 * DAY)) == Decimal(122)


async def test_lines_that_came_out_of_turn_still_make_the_balance(store: Store) -> None:
    """A line's time is taken before its turn to be written, so a later line may bear an earlier one."""
    nova = await reseller(store, "nova")
    await post(store, nova, "7", 0)
    await post(store, nova, "5", -1)
    assert await store.read(lambda tables: tables.ledger.opening(nova, NOW)) == Decimal(5)
    [line] = await store.read(lambda tables: tables.ledger.between(nova, NOW, NOW + DAY, 100))
    assert line.amount == Decimal(7)


async def test_a_periods_orders_name_who_made_them(store: Store) -> None:
    nova = await reseller(store, "nova")

    async def unit(tables: Tables) -> None:
        for order_id, person, days in (("old", 1, -1), ("mine", 2, 0), ("theirs", 3, 0)):
            order = make_order(id=order_id, place=Place(person, person), reseller_id=nova)
            await tables.orders.add(order)
            entry = NewEntry(nova, EntryKind.CHARGE, Decimal(-1), NOW + days * DAY, order_id=order_id)
            await tables.ledger.post(entry)

    await store.write(unit)
    found = await store.read(lambda tables: tables.ledger.orderers(["mine", "theirs", "nobody's"]))
    assert found == {"mine": 2, "theirs": 3}
    assert await store.read(lambda tables: tables.ledger.orderers([])) == {}


async def test_pages_of_a_period_meet_without_a_gap_or_a_repetition(store: Store) -> None:
    nova, vega = await reseller(store, "nova"), await reseller(store, "vega")
    for amount, days in (("1", 0), ("2", 0), ("3", 0), ("4", 1), ("5", 2)):
        await post(store, nova, amount, days)
        await post(store, vega, amount, days)
    found: list[Entry] = []
    begin, after = NOW, 0
    while page := await store.read(
        lambda tables, begin=begin, after=after: tables.ledger.between(nova, begin, NOW + 2 * DAY, 2, after)
    ):
        assert len(page) <= 2
        found += page
        begin, after = page[-1].at, page[-1].id
    assert [int(line.amount) for line in found] == [1, 2, 3, 4]


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.decimals(-1000, 1000, places=2), st.integers(-5, 5)), max_size=8), st.integers(-6, 6))
async def test_opening_and_lines_make_the_balance_wherever_a_period_begins(
    store: Store, entries: list[tuple[Decimal, int]], day: int
) -> None:
    nova = await reseller(store, f"nova {next(SERIAL)}")
    for amount, days in entries:
        await post(store, nova, str(amount), days)
    begin = NOW + day * DAY
    opening = await store.read(lambda tables: tables.ledger.opening(nova, begin))
    rest = await store.read(lambda tables: tables.ledger.between(nova, begin, NOW + 9 * DAY, 100))
    assert opening + sum((line.amount for line in rest), NOTHING) == sum((amount for amount, _ in entries), NOTHING)
