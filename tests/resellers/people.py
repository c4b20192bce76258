"""Resellers for tests, made in a real store: an account with money, its people, and its groups."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from bot.resellers.naming import folded
from storage.records.orders import Place
from storage.records.resellers import EntryKind, Member, MemberRole, NewEntry, Reseller, ResellerGroup
from storage.store import Store, Tables
from tests.factories import NOW

OWNER = Place(2001, 2001)
BUYER = Place(2002, 2002)
GROUP = -2000
PEOPLE: Mapping[int, MemberRole] = {OWNER.user_id: MemberRole.OWNER, BUYER.user_id: MemberRole.BUYER}


async def add_reseller(
    store: Store,
    name: str = "Nova Games",
    *,
    money: str = "100",
    markup: str = "10",
    people: Mapping[int, MemberRole] = PEOPLE,
    groups: Iterable[int] = (GROUP,),
    **changes: Any,
) -> Reseller:
    """Make a reseller; ``changes`` are facts of its account such as ``credit_limit``."""

    async def unit(tables: Tables) -> Reseller:
        made = await tables.resellers.add(name, folded(name), Decimal(markup), NOW)
        assert made is not None
        await tables.resellers.save(replace(made, **changes))
        if Decimal(money):
            await tables.ledger.post(NewEntry(made.id, EntryKind.CREDIT, Decimal(money), NOW))
        for user_id, role in people.items():
            await tables.members.put(Member(user_id, made.id, role, f"Person {user_id}", NOW))
        for chat_id in groups:
            await tables.groups.put(ResellerGroup(chat_id, made.id, OWNER.user_id, NOW))
        return replace(made, balance=Decimal(money), **changes)

    return await store.write(unit)


async def account(store: Store, reseller: Reseller) -> Reseller:
    """The account as it is now; its balance is always the sum of its ledger, and its limit kept."""
    found = await store.read(lambda tables: tables.resellers.get(reseller.id))
    total = await store.read(lambda tables: tables.ledger.total(reseller.id))
    assert found is not None
    assert found.balance == total
    assert found.available >= 0
    return found
