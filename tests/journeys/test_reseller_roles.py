"""Who may do what: menus, commands, owners and buyers, removal, and what others' buttons and references do."""

import json
import re
from typing import Any

import httpx
import pytest

from bot.sandbox.actors import links_in
from tests.journeys import goods
from tests.journeys.orders import sees_order
from tests.journeys.people import Person
from tests.journeys.resellers import (
    callbacks,
    does,
    group_of,
    holdings,
    is_stranger,
    reseller,
)
from tests.journeys.world import World

# Roles


def menu(world: World, person: Person, **scope: object) -> list[str]:
    """The command menu that a person has in a chat."""
    page: Any = httpx.get(f"{world.telegram.url}/sandbox/page", params={"viewer": person.id}).json()
    (chat,) = [chat for chat in page["chats"] if chat["id"] == person.chat]
    return [command["command"] for command in chat["commands"]]


def test_menus_differ_by_role(world: World) -> None:
    seller, zoe = reseller(world), world.stranger()
    operators, owners, buyers, strangers = (
        menu(world, person) for person in (seller.boss, seller.owner, seller.buyer, zoe)
    )
    assert {"admin", "credit", "audit"} <= set(operators)
    for shown in (owners, buyers):
        assert {"order", "balance", "team"} <= set(shown)
        assert not {"admin", "credit", "audit", "status"} & set(shown)
    assert not {"order", "balance", "admin"} & set(strangers)


@pytest.mark.parametrize(
    "command",
    ["admin", "resellers", "reseller {0}", "credit {0} 5", "debit {0} 5", "markup {0} 0", "limit {0} 5", "limits {0}",
     "suspend {0}", "resume {0}", "audit", "stats", "export", "status", "catalog", "resolve ABCDEFGH none"],
)  # fmt: skip
def test_operators_commands_answer_operators_alone(world: World, command: str) -> None:
    seller = reseller(world, credit="0")
    for person in (seller.owner, seller.buyer):
        person.says(f"/{command.format(seller.name)}")
        text = person.sees()["text"]
        assert "Balance" not in text
        assert "✅" not in text
        assert "operator" in text or "do not know" in text, text


def test_an_owner_invites_and_a_buyer_does_not(world: World) -> None:
    seller = reseller(world)
    team = does(seller.owner, "/team", "Team of")
    assert any("Invite" in label for label in callbacks(team))
    seller.owner.taps("✉️ Invite", team)
    link = links_in(seller.owner.sees(r"t\.me/"))["start"]
    zoe = world.newcomer()
    zoe.opens(link)
    zoe.sees("Welcome")
    assert not any("Invite" in label for label in callbacks(does(seller.buyer, "/team", re.escape(seller.name))))
    invite = next(data for label, data in callbacks(team).items() if "Invite" in label)
    before = seller.buyer.version()
    seller.buyer.forges(invite, does(seller.buyer, "/team", re.escape(seller.name)))
    assert not any("t.me/" in text["text"] for text in seller.buyer.heard(before))


def test_an_owner_sees_all_orders_and_a_buyer_their_own(world: World) -> None:
    seller = reseller(world)
    his = goods.orders_keys(seller.buyer)
    sees_order(seller.buyer, his, "Delivered")
    hers = goods.orders_keys(seller.owner)
    sees_order(seller.owner, hers, "Delivered")
    assert all(f"/order_{reference}" in does(seller.owner, "/orders", "Orders")["text"] for reference in (his, hers))
    listed = does(seller.buyer, "/orders", "Orders")["text"]
    assert (f"/order_{his}" in listed, f"/order_{hers}" in listed) == (True, False)
    assert "no such order" in does(seller.buyer, f"/order_{hers}", "order")["text"]


def test_the_last_owner_stays_owner(world: World) -> None:
    seller = reseller(world)
    team = does(seller.owner, "/team", "Team of")
    seller.owner.taps("👑", team)
    member = seller.owner.sees("since", button="Make buyer")
    assert "only owner" in seller.owner.taps("Make buyer", member)
    seller.owner.taps("Leave", member)
    seller.owner.sees(f"Leave {re.escape(seller.name)}")
    assert "only owner" in seller.owner.taps("Leave")
    assert "owner" in does(seller.owner, "/team", "Team of")["text"]


def test_an_owner_makes_another_owner_and_may_go_then(world: World) -> None:
    seller = reseller(world)
    seller.owner.taps("👤", does(seller.owner, "/team", "Team of"))
    seller.owner.sees(button="Make owner")
    seller.owner.taps("Make owner")
    seller.buyer.sees("You are an owner of")
    seller.owner.says("/team")
    shown = seller.owner.sees(r"Team of(.|\n)*👑(.|\n)*👑")
    seller.owner.presses(shown["buttons"][0][0]["callback_data"], shown)
    seller.owner.sees("since")
    seller.owner.taps("Leave")
    seller.owner.sees("Leave")
    seller.owner.taps("Leave")
    seller.owner.sees("You do not order for")
    assert is_stranger(seller.owner)


