"""Figures and tables of a period."""

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from storage.records.figures import Tally
from storage.records.orders import Order, OrderState
from storage.records.resellers import EntryKind, NewEntry
from storage.store import Store
from storage.tables import Tables
from tests.factories import NOW, make_item, make_order

DAY = timedelta(days=1)
TOMORROW = NOW + DAY


async def reseller(store: Store, name: str) -> int:
    made = await store.write(lambda tables: tables.resellers.add(name, name.casefold(), Decimal(10), NOW))
    assert made is not None
    return made.id


async def keep(store: Store, *orders: Order) -> None:
    async def unit(tables: Tables) -> None:
        for order in orders:
            await tables.orders.save(replace(await tables.orders.add(order), state=order.state))

    await store.write(unit)


def ended(**changes: Any) -> Order:
    """An order that was delivered in full, for 19.00 at cost."""
    usual = {"state": OrderState.COMPLETED, "charged": Decimal("19.00"), "next_check_at": None, "settled_at": NOW}
    return make_order(**(usual | changes))


def sold(reseller_id: int, price: str = "22.00", **changes: Any) -> Order:
    """The same on a reseller's account."""
    return ended(**({"reseller_id": reseller_id, "price": Decimal(price), "captured": Decimal(price)} | changes))


async def of_resellers(store: Store, begin: datetime = NOW, end: datetime = TOMORROW) -> dict[str | None, Tally]:
    found = await store.read(lambda tables: tables.figures.by_reseller(begin, end))
    return {one.name: one.tally for one in found}


async def test_what_resellers_paid_is_turnover_and_what_the_supplier_kept_is_cost(store: Store) -> None:
    nova = await reseller(store, "Nova")
    part = sold(nova, captured=Decimal("11.00"), state=OrderState.PARTIAL, refunded=Decimal("9.50"))
    await keep(store, sold(nova), part)
    assert await of_resellers(store) == {
        "Nova": Tally(2, 0, 1, 1, 0, Decimal("33.0000"), Decimal("28.5000"), Decimal(0)),
    }


async def test_the_operators_own_orders_cost_and_bring_nothing_in(store: Store) -> None:
    await keep(store, ended())
    assert await of_resellers(store) == {None: Tally(1, 1, 1, 0, 0, Decimal(0), Decimal(0), Decimal("19.00"))}


async def test_money_of_orders_under_way_is_not_counted(store: Store) -> None:
    nova = await reseller(store, "Nova")
    open_order = sold(nova, captured=None, state=OrderState.ACCEPTED, settled_at=None)
    await keep(store, open_order)
    tally = (await of_resellers(store))["Nova"]
    assert (tally.orders, tally.under_way, tally.turnover, tally.spent) == (1, 1, 0, 0)


async def test_failed_and_refused_orders_cost_what_was_not_given_back(store: Store) -> None:
    nova = await reseller(store, "Nova")
    given_back = sold(nova, captured=None, state=OrderState.FAILED, refunded=Decimal("19.00"))
    kept = sold(nova, captured=None, state=OrderState.FAILED)
    refused = sold(nova, captured=None, charged=None, state=OrderState.REJECTED)
    await keep(store, given_back, kept, refused)
    tally = (await of_resellers(store))["Nova"]
    assert (tally.failed, tally.cost) == (3, Decimal("19.0000"))


async def test_a_delivery_whose_charge_was_never_told_costs_what_was_expected(store: Store) -> None:
    await keep(store, ended(charged=None, expected=Decimal("12.34")))
    assert (await of_resellers(store))[None].own_cost == Decimal("12.3400")


async def test_a_failure_whose_charge_was_never_told_costs_nothing_whatever_was_given_back(store: Store) -> None:
    nova = await reseller(store, "Nova")
    await keep(
        store,
        sold(nova, captured=None, charged=None, state=OrderState.FAILED, refunded=Decimal("19.00")),
        ended(charged=None, state=OrderState.FAILED, refunded=Decimal("19.00")),
    )
    found = await of_resellers(store)
    assert (found["Nova"].cost, found["Nova"].margin, found[None].own_cost) == (0, 0, 0)


async def test_a_period_takes_its_begin_and_leaves_its_end(store: Store) -> None:
    moments = [NOW - timedelta(microseconds=1), NOW, TOMORROW - timedelta(microseconds=1), TOMORROW]
    await keep(store, *(ended(created_at=at) for at in moments))
    assert (await of_resellers(store))[None].orders == 2


async def test_currencies_are_counted_apart(store: Store) -> None:
    await keep(store, ended(), ended(currency="EUR", charged=Decimal(5)))
    found = await store.read(lambda tables: tables.figures.by_reseller(NOW, TOMORROW))
    assert {one.currency: one.tally.own_cost for one in found} == {"USD": Decimal(19), "EUR": Decimal(5)}


