"""Chats: what is remembered of them, and the move of a group to its supergroup."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from sqlalchemy import event

from storage.records.orders import Place, Step
from storage.records.queues import Chat, ChatKind
from storage.records.resellers import Choices, FeedEvent, Member, MemberRole, ResellerGroup
from storage.store import Store
from storage.tables import Tables
from tests.factories import NOW, make_chat, make_delivery, make_draft, make_order

OLD, NEW = -5, -1001234567890


async def seen(store: Store, chat: Chat) -> None:
    await store.write(lambda tables: tables.chats.seen(chat))


async def get(store: Store, chat_id: int) -> Chat | None:
    return await store.read(lambda tables: tables.chats.get(chat_id))


async def test_a_chat_never_seen_is_unknown(store: Store) -> None:
    assert await get(store, 1) is None


async def test_a_seen_chat_is_remembered(store: Store) -> None:
    chat = make_chat(id=NEW, kind=ChatKind.SUPERGROUP, title="Shop <&>", language_hint=None)
    await seen(store, chat)
    assert await get(store, NEW) == chat


async def test_seeing_a_chat_again_updates_its_title_and_keeps_its_chosen_language(store: Store) -> None:
    await seen(store, make_chat(id=1))
    await store.write(lambda tables: tables.chats.set_language(1, "ru"))
    await seen(store, make_chat(id=1, title="Anna", language_hint="de"))
    assert await get(store, 1) == make_chat(id=1, title="Anna", language_hint="de", language="ru")


async def test_seeing_an_unchanged_chat_writes_nothing(store: Store) -> None:
    await seen(store, make_chat(id=1))

    async def watched(tables: Tables) -> list[str]:
        statements: list[str] = []
        connection = tables.chats._db.sync_connection  # pyright: ignore[reportPrivateUsage] - to watch its statements

        def watch(*arguments: object) -> None:
            statements.append(str(arguments[2]))

        event.listen(connection, "before_cursor_execute", watch)
        await tables.chats.seen(make_chat(id=1))
        event.remove(connection, "before_cursor_execute", watch)
        return statements

    statements = await store.write(watched)
    assert [statement.split()[0] for statement in statements] == ["SELECT"]


async def test_a_language_can_be_given_up_for_telegrams_hint(store: Store) -> None:
    await seen(store, make_chat(id=1, language="ru"))
    await store.write(lambda tables: tables.chats.set_language(1, None))
    assert await get(store, 1) == make_chat(id=1)


async def test_becoming_unreachable_and_reachable_is_news_once(store: Store) -> None:
    await seen(store, make_chat(id=1))

    async def work(tables: Tables) -> list[bool]:
        return [
            await tables.chats.mark_reachable(1),
            await tables.chats.mark_unreachable(1, "blocked"),
            await tables.chats.mark_unreachable(1, "kicked"),
            await tables.chats.mark_reachable(1),
            await tables.chats.mark_reachable(1),
        ]

    assert await store.write(work) == [False, True, False, True, False]


async def test_an_unreachable_chat_says_why(store: Store) -> None:
    await seen(store, make_chat(id=1))
    await store.write(lambda tables: tables.chats.mark_unreachable(1, "blocked"))
    assert await get(store, 1) == make_chat(id=1, unreachable="blocked")


async def test_everything_of_a_group_moves_to_its_supergroup_once(store: Store) -> None:
    place = Place(OLD, 7, None)
    draft, order = make_draft(place=place, message_id=3), make_order(place=place, message_id=4)

    async def before(tables: Tables) -> None:
        await tables.chats.seen(make_chat(id=OLD, kind=ChatKind.GROUP, language="ru"))
        await tables.drafts.save(draft)
        await tables.orders.add(order)
        await tables.outbox.add(make_delivery(chat_id=OLD), NOW)
        await tables.outbox.park_chat(OLD, "kicked")
        await tables.outbox.add(make_delivery(chat_id=OLD), NOW)

    await store.write(before)
    for _ in range(2):
        await store.write(lambda tables: tables.chats.migrate(OLD, NEW))

    assert await get(store, OLD) is None
    assert (await get(store, NEW)) == make_chat(id=NEW, kind=ChatKind.GROUP, language="ru")

    async def after(tables: Tables) -> None:
        assert await tables.drafts.get(OLD, 7) is None
        assert await tables.drafts.get(NEW, 7) == replace(draft, place=Place(NEW, 7, None), message_id=None)
        moved = await tables.orders.by_id(order.id)
        assert moved is not None
        assert (moved.place, moved.message_id) == (Place(NEW, 7, None), None)
        assert [one.chat_id for one in await tables.outbox.claim(NOW, timedelta(0), 9)] == [NEW]
        assert await tables.outbox.unpark_chat(NEW) == 1

    await store.write(after)


async def test_a_supergroup_that_was_seen_already_keeps_what_is_newer(store: Store) -> None:
    old, new = make_draft(place=Place(OLD, 7)), make_draft(place=Place(NEW, 7), step=Step.CONFIRM)
    only_old = make_draft(place=Place(OLD, 8))

    async def work(tables: Tables) -> None:
        await tables.chats.seen(make_chat(id=OLD, kind=ChatKind.GROUP))
        await tables.chats.seen(make_chat(id=NEW, kind=ChatKind.SUPERGROUP, title="New"))
        for draft in (old, new, only_old):
            await tables.drafts.save(draft)
        await tables.chats.migrate(OLD, NEW)

    await store.write(work)
    assert await get(store, OLD) is None
    assert await get(store, NEW) == make_chat(id=NEW, kind=ChatKind.SUPERGROUP, title="New")
    assert sorted(await store.read(lambda tables: tables.drafts.steps())) == [
        (NEW, 7, Step.CONFIRM),
        (NEW, 8, Step.QUANTITY),
    ]


QUIET = Choices(quiet_from=22 * 60, quiet_until=7 * 60, time_zone="Europe/Kyiv", feed=(FeedEvent.NEW,), thread_id=4)


async def test_a_chat_that_never_chose_has_the_defaults(store: Store) -> None:
    assert await store.read(lambda tables: tables.chats.choices(1)) == Choices()
    assert await store.read(lambda tables: tables.chats.choices_of([1, 2])) == {}


async def test_choices_are_kept_and_can_be_changed(store: Store) -> None:
    await store.write(lambda tables: tables.chats.choose(1, QUIET))
    await store.write(lambda tables: tables.chats.choose(2, Choices(team_failures=True)))
    await store.write(lambda tables: tables.chats.choose(2, Choices()))
    assert await store.read(lambda tables: tables.chats.choices(1)) == QUIET
    assert await store.read(lambda tables: tables.chats.choices_of([1, 2, 3])) == {1: QUIET, 2: Choices()}


async def test_choices_of_a_team_are_those_of_its_groups_and_its_owners(store: Store) -> None:
    async def work(tables: Tables) -> tuple[int, int]:
        mine, other = [await tables.resellers.add(name, name, Decimal(0), NOW) for name in ("nova", "vega")]
        assert mine is not None
        assert other is not None
        for user_id, reseller, role in (
            (11, mine, MemberRole.OWNER),
            (12, mine, MemberRole.BUYER),
            (13, mine, MemberRole.OWNER),
            (21, other, MemberRole.OWNER),
        ):
            await tables.members.put(Member(user_id, reseller.id, role, str(user_id), NOW))
        for chat_id, reseller in ((-31, mine), (-32, mine), (-41, other)):
            await tables.groups.put(ResellerGroup(chat_id, reseller.id, 1, NOW))
        for chat_id in (11, 12, 21, -31, -41, 99):
            await tables.chats.choose(chat_id, Choices(team_failures=True))
        return mine.id, other.id

    mine, other = await store.write(work)
    assert set(await store.read(lambda tables: tables.chats.choices_in(mine))) == {11, -31}
    assert set(await store.read(lambda tables: tables.chats.choices_in(other))) == {21, -41}


async def test_the_choices_of_a_group_move_with_it(store: Store) -> None:
    await store.write(lambda tables: tables.chats.choose(OLD, QUIET))
    await store.write(lambda tables: tables.chats.migrate(OLD, NEW))
    assert await store.read(lambda tables: tables.chats.choices_of([OLD, NEW])) == {NEW: QUIET}
