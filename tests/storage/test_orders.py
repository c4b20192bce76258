"""Orders: numbering, codes and lists."""

import asyncio
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from hypothesis import given, settings
from hypothesis import strategies as st

from storage.crypto import Vault
from storage.errors import OrderExists, UnknownOrder
from storage.records.orders import (
    Attention,
    Code,
    FieldValue,
    Order,
    OrderCounts,
    OrderFilter,
    OrderState,
    Place,
    RejectReason,
)
from storage.store import Store
from storage.tables import Tables
from tests.factories import NOW, PLACE, keys, make_delivery, make_order, make_topup, make_value
from tests.storage.orders import LEASE, add, claim

OTHER_CHAT = Place(-100200, 7, 3)


async def numbers(
    store: Store,
    shown: OrderFilter,
    *,
    chat_id: int | None = None,
    user_id: int | None = None,
    before: int | None = None,
    limit: int = 10,
) -> list[int]:
    lines = await store.read(
        lambda tables: tables.orders.lines(shown, chat_id=chat_id, user_id=user_id, before=before, limit=limit)
    )
    return [line.number for line in lines]


async def test_an_order_comes_back_as_it_was_added_with_its_number(store: Store) -> None:
    order = make_order(
        place=OTHER_CHAT,
        item=make_topup(),
        quantity=Decimal("0.125"),
        values=(make_value(value="77 <&> ü"), FieldValue("server", "Server", 31, "Europe")),
        expected=Decimal("0.1563"),
        message_id=9,
    )
    [added] = await add(store, order)
    assert added == replace(order, number=1)
    assert await store.read(lambda tables: tables.orders.by_id(order.id)) == added


async def test_every_column_that_may_change_is_saved(store: Store) -> None:
    [order] = await add(store, make_order())
    changed = replace(
        order,
        state=OrderState.PARTIAL,
        message_id=77,
        attention=Attention.COST_DIFFERS,
        attention_detail="20 instead of 19",
        supplier_order_id="v-1",
        charged=Decimal("19.5"),
        refunded=Decimal("9.75"),
        delivered=1,
        reject_reason=RejectReason.REFUSED,
        error="OUT_OF_STOCK",
        error_message="No stock",
        in_doubt=True,
        tries=3,
        checks=4,
        accepted_at=NOW,
        settled_at=NOW + LEASE,
        next_check_at=None,
    )
    await store.write(lambda tables: tables.orders.save(changed))
    assert await store.read(lambda tables: tables.orders.by_id(order.id)) == changed


async def test_saving_a_stale_record_does_not_move_the_order_back_to_the_old_chat(store: Store) -> None:
    [order] = await add(store, make_order(place=Place(-5, 7)))
    await store.write(lambda tables: tables.chats.migrate(-5, -1005))
    await store.write(lambda tables: tables.orders.save(replace(order, tries=1)))
    found = await store.read(lambda tables: tables.orders.by_id(order.id))
    assert found is not None
    assert (found.place.chat_id, found.tries) == (-1005, 1)


async def test_the_living_message_can_be_set_without_touching_a_lease_or_anything_else(store: Store) -> None:
    [order] = await add(store, make_order())
    await claim(store)
    await store.write(lambda tables: tables.orders.set_message(order.id, 2**33))
    assert await store.read(lambda tables: tables.orders.by_id(order.id)) == replace(order, message_id=2**33)
    assert await claim(store) == []


async def test_saving_an_order_that_is_not_there_is_an_error(store: Store) -> None:
    with pytest.raises(UnknownOrder, match="nowhere"):
        await store.write(lambda tables: tables.orders.save(make_order(id="nowhere")))


@pytest.mark.parametrize("taken", ["id", "reference", "draft_id"])
async def test_an_id_reference_or_draft_makes_one_order_only(store: Store, taken: str) -> None:
    [first] = await add(store, make_order())
    with pytest.raises(OrderExists):
        await add(store, make_order(**{taken: getattr(first, taken)}))
    assert await numbers(store, OrderFilter.ALL) == [1]


async def test_orders_are_found_by_each_of_their_names(store: Store) -> None:
    [order] = await add(store, make_order(supplier_order_id="v-9"))

    async def look(tables: Tables) -> list[Order | None]:
        return [
            await tables.orders.by_id(order.id),
            await tables.orders.by_reference(order.reference),
            await tables.orders.by_draft(order.draft_id),
            await tables.orders.by_supplier_order("voodoo", "v-9"),
        ]

    assert await store.read(look) == [order] * 4


async def test_names_that_no_order_has_find_nothing(store: Store) -> None:
    await add(store, make_order(supplier_order_id="v-9"))

    async def look(tables: Tables) -> list[Order | None]:
        return [
            await tables.orders.by_id("x"),
            await tables.orders.by_reference("x"),
            await tables.orders.by_draft("x"),
            await tables.orders.by_supplier_order("octopus", "v-9"),
        ]

    assert await store.read(look) == [None] * 4


