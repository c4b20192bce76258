"""A local Voodoo Center on a loopback port, a client that holds a token, and a receiver of webhooks."""

import hashlib
import hmac
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

import httpx
import msgspec
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.sandbox.goods.items import Good
from bot.sandbox.goods.landmarks import LANDMARKS
from bot.sandbox.serving import listening
from bot.sandbox.voodoo.app import build_app
from bot.sandbox.voodoo.config import VoodooConfig
from bot.sandbox.voodoo.switches import Switches

SECRET = "test-secret"
Json = dict[str, Any]

_DECODER = msgspec.json.Decoder(dict[str, Any], float_hook=Decimal)


def exact(reply: httpx.Response) -> Json:
    """A reply's object with the decimals exactly as they were written."""
    return _DECODER.decode(reply.content)


def signature_of(body: bytes, secret: str = SECRET) -> str:
    """What the WEBHOOKS page says the header must be."""
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


@dataclass(slots=True)
class Receiver:
    """A real HTTP server that keeps what it was sent and answers as it is told, in turn, then with 200."""

    url: str = ""
    answers: list[Response] = field(default_factory=list[Response])
    got: list[tuple[dict[str, str], bytes]] = field(default_factory=list[tuple[dict[str, str], bytes]])

    async def receive(self, request: Request) -> Response:
        body = await request.body()
        self.got.append((dict(request.headers), body))
        return self.answers.pop(0) if self.answers else Response()

    @property
    def bodies(self) -> list[Json]:
        """What was sent, decoded."""
        return [_DECODER.decode(body) for _, body in self.got]


@dataclass(frozen=True, slots=True)
class Lab:
    """What a test drives: the API with a good token, and the control API."""

    api: httpx.AsyncClient
    receiver: Receiver

    async def order(self, item: int = 4090, **more: Any) -> httpx.Response:
        """Create an order of an item."""
        return await self.api.post("/api/v1/orders", json={"item_id": item, **more})

    async def created(self, item: int = 4090, **more: Any) -> Json:
        """Create an order that must be accepted."""
        reply = await self.order(item, **more)
        assert reply.status_code == 201, reply.text
        return exact(reply)

    async def read(self, order_id: str) -> Json:
        """Read an order through the API."""
        return exact(await self.api.get(f"/api/v1/orders/{order_id}"))

    async def balance(self) -> Decimal:
        """Read the balance through the API."""
        return Decimal(str(exact(await self.api.get("/api/v1/account/balance"))["balance"]))

    async def tell(self, path: str, **body: Any) -> Json:
        """Post to the control API; the call must be accepted."""
        reply = await self.api.post(f"/sandbox/{path}", json=body)
        assert reply.is_success, reply.text
        return exact(reply)

    async def switch(self, name: str, value: object) -> None:
        """Move one switch."""
        await self.tell("switches", name=name, value=value)

    async def ask(self, path: str) -> Json:
        """Read from the control API."""
        reply = await self.api.get(f"/sandbox/{path}")
        assert reply.is_success, reply.text
        return exact(reply)

    async def wait(self, **condition: Any) -> Json:
        """Wait until a condition holds and return the order."""
        answer = await self.tell("wait", **condition)
        order: Json = answer["order"]
        return order


async def token_for(client: httpx.AsyncClient, api_key: str = "ak_demo") -> httpx.Response:
    """Exchange a key."""
    return await client.post("/api/v1/auth/token/client", json={"api_key": api_key})


@asynccontextmanager
async def running_lab(
    config: VoodooConfig | None = None, goods: tuple[Good, ...] = LANDMARKS, **switches: Any
) -> AsyncGenerator[Lab]:
    """Start a supplier whose orders settle at once unless told otherwise, and a receiver of its webhooks."""
    receiver = Receiver()
    behaviour = msgspec.convert({"settle_after": 0, "service_settle_after": 0, **switches}, Switches)
    async with AsyncExitStack() as stack:
        hook = Starlette(routes=[Route("/hook", receiver.receive, methods=["POST"])])
        receiver.url = await stack.enter_async_context(listening(hook)) + "/hook"
        settings = replace(
            config or VoodooConfig(),
            webhook_urls=(receiver.url,),
            webhook_secret=SECRET,
            switches=behaviour,
        )
        url = await stack.enter_async_context(listening(build_app(settings, goods)))
        api = await stack.enter_async_context(httpx.AsyncClient(base_url=url, trust_env=False))
        api.headers["Authorization"] = f"Bearer {(await token_for(api)).json()['access_token']}"
        yield Lab(api, receiver)
