"""Who may come in: members, groups, invites and questions for access."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import and_, bindparam, delete, func, insert, or_, select, update

from storage.database import insert_new, insert_or_replace
from storage.records.resellers import AccessRequest, Invite, Member, MemberRole, RequestState, ResellerGroup
from storage.repositories.base import Repository
from storage.schema import access_requests, invites, members, reseller_groups

MEMBER = select(members).where(members.c.user_id == bindparam("person"))
MEMBERS = select(members).where(members.c.reseller_id == bindparam("reseller")).order_by(members.c.joined_at)
PUT_MEMBER = insert_or_replace(members, ("user_id",))
GROUP = select(reseller_groups).where(reseller_groups.c.chat_id == bindparam("chat"))
GROUPS = (
    select(reseller_groups)
    .where(reseller_groups.c.reseller_id == bindparam("reseller"))
    .order_by(reseller_groups.c.added_at)
)
PUT_GROUP = insert_or_replace(reseller_groups, ("chat_id",))
INVITE = select(invites).where(invites.c.digest == bindparam("token_digest"))
USE = (
    update(invites)
    .where(
        invites.c.digest == bindparam("token_digest"),
        invites.c.expires_at > bindparam("now"),
        or_(invites.c.used_at.is_(None), invites.c.used_update_id == bindparam("by_update")),
    )
    .values(used_by=bindparam("person"), used_at=bindparam("now"), used_update_id=bindparam("by_update"))
    .returning(invites)
)
OPEN = and_(invites.c.used_at.is_(None), invites.c.expires_at > bindparam("now"))
COUNT_OPEN = select(func.count()).select_from(invites).where(OPEN, invites.c.reseller_id == bindparam("reseller"))
REQUEST = select(access_requests).where(access_requests.c.user_id == bindparam("person"))
WAITING = (
    select(access_requests)
    .where(access_requests.c.state == RequestState.WAITING)
    .order_by(access_requests.c.asked_at)
    .limit(bindparam("most"))
)
ASK = insert_new(access_requests).returning(access_requests.c.user_id)
DECIDE = (
    update(access_requests)
    .where(access_requests.c.user_id == bindparam("person"), access_requests.c.state == RequestState.WAITING)
    .values(state=bindparam("answer"), decided_by=bindparam("admin"), decided_at=bindparam("now"))
    .returning(access_requests)
)
ASK_AGAIN = (
    update(access_requests)
    .where(access_requests.c.user_id == bindparam("person"), access_requests.c.state != RequestState.WAITING)
    .values(
        state=RequestState.WAITING, asked_at=bindparam("now"), name=bindparam("called"), username=bindparam("handle")
    )
)


class Members(Repository):
    """The people of resellers."""

    __slots__ = ()

    async def get(self, user_id: int) -> Member | None:
        """The membership of a person."""
        row = (await self._db.execute(MEMBER, {"person": user_id})).mappings().one_or_none()
        return None if row is None else Member(**row)

    async def of(self, reseller_id: int) -> list[Member]:
        """Everybody of a reseller, the longest there first."""
        return [Member(**row) for row in (await self._db.execute(MEMBERS, {"reseller": reseller_id})).mappings()]

    async def put(self, member: Member) -> None:
        """Make somebody a member, or change what they are; whoever belonged to another reseller leaves it."""
        await self._db.execute(PUT_MEMBER, asdict(member))

    async def remove(self, user_id: int) -> bool:
        """End a membership; False when there was none."""
        return (await self._db.execute(delete(members).where(members.c.user_id == user_id))).rowcount > 0

    async def owners(self, reseller_id: int) -> Sequence[Member]:
        """The owners of a reseller."""
        return [member for member in await self.of(reseller_id) if member.role is MemberRole.OWNER]


class Groups(Repository):
    """The groups of resellers."""

    __slots__ = ()

    async def get(self, chat_id: int) -> ResellerGroup | None:
        """Whose a group is."""
        row = (await self._db.execute(GROUP, {"chat": chat_id})).mappings().one_or_none()
        return None if row is None else ResellerGroup(**row)

    async def of(self, reseller_id: int) -> list[ResellerGroup]:
        """Every group of a reseller, the longest there first."""
        rows = await self._db.execute(GROUPS, {"reseller": reseller_id})
        return [ResellerGroup(**row) for row in rows.mappings()]

    async def put(self, group: ResellerGroup) -> None:
        """Give a group to a reseller, in place of whoever had it."""
        await self._db.execute(PUT_GROUP, asdict(group))

    async def remove(self, chat_id: int) -> bool:
        """Take a group away; False when it was nobody's."""
        gone = delete(reseller_groups).where(reseller_groups.c.chat_id == chat_id)
        return (await self._db.execute(gone)).rowcount > 0


