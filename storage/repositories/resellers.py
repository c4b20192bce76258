"""Resellers, their prices, and who and where somebody is to them."""

from dataclasses import asdict
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import RowMapping, Select, bindparam, delete, func, select, update

from storage.database import insert_new, insert_or_replace
from storage.records.resellers import Holdings, MarkupRule, MarkupScope, Member, Reseller, Standing
from storage.repositories.base import Repository
from storage.schema import markups, members, reseller_groups, resellers

FACTS = tuple(column for column in resellers.columns if column.name != "folded")
NOTHING = Decimal(0)
KNOWN = select(*FACTS)
ADD = insert_new(resellers).returning(*FACTS)
BY_ID = KNOWN.where(resellers.c.id == bindparam("reseller"))
BY_NAME = KNOWN.where(resellers.c.folded == bindparam("named"))
PAGE = KNOWN.where(resellers.c.folded > bindparam("after")).order_by(resellers.c.folded).limit(bindparam("most"))
NAMES = select(resellers.c.folded, resellers.c.id).order_by(resellers.c.folded)
HOLDINGS = select(
    func.count().label("accounts"),
    func.sum(resellers.c.balance).filter(resellers.c.balance > NOTHING).label("balance"),
    func.sum(resellers.c.held).label("held"),
    func.sum(-resellers.c.balance).filter(resellers.c.balance < NOTHING).label("owed"),
)
SAVE = update(resellers).where(resellers.c.id == bindparam("reseller"))
HOLD = (
    update(resellers)
    .where(
        resellers.c.id == bindparam("reseller"),
        resellers.c.balance + resellers.c.credit_limit - resellers.c.held
        >= bindparam("asked", type_=resellers.c.held.type),
    )
    .values(held=resellers.c.held + bindparam("asked", type_=resellers.c.held.type))
)
RELEASE = SAVE.values(held=resellers.c.held - bindparam("freed", type_=resellers.c.held.type))
MEMBER = select(members).where(members.c.user_id == bindparam("person"))
GROUP_OF = KNOWN.join(reseller_groups, reseller_groups.c.reseller_id == resellers.c.id).where(
    reseller_groups.c.chat_id == bindparam("chat")
)
RULES = select(markups).where(markups.c.reseller_id == bindparam("reseller"))
PUT_RULE = insert_or_replace(markups, ("reseller_id", "scope", "target"))

SAVED = (
    "name",
    "markup",
    "credit_limit",
    "suspended_at",
    "orders_per_minute",
    "spend_per_day",
    "largest_order",
    "low_balance",
)


class Resellers(Repository):
    """The customer accounts. Their money is changed by ``hold``, ``release`` and the ledger alone."""

    __slots__ = ()

    async def add(self, name: str, folded: str, markup: Decimal, now: datetime) -> Reseller | None:
        """Make an account with no money; None when the (folded) name is taken."""
        facts = {"name": name, "folded": folded, "created_at": now, "markup": markup}
        empty = dict.fromkeys(("credit_limit", "balance", "held"), Decimal(0))
        row = (await self._db.execute(ADD, facts | empty)).mappings().one_or_none()
        return None if row is None else Reseller(**row)

    async def get(self, reseller_id: int) -> Reseller | None:
        """The account with this id."""
        return await self._one(BY_ID, {"reseller": reseller_id})

    async def by_name(self, folded: str) -> Reseller | None:
        """The account of exactly this folded name."""
        return await self._one(BY_NAME, {"named": folded})

    async def page(self, limit: int, after: str = "") -> list[Reseller]:
        """Accounts by folded name, those behind ``after``."""
        rows = await self._db.execute(PAGE, {"after": after, "most": limit})
        return [Reseller(**row) for row in rows.mappings()]

    async def names(self) -> dict[str, int]:
        """Every folded name and its account's id, for finding the one that was meant."""
        return {row.folded: row.id for row in await self._db.execute(NAMES)}

    async def holdings(self) -> Holdings:
        """What all accounts hold together."""
        row = (await self._db.execute(HOLDINGS)).one()
        return Holdings(row.accounts, row.balance or NOTHING, row.held or NOTHING, row.owed or NOTHING)

    async def save(self, reseller: Reseller, folded: str | None = None) -> None:
        """Write everything but the money; ``folded`` goes with a new name, which must be free."""
        facts: dict[str, Any] = {name: getattr(reseller, name) for name in SAVED}
        if folded is not None:
            facts["folded"] = folded
        await self._db.execute(SAVE, {"reseller": reseller.id, **facts})

    async def hold(self, reseller_id: int, amount: Decimal) -> bool:
        """Set money aside for an order; False, and nothing is changed, when there is not enough."""
        return (await self._db.execute(HOLD, {"reseller": reseller_id, "asked": amount})).rowcount > 0

    async def release(self, reseller_id: int, amount: Decimal) -> None:
        """Give back what was set aside for an order that ended."""
        await self._db.execute(RELEASE, {"reseller": reseller_id, "freed": amount})

    async def standing(self, user_id: int, chat_id: int) -> Standing:
        """What a person is in a chat; a private chat belongs to nobody."""
        row = (await self._db.execute(MEMBER, {"person": user_id})).mappings().one_or_none()
        member = None if row is None else Member(**row)
        mine = None if member is None else await self.get(member.reseller_id)
        group_of = None if user_id == chat_id else await self._one(GROUP_OF, {"chat": chat_id})
        return Standing(member, mine, group_of)

    async def rules(self, reseller_id: int) -> list[MarkupRule]:
        """Every markup of its own that this reseller has."""
        return [MarkupRule(**row) for row in (await self._db.execute(RULES, {"reseller": reseller_id})).mappings()]

    async def set_rule(self, rule: MarkupRule) -> None:
        """Give a category or an item a markup of its own."""
        await self._db.execute(PUT_RULE, asdict(rule))

    async def drop_rule(self, reseller_id: int, scope: MarkupScope, target: str) -> bool:
        """Take it away again; False when there was none."""
        gone = delete(markups).where(
            markups.c.reseller_id == reseller_id, markups.c.scope == scope, markups.c.target == target
        )
        return (await self._db.execute(gone)).rowcount > 0

    async def _one(self, statement: Select[Any], parameters: dict[str, Any]) -> Reseller | None:
        row: RowMapping | None = (await self._db.execute(statement, parameters)).mappings().one_or_none()
        return None if row is None else Reseller(**row)
