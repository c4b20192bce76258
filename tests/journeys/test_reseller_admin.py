"""An operator's day: accounts by command and by button, names as people type them, and the trail of what was done."""

import re

import pytest

from tests.journeys import goods
from tests.journeys.orders import card_of, sees_order
from tests.journeys.people import Message, Person
from tests.journeys.resellers import creates, does, holdings, new_name, reseller
from tests.journeys.world import World


def labels(message: Message) -> list[str]:
    return [button["text"] for row in message["buttons"] for button in row]


@pytest.mark.parametrize(
    "command", ["credit {} 5", "debit {} 5", "markup {} 50", "limit {} 5", "suspend {}", "limits {} minute 1"]
)
def test_a_mistyped_name_is_offered_and_nothing_is_done_by_a_guess(world: World, command: str) -> None:
    seller = reseller(world, credit="0")
    mistyped = seller.name.replace("Reseller", "Resseler")
    shown = does(seller.boss, f"/{command.format(mistyped)}", "Did you mean")
    assert seller.name in labels(shown)
    seller.boss.taps(seller.name)
    card = seller.boss.sees("Balance: ")["text"]
    assert "Markup: 10%" in card
    assert "as for everybody" in card
    assert "uspended" not in card
    assert (holdings(seller).balance, holdings(seller).available) == (0, 0)


def test_a_name_nobody_has_offers_nothing_to_do_but_to_look(world: World) -> None:
    boss = world.admin()
    shown = does(boss, "/credit Qqqqxyzzy 50", "There is no reseller called Qqqqxyzzy")
    assert "Nothing was changed" in shown["text"] or "Did you mean" in shown["text"]
    assert not any("Create" in label for label in labels(shown))


@pytest.mark.parametrize(
    "name",
    [
        "Zwölf Äpfel {0}",
        "Игры №{0}",
        "Rock & Roll <{0}>",
        "🎮 Games {0} 🎲",
        "50 Cent {0}",
        "a{0}",
        "{0} USD 5",
        "-{0}-",
    ],
)
def test_names_are_what_people_call_themselves(world: World, name: str) -> None:
    boss = world.admin()
    called = name.format(new_name().split()[1])
    creates(boss, called)
    assert called in does(boss, f"/reseller {called}", "Balance: ")["text"]
    does(boss, f"/credit {called} 12.50 first <money>", "✅")
    assert "$12.50" in does(boss, f"/reseller {called.upper()}", "Balance: ")["text"]


@pytest.mark.parametrize("name", ["x" * 200, "/start"])
def test_a_name_that_cannot_be_makes_nobody(world: World, name: str) -> None:
    boss = world.admin()
    boss.says(f"/invite {name}")
    shown = boss.sees()
    assert not any("Create" in label for label in labels(shown))


def test_two_resellers_cannot_have_names_that_read_alike(world: World) -> None:
    seller = reseller(world, credit="0")
    for like in (seller.name.upper(), f"  {seller.name}  ", seller.name.replace(" ", "   ")):
        shown = does(seller.boss, f"/invite {like}", re.escape(seller.name))
        assert "t.me/" in shown["text"]


def test_everything_is_reachable_by_buttons(world: World) -> None:
    seller = reseller(world)
    boss = seller.boss
    home = does(boss, "/admin", "Administration")
    for label in labels(home):
        # Somebody else each time: one chat gets no more than a message a second.
        boss = world.admin()
        does(boss, "/admin", "Administration")
        boss.taps(label)
        boss.sees()


def finds(boss: Person, name: str) -> Message:
    """Page through the list of accounts to one, and open it."""
    shown = does(boss, "/resellers", "Resellers")
    while name not in labels(shown):
        boss.taps("›" if "›" in labels(shown) else next(label for label in labels(shown) if label.endswith("›")))
        shown = boss.sees("Resellers")
    boss.taps(name)
    return boss.sees("Balance: ")


def test_an_account_is_found_page_by_page_and_credited_by_its_button(world: World) -> None:
    boss = world.admin()
    for _ in range(9):
        creates(boss, new_name())
    seller = reseller(world, credit="0")
    finds(seller.boss, seller.name)
    seller.boss.taps("➕ Credit")
    seller.boss.sees("How much shall be credited")
    seller.boss.answers("33.30 by hand")
    seller.boss.sees("✅")
    assert str(holdings(seller).balance) == "33.30"


def test_the_trail_says_who_did_what_to_whom(world: World) -> None:
    seller = reseller(world, credit="0")
    boss = seller.boss
    does(boss, f"/credit {seller.name} 41 for the trail", "✅")
    does(boss, f"/markup {seller.name} 17", "Markup")
    does(boss, f"/limit {seller.name} 12", "✅")
    does(boss, f"/suspend {seller.name}", "(?i)suspended")
    does(boss, f"/resume {seller.name}", re.escape(seller.name))
    trail = does(boss, "/audit", "Audit trail")["text"]
    for word in ("credit", "41", "for the trail", "markup", "17", "credit limit", "12", "suspended", "resumed"):
        assert word in trail, word
    assert trail.count(seller.name) >= 5
    assert "Ada" in trail


def test_what_failed_to_change_leaves_no_trace(world: World) -> None:
    seller = reseller(world, credit="0")
    does(seller.boss, f"/debit {seller.name} 77.77", "Nothing was debited")
    assert "77.77" not in does(seller.boss, "/audit", "Audit trail")["text"]


def test_operators_see_price_and_cost_of_a_resellers_order(world: World) -> None:
    seller = reseller(world)
    reference = goods.orders_keys(seller.buyer)
    sees_order(seller.buyer, reference, "Delivered")
    card = card_of(seller.boss, reference)
    for fact in (seller.name, "9.90", "9.00", "10%"):
        assert fact in card


def test_the_operators_balance_counts_what_resellers_hold(world: World) -> None:
    seller = reseller(world, credit="321.09")
    shown = does(seller.boss, "/balance", "Supplier accounts")["text"]
    assert "Resellers" in shown


def test_names_and_terms_change_by_buttons(world: World) -> None:
    seller = reseller(world, credit="0")
    boss, other = seller.boss, new_name()
    does(boss, f"/reseller {seller.name}", "Balance: ")
    boss.taps("Rename")
    boss.sees("be called")
    boss.answers(other)
    boss.sees(re.escape(other))
    assert "Balance" in does(boss, f"/reseller {other}", "Balance: ")["text"]
    assert "no reseller called" in does(boss, f"/reseller {seller.name}", "called")["text"]


def test_statistics_and_exports_answer(world: World) -> None:
    seller = reseller(world)
    sees_order(seller.buyer, goods.orders_keys(seller.buyer), "Delivered")
    boss = seller.boss
    boss.says("/stats 7")
    boss.sees()
    boss.says("/export")
    boss.sees()
