"""Invites: links that let one person or one group in, once and not for ever."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.resellers.buyers import Buyers
from bot.resellers.team import Gone, NotAllowed, described, may_manage, tell
from storage.clock import Clock
from storage.records.resellers import (
    Invite,
    InviteKind,
    Member,
    MemberRole,
    RequestState,
    Reseller,
    ResellerGroup,
)
from storage.store import Store, Tables

INVITE_HOURS = 72.0


@dataclass(frozen=True, slots=True)
class Newcomer:
    """Who opens a link or asks for access; the names are Telegram's."""

    user_id: int
    name: str
    username: str = ""


@dataclass(frozen=True, slots=True)
class Links:
    """Two new invites of a reseller. Their tokens are nowhere else: only digests are stored."""

    reseller: Reseller
    role: MemberRole
    person_token: str
    group_token: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class LinkUnknown:
    """There never was such an invite, or it ended long ago."""


@dataclass(frozen=True, slots=True)
class LinkUsed:
    """The invite let somebody else in."""


@dataclass(frozen=True, slots=True)
class LinkExpired:
    """The invite ended before anybody used it."""


@dataclass(frozen=True, slots=True)
class WrongPlace:
    """A link for groups was opened in private, or one for people in a group; it was not used up."""

    kind: InviteKind


@dataclass(frozen=True, slots=True)
class Joined:
    """The person is a member now."""

    reseller: Reseller
    member: Member


@dataclass(frozen=True, slots=True)
class AlreadyMember:
    """The person belongs to this reseller; the invite was not used up."""

    reseller: Reseller
    member: Member


@dataclass(frozen=True, slots=True)
class BelongsElsewhere:
    """The person belongs to another reseller, ``present``, and would have to leave it first."""

    present: Reseller


@dataclass(frozen=True, slots=True)
class AdminMustBeSure:
    """An admin opened the link: as a member, what they order in private would be on the reseller's account."""

    reseller: Reseller


@dataclass(frozen=True, slots=True)
class Adopted:
    """The group is the reseller's now, or has been all along: then the invite was not used up."""

    reseller: Reseller
    new: bool


@dataclass(frozen=True, slots=True)
class GroupTaken:
    """The group is another reseller's, or the operator's own."""


@dataclass(frozen=True, slots=True)
class NotOfTeam:
    """Who opened the group's link does not belong to the reseller."""

    reseller: Reseller


NotValid = LinkUnknown | LinkUsed | LinkExpired
JoinOutcome = Joined | AlreadyMember | BelongsElsewhere | AdminMustBeSure | WrongPlace | NotValid
AdoptOutcome = Adopted | GroupTaken | NotOfTeam | WrongPlace | NotValid


