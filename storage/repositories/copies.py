"""Whether this database is a copy that took the original's place, and what of it must not be taken up again."""

from datetime import datetime

from sqlalchemy import delete, update

from storage.copying import MARK, marked
from storage.repositories.base import Repository
from storage.schema import UPDATE_WAITING, drafts, updates

FORGET_UPDATES = update(updates).where(UPDATE_WAITING)


class Copies(Repository):
    """The mark of a copy."""

    __slots__ = ()

    async def made_at(self) -> datetime | None:
        """When this copy was made; None for an original, and for a copy that was taken up."""
        number = (await self._db.exec_driver_sql(f"PRAGMA {MARK}")).scalar_one()
        return marked(int(number))

    async def take_up(self, now: datetime) -> None:
        """Make the copy the original. What people were saying when it was made was answered in another life.

        A tap on Confirm that still waited in the copy would otherwise buy again what the original bought.
        """
        await self._db.execute(FORGET_UPDATES.values(payload=None, done_at=now))
        await self._db.execute(delete(drafts))
        await self._db.exec_driver_sql(f"PRAGMA {MARK} = 0")
