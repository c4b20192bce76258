"""Resellers made by chat, as an operator makes them: an account, its people, its money, its group."""

import re
from dataclasses import dataclass
from decimal import Decimal
from itertools import count

from bot.sandbox.actors import links_in
from tests.journeys.people import Message, Person
from tests.journeys.world import World

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
        does(self.boss, f"/credit {self.name} {amount}", "credited to")


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
    person.sees(f"You order for {re.escape(name)} now")
    boss.sees("opened your link")
    return person


def reseller(world: World, *, credit: str = "100", markup: str = "10") -> Reseller:
    """A reseller with an owner, a buyer, a markup and money."""
    boss, name = world.admin(), new_name()
    creates(boss, name)
    made = Reseller(name, boss, brings(boss, world, name), brings(boss, world, name))
    if markup != "0":
        does(boss, f"/markup {name} {markup}", "Markup on everything")
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
    there.sees(f"From now on {re.escape(seller.name)} orders here")
    return chat, int(str(opened["topic"]))


@dataclass(frozen=True)
class Holdings:
    """What an account holds, as its card tells an operator."""

    balance: Decimal
    held: Decimal
    available: Decimal


def holdings(seller: Reseller) -> Holdings:
    """Look at the account's card now."""
    seller.boss.says(f"/reseller {seller.name}")
    text = seller.boss.sees(f"{re.escape(seller.name)}\n(.|\n)*Balance: ")["text"]
    return Holdings(amount(text, "Balance"), amount(text, "Held for open orders"), amount(text, "Available"))


def amount(text: str, label: str) -> Decimal:
    """The dollars behind a label."""
    found = re.search(rf"^{re.escape(label)}: (-?)\$([\d,]+\.\d\d)", text, re.MULTILINE)
    assert found, f"no {label!r} in {text!r}"
    return Decimal(found[1] + found[2].replace(",", ""))


def entries(seller: Reseller) -> list[Decimal]:
    """The amounts of the account's last entries, newest first."""
    seller.boss.says(f"/reseller {seller.name}")
    text = seller.boss.sees(f"{re.escape(seller.name)}\n(.|\n)*Balance: ")["text"]
    found = re.findall(r"^([+-])\$([\d,]+\.\d\d) → .* · (?:credit|debit|order)", text, re.MULTILINE)
    return [Decimal(sign + shown.replace(",", "")) for sign, shown in found]


NO_ACCESS = "You do not have access to this bot."


def is_stranger(person: Person) -> bool:
    """Whether the bot refuses to show them the catalog."""
    person.says("/order")
    told = person.sees()["text"]
    return any(words in told for words in (NO_ACCESS, "only its members order here", "waits for an answer"))


def callbacks(message: Message) -> dict[str, str]:
    """The callback data of a message's buttons, by label."""
    return {b["text"]: b["callback_data"] for row in message["buttons"] for b in row if "callback_data" in b}