class Invites(Repository):
    """Links that let in once."""

    __slots__ = ()

    async def add(self, invite: Invite) -> None:
        """Keep a new invite."""
        await self._db.execute(insert(invites), asdict(invite))

    async def get(self, digest: str) -> Invite | None:
        """The invite of a token's digest, used, expired or not."""
        row = (await self._db.execute(INVITE, {"token_digest": digest})).mappings().one_or_none()
        return None if row is None else Invite(**row)

    async def use(self, digest: str, user_id: int, update_id: int, now: datetime) -> Invite | None:
        """Use an invite up; None when it is unknown, expired or used. The update that used it may use it again."""
        facts = {"token_digest": digest, "person": user_id, "by_update": update_id, "now": now}
        row = (await self._db.execute(USE, facts)).mappings().one_or_none()
        return None if row is None else Invite(**row)

    async def withdraw(self, reseller_id: int, made_by: int | None = None) -> int:
        """Drop a reseller's invites that nobody has used, all or those that one person made; says how many."""
        unused = delete(invites).where(invites.c.reseller_id == reseller_id, invites.c.used_at.is_(None))
        theirs = unused if made_by is None else unused.where(invites.c.created_by == made_by)
        return (await self._db.execute(theirs)).rowcount

    async def waiting(self, reseller_id: int, now: datetime) -> int:
        """How many invites of a reseller still work."""
        return await self._db.scalar(COUNT_OPEN, {"reseller": reseller_id, "now": now}) or 0

    async def purge(self, expired_before: datetime) -> int:
        """Forget invites that ended; says how many."""
        return (await self._db.execute(delete(invites).where(invites.c.expires_at < expired_before))).rowcount


class Requests(Repository):
    """Strangers who asked for access, one row each."""

    __slots__ = ()

    async def get(self, user_id: int) -> AccessRequest | None:
        """What a person asked and was answered."""
        row = (await self._db.execute(REQUEST, {"person": user_id})).mappings().one_or_none()
        return None if row is None else AccessRequest(**row)

    async def ask(self, request: AccessRequest) -> bool:
        """Keep a question; False when this person has asked before, whatever came of it."""
        return await self._db.scalar(ASK, asdict(request)) is not None

    async def ask_again(self, user_id: int, name: str, username: str, now: datetime) -> bool:
        """Open a question that was answered once more; False while it still waits."""
        facts = {"person": user_id, "called": name, "handle": username, "now": now}
        return (await self._db.execute(ASK_AGAIN, facts)).rowcount > 0

    async def decide(self, user_id: int, answer: RequestState, admin_id: int, now: datetime) -> AccessRequest | None:
        """Answer a question that waits; None when it does not (any more)."""
        facts = {"person": user_id, "answer": answer, "admin": admin_id, "now": now}
        row = (await self._db.execute(DECIDE, facts)).mappings().one_or_none()
        return None if row is None else AccessRequest(**row)

    async def waiting(self, limit: int) -> list[AccessRequest]:
        """Questions without an answer, the oldest first."""
        return [AccessRequest(**row) for row in (await self._db.execute(WAITING, {"most": limit})).mappings()]
