"""Ordering where others read along: in groups, supergroups and forum topics."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from tests.journeys import goods
from tests.journeys.people import Message, Person, reference_in
from tests.journeys.world import World


@dataclass(frozen=True)
class Corner:
    """A group with two operators and a stranger in it."""

    ada: Person
    boris: Person
    zoe: Person
    chat: int


Meeting = Callable[..., Corner]


@pytest.fixture
def meeting(world: World) -> Meeting:
    """Brings three people together in a group that nobody used before."""

    def meet(kind: str = "supergroup", *, topic: str = "") -> Corner:
        ada, boris, zoe = world.admin(), world.admin(), world.stranger()
        chat = world.group(ada, boris, zoe, kind=kind, forum=bool(topic))
        thread = None
        if topic:
            opened = world.telegram.post(f"chats/{chat}/topics", name=topic, user_id=ada.id)
            thread = int(str(opened["topic"]))
        here = [world.in_group(person, chat, thread) for person in (ada, boris, zoe)]
        return Corner(here[0], here[1], here[2], chat)

    return meet


def hidden(message: Message) -> list[str]:
    """What lies under spoilers."""
    text = message["text"].encode("utf-16-le")
    spans = [entity for entity in message["entities"] if entity["type"] == "spoiler"]
    return [text[2 * s["offset"] : 2 * (s["offset"] + s["length"])].decode("utf-16-le") for s in spans]


def held_order(world: World, person: Person) -> str:
    """Order one key that the supplier does not settle yet; returns the supplier's id of the order."""
    world.voodoo.switch("outcome", "hold")
    reference = orders_a_key(person)
    person.sees(f"In progress.*{reference[4:]}")
    return str(world.voodoo.waits(order_id=str(world.voodoo.order_like(goods.KEY.id)["id"]), held=True)["id"])


def orders_a_key(person: Person) -> str:
    """Order one key with buttons alone; returns the reference."""
    goods.buys(person, goods.KEY)
    person.taps("1")
    return goods.confirms(person)


@pytest.mark.parametrize("kind", ["group", "supergroup"])
def test_a_topup_is_ordered_by_replying_to_prompts(meeting: Meeting, world: World, kind: str) -> None:
    ada = meeting(kind).ada
    goods.buys(ada, goods.TOPUP)
    ada.answers("2,5")
    prompt = ada.sees("Reply to this message with your answer")
    assert prompt["force_reply"] == {"selective": True, "placeholder": "Player ID"}
    assert "Ada" in prompt["text"]
    ada.answers("player <one>")
    ada.sees("Choose, or reply to this message", button="Asia")
    ada.taps("Asia")
    assert "Player ID: player <one>" in ada.sees("Please check your order")["text"]
    reference = goods.confirms(ada)
    ada.sees(f"Delivered.*{reference[4:]}")
    assert world.voodoo.order_like(goods.TOPUP.id)["fields"]["player_id"] == "player <one>"


def test_codes_come_to_the_topic_that_ordered_under_spoilers(meeting: Meeting, world: World) -> None:
    corner = meeting(topic="Orders")
    goods.buys(corner.ada, goods.KEY)
    corner.ada.taps("2")
    goods.confirms(corner.ada)
    result = corner.ada.sees("Delivered", button="Copy all")
    assert hidden(result) == world.voodoo.order_like(goods.KEY.id)["codes"]
    assert result["topic"] == corner.ada.topic
    assert [one["text"] for one in corner.ada.all_messages() if one["from"]["is_bot"] and one["topic"] is None] == []


def test_somebody_elses_taps_and_replies_change_nothing(meeting: Meeting) -> None:
    corner = meeting()
    question = goods.buys(corner.ada, goods.TOPUP)
    for label in ("5", "‹ Back", "Cancel"):
        assert corner.boris.taps(label, question) == "This is the order of Ada. Send /order to begin your own."
    corner.boris.says("7", reply_to=question["id"])
    corner.boris.says("/help")
    corner.boris.sees("What you can do")
    assert [message["version"] for message in corner.ada.all_messages() if message["id"] == question["id"]] == [
        question["version"]
    ]
    corner.ada.taps("5", question)
    corner.ada.sees("Player ID", min_id=question["id"] + 1)


def test_somebody_elses_confirm_orders_nothing(meeting: Meeting, world: World) -> None:
    corner = meeting()
    goods.buys(corner.ada, goods.KEY)
    corner.ada.taps("1")
    card = corner.ada.sees("Please check your order")
    before = len(world.voodoo.orders())
    assert "order of Ada" in corner.boris.taps("Confirm", card)
    assert len(world.voodoo.orders()) == before


def test_a_reply_to_something_else_is_no_answer(meeting: Meeting) -> None:
    corner = meeting()
    corner.ada.says("/help")
    advice = corner.ada.sees("What you can do")
    question = goods.buys(corner.ada, goods.KEY)
    corner.ada.says("3 of them? thanks!", reply_to=advice["id"])
    again = corner.ada.sees("How many?", min_id=question["id"] + 1)
    corner.ada.says("2", reply_to=again["id"])
    assert "Quantity: 2\n" in corner.ada.sees("Please check your order")["text"]