# Removal


def test_removal_takes_effect_at_once_also_on_buttons_of_old_messages(world: World) -> None:
    seller = reseller(world)
    goods.buys(seller.buyer, goods.KEY)
    seller.buyer.says("1")
    card = seller.buyer.sees("Please check your order")
    before = len(world.voodoo.orders())
    seller.owner.taps("👤", does(seller.owner, "/team", "Team of"))
    seller.owner.sees(button="Remove")
    seller.owner.taps("Remove")
    seller.owner.sees("Remove Zoe from", button="Remove")
    seller.owner.taps("Remove")
    seller.buyer.sees("You do not order for")
    assert "access" in seller.buyer.taps("Confirm", card)
    assert len(world.voodoo.orders()) == before
    assert is_stranger(seller.buyer)
    assert holdings(seller).held == 0


def test_a_buyers_forged_removal_removes_nobody(world: World) -> None:
    seller = reseller(world)
    team = does(seller.owner, "/team", "Team of")
    seller.owner.taps("👑", team)
    member = seller.owner.sees("since", button="Make buyer")
    own = does(seller.buyer, "/team", "You order for")
    for data in (*callbacks(team).values(), *callbacks(member).values()):
        seller.buyer.forges(data, own)
    assert "owner" in does(seller.owner, "/team", "Team of")["text"]
    assert "Team of" not in "\n".join(seller.buyer.bot_texts())


def test_what_a_removed_buyer_ordered_still_ends_in_their_chat_but_is_not_shown_again(world: World) -> None:
    seller = reseller(world)
    world.voodoo.switch("outcome", "hold")
    reference = goods.orders_keys(seller.buyer)
    sees_order(seller.buyer, reference, "In progress")
    seller.owner.taps("👤", does(seller.owner, "/team", "Team of"))
    seller.owner.sees(button="Remove")
    seller.owner.taps("Remove")
    seller.owner.sees("Remove Zoe from", button="Remove")
    seller.owner.taps("Remove")
    seller.buyer.sees("You do not order for")
    world.voodoo.settle(world.voodoo.newest()["id"], "completed")
    seller.buyer.sees("Delivered")
    seller.buyer.says(f"/order_{reference}")
    assert "access" in seller.buyer.sees("access")["text"]


# What belongs to others


def test_another_resellers_order_is_no_order_to_anybody_else(world: World) -> None:
    one, other = reseller(world), reseller(world)
    reference = goods.orders_keys(one.buyer)
    result = one.buyer.sees("Delivered", button="Copy the code")
    code = world.voodoo.order_like(goods.KEY.id)["codes"][0]
    one.buyer.says(f"/order_{reference}")
    card = one.buyer.sees("Placed: ", button="Show the code")
    for person in (other.owner, other.buyer, world.stranger()):
        for words in (f"/order_{reference}", reference, reference.lower()):
            person.says(words)
            person.sees()
        somewhere = does(person, "/help", "")
        if somewhere["buttons"]:
            for data in callbacks(card).values():
                person.forges(data, somewhere)
        assert code not in json.dumps(person.all_messages())
        assert "Placed: " not in "\n".join(person.bot_texts())
    assert code in result["text"]


def test_anothers_draft_cannot_be_confirmed_by_its_data(world: World) -> None:
    one, other = reseller(world), reseller(world)
    before = len(world.voodoo.orders())
    goods.buys(one.buyer, goods.KEY)
    one.buyer.says("1")
    card = one.buyer.sees("Please check your order")
    confirm = next(data for label, data in callbacks(card).items() if "Confirm" in label)
    theirs = goods.opens(other.buyer, goods.KEY)
    other.buyer.forges(confirm, theirs)
    assert len(world.voodoo.orders()) == before
    one.buyer.taps("Confirm", card)
    one.buyer.sees("Delivered")


def test_somebody_elses_buttons_in_a_group_do_nothing(world: World) -> None:
    one, other = reseller(world), reseller(world)
    chat, topic = group_of(world, one, other.buyer)
    ada, rival = world.in_group(one.owner, chat, topic), world.in_group(other.buyer, chat, topic)
    goods.buys(ada, goods.KEY)
    ada.taps("1")
    card = ada.sees("Please check your order")
    before = len(world.voodoo.orders())
    assert rival.taps("Confirm", card)
    assert len(world.voodoo.orders()) == before
