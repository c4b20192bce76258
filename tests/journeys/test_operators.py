"""What operators see and do: balances, status, orders, notices, languages and menus."""

import json
import re
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from tests.journeys import goods
from tests.journeys.people import Message, Person
from tests.journeys.world import ADMINS, TOKEN, World


def labels(message: Message) -> list[str]:
    """The words on a message's buttons."""
    return [button["text"] for row in message["buttons"] for button in row]


def menu(world: World, language: str, **scope: object) -> list[str]:
    """The names in a command menu."""
    query = {"scope": json.dumps(scope), "language_code": language}
    answer: Any = httpx.get(f"{world.telegram.url}/bot{TOKEN}/getMyCommands", params=query).json()
    return [command["command"] for command in answer["result"]]


def first_description(world: World, language: str) -> str:
    """What the default menu says of its first command."""
    query = {"language_code": language}
    answer: Any = httpx.get(f"{world.telegram.url}/bot{TOKEN}/getMyCommands", params=query).json()
    return str(answer["result"][0]["description"])


def test_the_balance_is_read_live(ada: Person, world: World) -> None:
    world.voodoo.set_balance("1234.50")
    ada.says("/balance")
    assert "Voodoo Center · main: $1,234.50\njust now" in ada.sees("Supplier accounts")["text"]


def test_a_balance_that_cannot_be_read_is_the_last_known_with_its_age(ada: Person, world: World) -> None:
    ada.says("/balance")
    ada.sees("just now")
    world.voodoo.fault("balance", "reply", times=None, status=503)
    ada.says("/balance")
    shown = ada.sees(r"as of .+ ago; it could not be read just now")["text"]
    assert "$50,000.00" in shown
    assert "503" in shown


def test_status_tells_of_the_catalog_orders_queues_and_webhooks(ada: Person, world: World) -> None:
    goods.orders_keys(ada)
    ada.sees("Delivered", button="Copy the code")
    world.voodoo.switch("outcome", "hold")
    reference = goods.orders_keys(ada)
    ada.sees(f"In progress.*{reference[4:]}")
    ada.says("/status")
    shown = ada.sees("^Status")["text"]
    for expected in (
        r"Running for ",
        r"Catalog: 920 items, read ",
        r"Last webhook of Voodoo Center: .+ ago",
        r"in progress: ",
        r"Waiting: incoming \d+, supplier events \d+, outgoing \d+",
    ):
        assert _found(expected, shown), (expected, shown)
    world.voodoo.settle(str(world.voodoo.newest()["id"]), "completed")


def test_status_leads_to_the_orders_that_need_a_human(ada: Person, world: World) -> None:
    desk = world.desk()
    world.voodoo.switch("outcome", "hold")
    world.voodoo.switch("unknown_status", value=True)
    reference = goods.orders_keys(ada)
    notice = desk.sees("needs a look")
    assert f"/order_{reference}" in notice["text"]
    ada.says("/status")
    assert f"/order_{reference}" in ada.sees("needs? attention", button="Orders that need attention")["text"]
    ada.taps("Orders that need attention")
    assert f"/order_{reference}" in ada.sees("Need attention")["text"]
    ada.says(f"/order_{reference}")
    assert "a status that we do not know" in ada.sees("Supplier's order id")["text"]


def test_orders_are_listed_by_kind_and_page_by_page(world: World) -> None:
    ada = world.admin()
    world.voodoo.switch("outcome", "failed")
    failed = goods.orders_keys(ada)
    ada.sees(f"Not delivered.*{failed[4:]}")
    world.voodoo.switch("outcome", "completed")
    for person in (world.admin() for _ in range(8)):
        goods.orders_keys(person)
        person.sees("Delivered", button="Copy the code")
    ada.says("/orders")
    newest = ada.sees("Orders · All", button="Older ›")
    assert newest["text"].count("/order_") == 8
    ada.taps("Older ›")
    older = ada.sees("Orders · All", button="« Newest")
    assert f"/order_{failed}" in older["text"]
    ada.taps("Failed")
    assert f"/order_{failed}" in ada.sees("Orders · Failed")["text"]
    ada.says("/orders open")
    assert f"/order_{failed}" not in ada.sees("Orders · Open")["text"]


def test_an_orders_card_shows_its_codes_again(ada: Person, world: World) -> None:
    reference = goods.orders_keys(ada, 2)
    ada.sees("Delivered", button="Copy all")
    codes = world.voodoo.order_like(goods.KEY.id)["codes"]
    ada.says(f"/order_{reference}")
    card = ada.sees("Placed: ", button="Show 2 codes")
    assert not any(code in card["text"] for code in codes)
    ada.taps("Show 2 codes")
    assert all(code in ada.sees(button="Copy all")["text"] for code in codes)


