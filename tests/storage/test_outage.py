"""A disk that takes nothing: every unit is refused whole and by name, and the first one after it is stored."""

from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from storage.crypto import Vault
from storage.errors import DiskFull, NotWritable, Outage
from storage.store import Store
from storage.writer import COMPLAIN_EVERY, Trouble
from tests.drill.disk import Answer, MoodyDisk, Shim
from tests.factories import NOW, make_order
from tests.storage.ailing import ailing_store

AILMENTS = [
    (Answer.FULL, DiskFull, "there is no room left on its disk; make room"),
    (Answer.BROKEN, NotWritable, "its disk answers with errors; look at its health, quota and mount"),
]


@pytest.mark.parametrize(("mood", "kind", "sentence"), AILMENTS)
async def test_a_unit_on_an_ailing_disk_is_refused_by_name_and_leaves_nothing(
    database_url: str, vault: Vault, mood: Answer, kind: type[Outage], sentence: str
) -> None:
    async with ailing_store(database_url, vault) as (store, disk):
        kept, lost = make_order(), make_order()
        await store.write(lambda tables: tables.orders.add(kept))
        disk.mood = mood
        for _ in range(3):
            with pytest.raises(kind, match=sentence):
                await store.write(lambda tables: tables.orders.add(lost))
            assert not await store.healthy()
        assert await store.read(lambda tables: tables.orders.by_id(kept.id)) is not None
        disk.mood = Answer.WELL
        assert await store.healthy()
        assert await store.read(lambda tables: tables.orders.by_id(lost.id)) is None
        assert (await store.write(lambda tables: tables.orders.add(lost))).number == 2


async def test_the_operator_is_told_once_and_told_when_it_is_over(database_url: str, vault: Vault) -> None:
    async with ailing_store(database_url, vault) as (store, disk):
        disk.mood = Answer.FULL
        with capture_logs() as lines:
            for _ in range(5):
                assert not await store.healthy()
                # What finds nothing to write proves nothing.
                assert await store.write(lambda tables: tables.events.claim(NOW, timedelta(seconds=1), 1)) == []
            disk.mood = Answer.WELL
            assert await store.healthy()
    assert [(line["log_level"], line["units"]) for line in lines] == [("error", 1), ("warning", 5)]
    assert "no room left" in lines[0]["reason"]
    assert lines[1]["event"] == "what is written can be stored again"


def test_trouble_that_lasts_is_told_again_now_and_then_and_other_trouble_at_once() -> None:
    seconds = [0.0]
    trouble = Trouble(lambda: seconds[0])
    with capture_logs() as lines:
        for now, reason in ((0, "full"), (1, "full"), (COMPLAIN_EVERY + 1, "full"), (COMPLAIN_EVERY + 2, "broken")):
            seconds[0] = now
            trouble.met(Outage(reason), 1)
    assert [(line["reason"], line["units"]) for line in lines] == [("full", 1), ("full", 3), ("broken", 4)]


async def test_a_disk_that_can_keep_no_write_ahead_log_is_refused(database_url: str, vault: Vault) -> None:
    with Shim(MoodyDisk(), shares_memory=False), pytest.raises(NotWritable, match="put it on a local disk"):
        await Store.open(database_url, vault)
    await (await Store.open(database_url, vault)).close()
