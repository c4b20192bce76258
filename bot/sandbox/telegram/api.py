"""The Bot API's HTTP side: token, faults, method, reply."""

import asyncio
from collections.abc import Callable
from typing import Any, cast

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bot.sandbox.telegram.errors import ApiError, NotFound, Outage, TooManyRequests, Unauthorized
from bot.sandbox.telegram.faults import OutageKind
from bot.sandbox.telegram.hub import LocalTelegram
from bot.sandbox.telegram.methods import METHODS
from bot.sandbox.telegram.parameters import Parameters, read_parameters
from bot.sandbox.telegram.shapes import JsonObject

HANG_UP = "orderline.hang_up"
"""The ASGI extension (see ``server.py``) that breaks a connection without a reply."""
NOT_RECORDED = frozenset({"getupdates"})


class BotApi:
    """Serves ``/bot{TOKEN}/METHOD`` and ``/file/bot{TOKEN}/PATH``."""

    def __init__(self, telegram: LocalTelegram) -> None:
        self.telegram = telegram

    async def call(self, request: Request) -> Response:
        """Carry out one method call."""
        method = str(request.path_params["method"])
        name = method.lower()
        outage = self.telegram.faults.outage()
        if outage is not None and outage.kind is OutageKind.DROP:
            self.telegram.world.record(method, {}, None, "the connection was broken")
            return await hang_up(request)
        sent = Parameters({})
        try:
            self._check_token(request)
            if outage is not None:
                raise Outage(outage.status)
            sent = await read_parameters(request)
            await self._linger(name)
            body: JsonObject = {"ok": True, "result": await self._run(name, sent)}
            status = 200
        except ApiError as error:
            body, status = error.to_api(), error.status
        self._record(method, sent, status, body)
        if self.telegram.faults.takes_reply(name):
            return await hang_up(request)
        return reply(body, status)

    def _check_token(self, request: Request) -> None:
        if request.path_params["token"] != self.telegram.config.token:
            raise Unauthorized

    async def _linger(self, name: str) -> None:
        """Let the delay of a slow Telegram pass, or end with the fault or the server."""
        loop = asyncio.get_running_loop()
        end = loop.time() + self.telegram.faults.delay(name)
        changes = self.telegram.world.changes
        while self.telegram.faults.delay(name) > 0 and not changes.closed and loop.time() < end:
            await changes.after(changes.version, end - loop.time())

    async def _run(self, name: str, sent: Parameters) -> Any:
        method = METHODS.get(name)
        if method is None:
            raise NotFound
        chat = sent.text("chat_id")
        self.telegram.faults.check_flood(int(chat) if chat.removeprefix("-").isdigit() else None)
        return await method(self.telegram, sent)

    def _record(self, method: str, sent: Parameters, status: int, body: JsonObject) -> None:
        if method.lower() in NOT_RECORDED and status == 200:
            return
        parameters = {name: value for name, value in sent.values.items() if name != "secret_token"}
        parameters |= {name: f"<{len(upload.content)} bytes>" for name, upload in sent.files.items()}
        self.telegram.world.record(method, parameters, status, str(body.get("description", "")))

    async def download(self, request: Request) -> Response:
        """Serve a file that ``getFile`` named."""
        try:
            self._check_token(request)
            wanted = str(request.path_params["path"])
            stored = next((f for f in self.telegram.world.files.values() if f.path == wanted), None)
            if stored is None:
                raise NotFound
        except ApiError as error:
            return reply(error.to_api(), error.status)
        return Response(stored.content, media_type=stored.mime_type)


def reply(body: JsonObject, status: int) -> JSONResponse:
    """Return Telegram's JSON; a flood is also said in the header."""
    headers: dict[str, str] = {}
    if status == TooManyRequests.status:
        headers["Retry-After"] = str(body["parameters"]["retry_after"])
    return JSONResponse(body, status, headers)


async def hang_up(request: Request) -> Response:
    """Break the connection without a byte of reply; a server that cannot answers 502 instead."""
    extension = request.scope.get("extensions", {}).get(HANG_UP)
    if extension is not None:
        cast("Callable[[], None]", extension)()
    return Response(status_code=502)
