"""Whatever goes wrong, at the most talkative level: no log line, no metric and no probe tells a secret."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing

import httpx
import pytest

from tests.drill.leaks import Hunt, Secret, secrets_of, typed
from tests.drill.scenes import WARES
from tests.journeys import events, goods
from tests.journeys.cards import NETFLIX, STEAM, asks_for, orders_cards
from tests.journeys.goods import SERVICE, TOPUP
from tests.journeys.people import Person
from tests.journeys.world import World, build_world

PLAYER = "77-HERO-4411"
MAIL = "somebody.private@example.com"
REFUSED = "not an amount at all 55"
TYPED = (PLAYER, MAIL, REFUSED)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A world in which much goes wrong, at LOG_LEVEL=debug."""
    built = build_world(tmp_path_factory.mktemp("secrecy"), LOG_LEVEL="debug", FOLLOW_AFTER="1", FIND_FOR="3")
    yield built
    built.close()


@pytest.fixture
def ada(world: World) -> Iterator[Person]:
    """An operator; the world is calm again afterwards, and its log has told nothing."""
    world.calm()
    yield world.admin()
    world.calm()
    secrets = known(world)
    assert Hunt(secrets).in_files([world.bot.log]) == []
    for path in ("metrics", "readyz", "healthz"):
        assert not list(Hunt(secrets).in_text(httpx.get(f"{world.bot.url}/{path}").text))


def known(world: World) -> set[Secret]:
    return secrets_of(world, typed(TYPED))


def echo(world: World, *more: str) -> str:
    """What a careless supplier might say: everything it knows."""
    codes = [code for shop in (world.voodoo, world.octopus) for order in shop.orders() for code in order["codes"]]
    return " ".join(("refused for", *more, *codes, *TYPED))[:480]


def tops_up(person: Person) -> None:
    goods.buys(person, TOPUP)
    person.says(REFUSED)
    person.sees("amount|number")
    person.says("10")
    person.sees("Player ID")
    person.says(PLAYER)
    server = person.sees("Choose", button="‹ Back")
    person.taps(server["buttons"][0][0]["text"])


def serves(person: Person) -> None:
    goods.buys(person, SERVICE)
    person.says(MAIL)


def cards(person: Person) -> None:
    asks_for(person, STEAM)
    person.taps("20 USD")
    person.sees("How many")
    person.says("2")


SHOPPING: dict[str, Callable[[Person], None]] = {
    "key": WARES["key"].answers,
    "topup": tops_up,
    "service": serves,
    "card": cards,
}


@pytest.mark.parametrize("ware", SHOPPING)
def test_an_order_of_each_kind_is_logged_without_what_was_typed_and_what_came(ada: Person, ware: str):
    SHOPPING[ware](ada)
    reference = goods.confirms(ada)
    ada.sees(f"Delivered · {reference[:4]}-{reference[4:]}")
    ada.says(f"/order_{reference}")
    ada.sees(f"Order {reference[:4]}-{reference[4:]}")


def test_a_link_that_is_bought_is_not_logged(ada: Person):
    reference = orders_cards(ada, good=NETFLIX, value="10")
    ada.sees(f"Delivered · {reference[:4]}-{reference[4:]}")


@pytest.mark.parametrize("status", [400, 409, 500])
def test_a_supplier_that_echoes_all_it_knows_is_not_quoted(ada: Person, world: World, status: int):
    message = echo(world)
    world.voodoo.fault("create", "reply", status=status, message=message)
    world.octopus.fault("create", "reply", status=status, message=message)
    SHOPPING["topup"](ada)
    first = goods.confirms(ada)
    SHOPPING["card"](ada)
    second = goods.confirms(ada)
    for reference in (first, second):
        world.bot.logged("order attempt answered", reference=reference)
    ada.says("/orders")
    ada.sees("Orders")


