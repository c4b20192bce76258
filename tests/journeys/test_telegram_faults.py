"""Telegram on bad days: floods, outages, blocks, lost replies, repeats. No result is lost, none comes twice."""

import threading
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from tests.journeys import goods
from tests.journeys.people import Message, Person, reference_in
from tests.journeys.world import TOKEN, World


def calls(world: World, method: str, after: int, status: int) -> list[dict[str, Any]]:
    """The bot's calls since a version that ended with this status, waited for."""
    version = after
    while True:
        seen: Any = world.telegram.get("calls", method=method, after=version, timeout=20)
        found = [call for call in seen["calls"] if call["status"] == status]
        if found or not seen["calls"]:
            return found
        version = seen["calls"][-1]["version"]


def on_hold(world: World, person: Person) -> str:
    """Order one key that the supplier keeps to itself; returns the supplier's id of the order."""
    world.voodoo.switch("outcome", "hold")
    reference = goods.orders_keys(person)
    person.sees(f"In progress.*{reference[4:]}")
    person.mark = person.version()
    return str(world.voodoo.newest()["id"])


def results(person: Person) -> list[Message]:
    """The messages with codes."""
    return [
        message for message in person.all_messages() if any("copy_text" in b for r in message["buttons"] for b in r)
    ]


def test_a_flood_wait_of_one_chat_delays_no_other(ada: Person, world: World) -> None:
    boris = world.admin()
    order = on_hold(world, ada)
    before = ada.version()
    world.telegram.post("faults/flood", chat_id=ada.chat, seconds=30)
    world.voodoo.settle(order, "completed")
    assert calls(world, "editMessageText", before, 429)
    boris.says("/help")
    boris.sees("What you can do")
    assert results(ada) == []
    world.telegram.post("faults/clear")


def test_a_flood_wait_is_sat_out_and_nothing_is_lost(ada: Person, world: World) -> None:
    order = on_hold(world, ada)
    world.telegram.post("faults/flood", chat_id=ada.chat, seconds=1)
    world.voodoo.settle(order, "completed")
    ada.sees("Delivered", button="Copy the code")
    assert len(results(ada)) == 1


def test_a_flood_wait_of_the_whole_bot_holds_everything_and_loses_nothing(ada: Person, world: World) -> None:
    order = on_hold(world, ada)
    world.telegram.post("faults/flood", seconds=1)
    world.voodoo.settle(order, "completed")
    ada.says("/help")
    ada.sees("What you can do")
    ada.sees("Delivered", button="Copy the code")


def test_a_person_who_blocked_the_bot_finds_the_result_when_they_start_it_again(ada: Person, world: World) -> None:
    order, desk = on_hold(world, ada), world.desk()
    world.telegram.post("faults/block", user_id=ada.id)
    world.voodoo.settle(order, "completed")
    notice = desk.sees("The result of order .* cannot be delivered")
    world.telegram.post(f"users/{ada.id}/start")
    result = ada.sees("Delivered", button="Copy the code")
    assert reference_in(result) == reference_in(notice)
    assert (
        len([text for text in desk.bot_texts() if "cannot be delivered" in text and reference_in(result)[4:] in text])
        == 1
    )
    assert len(results(ada)) == 1


def test_a_deactivated_persons_result_is_kept(ada: Person, world: World) -> None:
    order, desk = on_hold(world, ada), world.desk()
    world.telegram.post("faults/deactivate", user_id=ada.id)
    world.voodoo.settle(order, "completed")
    desk.sees("The result of order .* cannot be delivered")
    world.telegram.post("faults/reactivate", user_id=ada.id)
    ada.says("/start")
    ada.sees("Delivered", button="Copy the code")


def test_an_order_whose_message_was_deleted_still_gets_its_result(ada: Person, world: World) -> None:
    order = on_hold(world, ada)
    living = next(message for message in reversed(ada.all_messages()) if "In progress" in message["text"])
    world.telegram.post("faults/delete-message", chat_id=ada.chat, message_id=living["id"])
    world.voodoo.settle(order, "completed")
    ada.sees("Delivered", button="Copy the code")
    assert len([text for text in ada.bot_texts() if "Delivered" in text]) == 1


def test_a_deleted_question_is_asked_in_a_new_message(ada: Person, world: World) -> None:
    question = goods.buys(ada, goods.KEY)
    world.telegram.post("faults/delete-message", chat_id=ada.chat, message_id=question["id"])
    ada.says("2")
    card = ada.sees("Please check your order")
    world.telegram.post("faults/slow", method="answerCallbackQuery", delay=30)
    ada.taps_without_waiting("‹ Back", card)
    world.telegram.post("faults/delete-message", chat_id=ada.chat, message_id=card["id"])
    world.telegram.post("faults/clear")
    ada.sees("How many", button="Cancel")


def test_a_tap_that_changes_nothing_is_answered_all_the_same(ada: Person, world: World) -> None:
    ada.says("/orders")
    ada.sees("Orders · All")
    before = ada.version()
    assert ada.taps("• All") == ""
    (refused,) = calls(world, "editMessageText", before, 400)
    assert "message is not modified" in refused["description"]
    assert not ada.heard()


