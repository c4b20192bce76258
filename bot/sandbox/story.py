"""What has happened before the demo's page is opened: two resellers with people, money, a group and past orders.

It is played through the chat, as people would, so that nothing in it can be otherwise than in real use.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import httpx

from bot.sandbox.actors import PATIENCE, Actor, Message, Stage, StageFailed, links_in

FIRST_PERSON = 2001
GIFT_CARD = "Sample Gift Card 10 USD"
BEFORE = 0.05
"""Seconds that Voodoo Center takes to settle an order while the story is told."""


@dataclass(frozen=True, slots=True)
class Cast:
    """A reseller of the story: two people and what the operator grants them."""

    name: str
    owner: str
    buyer: str
    markup: str
    credit: str
    limit: str = ""


NOVA = Cast("Nova Games", "Nina", "Tom", markup="12", credit="500 Bank transfer")
PIXEL = Cast("Pixel Cards", "Pia", "Raj", markup="8.5", credit="40 First top-up", limit="100")


@dataclass(frozen=True, slots=True)
class Reseller:
    """A reseller who has come in."""

    cast: Cast
    owner: Actor
    buyer: Actor


async def tell_story(telegram: str, voodoo: str, admin_id: int) -> Sequence[str]:
    """Play everything; returns who is who, a line each. Raises ``StageFailed``."""
    async with httpx.AsyncClient(timeout=PATIENCE + 10, trust_env=False) as http:
        try:
            return await _play(Stage(http, telegram), Stage(http, voodoo), admin_id)
        except httpx.HTTPError as error:
            raise StageFailed(f"{type(error).__name__}: {error}") from error


async def _play(telegram: Stage, voodoo: Stage, admin_id: int) -> Sequence[str]:
    ada = Actor(telegram, admin_id, admin_id)
    await telegram.post(f"users/{admin_id}", note="the operator")
    await ada.starts()
    # The bot is ready with one supplier's items; the story needs the other's.
    await ada.says("/catalog refresh")
    catalog = replace(ada)
    nova = await _brought_in(telegram, ada, NOVA, FIRST_PERSON)
    pixel = await _brought_in(telegram, ada, PIXEL, FIRST_PERSON + 2)
    group = await _group(telegram, ada, nova)
    await catalog.sees("The catalog is new")
    usual = await _switched(voodoo, settle_after=BEFORE)
    await asyncio.gather(
        _orders(group, GIFT_CARD, "1", "Delivered"),
        _orders(nova.buyer, GIFT_CARD, "2", "Delivered"),
        _orders(pixel.buyer, GIFT_CARD, "3", "Delivered"),
    )
    await _switched(voodoo, outcome="failed")
    await _orders(pixel.owner, GIFT_CARD, "1", "Not delivered")
    await _switched(voodoo, outcome="partial")
    await _orders(nova.buyer, GIFT_CARD, "2", "Partly delivered")
    await _switched(voodoo, outcome="hold")
    await _orders(pixel.buyer, GIFT_CARD, "1", "In progress")
    # The last one stays open, until somebody settles it on the panel.
    await voodoo.post("wait", order_id=(await voodoo.get("orders"))["orders"][-1]["id"], held=True, timeout=PATIENCE)
    await _switched(voodoo, **usual)
    return [
        _line("Ada", "the operator"),
        *(line for cast in (NOVA, PIXEL) for line in _lines(cast)),
        _line("Boris, Chen", "strangers"),
    ]


def _lines(cast: Cast) -> Sequence[str]:
    return _line(cast.owner, f"owner of {cast.name}"), _line(cast.buyer, f"buyer for {cast.name}")


def _line(who: str, what: str) -> str:
    return f"{who:<13}{what}"


async def _brought_in(telegram: Stage, ada: Actor, cast: Cast, first_id: int) -> Reseller:
    """Make an account, let its owner and a buyer in, and grant it terms and money."""
    owner = await telegram.person(first_id, cast.owner, note=f"{cast.name}, owner")
    buyer = await telegram.person(first_id + 1, cast.buyer, note=f"{cast.name}, buyer")
    await ada.says(f"/invite {cast.name}")
    await ada.sees(button=f"➕ Create reseller {cast.name}")
    await ada.taps("➕ Create reseller")
    invite = await ada.sees(r"t\.me/")
    await owner.opens(links_in(invite)["start"])
    await owner.sees(cast.name)
    invite = await _invite(ada, cast)
    await buyer.opens(links_in(invite)["start"])
    await buyer.sees(cast.name)
    for command in (f"/markup {cast.name} {cast.markup}", f"/credit {cast.name} {cast.credit}"):
        await ada.says(command)
        await ada.sees(cast.name)
    if cast.limit:
        await ada.says(f"/limit {cast.name} {cast.limit}")
        await ada.sees(cast.name)
    return Reseller(cast, owner, buyer)


async def _invite(ada: Actor, cast: Cast) -> Message:
    await ada.says(f"/invite {cast.name}")
    return await ada.sees(r"t\.me/")


async def _switched(voodoo: Stage, **switches: Any) -> Mapping[str, Any]:
    """Turn switches of the supplier; returns how they, and how orders end, stood before."""
    before = (await voodoo.get("state"))["switches"]
    for name, value in switches.items():
        await voodoo.post("switches", name=name, value=value)
    return {name: before[name] for name in ("outcome", *switches)}


async def _group(telegram: Stage, ada: Actor, nova: Reseller) -> Actor:
    """Nova's group, brought in by its owner; returns her in its topic for orders."""
    members = [nova.owner.id, nova.buyer.id]
    made = await telegram.post(
        "chats", title="Nova Games team", kind="supergroup", is_forum=True, members=members, bot=False
    )
    topic = await telegram.post(f"chats/{made['id']}/topics", name="Orders", user_id=nova.owner.id)
    invite = await _invite(ada, nova.cast)
    there = nova.owner.at(made["id"])
    await there.opens(links_in(invite)["startgroup"], made["id"])
    await there.sees(nova.cast.name)
    return there.at(made["id"], topic["topic"])


async def _orders(person: Actor, item: str, quantity: str, ending: str) -> None:
    """One order, from the search to its end."""
    await person.says(f"/find {item}")
    await person.sees("This is what the catalog has")
    await person.taps(item)
    await person.sees(button="Buy")
    await person.taps("Buy")
    await person.sees("How many")
    await person.taps(quantity)
    await person.sees("Please check your order")
    await person.taps("Confirm")
    await person.sees(ending)
