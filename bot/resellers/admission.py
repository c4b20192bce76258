"""Questions for access: strangers ask, admins answer, and both hear of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count

from bot.resellers.buyers import Buyers
from bot.resellers.invitations import Newcomer, next_role
from bot.resellers.naming import MAX_NAME, clean_name, folded
from bot.resellers.team import Gone, NotAllowed, described, tell
from bot.resellers.telling import Operator
from storage.clock import Clock
from storage.records.queues import NoticeKind
from storage.records.resellers import ZERO, AccessRequest, Member, RequestState, Reseller
from storage.store import Store, Tables

ASK_AGAIN_AFTER = timedelta(hours=24)
"""How long an answered question rests before the same person may ask anew."""


@dataclass(frozen=True, slots=True)
class Asked:
    """The admins were told."""


@dataclass(frozen=True, slots=True)
class StillWaits:
    """The admins were told before and have not answered yet."""

    since: datetime


@dataclass(frozen=True, slots=True)
class AskLater:
    """An admin answered not long ago; the person may ask again at ``again``."""

    again: datetime


@dataclass(frozen=True, slots=True)
class HasAccess:
    """The person belongs to a reseller."""

    reseller: Reseller


@dataclass(frozen=True, slots=True)
class RequestView:
    """A question for access as an admin sees it: who asked, who answered, and what the person belongs to."""

    request: AccessRequest
    decided_by: str = ""
    reseller: Reseller | None = None

    @property
    def waits(self) -> bool:
        """Whether it is still to be answered."""
        return self.request.state is RequestState.WAITING and self.reseller is None


@dataclass(frozen=True, slots=True)
class Approved:
    """The person belongs to the reseller now."""

    view: RequestView
    reseller: Reseller
    member: Member


@dataclass(frozen=True, slots=True)
class Declined:
    """The person was told that it is no."""

    view: RequestView


@dataclass(frozen=True, slots=True)
class Decided:
    """Somebody answered before, or the person came in another way; nothing was changed."""

    view: RequestView


AskOutcome = Asked | StillWaits | AskLater | HasAccess
Answer = Approved | Declined | Decided | NotAllowed | Gone


class Admission:
    """Keeps one question per person. Only admins answer; the first answer holds."""

    def __init__(self, store: Store, buyers: Buyers, clock: Clock, operator: Operator) -> None:
        self._store = store
        self._buyers = buyers
        self._clock = clock
        self._operator = operator

    async def ask(self, who: Newcomer, language: str | None) -> AskOutcome:
        """Put a stranger's question to the admins, once; a repeat tells how it stands."""
        return await self._store.write(lambda tables: self._ask(tables, who, language))

    async def waiting(self, limit: int) -> Sequence[AccessRequest]:
        """Questions that nobody answered yet, the oldest first."""
        return await self._store.read(lambda tables: tables.requests.waiting(limit))

    async def view(self, user_id: int) -> RequestView | None:
        """How a person's question stands; None when they never asked."""
        return await self._store.read(lambda tables: _view(tables, user_id))

    async def resellers(self, offset: int, limit: int) -> tuple[Sequence[Reseller], int]:
        """Accounts to choose from, by name, and how many there are in all."""

        async def look(tables: Tables) -> tuple[Sequence[Reseller], int]:
            ids = list((await tables.resellers.names()).values())
            found = [await tables.resellers.get(one) for one in ids[offset : offset + limit]]
            return [one for one in found if one is not None], len(ids)

        return await self._store.read(look)

    async def approve(self, user_id: int, reseller_id: int, actor_id: int, update_id: int) -> Answer:
        """Let somebody in, as one of an existing reseller's people."""

        async def act(tables: Tables) -> Answer:
            if not self._buyers.admin(actor_id):
                return NotAllowed()
            reseller = await tables.resellers.get(reseller_id)
            if reseller is None:
                return Gone()
            return await self._let_in(tables, user_id, reseller, actor_id, update_id)

        return await self._store.write(act)

    async def approve_new(self, user_id: int, actor_id: int, update_id: int) -> Answer:
        """Let somebody in, as the owner of a new reseller that has their name until it is renamed."""

        async def act(tables: Tables) -> Answer:
            if not self._buyers.admin(actor_id):
                return NotAllowed()
            view = await _view(tables, user_id)
            if view is None:
                return Gone()
            if not view.waits:
                return Decided(view)
            now = self._clock()
            reseller = await _new_reseller(tables, view.request, now)
            await tables.audit.add(actor_id, "create", reseller.name, "", update_id, now)
            return await self._let_in(tables, user_id, reseller, actor_id, update_id)

        return await self._store.write(act)

    async def decline(self, user_id: int, actor_id: int, update_id: int) -> Answer:
        """Answer that it is no."""

        async def act(tables: Tables) -> Answer:
            if not self._buyers.admin(actor_id):
                return NotAllowed()
            now = self._clock()
            decided = await tables.requests.decide(user_id, RequestState.DECLINED, actor_id, now)
            view = await _view(tables, user_id)
            if view is None:
                return Gone()
            if decided is None:
                return Decided(view)
            await tables.audit.add(actor_id, "decline", str(user_id), _asker(decided), update_id, now)
            again = {"change": "declined", "again": (now + ASK_AGAIN_AFTER).isoformat()}
            await tell(tables, user_id, f"declined:{user_id}:{update_id}", again, now)
            return Declined(view)

        return await self._store.write(act)

    async def _ask(self, tables: Tables, who: Newcomer, language: str | None) -> AskOutcome:
        member = await tables.members.get(who.user_id)
        reseller = await tables.resellers.get(member.reseller_id) if member else None
        if reseller is not None:
            return HasAccess(reseller)
        now = self._clock()
        known = await tables.requests.get(who.user_id)
        if known is None:
            await tables.requests.ask(AccessRequest(who.user_id, who.name, who.username, now, language=language))
        elif known.state is RequestState.WAITING:
            return StillWaits(known.asked_at)
        elif known.decided_at is not None and now < known.decided_at + ASK_AGAIN_AFTER:
            return AskLater(known.decided_at + ASK_AGAIN_AFTER)
        else:
            await tables.requests.ask_again(who.user_id, who.name, who.username, now)
        facts = {"user_id": who.user_id, "name": who.name, "username": who.username, "again": known is not None}
        await self._operator.tell(tables, NoticeKind.ACCESS_REQUESTED, f"{who.user_id}:{now.isoformat()}", facts, now)
        return Asked()

    async def _let_in(self, tables: Tables, user_id: int, reseller: Reseller, actor_id: int, update_id: int) -> Answer:
        view = await _view(tables, user_id)
        if view is None:
            return Gone()
        now, request = self._clock(), view.request
        if not view.waits:
            return Decided(view)
        await tables.requests.decide(user_id, RequestState.APPROVED, actor_id, now)
        role = await next_role(tables, reseller.id)
        member = Member(user_id, reseller.id, role, request.name, now, request.username, actor_id)
        await tables.members.put(member)
        await tables.audit.add(actor_id, "approve", reseller.name, f"{described(member)}: {role}", update_id, now)
        facts = {"change": "approved", "reseller": reseller.name, "role": role.value}
        await tell(tables, user_id, f"approved:{user_id}:{update_id}", facts, now)
        decided = await _view(tables, user_id)
        return Approved(decided or view, reseller, member)


