"""Floods of people: others' answers come after a few of the flood's, however much of it is waiting."""

from collections.abc import Sequence
from typing import Any

from tests.journeys.people import Person
from tests.journeys.world import World

TURNS = 40
"""What may be answered to a flood before others: some in hand, and the burst that a chat may be sent at once."""


def answered_before(world: World, whom: Person, chats: Sequence[int], since: int) -> int:
    """How many of these chats' messages the bot sent between a version and its answer to somebody."""
    seen: Any = world.telegram.get("calls", method="sendMessage", after=since)
    to = [str(call["parameters"].get("chat_id")) for call in seen["calls"]]
    return sum(chat in {str(one) for one in chats} for chat in to[: to.index(str(whom.chat))])


def test_a_flood_by_one_person_is_answered_bit_by_bit_and_others_at_once(world: World) -> None:
    eager, calm = world.admin(), world.admin()
    for _ in range(400):
        eager.says("/help")
    since = calm.version()
    calm.says("/help")
    calm.sees("What you can do")
    assert answered_before(world, calm, [eager.chat], since) <= TURNS


def test_a_flood_of_taps_leaves_others_their_answers(world: World) -> None:
    eager, calm = world.admin(), world.admin()
    eager.says("/orders")
    menu = eager.sees("Orders · All")
    eager.taps_without_waiting("All", menu, times=300)
    since = calm.version()
    calm.says("/help")
    calm.sees("What you can do")
    assert answered_before(world, calm, [eager.chat], since) <= TURNS


def test_a_flood_in_a_group_leaves_others_their_answers(world: World) -> None:
    members = [world.admin() for _ in range(6)]
    calm = world.admin()
    group = world.group(*members)
    for _ in range(30):
        for member in members:
            world.in_group(member, group).says("/help")
    since = calm.version()
    calm.says("/help")
    calm.sees("What you can do")
    assert answered_before(world, calm, [group], since) <= TURNS
