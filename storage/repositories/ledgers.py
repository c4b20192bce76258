"""Facts worth keeping: raw replies until they are read, who did what, and last known balances."""

from dataclasses import asdict
from datetime import datetime

from sqlalchemy import bindparam, delete, insert, select

from storage.columns import rounded_money
from storage.database import insert_new, insert_or_replace
from storage.records.queues import JournalEntry, KnownBalance
from storage.records.resellers import AuditEntry
from storage.repositories.base import Repository
from storage.schema import audit, balances, journal

NOTE = insert(journal).returning(journal.c.id)
LEFT = select(journal.c.id).where(journal.c.id > bindparam("after")).order_by(journal.c.id).limit(bindparam("most"))
LEFT_OF = select(journal.c.id).where(journal.c.order_id == bindparam("order")).order_by(journal.c.id)
ENTRY = select(journal).where(journal.c.id == bindparam("entry"))
RECORD = insert_new(audit).returning(audit.c.id)
DONE = select(audit.c.id).where(audit.c.update_id == bindparam("by_update"), audit.c.action == bindparam("deed"))
TRAIL = (
    select(audit.c.id, audit.c.actor_id, audit.c.action, audit.c.subject, audit.c.detail, audit.c.at)
    .where(audit.c.id < bindparam("before"))
    .order_by(audit.c.id.desc())
    .limit(bindparam("most"))
)
NEWEST = 2**62
PUT = insert_or_replace(balances, ("supplier", "account"))


class Journal(Repository):
    """Suppliers' raw replies, encrypted, kept until what they say is stored."""

    __slots__ = ()

    async def add(self, order_id: str, supplier: str, body: bytes, now: datetime) -> int:
        """Keep a reply before it is read; returns its id."""
        entry = {"order_id": order_id, "supplier": supplier, "body": self._vault.seal(body), "received_at": now}
        return (await self._db.execute(NOTE, entry)).scalar_one()

    async def forget(self, journal_id: int) -> None:
        """Drop a reply whose content is stored."""
        await self._db.execute(delete(journal).where(journal.c.id == journal_id))

    async def left(self, limit: int, after: int = 0) -> list[int]:
        """Ids above ``after`` of replies that nobody finished reading, oldest first."""
        return list(await self._db.scalars(LEFT, {"after": after, "most": limit}))

    async def left_of(self, order_id: str) -> list[int]:
        """The same of one order."""
        return list(await self._db.scalars(LEFT_OF, {"order": order_id}))

    async def get(self, journal_id: int) -> JournalEntry | None:
        """A reply, None once it is forgotten; raises ``Unreadable``."""
        row = (await self._db.execute(ENTRY, {"entry": journal_id})).mappings().one_or_none()
        if row is None:
            return None
        body = self._vault.open(row["body"])
        return JournalEntry(row["id"], row["order_id"], row["supplier"], body, row["received_at"])


class Audit(Repository):
    """What people with power did."""

    __slots__ = ()

    async def add(
        self, actor_id: int, action: str, subject: str, detail: str, update_id: int | None, now: datetime
    ) -> bool:
        """Record an action; False when this update already did it."""
        done = {
            "actor_id": actor_id,
            "action": action,
            "subject": subject,
            "detail": detail,
            "update_id": update_id,
            "at": now,
        }
        return await self._db.scalar(RECORD, done) is not None

    async def done(self, action: str, update_id: int) -> bool:
        """Whether this update has done this before."""
        return await self._db.scalar(DONE, {"by_update": update_id, "deed": action}) is not None

    async def last(self, limit: int, before: int = NEWEST) -> list[AuditEntry]:
        """The newest actions with ids below ``before``, newest first."""
        rows = await self._db.execute(TRAIL, {"before": before, "most": limit})
        return [AuditEntry(**row) for row in rows.mappings()]


class Balances(Repository):
    """What suppliers' accounts held when they were last read."""

    __slots__ = ()

    async def put(self, balance: KnownBalance) -> None:
        """Keep the latest reading, rounded to what a money column holds."""
        await self._db.execute(PUT, asdict(balance) | {"amount": rounded_money(balance.amount)})

    async def all(self) -> list[KnownBalance]:
        """Every known account, by supplier and name."""
        rows = await self._db.execute(select(balances).order_by(balances.c.supplier, balances.c.account))
        return [KnownBalance(**row) for row in rows.mappings()]
