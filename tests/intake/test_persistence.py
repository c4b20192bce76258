"""Conversations are read from the drafts."""

from bot.intake.persistence import DraftPersistence
from storage.records.orders import Place, Step
from storage.store import Store
from storage.tables import Tables
from tests.factories import make_draft


async def test_the_order_conversation_resumes_where_each_draft_waits(store: Store):
    async def work(tables: Tables) -> None:
        await tables.drafts.save(make_draft(place=Place(10, 1), step=Step.QUANTITY))
        await tables.drafts.save(make_draft(place=Place(-20, 2), step=Step.CONFIRM))

    await store.write(work)
    found = await DraftPersistence(store).get_conversations("order")
    assert found == {(10, 1): Step.QUANTITY, (-20, 2): Step.CONFIRM}


async def test_any_other_conversation_has_no_past(store: Store):
    assert await DraftPersistence(store).get_conversations("another") == {}


async def test_nothing_is_written(store: Store):
    persistence = DraftPersistence(store)
    await persistence.update_conversation("order", (1, 1), Step.CONFIRM)
    await persistence.flush()
    assert await persistence.get_conversations("order") == {}


async def test_no_other_data_is_kept(store: Store):
    persistence = DraftPersistence(store)
    kept = persistence.store_data
    assert not any((kept.bot_data, kept.chat_data, kept.user_data, kept.callback_data))
    assert (await persistence.get_bot_data(), await persistence.get_chat_data()) == ({}, {})