def test_two_people_order_side_by_side(meeting: Meeting, world: World) -> None:
    corner = meeting()
    hers = goods.buys(corner.ada, goods.KEY)
    his = goods.buys(corner.boris, goods.SERVICE)
    corner.ada.taps("1", hers)
    her_card = corner.ada.sees("Please check your order")
    corner.boris.says("boris@example.com", reply_to=his["id"])
    his_card = corner.boris.sees("Please check your order.*boris@example.com")
    corner.boris.taps("Confirm", his_card)
    corner.ada.taps("Confirm", her_card)
    corner.ada.sees(f"Delivered.*{goods.KEY.name}", button="Copy the code")
    corner.boris.sees(f"Delivered.*{goods.SERVICE.name}", min_id=her_card["id"] + 1)
    assert world.voodoo.order_like(goods.SERVICE.id)["fields"] == {"account_email": "boris@example.com"}


def test_a_stranger_in_a_group_can_only_be_refused(meeting: Meeting) -> None:
    corner = meeting()
    question = goods.buys(corner.ada, goods.KEY)
    assert "You do not have access to this bot." in corner.zoe.taps("2", question)
    corner.zoe.says("2", reply_to=question["id"])
    corner.zoe.says("/fnord")
    corner.zoe.says("/order")
    assert "You can ask for it in our private chat." in corner.zoe.sees()["text"]
    corner.ada.taps("1", question)
    assert "Quantity: 1\n" in corner.ada.sees("Please check your order")["text"]


def test_a_command_for_another_bot_is_left_to_it(meeting: Meeting) -> None:
    corner = meeting()
    corner.ada.says("/order@somebody_elses_bot")
    corner.ada.says("/weather")
    corner.ada.says("/help@orderline_demo_bot")
    corner.ada.sees("What you can do")
    assert len(corner.ada.bot_texts()) == 1


@pytest.mark.parametrize("command", ["balance", "status", "catalog refresh", "resolve 7KQ2-M9XF none"])
def test_operators_commands_are_not_answered_where_customers_read_along(meeting: Meeting, command: str) -> None:
    corner = meeting()
    corner.ada.says(f"/{command}")
    assert corner.ada.sees()["text"] == "Others read along here. Please send me this in our private chat."


def test_a_group_has_a_language_of_its_own(meeting: Meeting, world: World) -> None:
    corner = meeting()
    corner.ada.says("/language")
    corner.ada.sees("Which language")
    corner.ada.taps("Русский")
    corner.ada.sees("по-русски")
    corner.boris.says("/orders")
    corner.boris.sees("Заказы")
    private = Person(world.telegram, corner.ada.id, "Ada", corner.ada.id)
    private.says("/orders")
    private.sees("Orders")


def test_a_question_survives_the_groups_move_to_a_supergroup(meeting: Meeting, world: World) -> None:
    corner = meeting("group")
    goods.buys(corner.ada, goods.TOPUP)
    corner.ada.answers("3")
    corner.ada.sees("Player ID", min_id=1)
    moved = world.telegram.post("faults/migrate", chat_id=corner.chat)["chat_id"]
    ada = world.in_group(corner.ada, int(str(moved)))
    ada.says("/back")
    ada.sees("What amount?")
    ada.answers("4")
    ada.sees("Player ID", min_id=1)
    ada.answers("77")
    ada.sees("Choose, or reply", button="Asia")
    ada.taps("Asia")
    assert "Quantity: 4\n" in ada.sees("Please check your order")["text"]
    reference = goods.confirms(ada)
    ada.sees(f"Delivered.*{reference[4:]}")


def test_a_result_follows_the_group_to_its_supergroup(meeting: Meeting, world: World) -> None:
    corner = meeting("group")
    order = held_order(world, corner.ada)
    moved = world.telegram.post("faults/migrate", chat_id=corner.chat)["chat_id"]
    world.voodoo.settle(order, "completed")
    result = world.in_group(corner.ada, int(str(moved))).sees("Delivered", button="Copy the code")
    assert hidden(result) == world.voodoo.order(order)["codes"]


def test_a_result_whose_topic_is_gone_comes_to_the_group_itself(meeting: Meeting, world: World) -> None:
    corner = meeting(topic="Orders")
    order = held_order(world, corner.ada)
    world.telegram.post("faults/delete-topic", chat_id=corner.chat, topic=corner.ada.topic)
    world.voodoo.settle(order, "completed")
    result = world.in_group(corner.ada, corner.chat).sees("Delivered", button="Copy the code")
    assert (result["topic"], hidden(result)) == (None, world.voodoo.order(order)["codes"])


def test_a_result_waits_for_the_bots_return_to_the_group(meeting: Meeting, world: World) -> None:
    corner, desk = meeting(), world.desk()
    order = held_order(world, corner.ada)
    before = world.bot.log_end()
    world.telegram.post("faults/kick", chat_id=corner.chat)
    world.bot.logged("a chat put the bot out", after=before, chat_id=corner.chat)
    world.voodoo.settle(order, "completed")
    assert "kept until the chat is back" in desk.sees("The result of order .* cannot be delivered")["text"]
    world.telegram.post("faults/restore", chat_id=corner.chat)
    result = corner.ada.sees("Delivered", button="Copy the code")
    assert hidden(result) == world.voodoo.order(order)["codes"]
    assert len([text for text in desk.bot_texts() if reference_in(result)[4:] in text]) == 1
