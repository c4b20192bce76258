"""The people and groups of a reseller: who they are, leaving, removal, and what a member may do."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from bot.resellers.buyers import Buyers
from bot.resellers.telling import notice_to, owe
from storage.clock import Clock
from storage.records.queues import NoticeKind
from storage.records.resellers import Member, MemberRole, Reseller, ResellerGroup
from storage.store import Store, Tables


@dataclass(frozen=True, slots=True)
class NotAllowed:
    """The person may not do this, or not any more; nothing was changed."""


@dataclass(frozen=True, slots=True)
class Gone:
    """Who or what was meant is not there any more; nothing was changed."""


@dataclass(frozen=True, slots=True)
class LastOwner:
    """Nobody would be left to run the account: only an admin may take the last owner away. Nothing was changed."""

    reseller: Reseller
    member: Member


@dataclass(frozen=True, slots=True)
class NamedGroup:
    """A reseller's group, with its title as Telegram last told it, and whether the bot can write there."""

    group: ResellerGroup
    title: str
    reachable: bool = True


@dataclass(frozen=True, slots=True)
class TeamView:
    """A reseller's people and groups, for somebody who may see them; ``manages`` tells whether they may change them."""

    reseller: Reseller
    members: Sequence[Member]
    groups: Sequence[NamedGroup]
    open_links: int
    viewer_id: int
    manages: bool
    admin: bool

    def member(self, user_id: int) -> Member | None:
        """The member with this id."""
        return next((one for one in self.members if one.user_id == user_id), None)

    def group(self, chat_id: int) -> NamedGroup | None:
        """The group with this id."""
        return next((one for one in self.groups if one.group.chat_id == chat_id), None)


@dataclass(frozen=True, slots=True)
class Removed:
    """The person is no member any more: what they tap and write from now on is a stranger's."""

    reseller: Reseller
    member: Member


@dataclass(frozen=True, slots=True)
class GroupRemoved:
    """Nobody orders in the group any more."""

    reseller: Reseller
    group: NamedGroup


@dataclass(frozen=True, slots=True)
class RoleSet:
    """The member is this now."""

    reseller: Reseller
    member: Member


RemoveOutcome = Removed | LastOwner | NotAllowed | Gone
RemoveGroupOutcome = GroupRemoved | NotAllowed | Gone
RoleOutcome = RoleSet | LastOwner | NotAllowed | Gone


