"""Every query of every repository reads through an index: a million past orders must cost nothing."""

import sqlite3
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from storage.records.orders import OrderFilter, OrderState, Place
from storage.records.queues import KnownBalance
from storage.store import Store
from storage.tables import Tables
from tests.factories import NOW, keys, make_chat, make_delivery, make_draft, make_order, make_update

LARGE = ("orders", "order_codes", "outbox", "events", "updates", "journal")
LEASE = timedelta(seconds=30)

INDEXES = {
    OrderFilter.ALL: None,
    OrderFilter.OPEN: "ix_orders_open",
    OrderFilter.ATTENTION: "ix_orders_flagged",
    OrderFilter.FAILED: "ix_orders_failed",
}

Work = Callable[[Tables], Awaitable[Any]]
ORDER = make_order(place=Place(-5, 7), supplier_order_id="v-1")


async def orders(tables: Tables) -> None:
    added = await tables.orders.add(ORDER)
    await tables.orders.save(replace(added, tries=1))
    await tables.orders.set_message(added.id, 7)
    await tables.orders.by_id(added.id)
    await tables.orders.by_reference(added.reference)
    await tables.orders.by_draft(added.draft_id)
    await tables.orders.by_supplier_order("voodoo", "v-1")
    await tables.orders.claim_due(NOW, LEASE, 10)
    await tables.orders.add_codes(added.id, keys("a", "b"))
    await tables.orders.codes(added.id)
    await tables.orders.counts()
    await tables.orders.make_due(OrderState.PLACING, NOW)
    await tables.orders.hurry(added.id, NOW)
    await tables.orders.hasten("voodoo", NOW)


async def lists(tables: Tables, shown: OrderFilter) -> None:
    for chat_id, user_id, before in product((None, -5), (None, 7), (None, 100)):
        await tables.orders.lines(shown, chat_id=chat_id, user_id=user_id, before=before, limit=10)


async def events(tables: Tables) -> None:
    await tables.events.add("voodoo", b"body", NOW)
    await tables.events.claim(NOW, LEASE, 10)
    await tables.events.postpone(1, NOW, "later")
    await tables.events.done(1, "settled", NOW)
    await tables.events.waiting()
    await tables.events.last_received("voodoo")
    await tables.events.oldest_waiting()
    await tables.events.purge(NOW, 10)


async def outbox(tables: Tables) -> None:
    await tables.outbox.add(make_delivery(), NOW)
    await tables.outbox.claim(NOW, LEASE, 10)
    await tables.outbox.claim(NOW, LEASE, 10, [1, 2])
    await tables.outbox.retry(1, NOW, "later")
    await tables.outbox.sent(1, 1, NOW)
    await tables.outbox.fail(1, "gone", NOW)
    await tables.outbox.park_chat(1, "blocked")
    await tables.outbox.unpark_chat(1)
    await tables.outbox.hear_at(1, NOW)
    await tables.outbox.cut_short(NOW, "flood wait")
    await tables.outbox.waiting()
    await tables.outbox.parked()
    await tables.outbox.keeps_for(1)
    await tables.outbox.oldest_waiting()
    await tables.outbox.purge(NOW, 10)


async def updates(tables: Tables) -> None:
    await tables.updates.add_many([make_update(), make_update()], NOW)
    await tables.updates.done(1, NOW)
    await tables.updates.pending(10)
    await tables.updates.waiting()
    await tables.updates.oldest_waiting()
    await tables.updates.purge(NOW, 10)


async def chats_and_drafts(tables: Tables) -> None:
    await tables.chats.seen(make_chat())
    await tables.chats.set_language(1, "ru")
    await tables.chats.migrate(-5, -1005)
    await tables.chats.choices(1)
    await tables.chats.choices_of([1, -5])
    await tables.chats.choices_in(1)
    await tables.drafts.save(make_draft())
    await tables.drafts.get(1, 1)
    await tables.drafts.by_id("x")
    await tables.drafts.delete(1, 1)
    await tables.drafts.purge(NOW)


async def ledgers(tables: Tables) -> None:
    await tables.journal.forget(await tables.journal.add("order", "voodoo", b"", NOW))
    await tables.journal.left(10)
    await tables.journal.left_of("order")
    await tables.journal.get(1)
    await tables.audit.add(1, "a", "b", "c", 1, NOW)
    await tables.balances.put(KnownBalance("voodoo", "main", ORDER.expected, "USD", NOW))
    await tables.ledger.last(1, 10)
    await tables.ledger.between(1, NOW, NOW + LEASE, 10)
    await tables.ledger.opening(1, NOW)
    await tables.ledger.orderers(["order"])
    await tables.ledger.currency()


async def figures(tables: Tables) -> None:
    await tables.figures.by_reseller(NOW, NOW + LEASE)
    await tables.figures.by_item(NOW, NOW + LEASE, "USD", 8)
    await tables.figures.by_day(NOW, NOW + LEASE, LEASE)
    await tables.figures.first_order()
    await tables.figures.orders(NOW, NOW + LEASE, 100)
    await tables.figures.ledger(NOW, NOW + LEASE, 100)


