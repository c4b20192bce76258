"""The reseller of the past: half of all chats are its members in private, one of them its owner."""

from decimal import Decimal
from random import Random

from storage.clock import utc_now
from storage.records.orders import Place
from storage.records.resellers import EntryKind, Member, MemberRole, NewEntry, Reseller
from storage.store import Store, Tables
from tests.bench.past import CHATS, FIRST_CHAT, RESELLER

OWNER = FIRST_CHAT + 1
MEMBERS = range(OWNER, FIRST_CHAT + CHATS, 2)
MARKUP = Decimal(10)
ENOUGH = 60
"""Orders a minute that a member may make: more than the benchmark does, in few steps of the index."""


async def admit(store: Store) -> Reseller:
    """Make the reseller, with money for everything, and bounds that are looked up at every Confirm."""

    async def unit(tables: Tables) -> Reseller:
        now = utc_now()
        made = await tables.resellers.add("Nova Games", "nova games", MARKUP, now)
        assert made is not None
        assert made.id == RESELLER
        await tables.ledger.post(NewEntry(made.id, EntryKind.CREDIT, Decimal(1_000_000_000), now))
        for person in MEMBERS:
            role = MemberRole.OWNER if person == OWNER else MemberRole.BUYER
            await tables.members.put(Member(person, made.id, role, f"Person {person}", now))
        return made

    return await store.write(unit)


def member(chance: Random) -> Place:
    """A member in private."""
    person = chance.choice(MEMBERS)
    return Place(person, person)
