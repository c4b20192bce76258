"""A Telegram that answers at once and whose people never hesitate: ``python -m tests.bench.stub_telegram``."""

import asyncio
import logging
import re
import time
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

import msgspec
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.bench.meter import configuration
from tests.bench.serving import runner, serve
from tests.bench.walk import Act

BOT_ID = 7_000_000_001
FIRST_WALKER = 1_000_001
DATE = 1_780_000_000
BATCH = 100
TAG = re.compile(r"<[^<>]*>")
BOLD = re.compile(r"<b>(.*?)</b>")
ME = {"id": BOT_ID, "is_bot": True, "first_name": "Bench", "username": "bench_bot", "can_join_groups": True}

Json = dict[str, Any]


@dataclass
class Walker:
    """A person in a private chat with a bot, who does the next thing as soon as the last was answered in full."""

    bot: "Line"
    id: int
    screen: Json = field(default_factory=dict[str, Any])
    awaited: set[str] = field(default_factory=set[str])
    answered: asyncio.Event = field(default_factory=asyncio.Event)
    heard: list[Json] = field(default_factory=list[Json])

    async def walk(self, acts: Sequence[Act], rounds: int) -> list[list[Json]]:
        """Do everything so many times; returns the calls that each act of the last round drew."""
        drawn: list[list[Json]] = []
        for _ in range(rounds):
            drawn = [await self.do(act) for act in acts]
        return drawn

    async def do(self, act: Act) -> list[Json]:
        """Do one thing and wait until the bot has made every call that answers it."""
        self.heard, self.awaited = [], set(act.answered_by)
        self.answered.clear()
        self.bot.push(self._said(act) if act.text else self._tapped(act))
        await self.answered.wait()
        return self.heard

    def hear(self, method: str, parameters: Json) -> None:
        """One call of the bot about this chat."""
        self.heard.append({"method": method, "parameters": parameters})
        self.awaited.discard(method)
        if not self.awaited:
            self.answered.set()

    def show(self, message: Json) -> None:
        """The bot wrote or edited a message; the newest with buttons is the one to tap."""
        if "reply_markup" in message:
            self.screen = message

    def person(self) -> Json:
        return {"id": self.id, "is_bot": False, "first_name": "Walker", "language_code": "en"}

    def chat(self) -> Json:
        return {"id": self.id, "type": "private", "first_name": "Walker"}

    def _said(self, act: Act) -> Json:
        message: Json = {"message_id": self.bot.number(), "from": self.person(), "chat": self.chat(), "date": DATE}
        message["text"] = act.text
        if act.text.startswith("/"):
            length = len(act.text.split(maxsplit=1)[0])
            message["entities"] = [{"type": "bot_command", "offset": 0, "length": length}]
        return {"message": message}

    def _tapped(self, act: Act) -> Json:
        data = [b["callback_data"] for row in self.screen["reply_markup"]["inline_keyboard"] for b in row]
        fitting = next(one for one in data if one.startswith(act.prefix))
        tap = {"id": f"{self.id}:{self.bot.number()}", "from": self.person(), "chat_instance": "1"}
        return {"callback_query": {**tap, "message": self.screen, "data": fitting}}


class Line:
    """One bot's side of Telegram: its queue of updates, its walkers, and when each chat was written to."""

    def __init__(self) -> None:
        self.walkers: dict[int, Walker] = {}
        self.arrivals: list[tuple[int, float]] = []
        self.polls = 0
        self._updates: deque[Json] = deque()
        self._new = asyncio.Event()
        self._number = 0

    def number(self) -> int:
        """A number not used before."""
        self._number += 1
        return self._number

    def push(self, update: Json) -> None:
        """Something happened."""
        self._updates.append({"update_id": self.number(), **update})
        self._new.set()

    async def updates(self, offset: int, seconds: float) -> list[Json]:
        """What happened from ``offset`` on, as soon as there is something."""
        self.polls += 1
        while self._updates and self._updates[0]["update_id"] < offset:
            self._updates.popleft()
        if not self._updates:
            self._new.clear()
            try:
                await asyncio.wait_for(self._new.wait(), seconds)
            except TimeoutError:
                return []
        return [self._updates[index] for index in range(min(BATCH, len(self._updates)))]

    def call(self, method: str, given: Json) -> Any:
        """Answer a method; what it says about a walker's chat is heard there."""
        if method == "getMe":
            return ME
        if method == "answerCallbackQuery":
            self.walkers[int(given["callback_query_id"].partition(":")[0])].hear(method, given)
            return True
        if "chat_id" not in given or not method.startswith(("send", "edit")):
            return True
        return self._wrote(method, int(given["chat_id"]), given)

    def _wrote(self, method: str, chat_id: int, given: Json) -> Json:
        message = _message(chat_id, int(given.get("message_id") or self.number()), given)
        if method in {"sendMessage", "sendDocument"}:
            self.arrivals.append((chat_id, time.monotonic()))
        if walker := self.walkers.get(chat_id):
            walker.show(message)
            walker.hear(method, given)
        return message