async def test_items_are_ranked_by_turnover_then_cost_and_those_in_other_currencies_come_last(store: Store) -> None:
    nova = await reseller(store, "Nova")
    named = {name: make_item(name=name) for name in ("dear", "cheap", "own", "abroad")}
    await keep(
        store,
        ended(item=named["abroad"], currency="EUR", charged=Decimal(900)),
        ended(item=named["own"], charged=Decimal(500)),
        sold(nova, "3.00", item=named["cheap"]),
        sold(nova, "50.00", item=named["dear"]),
    )
    found = await store.read(lambda tables: tables.figures.by_item(NOW, TOMORROW, "USD", 3))
    assert [one.name for one in found] == ["dear", "cheap", "own"]
    every = await store.read(lambda tables: tables.figures.by_item(NOW, TOMORROW, "USD", 9))
    assert [one.name for one in every][3:] == ["abroad"]


async def test_days_are_counted_from_the_begin_in_steps_of_their_length(store: Store) -> None:
    long_day = timedelta(hours=25)
    moments = [NOW, NOW + timedelta(hours=24, minutes=59), NOW + long_day]
    await keep(store, *(ended(created_at=at) for at in moments))
    found = await store.read(lambda tables: tables.figures.by_day(NOW, NOW + 3 * long_day, long_day))
    assert {one.day: one.tally.orders for one in found} == {0: 2, 1: 1}


async def test_a_thousand_orders_of_every_kind_are_counted_as_one_by_one(store: Store) -> None:
    chance = Random(11)  # noqa: S311 predictable on purpose
    accounts = [None, *[await reseller(store, name) for name in ("Nova", "Luna", "Игры")]]
    orders = [any_order(chance, chance.choice(accounts)) for _ in range(1000)]
    await keep(store, *orders)
    found = await store.read(lambda tables: tables.figures.by_reseller(NOW, TOMORROW))
    assert {(one.reseller_id, one.currency): one.tally for one in found} == one_by_one(orders)


def any_order(chance: Random, payer: int | None) -> Order:
    def amount() -> Decimal:
        return Decimal(chance.randint(0, 10_000_000)) / 10_000

    state = chance.choice(list(OrderState))
    return ended(
        state=state,
        reseller_id=payer,
        price=None if payer is None else amount(),
        captured=amount() if payer is not None and state.terminal else None,
        charged=chance.choice([None, amount()]),
        expected=amount(),
        refunded=chance.choice([Decimal(0), amount()]),
        currency="USD" if payer is not None else chance.choice(["USD", "EUR", "JPY"]),
        created_at=NOW + timedelta(seconds=chance.randint(0, 86_399)),
    )


def one_by_one(orders: list[Order]) -> dict[tuple[int | None, str], Tally]:
    """What the figures must be, in plain words."""
    found: dict[tuple[int | None, str], Tally] = {}
    for order in orders:
        kept, state, own = Decimal(0), order.state, order.reseller_id is None
        if state in {OrderState.COMPLETED, OrderState.PARTIAL}:
            kept = (order.expected if order.charged is None else order.charged) - order.refunded
        elif state is OrderState.FAILED:
            kept = Decimal(0) if order.charged is None else order.charged - order.refunded
        tally = Tally(
            orders=1,
            own=int(own),
            completed=int(state is OrderState.COMPLETED),
            partial=int(state is OrderState.PARTIAL),
            failed=int(state in {OrderState.FAILED, OrderState.REJECTED}),
            turnover=order.captured or Decimal(0),
            cost=Decimal(0) if own else kept,
            own_cost=kept if own else Decimal(0),
        )
        place = (order.reseller_id, order.currency)
        found[place] = found.get(place, Tally()) + tally
    return found


async def test_the_table_of_orders_goes_on_where_a_page_ended(store: Store) -> None:
    nova = await reseller(store, "Nova")
    same_moment = [sold(nova), ended(), sold(nova)]
    await keep(store, ended(created_at=NOW + timedelta(hours=1)), *same_moment)
    first = await store.read(lambda tables: tables.figures.orders(NOW, TOMORROW, 2))
    last = first[-1]
    rest = await store.read(lambda tables: tables.figures.orders(last.created_at, TOMORROW, 9, last.number))
    numbers = [row.number for row in (*first, *rest)]
    assert numbers == [2, 3, 4, 1]
    assert [row.reseller for row in first] == ["Nova", None]


async def test_the_table_of_the_ledger_goes_on_where_a_page_ended(store: Store) -> None:
    nova = await reseller(store, "Nova")

    async def post(tables: Tables) -> None:
        for note in ("a", "b", "c"):
            await tables.ledger.post(NewEntry(nova, EntryKind.CREDIT, Decimal(5), NOW, note, 1001))

    await store.write(post)
    first = await store.read(lambda tables: tables.figures.ledger(NOW, TOMORROW, 2))
    last = first[-1]
    rest = await store.read(lambda tables: tables.figures.ledger(last.at, TOMORROW, 9, last.id))
    assert [(row.reseller, row.note, row.balance) for row in (*first, *rest)] == [
        ("Nova", "a", Decimal(5)),
        ("Nova", "b", Decimal(10)),
        ("Nova", "c", Decimal(15)),
    ]


async def test_the_first_order_of_all_is_known(store: Store) -> None:
    assert await store.read(lambda tables: tables.figures.first_order()) is None
    await keep(store, ended(created_at=TOMORROW), ended())
    assert await store.read(lambda tables: tables.figures.first_order()) == NOW
