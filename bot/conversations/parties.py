"""Whose names are told beside orders: to operators everybody's, to owners their team's, in groups nobody's."""

from collections.abc import Iterable

from bot.presentation.orders import UNNAMED, Parties
from bot.resellers.buyers import Buyer, Role
from storage.records.orders import Order, OrderLine
from storage.store import Tables


async def parties_to(tables: Tables, buyer: Buyer, shown: Iterable[Order | OrderLine]) -> Parties:
    """The names that go with these orders, for somebody who may see them; the shop's own orders need none."""
    if not (buyer.sees_everything or (buyer.private and buyer.role is Role.OWNER)):
        return UNNAMED
    sold = [order for order in shown if order.reseller_id is not None]
    people = {user_id: await person_name(tables, user_id) for user_id in {_orderer(order) for order in sold}}
    if not buyer.sees_everything:
        return Parties(people=people)
    found = [await tables.resellers.get(number) for number in {order.reseller_id or 0 for order in sold}]
    return Parties({reseller.id: reseller.name for reseller in found if reseller is not None}, people)


async def person_name(tables: Tables, user_id: int) -> str:
    """What a person is called: as a member, else as their chat with us is, else by their id."""
    member = await tables.members.get(user_id)
    if member is not None and member.name:
        return member.name
    chat = await tables.chats.get(user_id)
    return chat.title if chat is not None and chat.title else str(user_id)


def _orderer(order: Order | OrderLine) -> int:
    return order.user_id if isinstance(order, OrderLine) else order.place.user_id
