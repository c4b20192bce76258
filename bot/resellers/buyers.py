"""Who somebody is in a chat: what they may do there, and who pays for what they order there."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from bot.resellers.prices import percent_for
from storage.records.catalog import Item
from storage.records.orders import Order, Place
from storage.records.resellers import MarkupRule, MemberRole, Reseller, Standing
from storage.store import Tables


class Role(StrEnum):
    """What somebody is to the shop."""

    ADMIN = "admin"
    OWNER = "owner"
    BUYER = "buyer"
    STRANGER = "stranger"

    @property
    def operates(self) -> bool:
        """Whether the operator's commands are open to this person."""
        return self is Role.ADMIN


@dataclass(frozen=True, slots=True)
class Terms:
    """Who pays for an order and at which markup in percent; both None where the operator buys at cost."""

    reseller_id: int | None = None
    markup: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Sight:
    """What orders must be to be shown: of a chat, of a person, of a reseller, or the operator's own at cost."""

    chat_id: int | None = None
    user_id: int | None = None
    reseller_id: int | None = None
    at_cost: bool = False


AT_COST = Terms()
NOBODY = Standing()


@dataclass(frozen=True, slots=True)
class Buyer:
    """Somebody in a chat. ``account`` is the reseller that pays there; None for the operator, who buys at cost.

    ``desk`` is whether the chat is the operators' own, which their notices go to and no customer reads.
    """

    place: Place
    admin: bool
    standing: Standing = NOBODY
    rules: tuple[MarkupRule, ...] = ()
    desk: bool = False

    @property
    def private(self) -> bool:
        """Whether nobody else reads along: a private chat has its person's id."""
        return self.place.chat_id == self.place.user_id

    @property
    def account(self) -> Reseller | None:
        """Who pays for orders made here."""
        mine, group_of = self.standing.reseller, self.standing.group_of
        if self.private or mine is None:
            return mine if self.private else None
        return mine if group_of is not None and group_of.id == mine.id else None

    @property
    def role(self) -> Role:
        """What the person is; an admin who is a member too is an admin."""
        if self.admin:
            return Role.ADMIN
        member = self.standing.member
        if member is None:
            return Role.STRANGER
        return Role.OWNER if member.role is MemberRole.OWNER else Role.BUYER

    @property
    def at_cost(self) -> bool:
        """Whether this is the operator buying for the shop itself: never in a reseller's group."""
        return self.admin and self.account is None and self.standing.group_of is None

    @property
    def may_order(self) -> bool:
        """Whether the catalog and ordering are open to this person here; a suspended reseller may still look."""
        return self.account is not None or self.at_cost

    def terms(self, item: Item) -> Terms:
        """Who pays for an item here, and at which markup."""
        if self.account is None:
            return AT_COST
        return Terms(self.account.id, percent_for(item, self.account, self.rules))

    @property
    def sees_everything(self) -> bool:
        """Whether every order of the shop may be shown here: to an admin, where no customer reads along.

        A reseller's group that is made the operators' own by mistake stays the customers'.
        """
        return self.admin and (self.private or (self.desk and self.standing.group_of is None))

    def sees(self, order: Order) -> bool:
        """Whether an order may be shown to this person here; ``sight`` says the same of all orders."""
        if self.sees_everything:
            return True
        if order.reseller_id is None:
            return self.at_cost and order.place.chat_id == self.place.chat_id
        if self.account is None or order.reseller_id != self.account.id:
            return False
        mine = order.place.user_id == self.place.user_id
        if self.private:
            return mine or self.role is Role.OWNER
        return order.place.chat_id == self.place.chat_id

    @property
    def sight(self) -> Sight | None:
        """Which orders may be shown to this person here; None for no order at all."""
        if self.sees_everything:
            return Sight()
        if self.account is None:
            return Sight(chat_id=self.place.chat_id, at_cost=True) if self.at_cost else None
        if not self.private:
            return Sight(chat_id=self.place.chat_id, reseller_id=self.account.id)
        person = None if self.role is Role.OWNER else self.place.user_id
        return Sight(user_id=person, reseller_id=self.account.id)


class Buyers:
    """Tells who somebody is, from the store and the operator's lists of admins and of their own chats."""

    def __init__(self, admin_ids: Iterable[int], desk_chats: Iterable[int] = ()) -> None:
        self._admin_ids = frozenset(admin_ids)
        self._desk_chats = frozenset(desk_chats)

    def admin(self, user_id: int) -> bool:
        """Whether a person runs the shop."""
        return user_id in self._admin_ids

    async def here(self, tables: Tables, place: Place) -> Buyer:
        """Who a person is in a chat now; read it in the unit that acts on it."""
        standing = await tables.resellers.standing(place.user_id, place.chat_id)
        mine = standing.reseller
        rules = () if mine is None else tuple(await tables.resellers.rules(mine.id))
        return Buyer(place, self.admin(place.user_id), standing, rules, place.chat_id in self._desk_chats)
