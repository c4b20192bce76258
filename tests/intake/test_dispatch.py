"""A stored update reaches python-telegram-bot's handlers, its chat known before."""

from telegram import Update
from telegram.ext import Application, ContextTypes, ExtBot, MessageHandler, filters

from bot.intake.chats import ChatKeeper
from bot.intake.dispatch import Dispatcher
from bot.intake.intake import Intake
from bot.intake.updates import read_update
from storage.errors import DiskFull
from storage.records.queues import Priority
from storage.store import Store
from tests.delivery.local import ADA
from tests.intake.reception import at_work, none_left


def message(update_id: int) -> dict[str, object]:
    person = {"id": ADA, "is_bot": False, "first_name": "Ada", "language_code": "en"}
    chat = {"id": ADA, "type": "private", "first_name": "Ada"}
    return {
        "update_id": update_id,
        "message": {"message_id": 1, "date": 1_700_000_000, "chat": chat, "from": person, "text": "hi"},
    }


async def test_a_handler_sees_the_update_and_its_chat_is_stored_by_then(store: Store, bot: ExtBot[Priority]):
    seen: list[tuple[int, bool]] = []

    async def handle(update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
        chat = await store.read(lambda tables: tables.chats.get(ADA))
        seen.append((update.update_id, chat is not None))

    application = Application.builder().bot(bot).updater(None).build()
    application.add_handler(MessageHandler(filters.TEXT, handle))
    async with application:
        intake = Intake(store, Dispatcher(application, ChatKeeper(store)).handle)
        async with at_work(intake):
            await intake.accept([message(1), message(2)])
            await none_left(intake)
    assert seen == [(1, True), (2, True)]


async def test_whoever_cannot_be_noted_is_told_by_the_error_handler(store: Store, bot: ExtBot[Priority]):
    met: list[tuple[object, Exception | None]] = []
    full = DiskFull("there is no room left on the disk of the database")

    class FullDisk(ChatKeeper):
        async def note(self, update: Update) -> None:
            raise full

    async def meet(update: object, context: ContextTypes.DEFAULT_TYPE) -> None:
        met.append((update, context.error))

    application = Application.builder().bot(bot).updater(None).build()
    application.add_error_handler(meet)
    async with application:
        await Dispatcher(application, FullDisk(store)).handle(read_update(message(1)))
    ((update, error),) = met
    assert isinstance(update, Update)
    assert error is full


async def test_a_stored_update_is_what_telegram_sent(bot: ExtBot[Priority]):
    update = Update.de_json(message(5), bot)
    assert read_update(update.to_dict()).update_id == 5
