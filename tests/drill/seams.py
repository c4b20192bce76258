"""Where the steps are taken: the seams at which the bot really touches disk or network."""

import asyncio
import os
import re
from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, Self

import httpcore
from httpcore._backends import anyio as transport
from starlette.types import ASGIApp, Message, Receive, Scope, Send

import bot.app
from bot.catalog import child
from bot.catalog.messages import ImportRequest
from bot.catalog.snapshot import Snapshot
from bot.intake.polling import Poller
from storage.driver import FusedConnection, FusedCursor
from storage.store import Store
from storage.tables import Tables
from tests.drill import importing
from tests.drill.importing import VICTIM
from tests.drill.steps import STEPS, Steps, idle_now, name_of, place

Plain = Callable[..., Any]
Call = Callable[..., Awaitable[Any]]
Execution = Callable[[], Awaitable[Any]]
Work = Callable[[Tables], Awaitable[Any]]

TARGET: ContextVar[str] = ContextVar("target", default="nobody")
"""Method and endpoint of the request this task makes."""

POLL = "getUpdates"
OPEN_POLL = "offset=0&"
BOT_METHOD = re.compile(r"^/(?:file/)?bot[^/]+/")
ANY_ID = re.compile(r"/[^/]*\d[^/]*")
CLAIMS = frozenset({"queues.Events.claim", "outbox.Outbox.claim", "orders.Orders.claim_due"})
"""Questions whether there is work."""


def install(steps: Steps) -> None:
    """Take a step at every seam from now on."""
    _watch_database(steps)
    _watch_network(steps)
    _watch_polling(steps)
    _watch_web(steps)
    _watch_catalog(steps)


def wrap(owner: object, name: str, make: Callable[[Any], Plain]) -> None:
    """Put another function in a function's place."""
    setattr(owner, name, make(getattr(owner, name)))


@dataclass
class _Database:
    """Takes the steps of the database; knows which unit the writer runs, and what changed something of the story."""

    steps: Steps
    unit: str = ""
    idle: bool = False
    touched: set[int] = field(default_factory=set[int])

    async def execution(self, connection: FusedConnection, cursor: FusedCursor, sql: str, call: Execution) -> None:
        """Run a statement between its two steps."""
        if sql.startswith("PRAGMA") or idle_now() or (self.idle and place("storage.writer")):
            await call()
            return
        repository = place("storage.repositories.").removeprefix("repositories.")
        label = f"statement {repository or 'of the store'} for {place() or self.unit}"
        asks = repository in CLAIMS
        if not asks:
            self.steps.take(f"before {label}")
        await call()
        if not asks or cursor.rowcount > 0 or await cursor.fetchall():
            self.touched.add(id(connection))
            self.steps.take(f"after {label}")

    async def commit(self, connection: FusedConnection, call: Execution) -> None:
        """Commit between two steps if that changes anything of the story."""
        touched = id(connection) in self.touched
        self.touched.discard(id(connection))
        if touched:
            self.steps.take(f"before commit of {self.unit}")
        await call()
        if touched:
            self.steps.take(f"after commit of {self.unit}")

    def named(self, work: Work) -> Work:
        """The same unit, which tells whose it is when its turn has come."""
        name, idle = place() or name_of(work.__module__, work.__qualname__), idle_now()

        def run(tables: Tables) -> Awaitable[Any]:
            self.unit, self.idle = name, idle
            return work(tables)

        return run


def _watch_database(steps: Steps) -> None:
    database = _Database(steps)

    class SteppingCursor(FusedCursor):
        """A cursor whose statements are steps."""

        __slots__ = ()

        async def execute(self, sql: str, parameters: Iterable[Any] = ()) -> Self:
            run = super().execute
            await database.execution(self._connection, self, sql, lambda: run(sql, parameters))
            return self

        async def executemany(self, sql: str, parameters: Iterable[Sequence[Any]]) -> Self:
            run = super().executemany
            await database.execution(self._connection, self, sql, lambda: run(sql, parameters))
            return self

    def commit(plain: Call) -> Call:
        async def commit_(connection: FusedConnection) -> None:
            await database.commit(connection, lambda: plain(connection))

        return commit_

    def write(plain: Call) -> Call:
        async def write_(store: Store, work: Work) -> Any:
            return await plain(store, database.named(work))

        return write_

    # A function, which becomes a method; a class would not be given the connection.
    setattr(FusedConnection, FusedConnection.cursor.__name__, lambda connection: SteppingCursor(connection))  # pyright: ignore[reportUnknownLambdaType, reportUnknownArgumentType] - setattr tells it nothing  # noqa: PLW0108
    wrap(FusedConnection, "commit", commit)
    wrap(Store, "write", write)