class Team:
    """Shows and changes who belongs to a reseller. Who may, is read in the unit that acts."""

    def __init__(self, store: Store, buyers: Buyers, clock: Clock) -> None:
        self._store = store
        self._buyers = buyers
        self._clock = clock

    async def view(self, reseller_id: int, viewer_id: int) -> TeamView | NotAllowed | Gone:
        """The people and groups of a reseller, for its members and for admins."""

        async def look(tables: Tables) -> TeamView | NotAllowed | Gone:
            reseller = await tables.resellers.get(reseller_id)
            viewer = await tables.members.get(viewer_id)
            admin = self._buyers.admin(viewer_id)
            if not admin and (viewer is None or viewer.reseller_id != reseller_id):
                return NotAllowed()
            if reseller is None:
                return Gone()
            members, groups = await tables.members.of(reseller_id), await tables.groups.of(reseller_id)
            named = [await _named(tables, group) for group in groups]
            manages = await may_manage(tables, self._buyers, viewer_id, reseller_id)
            links = await tables.invites.waiting(reseller_id, self._clock())
            return TeamView(reseller, members, named, links, viewer_id, manages, admin)

        return await self._store.read(look)

    async def mine(self, viewer_id: int) -> TeamView | NotAllowed | Gone:
        """The same of the reseller that the person belongs to; ``Gone`` when there is none."""
        member = await self._store.read(lambda tables: tables.members.get(viewer_id))
        return Gone() if member is None else await self.view(member.reseller_id, viewer_id)

    async def remove(self, reseller_id: int, user_id: int, actor_id: int, update_id: int) -> RemoveOutcome:
        """End a membership of this reseller: admins anybody's, owners that of own people, everybody their own."""
        return await self._store.write(lambda tables: self._remove(tables, reseller_id, user_id, actor_id, update_id))

    async def remove_group(self, reseller_id: int, chat_id: int, actor_id: int, update_id: int) -> RemoveGroupOutcome:
        """Take a group away from this reseller."""
        return await self._store.write(
            lambda tables: self._remove_group(tables, reseller_id, chat_id, actor_id, update_id)
        )

    async def set_role(
        self, reseller_id: int, user_id: int, role: MemberRole, actor_id: int, update_id: int
    ) -> RoleOutcome:
        """Make a member of this reseller an owner or a buyer."""
        return await self._store.write(
            lambda tables: self._set_role(tables, reseller_id, user_id, role, actor_id, update_id)
        )

    async def _remove(
        self, tables: Tables, reseller_id: int, user_id: int, actor_id: int, update_id: int
    ) -> RemoveOutcome:
        if actor_id != user_id and not await may_manage(tables, self._buyers, actor_id, reseller_id):
            return NotAllowed()
        member, reseller = await tables.members.get(user_id), await tables.resellers.get(reseller_id)
        # An old button must not put somebody out of the reseller that they belong to by now.
        if member is None or reseller is None or member.reseller_id != reseller_id:
            return Gone()
        if await self._needed(tables, member, actor_id):
            return LastOwner(reseller, member)
        await tables.members.remove(user_id)
        # Or a removed owner would come back by a link made in advance.
        await tables.invites.withdraw(reseller_id, made_by=user_id)
        now = self._clock()
        await tables.audit.add(actor_id, "remove member", reseller.name, described(member), update_id, now)
        if actor_id != user_id:
            await tell(tables, user_id, f"removed:{user_id}:{update_id}", _facts("removed", reseller), now)
        return Removed(reseller, member)

    async def _remove_group(
        self, tables: Tables, reseller_id: int, chat_id: int, actor_id: int, update_id: int
    ) -> RemoveGroupOutcome:
        if not await may_manage(tables, self._buyers, actor_id, reseller_id):
            return NotAllowed()
        group, reseller = await tables.groups.get(chat_id), await tables.resellers.get(reseller_id)
        if group is None or reseller is None or group.reseller_id != reseller_id:
            return Gone()
        named, now = await _named(tables, group), self._clock()
        await tables.groups.remove(chat_id)
        await tables.audit.add(actor_id, "remove group", reseller.name, _place(named), update_id, now)
        await tell(tables, chat_id, f"removed:{chat_id}:{update_id}", _facts("group_removed", reseller), now)
        return GroupRemoved(reseller, named)

    async def _set_role(
        self, tables: Tables, reseller_id: int, user_id: int, role: MemberRole, actor_id: int, update_id: int
    ) -> RoleOutcome:
        if not await may_manage(tables, self._buyers, actor_id, reseller_id):
            return NotAllowed()
        member, reseller = await tables.members.get(user_id), await tables.resellers.get(reseller_id)
        # As above: nor must one make somebody the owner of a reseller that they joined as a buyer.
        if member is None or reseller is None or member.reseller_id != reseller_id:
            return Gone()
        if member.role is role:
            return RoleSet(reseller, member)
        if await self._needed(tables, member, actor_id):
            return LastOwner(reseller, member)
        changed, now = replace(member, role=role), self._clock()
        await tables.members.put(changed)
        if role is not MemberRole.OWNER:
            await tables.invites.withdraw(reseller.id, made_by=user_id)
        await tables.audit.add(actor_id, "role", reseller.name, f"{described(member)}: {role}", update_id, now)
        if actor_id != user_id:
            facts = _facts("role", reseller) | {"role": role.value}
            await tell(tables, user_id, f"role:{user_id}:{update_id}", facts, now)
        return RoleSet(reseller, changed)

    async def _needed(self, tables: Tables, member: Member, actor_id: int) -> bool:
        """Whether somebody who is no admin would take the last owner away."""
        if member.role is not MemberRole.OWNER or self._buyers.admin(actor_id):
            return False
        return len(await tables.members.owners(member.reseller_id)) == 1


async def may_manage(tables: Tables, buyers: Buyers, person_id: int, reseller_id: int) -> bool:
    """Whether a person may invite to a reseller and change its team: admins, and its owners."""
    if buyers.admin(person_id):
        return True
    member = await tables.members.get(person_id)
    return member is not None and member.reseller_id == reseller_id and member.role is MemberRole.OWNER


async def tell(tables: Tables, chat_id: int, subject: str, facts: dict[str, Any], now: datetime) -> None:
    """Owe a chat the news that its access changed, once per ``subject``."""
    await owe(tables, [notice_to(chat_id, NoticeKind.ACCESS_CHANGED, subject, facts)], now)


def described(member: Member) -> str:
    """A member for the audit trail."""
    handle = f" @{member.username}" if member.username else ""
    return f"{member.name}{handle} ({member.user_id})"


def _facts(change: str, reseller: Reseller) -> dict[str, Any]:
    return {"change": change, "reseller": reseller.name}


def _place(named: NamedGroup) -> str:
    return f"{named.title} ({named.group.chat_id})"


async def _named(tables: Tables, group: ResellerGroup) -> NamedGroup:
    chat = await tables.chats.get(group.chat_id)
    return NamedGroup(group, "") if chat is None else NamedGroup(group, chat.title, chat.unreachable is None)