def test_look_ups_and_quotes_that_echo_are_not_quoted(ada: Person, world: World):
    message = echo(world)
    for call in ("charges", "order", "lookup"):
        world.octopus.fault(call, "reply", status=403, message=message)
    before = world.bot.log_end()
    cards(ada)
    world.bot.logged("quote not taken", after=before)
    for status in (400, 403, 404, 500):
        for shop, call in ((world.voodoo, "balance"), (world.octopus, "wallets")):
            shop.fault(call, "reply", status=status, message=message)
        ada.says("/balance")
        ada.sees("Voodoo Center")
    world.bot.logged("balance not read", after=before)


def test_a_look_up_that_echoes_is_not_quoted(ada: Person, world: World):
    world.voodoo.switch("outcome", "hold")
    SHOPPING["topup"](ada)
    reference = goods.confirms(ada)
    before = world.bot.log_end()
    for status in (403, 404, 500):
        world.voodoo.fault("get", "reply", status=status, message=echo(world))
    world.bot.logged("supplier refuses our account; the operators are told how it puts it", after=before)
    world.bot.logged("order attempt answered", reference=reference)


def test_an_order_that_fails_with_an_echo_is_not_quoted(ada: Person, world: World):
    world.voodoo.switch("outcome", "hold")
    SHOPPING["topup"](ada)
    reference = goods.confirms(ada)
    world.bot.logged("order attempt answered", reference=reference)
    held = world.voodoo.newest()
    world.voodoo.settle(held["id"], "failed", error="x", message=echo(world))
    ada.sees(f"Failed · {reference[:4]}-{reference[4:]}|Not delivered · {reference[:4]}-{reference[4:]}")


def test_signed_nonsense_with_codes_in_it_is_not_quoted(ada: Person, world: World):
    SHOPPING["key"](ada)
    goods.confirms(ada)
    ada.sees("Delivered")
    code: str = world.voodoo.newest()["codes"][0]
    for body in ('{"codes": ["%s"', '{"status": {"%s": 1}}', '"%s"', "%s\xff", "[" * 5000 + "%s"):
        said = body.replace("%s", code).encode("latin-1")
        assert events.tells(world, said) == "malformed"
        assert events.post(world, said, None) in {401, 429}
    elsewhere = httpx.post(f"{world.bot.url}/webhooks/{code}", headers={"X-Code": code}, content=code.encode())
    assert elsewhere.status_code == 404


def test_telegram_in_trouble_is_told_of_without_what_should_have_been_said(ada: Person, world: World):
    world.telegram.post("faults/drop-reply", calls=3, method="sendMessage")
    SHOPPING["key"](ada)
    goods.confirms(ada)
    world.telegram.post("faults/outage", how="status", status=502, seconds=1)
    ada.sees("Delivered")
    world.voodoo.switch("settle_after", "1")
    SHOPPING["service"](ada)
    goods.confirms(ada)
    world.telegram.post("faults/outage", how="drop", seconds=1)
    world.telegram.post("faults/block", user_id=ada.id)
    world.bot.logged("a chat is unreachable; what it is owed is kept", chat_id=ada.chat)


def test_a_database_that_fails_under_the_bot_makes_tracebacks_without_values(ada: Person, world: World):
    database = world.bot.log.parent / "orderline.db"
    world.voodoo.switch("outcome", "hold")
    SHOPPING["topup"](ada)
    reference = goods.confirms(ada)
    world.bot.logged("order attempt answered", reference=reference)
    order = world.voodoo.newest()
    before = world.bot.log_end()
    with closing(sqlite3.connect(database, timeout=30, isolation_level=None)) as other:
        other.execute("ALTER TABLE order_codes RENAME TO elsewhere")
        other.execute("ALTER TABLE drafts RENAME TO drafts_elsewhere")
        world.voodoo.settle(order["id"], "completed")
        failed = world.bot.logged("event not settled, tried again later", after=before)
        ada.says("/cancel")
        talking = world.bot.logged("update failed", after=before)
        other.execute("ALTER TABLE elsewhere RENAME TO order_codes")
        other.execute("ALTER TABLE drafts_elsewhere RENAME TO drafts")
    assert "Traceback" in str(failed["exception"])
    assert "Traceback" in str(talking["exception"])
    ada.sees("Delivered")
