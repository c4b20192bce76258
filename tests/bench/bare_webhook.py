"""The yardstick of a webhook: a Starlette route that checks an HMAC and commits one row to SQLite."""

import hashlib
import hmac
import sqlite3
from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from tests.bench.meter import configuration
from tests.bench.serving import runner, serve

PRAGMAS = ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON", "busy_timeout = 5000")
"""As the store sets them."""


def build(database: Path, secret: str) -> Starlette:
    """The application."""
    connection = sqlite3.connect(database, isolation_level=None)
    for pragma in PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")
    connection.execute("CREATE TABLE events (id INTEGER PRIMARY KEY, body BLOB NOT NULL)")

    async def receive(request: Request) -> Response:
        body = await request.body()
        expected = "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
        if not hmac.compare_digest(request.headers.get("x-webhook-signature", ""), expected):
            return PlainTextResponse("bad signature", 401)
        # On its own it is a whole transaction, durable when execute returns.
        connection.execute("INSERT INTO events (body) VALUES (?)", (body,))
        return PlainTextResponse("stored")

    return Starlette(routes=[Route("/webhooks/voodoo", receive, methods=["POST"])])


def main() -> None:
    """Serve until stopped."""
    config = configuration()
    with runner() as running:
        running.run(serve(build(Path(config["database"]), config["secret"]), config["port"]))


if __name__ == "__main__":
    main()
