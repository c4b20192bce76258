"""Membership for tests: a real store, a clock that tests turn, and a desk that remembers what it was told."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from bot.resellers.admission import Answer, AskOutcome
from bot.resellers.buyers import Buyers
from bot.resellers.invitations import AdoptOutcome, JoinOutcome, Links, Newcomer
from bot.resellers.membership import Membership, build_membership
from storage.records.queues import NoticeKind
from storage.records.resellers import Member, MemberRole, Reseller
from storage.store import Store, Tables
from tests.factories import NOW
from tests.resellers.people import add_reseller

ADMIN, SECOND_ADMIN, OWNER, BUYER, ZOE, YAN = 1, 9, 2, 3, 4, 5
GROUP, DESK = -100, -200

_updates = count(1)

Notice = tuple[NoticeKind, dict[str, Any]]


@dataclass
class Told:
    """The operator's desk."""

    notices: list[Notice] = field(default_factory=list[Notice])

    async def tell(
        self,
        tables: Tables,
        notice: NoticeKind,
        subject: str,
        data: dict[str, Any],
        now: datetime,
        *,
        order_id: str | None = None,
        knows: int | None = None,
    ) -> None:
        """Remember it."""
        self.notices.append((notice, data))


class Club:
    """What people do, each time with an update of its own."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.told = Told()
        self.now = NOW
        self.parts: Membership = build_membership(
            store, Buyers([ADMIN, SECOND_ADMIN]), self.told, lambda: self.now, desk_chats=frozenset({DESK})
        )

    async def reseller(self, name: str = "Nova", *, owner: int | None = OWNER, buyer: int | None = BUYER) -> Reseller:
        """A reseller with an owner and a buyer, and no group."""
        people = {owner: MemberRole.OWNER, buyer: MemberRole.BUYER}
        known = {person: role for person, role in people.items() if person is not None}
        return await add_reseller(self.store, name, people=known, groups=())

    async def links(self, reseller: Reseller, by: int = ADMIN, role: MemberRole | None = None) -> Links:
        """New links, by somebody who may make them."""
        links = await self.parts.invitations.links(reseller.id, by, next_update(), role)
        assert isinstance(links, Links)
        return links

    async def joins(self, token: str, who: int = ZOE, *, sure: bool = False, update: int | None = None) -> JoinOutcome:
        """Somebody opens a link in private."""
        return await self.parts.invitations.join(token, newcomer(who), update or next_update(), sure=sure)

    async def adopts(self, token: str, who: int = OWNER, chat: int = GROUP, update: int | None = None) -> AdoptOutcome:
        """Somebody opens a link in a group."""
        return await self.parts.invitations.adopt(token, newcomer(who), chat, update or next_update())

    async def asks(self, who: int = ZOE) -> AskOutcome:
        """A stranger asks for access."""
        return await self.parts.admission.ask(newcomer(who), "en")

    async def approves(self, reseller: Reseller, who: int = ZOE, *, by: int = ADMIN) -> Answer:
        """Somebody lets a stranger in."""
        return await self.parts.admission.approve(who, reseller.id, by, next_update())

    async def member(self, user_id: int) -> Member | None:
        """What somebody is."""
        return await self.store.read(lambda tables: tables.members.get(user_id))

    async def trail(self) -> list[tuple[int, str, str]]:
        """Who did what, newest first."""
        entries = await self.store.read(lambda tables: tables.audit.last(50))
        return [(entry.actor_id, entry.action, entry.subject) for entry in entries]


def newcomer(user_id: int) -> Newcomer:
    """Somebody as Telegram names them."""
    return Newcomer(user_id, f"Person {user_id}", f"person{user_id}")


def next_update() -> int:
    """An update id that nothing else has."""
    return next(_updates)


async def owed(store: Store, chat_id: int) -> list[dict[str, Any]]:
    """The facts of what a chat is to hear next, and now counts as having heard."""
    claimed = await store.write(lambda tables: tables.outbox.claim(NOW + timedelta(days=30), timedelta(minutes=1), 100))
    for one in claimed:
        await store.write(lambda tables, one=one: tables.outbox.sent(one.id, 1, NOW))
    return [one.data for one in claimed if one.chat_id == chat_id]
