"""What a chat hears, and changing it: who may is read in the unit that changes it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from bot.resellers.buyers import Buyer, Buyers
from bot.resellers.choices import heard_at, quiet, zone_of
from storage.clock import Clock
from storage.records.orders import Place
from storage.records.resellers import Choices, FeedEvent, MemberRole, Reseller
from storage.store import Store, Tables

Choose = Callable[[Choices], Choices]


@dataclass(frozen=True, slots=True)
class Hearing:
    """What a chat chose, and what may be chosen there.

    ``there`` is the time by its own clock. ``team`` and ``feed`` tell whether it may hear failures elsewhere in the
    team, and the operator's feed. ``low_balance`` is the reseller's limit, its own or the shop's, for its owners alone.
    """

    choices: Choices
    there: datetime
    may_change: bool
    account: Reseller | None = None
    team: bool = False
    feed: bool = False
    low_balance: Decimal | None = None


@dataclass(frozen=True, slots=True)
class NotYours:
    """Only others may change this; nothing was changed."""

    hearing: Hearing


class Hearings:
    """Shows and changes what chats hear. ``low_balance`` is the shop's limit for accounts without one of their own."""

    def __init__(
        self, store: Store, buyers: Buyers, clock: Clock, desk_chats: frozenset[int], low_balance: Decimal
    ) -> None:
        self._store = store
        self._buyers = buyers
        self._clock = clock
        self._desk_chats = desk_chats
        self._low_balance = low_balance

    async def view(self, place: Place) -> Hearing:
        """What the chat hears, and what this person may change there."""
        return await self._store.read(lambda tables: self._view(tables, place))

    async def team_failures(self, place: Place, *, on: bool) -> Hearing | NotYours:
        """Hear failures in the reseller's other chats too, in the topic where that is chosen; or not any more."""
        thread_id = place.thread_id if on else None
        return await self._choose(
            place,
            lambda hearing: hearing.team,
            lambda choices: replace(choices, team_failures=on, thread_id=thread_id),
        )

    async def feed(self, place: Place, event: FeedEvent, *, on: bool) -> Hearing | NotYours:
        """Hear of every order to which such a thing happens, or not any more."""

        def chosen(choices: Choices) -> Choices:
            wanted = {*choices.feed, event} if on else {*choices.feed} - {event}
            return replace(choices, feed=tuple(one for one in FeedEvent if one in wanted))

        return await self._choose(place, lambda hearing: hearing.feed, chosen)

    async def quiet(self, place: Place, begin: int, until: int) -> Hearing | NotYours:
        """Keep what may wait until these hours are over (minutes of the day); none between a minute and itself."""
        return await self._choose(place, _anybody, lambda choices: quiet(choices, begin, until))

    async def time_zone(self, place: Place, name: str) -> Hearing | NotYours:
        """Count quiet hours by the clock of this IANA time zone."""
        return await self._choose(place, _anybody, lambda choices: replace(choices, time_zone=name))

    async def low_balance(self, place: Place, limit: Decimal | None) -> Hearing | NotYours:
        """Tell the reseller's owners when less is left to order for; 0 never, None as the shop's limit says."""

        async def change(tables: Tables) -> Hearing | NotYours:
            hearing = await self._view(tables, place)
            if hearing.account is None or hearing.low_balance is None:
                return NotYours(hearing)
            await tables.resellers.save(replace(hearing.account, low_balance=limit))
            return await self._view(tables, place)

        return await self._store.write(change)

    async def _choose(self, place: Place, offered: Callable[[Hearing], bool], choose: Choose) -> Hearing | NotYours:
        async def change(tables: Tables) -> Hearing | NotYours:
            hearing = await self._view(tables, place)
            if not (hearing.may_change and offered(hearing)):
                return NotYours(hearing)
            chosen, now = choose(hearing.choices), self._clock()
            await tables.chats.choose(place.chat_id, chosen)
            # What is held already is heard when the new hours end, not the old ones.
            await tables.outbox.hear_at(place.chat_id, heard_at(chosen, now))
            return await self._view(tables, place)

        return await self._store.write(change)

    async def _view(self, tables: Tables, place: Place) -> Hearing:
        buyer = await self._buyers.here(tables, place)
        choices = await tables.chats.choices(place.chat_id)
        there = self._clock().astimezone(zone_of(choices.time_zone))
        desk, account = place.chat_id in self._desk_chats, buyer.account
        owner = account is not None and _owns(buyer)
        low = (self._low_balance if account.low_balance is None else account.low_balance) if account else None
        return Hearing(
            choices,
            there,
            may_change=buyer.admin if desk else owner or (buyer.private and (buyer.admin or account is not None)),
            account=account,
            team=owner,
            feed=desk and buyer.admin,
            low_balance=low if owner and buyer.private else None,
        )


def _owns(buyer: Buyer) -> bool:
    member = buyer.standing.member
    return member is not None and member.role is MemberRole.OWNER


def _anybody(_hearing: Hearing) -> bool:
    return True
