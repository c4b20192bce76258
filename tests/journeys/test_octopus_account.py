"""The account at Octopus Cards: signing in, the wallets, and which of them pays."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.journeys import goods
from tests.journeys.cards import FLIPKART, STEAM, XBOX, asks_for, orders_cards, sees_cards
from tests.journeys.commands import orderline
from tests.journeys.octopus import API_SECRET
from tests.journeys.orders import sees_order
from tests.journeys.people import Person
from tests.journeys.processes import free_port
from tests.journeys.world import World


@pytest.fixture(autouse=True)
def calm(world: World) -> World:
    return world


@pytest.fixture
def settings(world: World, tmp_path: Path) -> dict[str, str]:
    """The settings of the running bot, for a process with a folder and a port of its own."""
    return {**world.bot.environment, "DATA_DIR": str(tmp_path / "data"), "WEB_PORT": str(free_port())}


def logins(world: World) -> int:
    return len([call for call in world.octopus.calls("login") if call["status"] == 200])


def balances(person: Person) -> str:
    person.says("/balance")
    return person.sees("Supplier accounts")["text"]


def test_tokens_that_expire_in_the_middle_are_nobodys_business(ada: Person, world: World) -> None:
    asks_for(ada, XBOX)
    ada.says("1")
    world.octopus.expire_tokens()
    reference = goods.confirms(ada)
    sees_order(ada, reference, "Delivered")
    order = world.octopus.newest()
    sees_cards(ada, reference, order)
    assert len(world.octopus.transactions(order["id"])) == 1
    assert not any("Not confirmed" in text or "keep trying" in text for text in ada.bot_texts())


def test_many_who_need_a_token_at_once_share_one_login(world: World) -> None:
    people = [world.admin() for _ in range(4)]
    for person in people:
        asks_for(person, XBOX)
        person.says("1")
        person.sees("Please check your order")
    before = logins(world)
    world.octopus.expire_all_tokens()
    for person in people:
        person.taps_without_waiting("Confirm")
    for person in people:
        person.sees("Delivered", button="Copy the code")
    assert logins(world) == before + 1


def test_a_token_is_refreshed_before_it_ends_and_nobody_signs_in_again(ada: Person, world: World) -> None:
    world.octopus.switch("access_lifetime", 4)
    world.octopus.expire_all_tokens()
    balances(ada)
    before = logins(world)
    refreshed = len(world.octopus.calls("refresh"))
    while len(world.octopus.calls("refresh")) == refreshed:
        balances(ada)
        assert logins(world) == before
    assert world.octopus.calls("refresh")[-1]["status"] == 200
    balances(ada)
    assert logins(world) == before
    world.calm()
    world.octopus.expire_all_tokens()


def test_an_address_that_is_not_allowed_is_told_to_operators_as_configuration(ada: Person, world: World) -> None:
    world.octopus.switch("ip_allowed", "false")
    asks_for(ada, XBOX)
    ada.says("1")
    card = ada.sees("price cannot be had right now", button="Try again")
    assert "Nothing was ordered" in card["text"]
    assert "IP allowlist" in card["text"]
    # Told once an hour, whichever journey is the first to give a reason.
    world.operators.mark = 0
    world.operators.sees("Octopus Cards does not accept our orders(.|\n)*until this is corrected")
    world.calm()
    ada.taps("Try again")
    ada.sees("Please check your order")


def test_check_names_each_wallet_and_is_content(tmp_path: Path, settings: dict[str, str]) -> None:
    done = orderline(tmp_path, settings, "check")
    assert done.status == 0, done.out
    assert re.search(r"✓ OCTOPUS_API_KEY .*5000000\.00 USD \(wallet 1\), 5000000\.00 EUR \(wallet 2\)", done.out)
    assert "✓ OCTOPUS_WEBHOOK_SECRETS" in done.out
    assert API_SECRET not in done.out + done.err


@pytest.mark.parametrize(
    ("wrong", "line"),
    [
        ({"OCTOPUS_API_SECRET": "not-the-secret"}, r"✗ OCTOPUS_API_KEY .*OCTOPUS_API_KEY and OCTOPUS_API_SECRET"),
        ({"OCTOPUS_WALLET_ID": "99"}, r"✗ OCTOPUS_WALLET_ID .*no wallet 99; it has 1 \(USD\), 2 \(EUR\)"),
        ({"OCTOPUS_API_SECRET": ""}, "OCTOPUS_API_SECRET: is required, because OCTOPUS_API_KEY is set"),
    ],
    ids=["secret", "wallet", "half"],
)
def test_check_says_what_is_wrong_in_one_line(
    tmp_path: Path, settings: dict[str, str], wrong: dict[str, str], line: str
) -> None:
    done = orderline(tmp_path, settings | wrong, "check")
    assert done.status == 1
    assert re.search(line, done.out + done.err), done.out + done.err
    assert "Traceback" not in done.err
    assert API_SECRET not in done.out + done.err


def test_check_says_that_the_address_must_be_allowed(tmp_path: Path, world: World, settings: dict[str, str]) -> None:
    world.octopus.switch("ip_allowed", "false")
    done = orderline(tmp_path, settings, "check")
    assert done.status == 1
    assert re.search(r"✗ OCTOPUS_API_KEY .*IP allowlist", done.out), done.out


def test_every_wallet_stands_beside_the_other_suppliers_account(ada: Person) -> None:
    shown = balances(ada)
    for line in (
        "Voodoo Center · main: $",
        "Octopus Cards · 1 · USD · prepaid: $",
        "Octopus Cards · 2 · EUR · prepaid: €",
    ):
        assert line in shown


def test_a_wallet_that_runs_low_is_told_once_and_alone(ada: Person, world: World) -> None:
    balances(ada)
    desk = world.desk()
    world.octopus.set_wallet("EUR", "60")
    for _ in range(2):
        assert "€60.00" in balances(ada)
    notice = desk.sees("balance at Octopus Cards is low")["text"]
    assert "Wallet: 2, EUR" in notice
    assert "€60.00" in notice
    assert "below €100.00" in notice
    desk.telegram.post(f"chats/{desk.chat}/messages", user_id=desk.id, text="/help")
    desk.sees("You do not have access")
    assert len([one for one in desk.heard() if "Octopus Cards is low" in one["text"]]) == 1
    world.calm()
    balances(ada)


def test_one_wallet_may_pay_for_everything_at_a_rate_and_a_fee(own_world: Callable[..., World]) -> None:
    world = own_world(OCTOPUS_WALLET_ID="2", LOW_BALANCES='{"octopus:1": 50}')
    ada, desk = world.admin(), world.desk()
    world.octopus.switch("handling_fee", "1.5")
    asks_for(ada, STEAM)
    ada.says("20")
    ada.sees("How many")
    ada.says("2")
    card = ada.sees("Please check your order")["text"]
    assert "Face value: $40.00" in card
    assert "Discount: $1.40 (3.5%)" in card
    assert re.search(r"Rate: 1 USD = 0\.9\d+ EUR", card)
    assert "Conversion fee: €1.50" in card
    leaves = re.search(r"Leaves the wallet: €(\d+\.\d\d)", card)
    assert leaves
    reference = goods.confirms(ada)
    sees_order(ada, reference, "Delivered")
    order = world.octopus.order_like(STEAM.id)
    sees_cards(ada, reference, order)
    assert (order["wallet_id"], f"{order['charged']:.2f}") == (2, leaves[1])
    asks_for(ada, FLIPKART)
    ada.says("1000")
    ada.sees("How many")
    ada.says("1")
    assert re.search(r"Rate: 1 INR = 0\.01\d+ EUR", ada.sees("Please check your order")["text"])
    world.octopus.set_wallet("USD", "60")
    world.octopus.set_wallet("EUR", "60")
    balances(ada)
    notices = desk.sees("balance at Octopus Cards is low")["text"]
    assert "Wallet: 2, EUR" in notices, "the other wallet has a limit of its own"
    assert not any("Wallet: 1" in text for text in desk.bot_texts())

    world.bot.stop()
    world.bot.start(OCTOPUS_WALLET_ID="99")
    desk = world.desk()
    asks_for(ada, XBOX)
    ada.says("1")
    card = ada.sees("price cannot be had right now", button="Try again")["text"]
    assert "OCTOPUS_WALLET_ID" in card
    assert "OCTOPUS_WALLET_ID" in desk.sees("Octopus Cards")["text"]


def no_orders_accepted(world: World) -> int:
    """How often the operators were told that Octopus turns all orders away."""
    return sum("Octopus Cards does not accept our orders" in text for text in world.operators.bot_texts())


def test_currencies_without_a_wallet_are_said_to_be_out_of_reach_and_alarm_nobody(ada: Person, world: World) -> None:
    before, alarms = len(world.octopus.orders()), no_orders_accepted(world)
    asks_for(ada, FLIPKART)
    ada.says("1000")
    told = ada.sees("no wallet at the supplier that pays in this currency")["text"]
    assert "Nothing was ordered and nothing was charged." in told
    assert no_orders_accepted(world) == alarms
    assert len(world.octopus.orders()) == before


def test_a_wallet_that_is_gone_at_create_refuses_the_order_and_tells_operators(ada: Person, world: World) -> None:
    world.octopus.fault("create", "reply", status=404, code="NOT_FOUND", message="Wallet not found")
    reference = orders_cards(ada)
    refused = sees_order(ada, reference, "Not placed")
    assert "Nothing was charged." in refused["text"]
    assert "operator has to see to it" in refused["text"]
