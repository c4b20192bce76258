"""Drafts: one per person and chat, exactly as they were."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from storage.records.catalog import Item
from storage.records.orders import Draft, FieldValue, Place, Step
from storage.repositories.packing import pack_item, unpack_item
from storage.store import Store
from tests.factories import NOW, make_draft, make_service, make_topup, make_value


async def save(store: Store, *drafts: Draft) -> None:
    for draft in drafts:
        await store.write(lambda tables, draft=draft: tables.drafts.save(draft))


async def test_a_draft_comes_back_as_it_was_saved(store: Store) -> None:
    draft = make_draft(
        place=Place(-1001234567890, 2**40, 17),
        item=make_topup(),
        step=Step.FIELD,
        quantity=Decimal("2.50"),
        values=(make_value(value="<b>&_😀"), FieldValue("server", "Server", 32, "Asia & Pacific")),
        field_index=1,
        message_id=2**33,
    )
    await save(store, draft)
    assert await store.read(lambda tables: tables.drafts.get(-1001234567890, 2**40)) == draft
    assert await store.read(lambda tables: tables.drafts.by_id(draft.id)) == draft


async def test_saving_again_is_the_next_step_of_the_same_draft(store: Store) -> None:
    draft = make_draft()
    after = replace(draft, step=Step.CONFIRM, quantity=Decimal(2), update_id=501, updated_at=NOW + timedelta(1))
    await save(store, draft, after)
    assert await store.read(lambda tables: tables.drafts.by_id(draft.id)) == after


async def test_a_new_draft_takes_the_place_of_the_persons_old_one_in_that_chat(store: Store) -> None:
    old, new, elsewhere = make_draft(), make_draft(item=make_service()), make_draft(place=Place(-7, 1001))
    await save(store, old, elsewhere, new)
    assert await store.read(lambda tables: tables.drafts.by_id(old.id)) is None
    assert await store.read(lambda tables: tables.drafts.get(1001, 1001)) == new
    assert await store.read(lambda tables: tables.drafts.get(-7, 1001)) == elsewhere


async def test_a_deleted_draft_is_gone_and_the_others_stay(store: Store) -> None:
    mine, theirs = make_draft(place=Place(-7, 1)), make_draft(place=Place(-7, 2))
    await save(store, mine, theirs)
    await store.write(lambda tables: tables.drafts.delete(-7, 1))
    assert await store.read(lambda tables: tables.drafts.steps()) == [(-7, 2, Step.QUANTITY)]


async def test_drafts_nobody_touched_for_long_are_forgotten(store: Store) -> None:
    await save(store, make_draft(updated_at=NOW - timedelta(days=8)), make_draft(place=Place(-7, 1)))
    assert await store.write(lambda tables: tables.drafts.purge(NOW)) == 1
    assert await store.read(lambda tables: tables.drafts.steps()) == [(-7, 1, Step.QUANTITY)]


prices = st.decimals(0, 10**9, places=4)
names = st.text(max_size=60)


@given(price=prices, quantity=prices, name=names)
def test_an_item_as_ordered_keeps_its_words_and_its_exact_numbers(price: Decimal, quantity: Decimal, name: str) -> None:
    item: Item = make_topup(price=price, max_quantity=quantity, name=name)
    back = unpack_item(pack_item(item))
    assert back == item
    assert str(back.price) == str(price)