async def test_codes_come_back_in_the_order_they_came(store: Store) -> None:
    [order] = await add(store, make_order())
    await store.write(lambda tables: tables.orders.add_codes(order.id, keys("SECRETCODE-1", "SECRETCODE-2")))
    await store.write(lambda tables: tables.orders.add_codes(order.id, keys("SECRETCODE-3")))
    await store.write(lambda tables: tables.orders.add_codes(order.id, []))
    kept = await store.read(lambda tables: tables.orders.codes(order.id))
    assert kept == keys("SECRETCODE-1", "SECRETCODE-2", "SECRETCODE-3")


PARTS = st.text(max_size=40)


CODES = st.builds(
    Code, value=PARTS, pin=PARTS, link=PARTS, expires_at=st.none() | st.just(NOW), serial=PARTS
) | PARTS.map(Code)


@settings(max_examples=30, deadline=None)
@given(batches=st.lists(st.lists(CODES, max_size=5), max_size=5))
def test_codes_are_appended_and_never_overwritten(
    tmp_path_factory: pytest.TempPathFactory, batches: list[list[Code]]
) -> None:
    asyncio.run(append(tmp_path_factory.mktemp("codes") / "orderline.db", batches))


async def append(path: Path, batches: list[list[Code]]) -> None:
    store = await Store.open(f"sqlite:///{path}", Vault([Fernet.generate_key().decode()]))
    [order, other] = await add(store, make_order(), make_order())
    await store.write(lambda tables: tables.orders.add_codes(other.id, keys("theirs")))
    expected: list[Code] = []
    for batch in batches:
        await store.write(lambda tables, batch=batch: tables.orders.add_codes(order.id, batch))
        expected += batch
        assert list(await store.read(lambda tables: tables.orders.codes(order.id))) == expected
    assert await store.read(lambda tables: tables.orders.codes(other.id)) == keys("theirs")
    await store.close()


async def test_lists_are_newest_first_and_paged_by_number(store: Store) -> None:
    await add(store, *(make_order() for _ in range(5)))
    assert await numbers(store, OrderFilter.ALL, limit=2) == [5, 4]
    assert await numbers(store, OrderFilter.ALL, before=4, limit=2) == [3, 2]
    assert await numbers(store, OrderFilter.ALL, before=1) == []


async def test_lists_show_one_chat_or_one_person(store: Store) -> None:
    await add(store, make_order(), make_order(place=OTHER_CHAT), make_order(place=Place(OTHER_CHAT.chat_id, 8)))
    assert await numbers(store, OrderFilter.ALL, chat_id=PLACE.chat_id) == [1]
    assert await numbers(store, OrderFilter.ALL, chat_id=OTHER_CHAT.chat_id) == [3, 2]
    assert await numbers(store, OrderFilter.ALL, chat_id=OTHER_CHAT.chat_id, user_id=7) == [2]
    assert await numbers(store, OrderFilter.ALL, user_id=8) == [3]


async def test_filters_show_open_flagged_and_failed_orders(store: Store) -> None:
    await add(
        store,
        *(make_order(state=state) for state in OrderState),
        make_order(state=OrderState.COMPLETED, attention=Attention.CODES_MISSING),
    )
    states = list(OrderState)
    opened = [n for n, state in enumerate(states, 1) if not state.terminal]
    failed = [n for n, state in enumerate(states, 1) if state.terminal and state is not OrderState.COMPLETED]
    assert await numbers(store, OrderFilter.ALL) == [8, 7, 6, 5, 4, 3, 2, 1]
    assert await numbers(store, OrderFilter.OPEN) == opened[::-1]
    assert await numbers(store, OrderFilter.FAILED) == failed[::-1]
    assert await numbers(store, OrderFilter.ATTENTION) == [8]
    assert await numbers(store, OrderFilter.FAILED, chat_id=OTHER_CHAT.chat_id) == []


async def test_a_line_says_what_the_order_is(store: Store) -> None:
    [order] = await add(store, make_order(quantity=Decimal("1.50"), attention=Attention.NOT_FOUND))
    [line] = await store.read(
        lambda tables: tables.orders.lines(OrderFilter.ALL, chat_id=None, user_id=None, before=None, limit=1)
    )
    assert (line.reference, line.item_name, line.quantity) == (order.reference, order.item.name, Decimal("1.50"))
    assert (line.expected, line.currency, line.state) == (order.expected, "USD", OrderState.PLACING)
    assert (line.attention, line.created_at) == (Attention.NOT_FOUND, NOW)


async def test_counts_say_how_many_are_open_by_state_and_how_many_are_flagged(store: Store) -> None:
    await add(
        store,
        make_order(),
        make_order(),
        make_order(state=OrderState.ACCEPTED, attention=Attention.NOT_FOUND),
        make_order(state=OrderState.FAILED, attention=Attention.LATE_CHANGE),
    )
    counts = await store.read(lambda tables: tables.orders.counts())
    assert counts == OrderCounts({OrderState.PLACING: 2, OrderState.ACCEPTED: 1}, attention=2)


async def test_a_delivery_of_an_order_that_is_not_there_is_refused(store: Store) -> None:
    with pytest.raises(Exception, match="FOREIGN KEY"):
        await store.write(lambda tables: tables.outbox.add(make_delivery(order_id="nowhere"), NOW))
