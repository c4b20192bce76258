"""The operator's desk for tests of accounts: who acts, what was audited, and who was told."""

from datetime import timedelta

from storage.records.queues import NoticeKind
from storage.records.resellers import AuditEntry
from storage.store import Store
from tests.factories import NOW

ADMIN = 9
DESK = 9001
NOBODY = 404


async def trail(store: Store) -> list[AuditEntry]:
    """Everything that was audited, oldest first."""
    return (await store.read(lambda tables: tables.audit.last(100)))[::-1]


async def told(store: Store) -> list[tuple[NoticeKind | None, int]]:
    """Every notice owed, with its chat, and no longer after this."""
    told: list[tuple[NoticeKind | None, int]] = []
    while found := await store.write(lambda tables: tables.outbox.claim(NOW, timedelta(minutes=1), 100)):
        for one in found:
            await store.write(lambda tables, one=one: tables.outbox.sent(one.id, 1, NOW))
        told += [(one.notice, one.chat_id) for one in found]
    return told
