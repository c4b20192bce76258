"""Resellers' groups: whose they are, who orders there, and where results go."""

import re
from dataclasses import dataclass

import pytest

from tests.journeys import goods
from tests.journeys.orders import sees_order
from tests.journeys.people import Person
from tests.journeys.resellers import Reseller, does, group_of, holdings, invites, reseller
from tests.journeys.test_groups import hidden
from tests.journeys.world import World


@dataclass(frozen=True)
class Corner:
    """A reseller's group with a topic, and its people there."""

    seller: Reseller
    chat: int
    topic: int
    owner: Person
    buyer: Person


@pytest.fixture
def corner(world: World) -> Corner:
    seller = reseller(world)
    chat, topic = group_of(world, seller)
    owner, buyer = (world.in_group(person, chat, topic) for person in (seller.owner, seller.buyer))
    return Corner(seller, chat, topic, owner, buyer)


def orders_a_key(person: Person) -> str:
    goods.buys(person, goods.KEY)
    person.taps("1")
    return goods.confirms(person)


def joins(world: World, person: Person, corner: Corner) -> Person:
    """Somebody comes into the group."""
    world.telegram.post(f"chats/{corner.chat}/join", user_id=person.id)
    return world.in_group(person, corner.chat, corner.topic)


def test_any_member_orders_there_on_the_account_and_codes_come_to_the_topic_hidden(
    corner: Corner, world: World
) -> None:
    for person in (corner.owner, corner.buyer):
        sees_order(person, orders_a_key(person), "Delivered")
        result = person.sees("Delivered", button="Copy the code")
        assert result["topic"] == corner.topic
        assert hidden(result) == world.voodoo.order_like(goods.KEY.id)["codes"]
    assert str(holdings(corner.seller).balance) == "80.20"


def test_a_prompt_reaches_only_the_one_who_orders(corner: Corner) -> None:
    prompt = goods.buys(corner.buyer, goods.SERVICE)
    assert prompt["force_reply"]["selective"]
    corner.owner.says("me@example.com", reply_to=prompt["id"])
    corner.buyer.says("buyer@example.com", reply_to=prompt["id"])
    assert "buyer@example.com" in corner.buyer.sees("Please check your order")["text"]


def test_others_cannot_order_in_a_resellers_group(corner: Corner, world: World) -> None:
    other = reseller(world)
    before = len(world.voodoo.orders())
    for person in (joins(world, other.owner, corner), joins(world, world.newcomer(), corner)):
        person.says("/order")
        assert "access" in person.sees()["text"] or "only its members" in person.sees()["text"]
    assert len(world.voodoo.orders()) == before


def test_an_operator_does_not_order_in_a_resellers_group(corner: Corner, world: World) -> None:
    boss = joins(world, corner.seller.boss, corner)
    boss.says("/order")
    assert "belongs to a reseller" in boss.sees()["text"]


def test_what_was_ordered_elsewhere_is_not_shown_there(corner: Corner) -> None:
    reference = goods.orders_keys(corner.seller.owner)
    sees_order(corner.seller.owner, reference, "Delivered")
    assert "no such order" in does(corner.owner, f"/order_{reference}", "order")["text"]


def test_a_group_that_is_nobodys_is_told_once_how_that_changes(world: World) -> None:
    zoe = world.newcomer()
    chat = world.group(zoe)
    there = world.in_group(zoe, chat)
    there.sees("nobody's yet")
    there.says("/fnord")
    there.says("hello everybody")
    zoe.starts()
    assert len(there.bot_texts()) == 1


def test_a_member_is_told_that_a_group_is_not_theirs_yet(world: World) -> None:
    seller = reseller(world)
    there = world.in_group(seller.buyer, world.group(seller.buyer))
    there.sees("nobody's yet")
    there.says("/order")
    there.sees("nobody|belong")
    assert holdings(seller).held == 0


def test_a_groups_move_to_a_supergroup_keeps_its_reseller(world: World) -> None:
    seller = reseller(world)
    chat = world.group(seller.owner, seller.buyer, kind="group")
    there = world.in_group(seller.owner, chat)
    there.opens(invites(seller.boss, seller.name)["startgroup"], chat)
    there.sees(f"From now on {re.escape(seller.name)} orders here")
    moved = int(str(world.telegram.post("faults/migrate", chat_id=chat)["chat_id"]))
    buyer = world.in_group(seller.buyer, moved)
    sees_order(buyer, orders_a_key(buyer), "Delivered")
    assert str(holdings(seller).balance) == "90.10"


def test_a_result_whose_topic_is_gone_comes_to_the_group(corner: Corner, world: World) -> None:
    world.voodoo.switch("outcome", "hold")
    orders_a_key(corner.buyer)
    corner.buyer.sees("In progress")
    world.telegram.post("faults/delete-topic", chat_id=corner.chat, topic=corner.topic)
    world.voodoo.settle(world.voodoo.newest()["id"], "completed")
    result = world.in_group(corner.seller.buyer, corner.chat).sees("Delivered", button="Copy the code")
    assert result["topic"] is None


def test_a_kicked_bot_returns_to_the_same_resellers_group_with_the_result(corner: Corner, world: World) -> None:
    world.voodoo.switch("outcome", "hold")
    orders_a_key(corner.buyer)
    corner.buyer.sees("In progress")
    before = world.bot.log_end()
    world.telegram.post("faults/kick", chat_id=corner.chat)
    world.bot.logged("a chat put the bot out", after=before, chat_id=corner.chat)
    world.voodoo.settle(world.voodoo.newest()["id"], "completed")
    world.telegram.post("faults/restore", chat_id=corner.chat)
    corner.buyer.sees("Delivered", button="Copy the code")


def test_one_resellers_group_cannot_be_taken_by_another(corner: Corner, world: World) -> None:
    other = reseller(world)
    rival = joins(world, other.owner, corner)
    rival.topic = None
    rival.opens(invites(other.boss, other.name)["startgroup"], corner.chat)
    rival.sees("already belongs to somebody else")
    sees_order(corner.buyer, orders_a_key(corner.buyer), "Delivered")


def test_a_removed_group_takes_no_orders_from_then_on_not_even_by_old_buttons(corner: Corner, world: World) -> None:
    goods.buys(corner.buyer, goods.KEY)
    corner.buyer.taps("1")
    card = corner.buyer.sees("Please check your order")
    before = len(world.voodoo.orders())
    owner = corner.seller.owner
    owner.taps("💬", does(owner, "/team", "Team of"))
    owner.sees("nobody orders in it", button="Remove")
    owner.taps("Remove")
    world.in_group(owner, corner.chat).sees("Nobody orders for")
    corner.buyer.taps("Confirm", card)
    assert len(world.voodoo.orders()) == before
    assert holdings(corner.seller).held == 0


@pytest.mark.parametrize("command", ["balance", "statement", "team"])
def test_money_and_people_are_not_shown_where_others_read_along(corner: Corner, command: str) -> None:
    corner.owner.says(f"/{command}")
    text = corner.owner.sees()["text"]
    assert "private chat" in text
    assert "$" not in text


def test_a_confirm_card_in_a_group_tells_nobody_the_balance(corner: Corner) -> None:
    goods.buys(corner.buyer, goods.KEY)
    corner.buyer.taps("1")
    card = corner.buyer.sees("Please check your order")["text"]
    assert "Total: $9.90" in card
    assert "100.00" not in card
    assert "90.10" not in card
