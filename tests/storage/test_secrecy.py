"""What must never lie on the disk, or stand in an error, in clear."""

from pathlib import Path

import pytest
from sqlalchemy.exc import IntegrityError

from storage.crypto import Vault
from storage.records.orders import FieldValue
from storage.records.queues import JournalEntry, StoredEvent
from storage.store import Store
from storage.tables import Tables
from tests.factories import NOW, keys, make_delivery, make_draft, make_order, make_update

SECRETS = (b"CODE-IN-CLEAR", b"TYPED-IN-CLEAR", b"EVENT-IN-CLEAR", b"UPDATE-IN-CLEAR", b"REPLY-IN-CLEAR")


def contents(directory: Path) -> bytes:
    return b"".join(path.read_bytes() for path in directory.iterdir())


async def test_codes_answers_and_raw_bodies_are_not_in_clear_on_the_disk(
    database_url: str, tmp_path: Path, vault: Vault
) -> None:
    typed = (FieldValue("login", "Login", "TYPED-IN-CLEAR", "TYPED-IN-CLEAR"),)

    async def work(tables: Tables) -> None:
        await tables.drafts.save(make_draft(values=typed))
        order = await tables.orders.add(make_order(values=typed))
        await tables.orders.add_codes(order.id, keys("CODE-IN-CLEAR"))
        await tables.events.add("voodoo", b"EVENT-IN-CLEAR", NOW)
        await tables.updates.add(make_update(payload=b"UPDATE-IN-CLEAR"), NOW)
        await tables.journal.add(order.id, "voodoo", b"REPLY-IN-CLEAR", NOW)

    store = await Store.open(database_url, vault)
    await store.write(work)
    while_open = contents(tmp_path)
    await store.close()
    assert b"Steam Wallet" in while_open
    assert [secret for secret in SECRETS if secret in while_open + contents(tmp_path)] == []


async def test_an_error_of_the_database_does_not_quote_what_was_written(store: Store) -> None:
    delivery = make_delivery(order_id="nowhere", data={"note": "PRIVATE NOTE"})
    with pytest.raises(IntegrityError) as caught:
        await store.write(lambda tables: tables.outbox.add(delivery, NOW))
    assert "PRIVATE NOTE" not in str(caught.value)


def test_no_record_says_what_is_private_when_it_is_printed() -> None:
    value = FieldValue("password", "Password", "PRIVATE", "PRIVATE")
    records = (
        make_draft(values=(value,)),
        make_order(values=(value,)),
        make_update(payload=b"PRIVATE"),
        StoredEvent(1, "voodoo", b"PRIVATE", NOW, 1),
        JournalEntry(1, "order-1", "voodoo", b"PRIVATE", NOW),
    )
    assert "PRIVATE" not in repr(records)
