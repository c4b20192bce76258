"""Who may speak when: rates, priorities and flood waits, in invented time."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from telegram.error import BadRequest, RetryAfter

from bot.delivery.pacing import ChatPacer, Pace
from bot.delivery.windows import Rate
from storage.records.queues import Priority
from tests.delivery.ticking import Ticking

OPEN = Rate(10_000, 1)
UNPACED = Pace(per_chat=OPEN, per_group=OPEN, overall=OPEN)


class Bench:
    """A pacer in invented time, and the log of what it let go."""

    def __init__(self, pace: Pace) -> None:
        self.time = Ticking()
        self.pacer = ChatPacer(pace, monotonic=self.time.now, sleep=self.time.sleep)
        self.sent: list[tuple[float, str]] = []
        self.floods: dict[str, list[float]] = {}
        self.gate: asyncio.Event | None = None
        self.flying = 0
        self.most_flying = 0

    def send(
        self,
        name: str,
        chat_id: int | None = 1,
        priority: Priority | None = None,
        method: str = "sendMessage",
    ) -> "asyncio.Task[Any]":
        data = {} if chat_id is None else {"chat_id": chat_id}
        return asyncio.ensure_future(self.pacer.process_request(self._call, (name,), {}, method, data, priority))

    async def _call(self, name: str) -> bool:
        self.flying += 1
        self.most_flying = max(self.most_flying, self.flying)
        try:
            if self.gate is not None:
                await self.gate.wait()
            if self.floods.get(name):
                raise RetryAfter(timedelta(seconds=self.floods[name].pop(0)))
            self.sent.append((self.time.now() - 1000, name))
            return True
        finally:
            self.flying -= 1

    def names(self) -> list[str]:
        return [name for _, name in self.sent]

    def times(self) -> list[float]:
        return [at for at, _ in self.sent]


async def test_a_burst_to_one_chat_passes_and_what_follows_goes_one_by_one():
    bench = Bench(Pace(per_chat=Rate(3, 3), per_group=OPEN, overall=OPEN))
    for number in range(5):
        bench.send(str(number))
    await bench.time.settle()
    assert bench.names() == ["0", "1", "2"]
    await bench.time.advance(3)
    assert bench.sent[3:] == [(1, "3"), (2, "4")]


async def test_a_full_chat_does_not_delay_another():
    bench = Bench(Pace(per_chat=Rate(1, 10), per_group=OPEN, overall=OPEN))
    for name, chat_id in (("first", 1), ("second", 1), ("other", 2)):
        bench.send(name, chat_id)
    await bench.time.settle()
    assert bench.names() == ["first", "other"]


async def test_a_group_gets_no_more_than_twenty_messages_in_any_minute():
    bench = Bench(Pace(per_chat=OPEN, overall=OPEN))
    for number in range(25):
        bench.send(str(number), chat_id=-5)
    await bench.time.advance(59)
    assert len(bench.sent) == 20
    await bench.time.advance(1)
    assert len(bench.sent) == 25


async def test_the_bot_as_a_whole_keeps_to_thirty_messages_a_second():
    bench = Bench(Pace(in_flight=1000))
    for number in range(70):
        bench.send(str(number), chat_id=number + 1)
    await bench.time.advance(5)
    assert [bench.times().count(second) for second in (0, 1, 2)] == [30, 30, 10]


async def test_callback_answers_and_chat_actions_go_at_once_and_use_up_no_rate():
    bench = Bench(Pace(per_chat=Rate(1, 100), per_group=OPEN, overall=Rate(1, 100)))
    bench.send("message")
    bench.send("answer", chat_id=None, method="answerCallbackQuery")
    bench.send("typing", method="sendChatAction")
    await bench.time.settle()
    assert sorted(bench.names()) == ["answer", "message", "typing"]


async def test_a_reply_overtakes_results_and_notices_that_wait():
    bench = Bench(Pace(per_chat=OPEN, per_group=OPEN, overall=Rate(1, 1)))
    bench.send("now")
    bench.send("notice", 2, Priority.NOTICE)
    bench.send("result", 3, Priority.RESULT)
    bench.send("reply", 4, Priority.REPLY)
    bench.send("reply again", 5)
    await bench.time.advance(10)
    assert bench.names() == ["now", "reply", "reply again", "result", "notice"]


async def test_a_notice_does_not_starve_under_an_endless_stream_of_replies():
    bench = Bench(Pace(per_chat=OPEN, per_group=OPEN, overall=Rate(1, 1), lag=3))
    bench.send("notice", 2, Priority.NOTICE)
    bench.send("reply 0", 3)
    for number in range(1, 20):
        bench.send(f"reply {number}", 3)
        await bench.time.advance(1)
    assert "notice" in bench.names()


async def test_no_more_than_the_allowed_requests_fly_at_once():
    bench = Bench(Pace(per_chat=OPEN, per_group=OPEN, overall=OPEN, in_flight=4))
    bench.gate = asyncio.Event()
    tasks = [bench.send(str(number), chat_id=number + 1) for number in range(20)]
    await bench.time.settle()
    assert bench.flying == 4
    bench.gate.set()
    await asyncio.gather(*tasks)
    assert bench.most_flying == 4


async def test_a_flood_wait_holds_its_chat_until_then_plus_slack_and_no_other():
    bench = Bench(Pace(per_chat=OPEN, per_group=OPEN, overall=OPEN, slack=0.5))
    bench.floods["flooded"] = [7]
    bench.send("flooded", 1)
    await bench.time.settle()
    bench.send("behind it", 1)
    bench.send("elsewhere", 2)
    await bench.time.advance(20)
    assert bench.sent == [(0, "elsewhere"), (7.5, "flooded"), (7.5, "behind it")]


async def test_a_request_that_ends_meanwhile_does_not_lift_a_flood_wait():
    bench = Bench(UNPACED)
    bench.floods["flooded"] = [30]
    bench.send("flooded", 1)
    await bench.time.settle()
    await bench.send("other", 2)
    bench.send("too early", 1)
    await bench.time.advance(30)
    assert bench.names() == ["other"]
    await bench.time.advance(1)
    assert sorted(bench.names()) == ["flooded", "other", "too early"]


async def test_floods_in_several_chats_at_once_hold_the_whole_bot():
    bench = Bench(UNPACED)
    for chat_id in (1, 2, 3):
        bench.floods[f"flooded {chat_id}"] = [10]
        bench.send(f"flooded {chat_id}", chat_id)
    await bench.time.settle()
    bench.send("a fourth chat", 4)
    await bench.time.advance(10)
    assert bench.names() == []
    await bench.time.advance(1)
    assert len(bench.sent) == 4


async def test_a_flood_answer_to_a_request_without_a_chat_holds_the_whole_bot():
    bench = Bench(UNPACED)
    bench.floods["account"] = [10]
    bench.send("account", None, method="getMe")
    await bench.time.settle()
    bench.send("message", 1)
    await bench.time.advance(10)
    assert bench.names() == []


async def test_a_wait_longer_than_its_patience_is_raised_at_once():
    bench = Bench(UNPACED)
    bench.floods["result"] = [300]
    task = bench.send("result", 1, Priority.RESULT)
    await bench.time.settle()
    error = task.exception()
    assert isinstance(error, RetryAfter)
    assert error.retry_after == timedelta(seconds=300.5)


async def test_a_flood_answer_to_a_menu_or_description_silences_nobody():
    bench = Bench(UNPACED)
    for name in ("menu", "menu in groups", "menu of an operator"):
        bench.floods[name] = [3600]
    menus = [bench.send(name, None, Priority.NOTICE, method="setMyCommands") for name in bench.floods]
    await bench.time.settle()
    bench.send("reply", 1)
    await bench.time.advance(0)
    assert bench.sent == [(0, "reply")]
    assert all(isinstance(menu.exception(), RetryAfter) for menu in menus)


async def test_a_request_already_waiting_is_told_of_a_hold_it_has_no_patience_for():
    bench = Bench(Pace(per_chat=Rate(1, 5), per_group=OPEN, overall=OPEN))
    bench.floods["first"] = [300]
    first, second = bench.send("first", 1, Priority.RESULT), bench.send("second", 1, Priority.RESULT)
    await bench.time.settle()
    assert [type(task.exception()) for task in (first, second)] == [RetryAfter, RetryAfter]


async def test_a_chat_that_floods_again_and_again_is_given_back_to_its_caller():
    bench = Bench(Pace(per_chat=OPEN, per_group=OPEN, overall=OPEN, retries=2))
    bench.floods["stubborn"] = [1, 1, 1, 1]
    task = bench.send("stubborn")
    await bench.time.advance(10)
    assert isinstance(task.exception(), RetryAfter)
    assert bench.floods["stubborn"] == [1]


async def test_any_other_error_reaches_the_caller_and_frees_the_slot():
    bench = Bench(Pace(per_chat=OPEN, per_group=OPEN, overall=OPEN, in_flight=1))

    async def fail() -> bool:
        raise BadRequest("Chat not found")

    with pytest.raises(BadRequest):
        await bench.pacer.process_request(fail, (), {}, "sendMessage", {"chat_id": 1}, None)
    assert await bench.send("next") is True


async def test_a_cancelled_request_gives_its_place_to_the_next():
    bench = Bench(Pace(per_chat=OPEN, per_group=OPEN, overall=OPEN, in_flight=1))
    bench.gate = asyncio.Event()
    flying, waiting, behind = bench.send("flying"), bench.send("waiting"), bench.send("behind")
    await bench.time.settle()
    waiting.cancel()
    bench.gate.set()
    await asyncio.gather(flying, behind)
    assert bench.names() == ["flying", "behind"]
    assert waiting.cancelled()


async def test_a_request_cancelled_in_the_moment_of_its_turn_leaves_no_slot_taken():
    bench = Bench(Pace(per_chat=OPEN, per_group=OPEN, overall=OPEN, in_flight=1))
    bench.gate = asyncio.Event()
    flying, waiting = bench.send("flying"), bench.send("waiting")
    await bench.time.settle()
    flying.add_done_callback(lambda _: waiting.cancel())
    bench.gate.set()
    await bench.time.settle()
    assert await bench.send("after") is True


async def test_stopping_cancels_what_still_waits():
    bench = Bench(Pace(per_chat=Rate(1, 100), per_group=OPEN, overall=OPEN))
    await bench.send("sent")
    waiting = bench.send("waiting")
    await bench.time.settle()
    await bench.pacer.shutdown()
    await bench.time.settle()
    assert waiting.cancelled()
    assert bench.pacer.waiting == 0


async def test_thousands_of_chats_are_paced_one_by_one_and_forgotten_when_idle():
    bench = Bench(Pace(overall=OPEN, in_flight=10_000))
    for wave in range(3):
        await asyncio.gather(*(bench.send("x", chat_id=wave * 2000 + number + 1) for number in range(2000)))
        await bench.time.advance(60)
    assert len(bench.sent) == 6000