async def spending(tables: Tables) -> None:
    await tables.spending.nth_newest(7, 20)
    await tables.spending.since(1, NOW)
    await tables.audit.done("credit", 1)


async def times(tables: Tables) -> None:
    await tables.times.set_right(NOW, NOW + LEASE)


async def lists_of_payers(tables: Tables, shown: OrderFilter) -> None:
    """The lists that a group of the operator's, a reseller's group, its owner and its buyer ask for."""
    payers: list[dict[str, Any]] = [
        {"chat_id": -5, "user_id": None, "at_cost": True},
        {"chat_id": -5, "user_id": None, "reseller_id": 1},
        {"chat_id": None, "user_id": None, "reseller_id": 1},
        {"chat_id": None, "user_id": 7, "reseller_id": 1},
    ]
    for payer, before in product(payers, (None, 100)):
        await tables.orders.lines(shown, before=before, limit=10, **payer)


async def statements(store: Store, work: Work) -> list[tuple[str, Any]]:
    seen: list[tuple[str, Any]] = []

    def watch(*arguments: Any) -> None:
        seen.append((arguments[2], one_row(arguments[3])))

    async def watched(tables: Tables) -> None:
        connection = tables.orders._db.sync_connection  # pyright: ignore[reportPrivateUsage] - to watch its statements
        event.listen(connection, "before_cursor_execute", watch)
        await work(tables)
        event.remove(connection, "before_cursor_execute", watch)

    await store.write(watched)
    return seen


def one_row(parameters: Any) -> Any:
    """What a statement is bound to; executemany hands over a list of rows, everything else one row."""
    return parameters[0] if isinstance(next(iter(parameters), None), tuple) else parameters


def plan(path: Path, statement: str, parameters: Any) -> list[str]:
    connection = sqlite3.connect(path)
    try:
        return [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {statement}", tuple(parameters))]
    finally:
        connection.close()


def full_scans(details: list[str]) -> list[str]:
    """Steps that read a whole large table, or that sort what an index could have brought in order."""
    aliases = (*LARGE, "earlier")
    return [
        detail
        for detail in details
        if any(
            detail == f"SCAN {name}" or detail.startswith(f"SCAN {name} USING COVERING INDEX uq_") for name in aliases
        )
    ]


@pytest.mark.parametrize(
    "work",
    [orders, events, outbox, updates, chats_and_drafts, ledgers, figures, spending, times],
    ids=lambda w: w.__name__,
)
async def test_no_query_reads_a_whole_table(store: Store, tmp_path: Path, work: Work) -> None:
    seen = await statements(store, work)
    assert len(seen) >= 3
    for statement, parameters in seen:
        details = plan(tmp_path / "orderline.db", statement, parameters)
        assert full_scans(details) == [], statement


@pytest.mark.parametrize("shown", OrderFilter)
async def test_lists_are_read_through_the_index_of_their_filter_in_order(
    store: Store, tmp_path: Path, shown: OrderFilter
) -> None:
    index = INDEXES[shown]
    for statement, parameters in await statements(store, lambda tables: lists(tables, shown)):
        details = plan(tmp_path / "orderline.db", statement, parameters)
        of_one_person = "orders.user_id = ?" in statement
        if index is None:
            # Walking the primary key backwards and stopping at the limit reads in order, not everything.
            assert full_scans(details) == (["SCAN orders"] if "WHERE" not in statement else []), statement
        elif of_one_person:
            assert full_scans(details) == [], statement
        else:
            assert all(index in step for step in details if "orders" in step), statement
        # Open orders are few, and everybody's are grouped by state for the counts.
        if shown is not OrderFilter.OPEN:
            assert "USE TEMP B-TREE FOR ORDER BY" not in details, statement


@pytest.mark.parametrize("shown", OrderFilter)
async def test_what_payers_see_is_read_through_an_index_in_order(
    store: Store, tmp_path: Path, shown: OrderFilter
) -> None:
    for statement, parameters in await statements(store, lambda tables: lists_of_payers(tables, shown)):
        details = plan(tmp_path / "orderline.db", statement, parameters)
        assert all("SEARCH orders USING INDEX" in step for step in details if "orders" in step), (statement, details)
        if shown is not OrderFilter.OPEN:
            assert "USE TEMP B-TREE FOR ORDER BY" not in details, statement


async def test_a_day_is_summed_and_a_minute_counted_through_their_indexes(store: Store, tmp_path: Path) -> None:
    (often, oftens), (day, days), _ = await statements(store, spending)
    assert "ix_orders_user_id_number" in plan(tmp_path / "orderline.db", often, oftens)[0]
    assert "ix_orders_reseller_id_created_at" in plan(tmp_path / "orderline.db", day, days)[0]


async def test_figures_are_read_through_the_index_of_their_time_alone(store: Store, tmp_path: Path) -> None:
    for statement, parameters in await statements(store, figures):
        for step in plan(tmp_path / "orderline.db", statement, parameters):
            if " orders" in step:
                assert "ix_orders_created_at" in step, statement
            if " ledger" in step:
                assert "ix_ledger_at" in step, statement
