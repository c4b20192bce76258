"""The queue out: one debt once, a chat's messages in order, nothing sent twice at a time."""

import asyncio
from collections.abc import Collection
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from hypothesis import given, settings
from hypothesis import strategies as st

from storage.crypto import Vault
from storage.records.queues import Delivery, DeliveryKind, NewDelivery, NoticeKind, Priority
from storage.signals import Topic
from storage.store import Store
from storage.tables import Tables
from tests.factories import NOW, make_delivery, make_order
from tests.storage.listening import heard

LEASE = timedelta(seconds=60)


async def owe(store: Store, *deliveries: NewDelivery) -> list[int | None]:
    async def work(tables: Tables) -> list[int | None]:
        return [await tables.outbox.add(delivery, NOW) for delivery in deliveries]

    return await store.write(work)


async def claim(store: Store, at: datetime = NOW, limit: int = 10, busy: Collection[int] = ()) -> list[Delivery]:
    return await store.write(lambda tables: tables.outbox.claim(at, LEASE, limit, busy))


async def claimed(store: Store, at: datetime = NOW, limit: int = 10, busy: Collection[int] = ()) -> list[int]:
    return [delivery.id for delivery in await claim(store, at, limit, busy)]


async def test_a_claimed_delivery_says_everything_that_was_owed(store: Store) -> None:
    order = await store.write(lambda tables: tables.orders.add(make_order()))
    new = NewDelivery(
        key="notice:1",
        kind=DeliveryKind.NOTICE,
        chat_id=-1001234567890123,
        thread_id=5,
        order_id=order.id,
        notice=NoticeKind.LOW_BALANCE,
        data={"account": "main", "amount": "3.20"},
        priority=Priority.NOTICE,
    )
    [delivery_id] = await owe(store, new)
    [found] = await claim(store)
    assert found == Delivery(
        id=delivery_id or 0,
        kind=new.kind,
        chat_id=new.chat_id,
        thread_id=5,
        order_id=order.id,
        notice=NoticeKind.LOW_BALANCE,
        data={"account": "main", "amount": "3.20"},
        priority=Priority.NOTICE,
        tries=1,
        created_at=NOW,
    )


async def test_the_same_debt_is_written_once(store: Store) -> None:
    assert await owe(store, make_delivery(key="k"), make_delivery(key="k")) == [1, None]
    assert await store.read(lambda tables: tables.outbox.waiting()) == 1


async def test_a_debt_that_was_paid_is_not_incurred_again(store: Store) -> None:
    await owe(store, make_delivery(key="k"))
    await store.write(lambda tables: tables.outbox.sent(1, 77, NOW))
    assert await owe(store, make_delivery(key="k")) == [None]


async def test_only_a_new_debt_wakes_the_relay(store: Store) -> None:
    await owe(store, make_delivery(key="k"))
    assert await heard(store.signals) == {Topic.OUTBOX}
    await owe(store, make_delivery(key="k"))
    assert await heard(store.signals) == set()


async def test_higher_priority_goes_first_then_age(store: Store) -> None:
    await owe(
        store,
        make_delivery(chat_id=1, priority=Priority.NOTICE),
        make_delivery(chat_id=2, priority=Priority.RESULT),
        make_delivery(chat_id=3, priority=Priority.REPLY),
        make_delivery(chat_id=4, priority=Priority.RESULT),
    )
    assert await claimed(store, limit=3) == [3, 2, 4]
    assert await claimed(store) == [1]


async def test_only_the_oldest_of_a_chat_is_given_out_at_a_time(store: Store) -> None:
    await owe(store, make_delivery(chat_id=1), make_delivery(chat_id=1, priority=Priority.REPLY))
    assert await claimed(store) == [1]
    assert await claimed(store) == []
    await store.write(lambda tables: tables.outbox.sent(1, 77, NOW))
    assert await claimed(store) == [2]