def test_a_reference_alone_opens_its_order(ada: Person) -> None:
    reference = goods.orders_keys(ada)
    ada.sees("Delivered", button="Copy the code")
    for written in (reference, reference.lower(), f"{reference[:4]}-{reference[4:]}", f" {reference} "):
        ada.says(written)
        ada.sees("Placed: ", button="Show the code")


def test_an_unknown_reference_is_no_order(ada: Person) -> None:
    ada.says("/order_ZZZZZZZZ")
    ada.sees("There is no such order here")


@pytest.mark.parametrize(("outcome", "told"), [("failed", "failed"), ("partial", "was delivered in part")])
def test_a_bad_ending_is_told_at_the_desk_with_a_link(ada: Person, world: World, outcome: str, told: str) -> None:
    desk = world.desk()
    world.voodoo.switch("outcome", outcome)
    reference = goods.orders_keys(ada, 2)
    notice = desk.sees(f"{reference[:4]}-{reference[4:]} {told}")
    assert f"/order_{reference}" in notice["text"]
    assert goods.KEY.name in notice["text"]


def test_a_low_balance_is_told_once(ada: Person, world: World) -> None:
    ada.says("/balance")
    ada.sees(r"\$50,000\.00")
    desk = world.desk()
    world.voodoo.set_balance("99.99")
    for _ in range(2):
        ada.says("/balance")
        ada.sees(r"\$99\.99")
    notice = desk.sees("The balance at Voodoo Center is low")
    assert "It holds $99.99" in notice["text"]
    assert "below $100.00" in notice["text"]
    desk.telegram.post(f"chats/{desk.chat}/messages", user_id=desk.id, text="/help")
    desk.sees("You do not have access")
    assert len([one for one in desk.heard() if "is low" in one["text"]]) == 1
    world.calm()
    ada.says("/balance")
    ada.sees(r"\$50,000\.00")


def test_the_catalog_can_be_read_anew(ada: Person) -> None:
    ada.says("/catalog")
    ada.sees("Catalog: 920 items, read (.|\\n)+catalog.lmdb.zst")
    ada.says("/catalog refresh")
    ada.sees("The catalog is new: 920 items")


def test_help_names_the_operators_commands(ada: Person) -> None:
    ada.says("/help")
    shown = ada.sees("What you can do")["text"]
    for command in ("order", "find WORDS", "orders", "cancel", "language", "balance", "status", "catalog", "resolve"):
        assert f"/{command}" in shown


def test_a_whole_order_in_russian(world: World) -> None:
    ada = world.admin("ru")
    ada.says("/find Sample Gift Card 10 USD")
    ada.sees("Вот что есть в каталоге")
    ada.taps(goods.KEY.name)
    ada.sees("Цена: ", button="Купить")
    ada.taps("Купить")
    ada.sees("Сколько штук", button="Отменить")
    ada.says("два")
    ada.sees("не число", button="Отменить")
    ada.taps("2")
    ada.sees("Проверьте заказ")
    ada.taps("Подтвердить")
    result = ada.sees("Выполнен", button="Копировать все")
    assert all(code in result["text"] for code in world.voodoo.order_like(goods.KEY.id)["codes"])
    said = "\n".join(ada.bot_texts()).replace(goods.KEY.name, "")
    assert not _found(r"\b(the|order|your|price|with)\b", said)


def test_a_person_may_choose_another_language_than_their_telegrams(ada: Person) -> None:
    ada.says("/language")
    ada.sees("Which language", button="• English")
    ada.taps("Русский")
    ada.sees("по-русски")
    ada.says("/help")
    ada.sees("Что умеет бот")
    ada.says("/language")
    ada.sees("На каком языке", button="• Русский")
    ada.taps("English")
    ada.sees("From now on I speak English")


def test_menus_fit_the_person_the_place_and_the_language(ada: Person, world: World) -> None:
    for language in ("", "ru"):
        assert menu(world, language, type="default") == ["start"]
        assert menu(world, language, type="all_group_chats") == [
            "order",
            "find",
            "orders",
            "cancel",
            "notify",
            "language",
            "help",
        ]
        operators = menu(world, language, type="chat", chat_id=ada.id)
        assert operators[:4] == ["order", "find", "orders", "cancel"]
        assert {"balance", "status", "catalog", "resolve", "admin", "credit", "audit"} <= set(operators)
    assert first_description(world, "") == "begin, and ask for access"
    assert first_description(world, "ru") == "начать и попросить доступ"


def test_without_an_operators_chat_every_admin_is_told_in_private(own_world: Callable[..., World]) -> None:
    world = own_world(ADMIN_CHAT_ID="", ADMIN_IDS=f"{ADMINS[0]},{ADMINS[1]}")
    ada, boris = world.admin(), world.admin()
    world.voodoo.switch("outcome", "failed")
    reference = goods.orders_keys(ada)
    for person in (ada, boris):
        person.mark = 0
        person.sees(f"Order {reference[:4]}-{reference[4:]} failed")


def _found(pattern: str, text: str) -> bool:
    return re.search(pattern, text, re.IGNORECASE) is not None