def endpoint(method: str, target: str) -> str:
    """What a request is for: neither the token nor an id nor a query is in it."""
    path = target.partition("?")[0]
    if BOT_METHOD.match(path):
        name = path.rpartition("/")[2]
        return f"telegram {name} opening" if name == POLL and OPEN_POLL in target else f"telegram {name}"
    return f"supplier {method} {ANY_ID.sub('/*', path)}"


def _watch_network(steps: Steps) -> None:
    def request(plain: Call) -> Call:
        async def handle(self: object, request: httpcore.Request) -> Any:
            TARGET.set(endpoint(request.method.decode(), request.url.target.decode()))
            return await plain(self, request)

        return handle

    def touch(doing: str) -> Callable[[Call], Call]:
        def make(plain: Call) -> Call:
            async def touched(*args: Any, **options: Any) -> Any:
                target = TARGET.get()
                # httpcore ends each request with a write of nothing.
                if b"" in args or _polls_in_vain(doing, target) or idle_now():
                    return await plain(*args, **options)
                label = f"{doing} {target} for {place()}"
                steps.take(f"before {label}")
                result = await plain(*args, **options)
                steps.take(f"after {label}")
                return result

            return touched

        return make

    wrap(httpcore.AsyncConnectionPool, "handle_async_request", request)
    wrap(transport.AnyIOBackend, "connect_tcp", touch("connect"))
    wrap(transport.AnyIOStream, "write", touch("write"))
    wrap(transport.AnyIOStream, "read", touch("read"))


def _polls_in_vain(doing: str, target: str) -> bool:
    """What a poll brought is a step of its own; only the question that confirms it is one besides."""
    return POLL in target and (doing != "write" or target.endswith("opening"))


def _watch_polling(steps: Steps) -> None:
    def fetch(plain: Call) -> Call:
        async def fetched(self: Poller, *args: Any) -> Any:
            updates = await plain(self, *args)
            if updates:
                kinds = sorted({key for update in updates for key in update if key != "update_id"})
                steps.take(f"after poll brought {', '.join(kinds)}")
            return updates

        return fetched

    wrap(Poller, "_fetch", fetch)


def _watch_web(steps: Steps) -> None:
    build = bot.app.build_web

    def watched(*args: Any, **options: Any) -> ASGIApp:
        return _stepping(build(*args, **options), steps)

    setattr(bot.app, build.__name__, watched)


def _stepping(app: ASGIApp, steps: Steps) -> ASGIApp:
    """Count what is posted to us; whoever only reads looks at our health."""

    async def serve(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "POST":
            await app(scope, receive, send)
            return
        where = scope["path"]

        async def received() -> Message:
            message = await receive()
            steps.take(f"after {message['type']} at {where}")
            return message

        async def sent(message: Message) -> None:
            steps.take(f"before {message['type']} at {where}")
            await send(message)
            steps.take(f"after {message['type']} at {where}")

        await app(scope, received, sent)

    return serve


def _watch_catalog(steps: Steps) -> None:
    def around(doing: str) -> Callable[[Call], Call]:
        def make(plain: Call) -> Call:
            async def touched(*args: Any, **options: Any) -> Any:
                steps.take(f"before {doing} for {place()}")
                result = await plain(*args, **options)
                steps.take(f"after {doing} for {place()}")
                return result

            return touched

        return make

    def in_thread(plain: Call) -> Call:
        async def run(function: Callable[..., Any], /, *args: Any, **options: Any) -> Any:
            module = getattr(function, "__module__", None) or ""
            label = f"{name_of(module, getattr(function, '__qualname__', 'call'))} for {place() or place('storage.')}"
            steps.take(f"before file work {label}")
            result = await plain(function, *args, **options)
            steps.take(f"after file work {label}")
            return result

        return run

    def environment(plain: Plain) -> Plain:
        def told(request: ImportRequest) -> dict[str, str]:
            return plain(request) | {name: os.environ[name] for name in (STEPS, VICTIM) if name in os.environ}

        return told

    def hearing(plain: Plain) -> Plain:
        def heard(line: bytes) -> Any:
            message = plain(line)
            steps.take(f"after message {type(message).__name__} of the import")
            return message

        return heard

    child.MODULE = importing.__name__
    wrap(child, "_environment", environment)
    wrap(child, "decode_message", hearing)
    wrap(child, "_start", around("start of the import"))
    wrap(child, "_end", around("end of the import"))
    wrap(Snapshot, "_read", around("reading of the snapshot"))
    wrap(asyncio, "to_thread", in_thread)
