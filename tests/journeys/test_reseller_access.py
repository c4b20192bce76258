"""Getting in: invites that work once, and questions for access that admins answer."""

import re
from typing import Any

import pytest

from tests.journeys import goods
from tests.journeys.people import Message, Person
from tests.journeys.resellers import (
    callbacks,
    does,
    invites,
    is_stranger,
    new_name,
    reseller,
)
from tests.journeys.world import World


def opens_in_vain(person: Person, link: str) -> str:
    """Open a link that lets nobody in; what the bot says."""
    person.opens(link)
    return str(person.sees()["text"])


# Invites


def test_an_invite_makes_whoever_opens_it_a_member_once(world: World) -> None:
    seller = reseller(world)
    link = invites(seller.boss, seller.name)["start"]
    first, second = world.newcomer(), world.newcomer()
    first.opens(link)
    assert f"You order for {seller.name} now" in first.sees("Welcome")["text"]
    assert "used already" in opens_in_vain(second, link)
    assert is_stranger(second)
    first.opens(link)
    assert "already order" in first.sees()["text"]


def test_the_first_to_come_owns_the_reseller_and_the_next_buys(world: World) -> None:
    seller = reseller(world)
    team = does(seller.owner, "/team", "Team of")["text"]
    assert ("owner · you" in team, "buyer" in team) == (True, True)
    assert "You order for" in does(seller.buyer, "/team", "order for")["text"]


def test_two_people_opening_one_invite_at_once_do_not_both_come_in(world: World) -> None:
    seller = reseller(world)
    link = invites(seller.boss, seller.name)["start"]
    people = [world.newcomer() for _ in range(3)]
    for person in people:
        person.opens(link)
    texts = [person.sees()["text"] for person in people]
    assert sum("Welcome" in text for text in texts) == 1
    assert sum("used already" in text for text in texts) == 2


@pytest.mark.parametrize("token", ["x", "A" * 64, "reseller_1"])
def test_a_made_up_invite_lets_nobody_in(world: World, token: str) -> None:
    zoe = world.newcomer()
    assert "does not work" in opens_in_vain(zoe, f"https://t.me/orderline_demo_bot?start={token}")
    assert is_stranger(zoe)


def test_an_admin_who_opens_an_invite_is_asked_first_and_does_not_use_it_up(world: World) -> None:
    seller, admin = reseller(world), world.admin()
    link = invites(seller.boss, seller.name)["start"]
    admin.opens(link)
    admin.sees("You run the shop", button="Join anyway")
    zoe = world.newcomer()
    zoe.opens(link)
    zoe.sees("Welcome")
    admin.taps("Join anyway")
    admin.sees("used already")


def test_an_admin_who_joins_orders_on_the_account_and_still_operates(world: World) -> None:
    seller, admin = reseller(world), world.admin()
    admin.opens(invites(seller.boss, seller.name)["start"])
    admin.sees(button="Join anyway")
    admin.taps("Join anyway")
    admin.sees(re.escape(seller.name))
    assert "$9.90" in goods.opens(admin, goods.KEY)["text"]
    does(admin, f"/reseller {seller.name}", "Balance")


def test_links_for_people_and_for_groups_are_not_mixed_up_nor_used_up(world: World) -> None:
    seller = reseller(world)
    both = invites(seller.boss, seller.name)
    token = {kind: link.rpartition("=")[2] for kind, link in both.items()}
    zoe = world.newcomer()
    assert "for a group" in opens_in_vain(zoe, both["start"].replace(token["start"], token["startgroup"]))
    chat = world.group(seller.owner)
    there = world.in_group(seller.owner, chat)
    there.opens(both["startgroup"].replace(token["startgroup"], token["start"]), chat)
    there.sees("for one person")
    zoe.opens(both["start"])
    zoe.sees("Welcome")
    there.opens(both["startgroup"], chat)
    there.sees(f"From now on {re.escape(seller.name)} orders here")


def test_a_group_link_in_a_strangers_hands_gives_no_group_away(world: World) -> None:
    seller, zoe = reseller(world), world.newcomer()
    link = invites(seller.boss, seller.name)["startgroup"]
    chat = world.group(zoe)
    there = world.in_group(zoe, chat)
    there.opens(link, chat)
    assert "Only a member" in there.sees("Only a member|access")["text"]


def test_who_orders_for_one_reseller_cannot_slip_into_another(world: World) -> None:
    one, other = reseller(world), reseller(world)
    link = invites(other.boss, other.name)["start"]
    one.buyer.opens(link)
    assert "nobody can belong to two" in one.buyer.sees()["text"]
    assert f"order for {one.name}" in does(one.buyer, "/team", "order")["text"]


