"""Resellers made by chat, as an operator makes them: an account, its people, its money, its group."""

import re
from dataclasses import dataclass
from itertools import count

from bot.sandbox.actors import links_in
from tests.journeys.conftest import World
from tests.journeys.people import Message, Person

NAMES = count(1)


@dataclass(frozen=True)
class Reseller:
    """An account with its people; ``boss`` is an operator who is no member of anything."""

    name: str
    boss: Person
    owner: Person
    buyer: Person

    def credited(self, amount: str) -> None:
        """Put money on the account."""
        does(self.boss, f"/credit {self.name} {amount}", self.name)


def does(person: Person, command: str, answer: str) -> Message:
    """Send a command and read its answer."""
    person.says(command)
    return person.sees(answer)


def new_name() -> str:
    """A name that no reseller has."""
    return f"Reseller {next(NAMES)} of the journeys"


def invites(boss: Person, name: str) -> dict[str, str]:
    """Ask for links to a reseller that exists."""
    boss.says(f"/invite {name}")
    return links_in(boss.sees(r"t\.me/"))


def creates(boss: Person, name: str) -> None:
    """Make an account."""
    boss.says(f"/invite {name}")
    boss.sees(button=f"➕ Create reseller {name[:30]}")
    boss.taps("➕ Create reseller")
    boss.sees(r"t\.me/")


def brings(boss: Person, world: World, name: str, language: str = "en") -> Person:
    """Let somebody new into a reseller by a link."""
    person = world.newcomer(language)
    person.opens(invites(boss, name)["start"])
    person.sees(re.escape(name))
    return person


def reseller(world: World, *, credit: str = "100", markup: str = "10") -> Reseller:
    """A reseller with an owner, a buyer, a markup and money."""
    boss, name = world.admin(), new_name()
    creates(boss, name)
    made = Reseller(name, boss, brings(boss, world, name), brings(boss, world, name))
    does(boss, f"/markup {name} {markup}", re.escape(name))
    if credit != "0":
        made.credited(credit)
    return made


def group_of(world: World, seller: Reseller, *others: Person, topic: str = "Orders") -> tuple[int, int]:
    """A forum of the reseller's owner, buyer and others that belongs to the reseller; its id and a topic."""
    people = [seller.owner, seller.buyer, *others]
    made = world.telegram.post(
        "chats", title="Team", kind="supergroup", is_forum=True, members=[p.id for p in people], bot=False
    )
    chat = int(str(made["id"]))
    opened = world.telegram.post(f"chats/{chat}/topics", name=topic, user_id=seller.owner.id)
    there = world.in_group(seller.owner, chat)
    there.opens(invites(seller.boss, seller.name)["startgroup"], chat)
    there.sees(re.escape(seller.name))
    return chat, int(str(opened["topic"]))
