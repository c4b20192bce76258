"""Drafts: orders being put together, one per person and chat."""

from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, Select, bindparam, delete, select

from storage.crypto import Vault
from storage.database import insert_or_replace
from storage.records.orders import Draft, Place, Step
from storage.repositories.base import Repository, readable
from storage.repositories.packing import open_values, pack_item, seal_values, unpack_item
from storage.schema import drafts

ONE = select(drafts).where(drafts.c.chat_id == bindparam("chat"), drafts.c.user_id == bindparam("person"))
BY_ID = select(drafts).where(drafts.c.id == bindparam("draft"))
SAVE = insert_or_replace(drafts, ("chat_id", "user_id"))
DROP = delete(drafts).where(drafts.c.chat_id == bindparam("chat"), drafts.c.user_id == bindparam("person"))


class Drafts(Repository):
    """The truth about conversations."""

    __slots__ = ()

    async def get(self, chat_id: int, user_id: int) -> Draft | None:
        """The draft of a person in a chat."""
        return await self._one(ONE, {"chat": chat_id, "person": user_id})

    async def by_id(self, draft_id: str) -> Draft | None:
        """The draft that a button names."""
        return await self._one(BY_ID, {"draft": draft_id})

    async def save(self, draft: Draft) -> None:
        """Write the draft in place of whatever its person had in that chat."""
        await self._db.execute(SAVE, _values(self._vault, draft))

    async def delete(self, chat_id: int, user_id: int) -> None:
        """Forget the draft of a person in a chat."""
        await self._db.execute(DROP, {"chat": chat_id, "person": user_id})

    async def steps(self) -> list[tuple[int, int, Step]]:
        """Chat, person and waiting question of every draft."""
        rows = await self._db.execute(select(drafts.c.chat_id, drafts.c.user_id, drafts.c.step))
        return [(chat_id, user_id, step) for chat_id, user_id, step in rows]

    async def purge(self, older_than: datetime) -> int:
        """Forget drafts untouched since ``older_than``; says how many."""
        return (await self._db.execute(delete(drafts).where(drafts.c.updated_at < older_than))).rowcount

    async def _one(self, statement: Select[Any], parameters: dict[str, Any]) -> Draft | None:
        rows = (await self._db.execute(statement, parameters)).mappings()
        # One that cannot be read is as good as none: the person begins anew in its place.
        found, _ = readable(drafts.c.id, rows, lambda row: _draft(self._vault, row))
        return found[0] if found else None


def _values(vault: Vault, draft: Draft) -> dict[str, Any]:
    return {
        "id": draft.id,
        "chat_id": draft.place.chat_id,
        "user_id": draft.place.user_id,
        "thread_id": draft.place.thread_id,
        "item": pack_item(draft.item),
        "step": draft.step,
        "update_id": draft.update_id,
        "created_at": draft.created_at,
        "updated_at": draft.updated_at,
        "quantity": draft.quantity,
        "field_values": seal_values(vault, draft.values),
        "field_index": draft.field_index,
        "message_id": draft.message_id,
        "denomination": draft.denomination,
        "quote": draft.quote,
        "reseller_id": draft.reseller_id,
        "markup": draft.markup,
    }


def _draft(vault: Vault, row: RowMapping) -> Draft:
    return Draft(
        id=row["id"],
        place=Place(row["chat_id"], row["user_id"], row["thread_id"]),
        item=unpack_item(row["item"]),
        step=row["step"],
        update_id=row["update_id"],
        created_at=row["created_at"],
        updated_at=row["updated_at"],
        quantity=row["quantity"],
        values=open_values(vault, row["field_values"]),
        field_index=row["field_index"],
        message_id=row["message_id"],
        denomination=row["denomination"],
        quote=row["quote"],
        reseller_id=row["reseller_id"],
        markup=row["markup"],
    )