def _message(chat_id: int, message_id: int, given: Json) -> Json:
    text = given.get("text", "")
    message: Json = {
        "message_id": message_id,
        "from": ME,
        "chat": {"id": chat_id, "type": "private" if chat_id > 0 else "supergroup", "first_name": "Walker"},
        "date": DATE,
        "text": TAG.sub("", text),
    }
    if bold := BOLD.search(text):
        offset = len(TAG.sub("", text[: bold.start()]))
        message["entities"] = [{"type": "bold", "offset": offset, "length": len(TAG.sub("", bold[1]))}]
    if given.get("reply_markup"):
        message["reply_markup"] = msgspec.json.decode(given["reply_markup"])
    return message


class Stub:
    """The server: the Bot API for any token, and what the measurement asks of it."""

    def __init__(self) -> None:
        self._lines: dict[str, Line] = {}

    def app(self) -> Starlette:
        """The routes."""
        return Starlette(
            routes=[
                Route("/bot{token}/{method}", self.method, methods=["GET", "POST"]),
                Route("/bench/{token}/walk", self.walk, methods=["POST"]),
                Route("/bench/{token}/arrivals", self.arrivals),
                Route("/{path:path}", self.nothing, methods=["GET", "POST"]),
            ]
        )

    async def method(self, request: Request) -> Response:
        """One call of the Bot API."""
        line = self._line(request)
        given: Json = dict(request.query_params)
        given.update(_form(request.headers, await request.body()))
        method = request.path_params["method"]
        if method == "getUpdates":
            result: Any = await line.updates(int(given.get("offset") or 0), float(given.get("timeout") or 0))
        else:
            result = line.call(method, given)
        return Response(msgspec.json.encode({"ok": True, "result": result}), media_type="application/json")

    async def walk(self, request: Request) -> Response:
        """Let people walk side by side until each has done everything; says what one of them drew, act by act."""
        line, wanted = self._line(request), await request.json()
        acts = [msgspec.convert(act, Act) for act in wanted["acts"]]
        walkers = range(FIRST_WALKER, FIRST_WALKER + wanted["walkers"])
        line.walkers = {id_: line.walkers.get(id_) or Walker(line, id_) for id_ in walkers}
        polls, began = line.polls, time.monotonic()
        drawn = await asyncio.gather(*(walker.walk(acts, wanted["rounds"]) for walker in line.walkers.values()))
        seconds = time.monotonic() - began
        return JSONResponse({"seconds": seconds, "polls": line.polls - polls, "drawn": drawn[0]})

    async def arrivals(self, request: Request) -> Response:
        """Every new message since the last question: its chat, and when it came by the monotonic clock."""
        line = self._line(request)
        arrived, line.arrivals = line.arrivals, []
        return JSONResponse(arrived)

    async def nothing(self, _request: Request) -> Response:
        """Whatever else is asked: the supplier's API is not there."""
        return Response(status_code=503)

    def _line(self, request: Request) -> Line:
        return self._lines.setdefault(request.path_params["token"], Line())


def _form(headers: Mapping[str, str], body: bytes) -> Json:
    """The parameters of a call; of an upload, which is multipart, only the chat."""
    if headers.get("content-type", "").startswith("multipart/"):
        chat = re.search(rb'name="chat_id"\r\n\r\n(-?\d+)', body)
        return {"chat_id": chat[1].decode()} if chat else {}
    return dict(parse_qsl(body.decode()))


def main() -> None:
    """Serve until stopped."""
    logging.getLogger("uvicorn.error").disabled = True  # polls are cut off at the end, and that is all right
    with runner() as running:
        running.run(serve(Stub().app(), configuration()["port"]))


if __name__ == "__main__":
    main()