async def test_a_message_to_be_tried_later_holds_back_the_rest_of_its_chat_only(store: Store) -> None:
    await owe(store, make_delivery(chat_id=1), make_delivery(chat_id=1), make_delivery(chat_id=2))
    await claim(store, limit=1)
    await store.write(lambda tables: tables.outbox.retry(1, NOW + timedelta(seconds=9), "flood"))
    assert await claimed(store) == [3]
    later = await claim(store, NOW + timedelta(seconds=9))
    assert [(delivery.id, delivery.tries) for delivery in later] == [(1, 2)]


async def test_a_message_that_failed_for_good_lets_the_next_one_pass(store: Store) -> None:
    await owe(store, make_delivery(chat_id=1), make_delivery(chat_id=1))
    await store.write(lambda tables: tables.outbox.fail(1, "chat gone", NOW))
    assert await claimed(store) == [2]


async def test_a_lease_that_ran_out_gives_the_message_out_again(store: Store) -> None:
    await owe(store, make_delivery())
    await claim(store)
    assert await claimed(store, NOW + LEASE - timedelta(microseconds=1)) == []
    assert await claimed(store, NOW + LEASE) == [1]


async def test_busy_chats_are_passed_over(store: Store) -> None:
    await owe(store, make_delivery(chat_id=1), make_delivery(chat_id=2), make_delivery(chat_id=3))
    assert await claimed(store, busy=[1, 3]) == [2]
    assert await claimed(store) == [1, 3]


async def test_a_parked_chat_keeps_its_messages_until_it_is_back(database_url: str, vault: Vault) -> None:
    store = await Store.open(database_url, vault, clock=lambda: NOW)
    await owe(store, make_delivery(chat_id=1), make_delivery(chat_id=1), make_delivery(chat_id=2))
    await claim(store, limit=1)
    await store.write(lambda tables: tables.outbox.park_chat(1, "blocked"))
    assert await claimed(store) == [3]
    assert await store.read(lambda tables: tables.outbox.parked()) == 2
    assert await store.read(lambda tables: tables.outbox.keeps_for(1))
    assert not await store.read(lambda tables: tables.outbox.keeps_for(2))
    await heard(store.signals)

    assert await store.write(lambda tables: tables.outbox.unpark_chat(1)) == 2
    assert await heard(store.signals) == {Topic.OUTBOX}
    assert await store.read(lambda tables: tables.outbox.parked()) == 0
    assert await claimed(store) == [1]
    await store.close()


async def test_unparking_a_chat_that_owes_nothing_wakes_nobody(store: Store) -> None:
    assert await store.write(lambda tables: tables.outbox.unpark_chat(1)) == 0
    assert await heard(store.signals) == set()


async def test_only_messages_that_ended_long_ago_are_forgotten_up_to_the_limit(store: Store) -> None:
    async def work(tables: Tables) -> list[int]:
        for _ in range(4):
            await tables.outbox.add(make_delivery(), NOW)
        await tables.outbox.sent(1, 77, NOW - LEASE)
        await tables.outbox.fail(2, "gone", NOW - LEASE)
        await tables.outbox.sent(3, 78, NOW)
        return [await tables.outbox.purge(NOW, 1) for _ in range(3)]

    assert await store.write(work) == [1, 1, 0]
    assert await store.read(lambda tables: tables.outbox.waiting()) == 1


async def test_the_oldest_message_still_owed_has_a_time(store: Store) -> None:
    assert await store.read(lambda tables: tables.outbox.oldest_waiting()) is None
    await owe(store, make_delivery())
    assert await store.read(lambda tables: tables.outbox.oldest_waiting()) == NOW


chats_and_priorities = st.lists(st.tuples(st.integers(1, 4), st.sampled_from(Priority)), max_size=20)


@settings(max_examples=30, deadline=None)
@given(debts=chats_and_priorities, limits=st.lists(st.integers(1, 4), min_size=1, max_size=5))
def test_every_chat_receives_its_messages_in_the_order_they_were_owed(
    tmp_path_factory: pytest.TempPathFactory, debts: list[tuple[int, Priority]], limits: list[int]
) -> None:
    asyncio.run(deliver_all(tmp_path_factory.mktemp("outbox") / "orderline.db", debts, limits))


