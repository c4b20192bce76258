"""What updates tell about chats, with updates as a local Telegram makes them."""

from telegram import Update
from telegram.ext import ExtBot

from bot.intake.chats import ChatKeeper, Seen, news_of
from bot.intake.updates import ALLOWED_UPDATES
from storage.records.orders import OrderState, Place
from storage.records.queues import Chat, ChatKind, Priority
from storage.store import Store
from storage.tables import Tables
from tests.delivery.local import ADA, LocalTelegram
from tests.factories import NOW, make_delivery, make_order


class Reader:
    """Feeds whatever waits at Telegram to a chat keeper."""

    def __init__(self, store: Store, bot: ExtBot[Priority]) -> None:
        self.store = store
        self.bot = bot
        self.keeper = ChatKeeper(store)
        self.offset = 0

    async def read(self) -> list[Update]:
        updates = await self.bot.get_updates(offset=self.offset, allowed_updates=ALLOWED_UPDATES, timeout=0)
        for update in updates:
            await self.keeper.note(update)
            self.offset = update.update_id + 1
        return list(updates)

    async def chat(self, chat_id: int) -> Chat | None:
        return await self.store.read(lambda tables: tables.chats.get(chat_id))


async def owe(store: Store, chat_id: int) -> None:
    async def work(tables: Tables) -> None:
        await tables.outbox.add(make_delivery(chat_id=chat_id), NOW)

    await store.write(work)


async def test_a_person_who_speaks_is_remembered_with_their_language(store: Store, bot: ExtBot[Priority]):
    reader = Reader(store, bot)
    await reader.read()
    chat = await reader.chat(ADA)
    assert chat is not None
    assert (chat.kind, chat.language_hint, chat.unreachable) == (ChatKind.PRIVATE, "en", None)


async def test_a_group_has_no_language_of_a_person(store: Store, telegram: LocalTelegram, bot: ExtBot[Priority]):
    reader = Reader(store, bot)
    group = (await telegram.post("/chats", kind="group", title="Traders"))["id"]
    await telegram.write(ADA, "/start", group)
    await reader.read()
    assert await reader.chat(group) == Chat(group, ChatKind.GROUP, "Traders")


async def test_a_block_is_noticed_and_the_next_word_sends_what_was_kept(
    store: Store, telegram: LocalTelegram, bot: ExtBot[Priority]
):
    reader = Reader(store, bot)
    await reader.read()
    await owe(store, ADA)
    await telegram.fault("block", user_id=ADA)
    await reader.read()
    chat = await reader.chat(ADA)
    assert chat is not None
    assert chat.unreachable == "the bot was blocked"
    assert await store.read(lambda tables: tables.outbox.parked()) == 0, "delivery parks, and tells the operators"
    await store.write(lambda tables: tables.outbox.park_chat(ADA, "bot was blocked by the user"))
    await telegram.start(ADA)
    await reader.read()
    assert await store.read(lambda tables: tables.outbox.parked()) == 0
    assert await store.read(lambda tables: tables.outbox.waiting()) == 1


async def test_what_was_kept_for_somebody_who_never_started_goes_out_when_they_do(
    store: Store, telegram: LocalTelegram, bot: ExtBot[Priority]
):
    await owe(store, ADA)
    await store.write(lambda tables: tables.outbox.park_chat(ADA, "chat not found"))
    await Reader(store, bot).read()
    assert await store.read(lambda tables: tables.outbox.waiting()) == 1


async def test_a_removal_from_a_group_is_noticed(store: Store, telegram: LocalTelegram, bot: ExtBot[Priority]):
    reader = Reader(store, bot)
    group = (await telegram.post("/chats", kind="group", title="Traders"))["id"]
    await telegram.fault("kick", chat_id=group)
    await reader.read()
    chat = await reader.chat(group)
    assert chat is not None
    assert chat.unreachable is not None


async def test_a_group_that_moved_takes_its_orders_along(store: Store, telegram: LocalTelegram, bot: ExtBot[Priority]):
    reader = Reader(store, bot)
    group = (await telegram.post("/chats", kind="group", title="Traders"))["id"]
    await telegram.write(ADA, "/start", group)
    await reader.read()
    order = make_order(place=Place(group, ADA), state=OrderState.ACCEPTED, next_check_at=None)
    await store.write(lambda tables: tables.orders.add(order))
    new_id = (await telegram.fault("migrate", chat_id=group))["chat_id"]
    await reader.read()
    moved = await store.read(lambda tables: tables.orders.by_id(order.id))
    assert moved is not None
    assert moved.place.chat_id == new_id
    assert await reader.chat(group) is None
    chat = await reader.chat(new_id)
    assert chat is not None
    assert chat.kind is ChatKind.SUPERGROUP


async def test_the_same_news_twice_changes_nothing(store: Store, telegram: LocalTelegram, bot: ExtBot[Priority]):
    reader = Reader(store, bot)
    group = (await telegram.post("/chats", kind="group", title="Traders"))["id"]
    await telegram.write(ADA, "/start", group)
    new_id = (await telegram.fault("migrate", chat_id=group))["chat_id"]
    updates = await reader.read()
    for update in updates:
        await reader.keeper.note(update)
    assert await reader.chat(new_id) is not None


def test_a_membership_that_telegram_invents_later_is_no_failure():
    person = {"id": ADA, "is_bot": False, "first_name": "Ada"}
    change = {
        "chat": {"id": ADA, "type": "private", "first_name": "Ada"},
        "from": person,
        "date": 1_700_000_000,
        "old_chat_member": {"status": "member", "user": person},
        "new_chat_member": {"status": "levitating", "user": person},
    }
    assert isinstance(news_of(Update.de_json({"update_id": 1, "my_chat_member": change}, None)), Seen)