@pytest.mark.parametrize("fault", [{"how": "drop"}, {"how": "status", "status": 502}], ids=["dropped", "502"])
def test_an_outage_delays_answers_and_results_and_loses_none(ada: Person, world: World, fault: dict[str, Any]) -> None:
    order = on_hold(world, ada)
    log = world.bot.log_end()
    world.telegram.post("faults/outage", seconds=60, **fault)
    world.voodoo.settle(order, "completed")
    world.bot.logged("a message will be tried again", after=log, chat_id=ada.chat)
    ada.says("/help")
    world.telegram.post("faults/clear")
    ada.sees("What you can do")
    ada.sees("Delivered", button="Copy the code")
    assert len(results(ada)) == 1


def test_a_slow_telegram_loses_nothing(ada: Person, world: World) -> None:
    world.telegram.post("faults/slow", delay=0.3)
    goods.orders_keys(ada)
    ada.sees("Delivered", button="Copy the code")


def test_a_result_whose_reply_was_lost_is_not_lost(ada: Person, world: World) -> None:
    order = on_hold(world, ada)
    world.telegram.post("faults/drop-reply", method="sendMessage", calls=1)
    world.voodoo.settle(order, "completed")
    ada.sees("Delivered", button="Copy the code")
    codes = world.voodoo.order(order)["codes"]
    assert all(codes[0] in message["text"] for message in results(ada)), "sent again, it says the same"


def test_an_update_that_telegram_delivers_again_has_no_second_effect(ada: Person, world: World) -> None:
    reference = goods.orders_keys(ada)
    ada.sees("Delivered", button="Copy the code")
    orders, messages = len(world.voodoo.orders()), len(ada.all_messages())
    world.telegram.post("faults/redeliver", count=20)
    ada.says("/help")
    ada.sees("What you can do")
    assert len(world.voodoo.orders()) == orders
    assert len(ada.all_messages()) == messages + 2
    assert reference


def test_a_tap_answered_too_late_still_does_its_work(ada: Person, world: World) -> None:
    goods.buys(ada, goods.KEY)
    ada.taps("1")
    card = ada.sees("Please check your order")
    world.telegram.post("faults/slow", method="answerCallbackQuery", delay=30)
    before = ada.version()
    ada.taps_without_waiting("Confirm", card)
    ada.sees("Delivered", button="Copy the code")
    world.telegram.post("faults/expire-taps")
    world.telegram.post("faults/clear")
    (late,) = calls(world, "answerCallbackQuery", before, 400)
    assert "query is too old" in late["description"]


def test_many_results_in_a_row_all_arrive_in_order(world: World) -> None:
    world.voodoo.switch("outcome", "hold")
    ada = world.admin()
    orders = [on_hold(world, ada) for _ in range(4)]
    world.telegram.post("faults/rate-limits", on=True)
    for order in orders:
        world.voodoo.settle(order, "completed")
        world.voodoo.waits(order_id=order, webhooks=1)
    codes = [world.voodoo.order(order)["codes"][0] for order in orders]
    ada.sees(codes[-1], button="Copy the code")
    assert [next(code for code in codes if code in message["text"]) for message in results(ada)] == codes


def test_a_second_process_with_the_same_token_stops_the_bot_with_one_line(own_world: Callable[..., World]) -> None:
    world = own_world()
    ended = threading.Event()

    def poll() -> None:
        with httpx.Client(base_url=f"{world.telegram.url}/bot{TOKEN}", timeout=30) as other:
            while not ended.is_set():
                other.get("/getUpdates", params={"timeout": 1})

    other = threading.Thread(target=poll)
    other.start()
    assert world.bot.process is not None
    status = world.bot.process.wait(30)
    ended.set()
    other.join()
    assert status == 1
    assert "another process receives this bot's updates" in _last_line(world)


def test_a_wrong_token_stops_the_bot_with_one_line(own_world: Callable[..., World]) -> None:
    world = own_world()
    assert world.bot.stop() == 0
    world.bot.environment = {**world.bot.environment, "BOT_TOKEN": TOKEN[:-1] + "X"}
    world.bot.launch()
    assert world.bot.process is not None
    assert world.bot.process.wait(30) == 1
    assert "Telegram refuses BOT_TOKEN" in _last_line(world)
    assert TOKEN[-8:-1] not in world.bot.log.read_text()


def test_a_whole_order_when_telegram_pushes(own_world: Callable[..., World]) -> None:
    world = own_world()
    world.bot.stop()
    world.bot.start(PUBLIC_URL=world.bot.url)
    ada = world.admin()
    goods.orders_keys(ada, 2)
    result = ada.sees("Delivered", button="Copy all")
    assert all(code in result["text"] for code in world.voodoo.newest()["codes"])
    info: Any = httpx.get(f"{world.telegram.url}/bot{TOKEN}/getWebhookInfo").json()["result"]
    assert (info["url"], info["pending_update_count"]) == (f"{world.bot.url}/telegram", 0)


def _last_line(world: World) -> str:
    return world.bot.log.read_text().rstrip().splitlines()[-1]