class Invitations:
    """Makes and uses invites. A link that cannot be used stays as it was."""

    def __init__(
        self,
        store: Store,
        buyers: Buyers,
        clock: Clock,
        tokens: Callable[[], str],
        lifetime: timedelta,
        desk_chats: frozenset[int],
    ) -> None:
        self._store = store
        self._buyers = buyers
        self._clock = clock
        self._tokens = tokens
        self._lifetime = lifetime
        self._desk_chats = desk_chats

    async def links(
        self, reseller_id: int, actor_id: int, update_id: int, role: MemberRole | None = None
    ) -> Links | NotAllowed | Gone:
        """New links for one person and one group, by an admin or an owner.

        Without ``role`` the person becomes the owner of a reseller that has none, else a buyer.
        """
        person, group = self._tokens(), self._tokens()

        async def make(tables: Tables) -> Links | NotAllowed | Gone:
            reseller = await tables.resellers.get(reseller_id)
            if not await may_manage(tables, self._buyers, actor_id, reseller_id):
                return NotAllowed()
            if reseller is None:
                return Gone()
            now = self._clock()
            wanted = role or await next_role(tables, reseller_id)
            until = now + self._lifetime
            for token, kind in ((person, InviteKind.PERSON), (group, InviteKind.GROUP)):
                invite = Invite(digest_of(token), reseller_id, kind, wanted, actor_id, now, until)
                await tables.invites.add(invite)
            await tables.audit.add(actor_id, "invite", reseller.name, f"as {wanted}", update_id, now)
            return Links(reseller, wanted, person, group, until)

        return await self._store.write(make)

    async def withdraw(self, reseller_id: int, actor_id: int, update_id: int) -> int | NotAllowed | Gone:
        """End every link of a reseller that nobody has used, by an admin or an owner; says how many."""

        async def end(tables: Tables) -> int | NotAllowed | Gone:
            if not await may_manage(tables, self._buyers, actor_id, reseller_id):
                return NotAllowed()
            reseller = await tables.resellers.get(reseller_id)
            if reseller is None:
                return Gone()
            ended = await tables.invites.withdraw(reseller_id)
            await tables.audit.add(actor_id, "withdraw", reseller.name, f"{ended} links", update_id, self._clock())
            return ended

        return await self._store.write(end)

    async def join(self, token: str, who: Newcomer, update_id: int, *, sure: bool = False) -> JoinOutcome:
        """Let a person in by a link. ``sure`` is an admin's word that they want to be a member, too."""
        digest = digest_of(token)
        if await self._unknown(digest):
            return LinkUnknown()
        return await self._store.write(lambda tables: self._join(tables, digest, who, update_id, sure))

    async def adopt(self, token: str, who: Newcomer, chat_id: int, update_id: int) -> AdoptOutcome:
        """Give a group to a reseller by a link, which one of its people or an admin opened there."""
        digest = digest_of(token)
        if await self._unknown(digest):
            return LinkUnknown()
        return await self._store.write(lambda tables: self._adopt(tables, digest, who, chat_id, update_id))

    async def _unknown(self, digest: str) -> bool:
        """Whether it is not worth a place in the writers' queue: strangers may send anything."""
        return await self._store.read(lambda tables: tables.invites.get(digest)) is None

    async def _join(self, tables: Tables, digest: str, who: Newcomer, update_id: int, sure: bool) -> JoinOutcome:
        found = await self._open(tables, digest, InviteKind.PERSON)
        if not isinstance(found, _Found):
            return found
        invite, reseller, now = found.invite, found.reseller, self._clock()
        member = await tables.members.get(who.user_id)
        if member is not None and member.reseller_id == reseller.id and not _promotes(invite, member, now):
            replayed = invite.used_update_id == update_id
            return Joined(reseller, member) if replayed else AlreadyMember(reseller, member)
        if ended := _ended(invite, now):
            return ended
        if member is not None and member.reseller_id != reseller.id:
            present = await tables.resellers.get(member.reseller_id)
            return BelongsElsewhere(present or reseller)
        if self._buyers.admin(who.user_id) and not sure:
            return AdminMustBeSure(reseller)
        await tables.invites.use(digest, who.user_id, update_id, now)
        joined = enrolled(who, invite, now) if member is None else replace(member, role=invite.role)
        await tables.members.put(joined)
        await tables.requests.decide(who.user_id, RequestState.APPROVED, invite.created_by, now)
        await tables.audit.add(
            who.user_id, "join", reseller.name, f"{described(joined)}: {joined.role}", update_id, now
        )
        if invite.created_by != who.user_id:
            facts = {"change": "joined", "reseller": reseller.name, "person": joined.name, "role": joined.role.value}
            await tell(tables, invite.created_by, f"joined:{digest}", facts, now)
        return Joined(reseller, joined)

    async def _adopt(self, tables: Tables, digest: str, who: Newcomer, chat_id: int, update_id: int) -> AdoptOutcome:
        found = await self._open(tables, digest, InviteKind.GROUP)
        if not isinstance(found, _Found):
            return found
        invite, reseller, now = found.invite, found.reseller, self._clock()
        group = await tables.groups.get(chat_id)
        if group is not None and group.reseller_id == reseller.id:
            return Adopted(reseller, new=invite.used_update_id == update_id)
        if ended := _ended(invite, now):
            return ended
        if group is not None or chat_id in self._desk_chats:
            return GroupTaken()
        member = await tables.members.get(who.user_id)
        if not self._buyers.admin(who.user_id) and (member is None or member.reseller_id != reseller.id):
            return NotOfTeam(reseller)
        await tables.invites.use(digest, who.user_id, update_id, now)
        await tables.groups.put(ResellerGroup(chat_id, reseller.id, who.user_id, now))
        chat = await tables.chats.get(chat_id)
        place = f"{chat.title if chat else ''} ({chat_id})"
        await tables.audit.add(who.user_id, "add group", reseller.name, place, update_id, now)
        return Adopted(reseller, new=True)

    async def _open(self, tables: Tables, digest: str, kind: InviteKind) -> "_Found | WrongPlace | LinkUnknown":
        invite = await tables.invites.get(digest)
        reseller = await tables.resellers.get(invite.reseller_id) if invite else None
        if invite is None or reseller is None:
            return LinkUnknown()
        return _Found(invite, reseller) if invite.kind is kind else WrongPlace(invite.kind)


@dataclass(frozen=True, slots=True)
class _Found:
    invite: Invite
    reseller: Reseller


def digest_of(token: str) -> str:
    """What is stored of a token: from it nobody makes the link again."""
    return hashlib.sha256(token.encode()).hexdigest()


def enrolled(who: Newcomer, invite: Invite, now: datetime) -> Member:
    """The member that an invite makes of somebody."""
    return Member(who.user_id, invite.reseller_id, invite.role, who.name, now, who.username, invite.created_by)


async def next_role(tables: Tables, reseller_id: int) -> MemberRole:
    """What the next person becomes: the owner where there is none."""
    return MemberRole.BUYER if await tables.members.owners(reseller_id) else MemberRole.OWNER


def _promotes(invite: Invite, member: Member, now: datetime) -> bool:
    """Whether an invite that still works makes more of a member than they are."""
    return _ended(invite, now) is None and invite.role is MemberRole.OWNER and member.role is MemberRole.BUYER


def _ended(invite: Invite, now: datetime) -> LinkUsed | LinkExpired | None:
    if invite.used_at is not None:
        return LinkUsed()
    return LinkExpired() if invite.expires_at <= now else None