async def deliver_all(path: Path, debts: list[tuple[int, Priority]], limits: list[int]) -> None:
    store = await Store.open(f"sqlite:///{path}", Vault([Fernet.generate_key().decode()]))
    await owe(store, *(make_delivery(chat_id=chat, priority=priority) for chat, priority in debts))
    received: dict[int, list[int]] = {}
    turn = 0
    while batch := await claim(store, limit=limits[turn % len(limits)]):
        turn += 1
        assert len({delivery.chat_id for delivery in batch}) == len(batch)
        for delivery in batch:
            received.setdefault(delivery.chat_id, []).append(delivery.id)
            await store.write(lambda tables, one=delivery: tables.outbox.sent(one.id, 1, NOW))
    await store.close()
    assert sum(map(len, received.values())) == len(debts)
    assert all(ids == sorted(ids) for ids in received.values())


MORNING = NOW + timedelta(hours=9)


async def test_what_is_to_be_heard_later_is_not_sent_before_its_time(store: Store) -> None:
    await owe(store, make_delivery(key="quiet", due_at=MORNING))
    assert await claimed(store, MORNING - timedelta(microseconds=1)) == []
    assert await claimed(store, MORNING) == [1]


async def test_what_is_to_be_heard_later_holds_nothing_else_of_its_chat_back(store: Store) -> None:
    await owe(store, make_delivery(key="quiet", chat_id=7, due_at=MORNING), make_delivery(key="result", chat_id=7))
    assert await claimed(store) == [2]


async def test_what_is_to_be_heard_later_wakes_nobody_and_does_not_wait_yet(store: Store) -> None:
    await owe(store, make_delivery(key="quiet", due_at=MORNING))
    assert await heard(store.signals) == set()
    assert await store.read(lambda tables: tables.outbox.waiting()) == 0
    assert await store.read(lambda tables: tables.outbox.oldest_waiting()) is None


async def test_what_was_held_waits_since_its_time_came(store: Store) -> None:
    await owe(store, make_delivery(key="quiet", chat_id=7, due_at=MORNING))
    await store.write(lambda tables: tables.outbox.claim(MORNING, LEASE, 1, [7]))
    assert await store.read(lambda tables: tables.outbox.oldest_waiting()) == MORNING


async def test_a_time_that_is_past_is_now(store: Store) -> None:
    await owe(store, make_delivery(key="late", due_at=NOW - timedelta(hours=1)))
    assert await claimed(store) == [1]


async def test_a_chat_that_wants_to_hear_now_hears_what_was_held_for_it_alone(store: Store) -> None:
    quiet = [make_delivery(key=f"quiet:{chat}", chat_id=chat, due_at=MORNING) for chat in (7, 8)]
    await owe(store, *quiet)
    assert await store.write(lambda tables: tables.outbox.hear_at(7, NOW)) == 1
    assert [delivery.chat_id for delivery in await claim(store)] == [7]
    assert [delivery.chat_id for delivery in await claim(store, MORNING, busy=[7])] == [8]


async def test_what_is_held_for_a_group_moves_with_it(store: Store) -> None:
    await owe(store, make_delivery(key="quiet", chat_id=-5, due_at=MORNING))
    await store.write(lambda tables: tables.chats.migrate(-5, -1005))
    assert [delivery.chat_id for delivery in await claim(store, MORNING)] == [-1005]


async def test_pauses_before_the_next_try_are_cut_short_but_for_those_that_were_asked_for(store: Store) -> None:
    kept, asked, held = await owe(
        store, make_delivery(chat_id=1), make_delivery(chat_id=2), make_delivery(chat_id=3, due_at=NOW + LEASE)
    )
    assert kept is not None
    assert asked is not None
    await store.write(lambda tables: tables.outbox.retry(kept, NOW + LEASE, "NetworkError"))
    await store.write(lambda tables: tables.outbox.retry(asked, NOW + LEASE, "flood wait"))
    assert await store.write(lambda tables: tables.outbox.cut_short(NOW, "flood wait")) == 1
    assert await claimed(store) == [kept]
    assert held is not None


async def test_what_is_in_hand_is_left_to_whoever_has_it(store: Store) -> None:
    await owe(store, make_delivery())
    await claim(store)
    assert await store.write(lambda tables: tables.outbox.cut_short(NOW, "flood wait")) == 0