async def _view(tables: Tables, user_id: int) -> RequestView | None:
    request = await tables.requests.get(user_id)
    if request is None:
        return None
    member = await tables.members.get(user_id)
    reseller = await tables.resellers.get(member.reseller_id) if member else None
    admin = await tables.chats.get(request.decided_by) if request.decided_by else None
    name = admin.title if admin else str(request.decided_by or "")
    return RequestView(request, name, reseller)


async def _new_reseller(tables: Tables, request: AccessRequest, now: datetime) -> Reseller:
    """An account with the person's name, and a number behind it where that is taken."""
    wanted = default_name(request)
    for number in count(1):
        name = wanted if number == 1 else f"{wanted[: MAX_NAME - 8].rstrip()} {number}"
        reseller = await tables.resellers.add(name, folded(name), ZERO, now)
        if reseller is not None:
            return reseller
    raise AssertionError("numbers never end")


def default_name(request: AccessRequest) -> str:
    """What a reseller made for this person is called: by their name if it can be had, else by their handle or id."""
    handle = f"@{request.username}" if request.username else str(request.user_id)
    candidates = (clean_name(text) for text in (request.name[:MAX_NAME], handle))
    return next((name for name in candidates if isinstance(name, str)), str(request.user_id))


def _asker(request: AccessRequest) -> str:
    handle = f" @{request.username}" if request.username else ""
    return f"{request.name}{handle}"
