"""A local Octopus Cards on a loopback port, a client that holds a token, and a receiver of webhooks."""

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

from bot.sandbox.octopus.app import build_app
from bot.sandbox.octopus.config import OctopusConfig
from bot.sandbox.octopus.goods import Product
from bot.sandbox.octopus.landmarks import LANDMARKS
from bot.sandbox.octopus.switches import Switches
from bot.sandbox.serving import listening
from bot.sandbox.shop.background import Bell

SECRET = "test-secret"
Json = dict[str, Any]

_DECODER = msgspec.json.Decoder(float_hook=Decimal)


def exact(reply: httpx.Response) -> Any:
    """A reply's JSON with the decimals exactly as they were written."""
    return _DECODER.decode(reply.content)


def signature_of(body: bytes, secret: str = SECRET) -> str:
    """What the VERIFICATION page says the header must be."""
    return hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


@dataclass(slots=True)
class Receiver:
    """A real HTTP server that keeps what it was sent and answers as it is told, in turn, then with 204."""

    url: str = ""
    answers: list[Response] = field(default_factory=list[Response])
    got: list[tuple[dict[str, str], bytes]] = field(default_factory=list[tuple[dict[str, str], bytes]])
    bell: Bell = field(default_factory=Bell)

    async def receive(self, request: Request) -> Response:
        body = await request.body()
        self.got.append((dict(request.headers), body))
        self.bell.ring()
        return self.answers.pop(0) if self.answers else Response(status_code=204)

    async def gets(self, webhooks: int) -> None:
        """Wait until so many have come."""
        assert await self.bell.until(lambda: len(self.got) >= webhooks, 10)

    @property
    def bodies(self) -> list[Json]:
        """What was sent, decoded."""
        return [_DECODER.decode(body) for _, body in self.got]

    @property
    def types(self) -> list[str]:
        """The types of the events that came."""
        return [body["type"] for body in self.bodies]


@dataclass(frozen=True, slots=True)
class Lab:
    """What a test drives: the API with a good token, and the control API."""

    api: httpx.AsyncClient
    receiver: Receiver

    async def order(self, item: int = 123, face: Any = 50, quantity: Any = 1, **more: Any) -> httpx.Response:
        """Create an order; what is None is left out."""
        body = {"product_id": item, "denomination": face, "quantity": quantity, **more}
        return await self.api.post("/api/v1/orders", json={name: one for name, one in body.items() if one is not None})

    async def created(self, item: int = 123, face: Any = 50, quantity: Any = 1, **more: Any) -> Json:
        """Create an order that must be accepted."""
        reply = await self.order(item, face, quantity, **more)
        assert reply.status_code == 201, reply.text
        return exact(reply)

    async def read(self, path: str) -> Any:
        """Read something through the API; the call must be accepted."""
        reply = await self.api.get(f"/api/v1/{path}")
        assert reply.is_success, reply.text
        return exact(reply)

    async def charges(self, item: int = 123, **body: Any) -> httpx.Response:
        """Ask for a quote."""
        return await self.api.post(f"/api/v1/products/{item}/charges", json={"denomination": 50, "quantity": 1, **body})

    async def quoted(self, item: int = 123, **body: Any) -> Json:
        """Ask for a quote that must be given."""
        reply = await self.charges(item, **body)
        assert reply.status_code == 200, reply.text
        return exact(reply)

    async def balance(self, wallet: int = 1) -> Decimal:
        """Read a wallet's balance through the API."""
        wallets = {one["id"]: one for one in await self.read("wallets")}
        return Decimal(wallets[wallet]["amount"])

    async def tell(self, path: str, **body: Any) -> Json:
        """Post to the control API; the call must be accepted."""
        reply = await self.api.post(f"/sandbox/{path}", json=body)
        assert reply.is_success, reply.text
        return exact(reply)

    async def switch(self, **positions: Any) -> None:
        """Move switches."""
        for name, value in positions.items():
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

    async def settle(self, order: Json, outcome: str, **more: Any) -> Json:
        """Let an order go on by hand."""
        return await self.tell(f"orders/{order['id']}/settle", **{"as": outcome}, **more)

    async def log_in(self) -> Json:
        """Take new tokens and use them from now on."""
        reply = await login(self.api)
        assert reply.status_code == 200, reply.text
        tokens: Json = reply.json()["data"]
        self.api.headers["Authorization"] = f"Bearer {tokens['access_token']}"
        return tokens


async def login(client: httpx.AsyncClient, key: str = "oc_demo", secret: str | None = None) -> httpx.Response:
    """Exchange a key and its secret."""
    password = OctopusConfig().api_secret if secret is None else secret
    return await client.post("/auth/login", json={"username": key, "password": password})


def error_of(reply: httpx.Response) -> tuple[int, str, str]:
    """The status, code and message of a refusal."""
    error = reply.json()["error"]
    assert set(error) == {"name", "code", "message"}
    return reply.status_code, error["code"], error["message"]


@asynccontextmanager
async def running_lab(
    config: OctopusConfig | None = None, products: tuple[Product, ...] = LANDMARKS, **switches: Any
) -> AsyncGenerator[Lab]:
    """Start a supplier whose orders settle at once unless told otherwise, and a receiver of its webhooks.

    Wallet events are off, so that a test sees only the webhooks it asks for.
    """
    receiver = Receiver()
    behaviour = msgspec.convert({"settle_after": 0, "wallet_events": False, **switches}, Switches)
    async with AsyncExitStack() as stack:
        hook = Starlette(routes=[Route("/hook", receiver.receive, methods=["POST"])])
        receiver.url = await stack.enter_async_context(listening(hook)) + "/hook"
        settings = replace(
            config or OctopusConfig(), webhook_urls=(receiver.url,), webhook_secret=SECRET, switches=behaviour
        )
        url = await stack.enter_async_context(listening(build_app(settings, products)))
        api = await stack.enter_async_context(httpx.AsyncClient(base_url=url, trust_env=False))
        lab = Lab(api, receiver)
        await lab.log_in()
        yield lab