def test_an_expired_invite_lets_nobody_in(own_world: Any) -> None:
    world: World = own_world(INVITE_HOURS="0.0001")
    boss, name = world.admin(), new_name()
    boss.says(f"/invite {name}")
    boss.sees(button=f"➕ Create reseller {name[:30]}")
    boss.taps("➕ Create reseller")
    boss.sees(r"t\.me/")
    link = invites(boss, name)["start"]
    # What takes longer than a third of a second: the whole catalog, read anew.
    does(boss, "/catalog refresh", "The catalog is new")
    zoe = world.newcomer()
    assert "expired" in opens_in_vain(zoe, link)
    assert is_stranger(zoe)


# Questions for access


def asks(world: World) -> Person:
    """Somebody with a name of their own asks for access."""
    zoe = world.newcomer()
    yara = world.add_user(zoe.id + 500_000, f"Yara {zoe.id}")
    yara.starts()
    yara.taps("Ask for access")
    yara.sees("You asked for access")
    return yara


def asked_at_the_desk(world: World, yara: Person) -> Message:
    """The notice to the operators."""
    return world.desk().sees(f"{yara.name} asks for access", after=0)


def opens_request(admin: Person, yara: Person) -> Message:
    """Find the question among those that wait, by buttons alone."""
    does(admin, "/admin", "Administration")
    admin.taps("Requests for access")
    admin.sees("asks? for access", button=yara.name)
    admin.taps(yara.name)
    return admin.sees(f"{yara.name} asks for access", button="✅ Approve")


def test_a_stranger_asks_with_one_button_and_an_admin_lets_them_into_a_new_reseller(world: World) -> None:
    admin, yara = world.admin(), asks(world)
    assert callbacks(asked_at_the_desk(world, yara)).keys() == {"✅ Approve", "❌ Decline"}
    opens_request(admin, yara)
    admin.taps("✅ Approve")
    admin.sees("For whom", button=f"➕ New: {yara.name}")
    admin.taps("➕ New: ")
    admin.sees(f"Orders for {yara.name}")
    yara.sees(f"You order for {yara.name} now")
    assert "owner" in does(yara, "/team", "Team of")["text"]
    assert "t.me/" in does(admin, f"/invite {yara.name}", "Invite to")["text"]


def test_a_stranger_is_let_into_a_reseller_that_exists(world: World) -> None:
    seller, yara = reseller(world), asks(world)
    admin = seller.boss
    opens_request(admin, yara)
    admin.taps("✅ Approve")
    shown = admin.sees("For whom")
    while seller.name not in callbacks(shown):
        admin.taps("›", shown)
        shown = admin.sees("For whom")
    admin.taps(seller.name, shown)
    yara.sees(f"You order for {seller.name} now")
    assert "$9.90" in goods.opens(yara, goods.KEY)["text"]


def test_who_is_declined_hears_so_and_stays_out(world: World) -> None:
    admin, yara = world.admin(), asks(world)
    opens_request(admin, yara)
    admin.taps("❌ Decline")
    admin.sees("Declined")
    yara.sees("was declined")
    assert is_stranger(yara)


def test_of_two_admins_answers_the_first_holds(world: World) -> None:
    one, other, yara = world.admin(), world.admin(), asks(world)
    first, second = opens_request(one, yara), opens_request(other, yara)
    one.taps("❌ Decline", first)
    one.sees("Declined")
    other.taps("✅ Approve", second)
    other.sees("Declined")
    assert is_stranger(yara)


def test_asking_again_does_not_nag(world: World) -> None:
    zoe = world.newcomer()
    yara = world.add_user(zoe.id + 500_000, f"Yara {zoe.id}")
    yara.starts()
    first = yara.sees(button="🙋 Ask for access")
    yara.says("/start")
    yara.sees(button="🙋 Ask for access")
    yara.taps("Ask for access")
    yara.sees("You asked for access")
    yara.taps("Ask for access", first)
    yara.sees("waits for an answer")
    yara.says("/start")
    yara.sees("waits for an answer")
    asked_at_the_desk(world, yara)
    assert len([text for text in world.desk().bot_texts() if f"{yara.name} asks" in text]) == 1


def test_only_admins_answer_even_in_the_operators_chat(world: World) -> None:
    yara, desk = asks(world), world.desk()
    notice = asked_at_the_desk(world, yara)
    for label in ("✅ Approve", "❌ Decline"):
        assert desk.taps(label, notice)
    assert is_stranger(yara)
