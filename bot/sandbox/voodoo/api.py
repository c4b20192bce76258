"""The documented endpoints, each passing through whatever fault is armed for it."""

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.sandbox.shop.calls import Call
from bot.sandbox.shop.exact import NotJson, json_reply, number, read_object
from bot.sandbox.shop.faults import struck
from bot.sandbox.shop.replies import status_sent
from bot.sandbox.voodoo.broken_replies import planned
from bot.sandbox.voodoo.center import Center
from bot.sandbox.voodoo.checkout import Refused
from bot.sandbox.voodoo.faults import Endpoint
from bot.sandbox.voodoo.switches import KeyState
from bot.sandbox.voodoo.wire import envelope, order_object

BEARER = "bearer "

Handler = Callable[[Request, Center], Awaitable[Response]]
Answer = Callable[[Request], Awaitable[Response]]


def center_of(request: Request) -> Center:
    """The supplier that answers a request."""
    center = request.app.state.center
    if not isinstance(center, Center):
        raise TypeError("the app was started without its supplier")
    return center


def faulty(endpoint: Endpoint, handle: Handler) -> Answer:
    """Let an armed fault strike a handler, and log the call."""

    async def answer(request: Request) -> Response:
        center = center_of(request)
        await request.body()
        reference = await _reference(request) if endpoint is Endpoint.CREATE else None
        if reference is not None:
            center.books.count_create_call(reference)
        fault, calm = center.armed.take(endpoint), center.armed.calm

        async def effect() -> Response:
            return await handle(request, center)

        response = await effect() if fault is None else await struck(fault, effect, lambda: planned(fault), calm)
        center.calls.add(
            Call(
                at=center.now(),
                endpoint=endpoint,
                method=request.method,
                path=request.url.path,
                status=status_sent(response),
                reference=reference,
                fate=fault.fate if fault else None,
            )
        )
        center.bell.ring()
        return response

    return answer


async def _reference(request: Request) -> str | None:
    try:
        reference = read_object(await request.body()).get("merchant_order_id")
    except NotJson:
        return None
    return reference if isinstance(reference, str) else None


async def exchange(request: Request, center: Center) -> Response:
    """``POST /api/v1/auth/token/client``: its errors have an envelope of their own (AUTH page)."""
    try:
        key = read_object(await request.body()).get("api_key")
    except NotJson:
        return JSONResponse({"error": "Invalid request body"}, 400)
    if not isinstance(key, str) or not key:
        return JSONResponse({"error": "api_key is required"}, 400)
    if center.switches.key_state is KeyState.REVOKED or not center.desk.knows(key):
        return JSONResponse({"error": "Invalid credentials"}, 401)
    if center.switches.key_state is KeyState.NOT_ENABLED:
        return JSONResponse({"error": "API key authentication is not enabled"}, 403)
    token = center.desk.issue(center.now(), center.switches.token_lifetime)
    return JSONResponse({"access_token": token, "token_type": "Bearer"})


def authenticated(handle: Handler) -> Handler:
    """Refuse a call without a good token (ERRORS page)."""

    async def checked(request: Request, center: Center) -> Response:
        header = request.headers.get("Authorization", "")
        token = header[len(BEARER) :] if header.lower().startswith(BEARER) else ""
        if not center.desk.accepts(token, center.now()):
            return envelope(401, "not_authenticated", "Authentication credentials were missing or have expired")
        return await handle(request, center)

    return checked


async def balance(_: Request, center: Center) -> Response:
    """``GET /api/v1/account/balance``."""
    shown: dict[str, object] = {"balance": number(center.account.balance, center.switches.numbers)}
    if center.switches.extra_fields:
        shown["pending"] = 0
    return json_reply(shown)


async def create_order(request: Request, center: Center) -> Response:
    """``POST /api/v1/orders``: 201 with the order as it was taken, or an envelope and nothing charged."""
    try:
        order = await center.place(read_object(await request.body()))
    except NotJson:
        return envelope(400, "validation_error", "The request body is not a JSON object")
    except Refused as refusal:
        return envelope(refusal.status, refusal.code, refusal.detail)
    return json_reply(order_object(order, center.switches, center.config.email), 201)


async def get_order(request: Request, center: Center) -> Response:
    """``GET /api/v1/orders/{id}``."""
    order = center.books.find(request.path_params["order_id"])
    if order is None:
        return envelope(404, "not_found", "Order not found")
    return json_reply(order_object(order, center.switches, center.config.email))


ROUTES = [
    Route("/api/v1/auth/token/client", faulty(Endpoint.TOKEN, exchange), methods=["POST"]),
    Route("/api/v1/account/balance", faulty(Endpoint.BALANCE, authenticated(balance)), methods=["GET"]),
    Route("/api/v1/orders", faulty(Endpoint.CREATE, authenticated(create_order)), methods=["POST"]),
    Route("/api/v1/orders/{order_id}", faulty(Endpoint.GET, authenticated(get_order)), methods=["GET"]),
]
