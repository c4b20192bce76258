"""What every call passes through: the log, armed faults, the allowlist, the token and the rate limits."""

import asyncio
import uuid
from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.sandbox.octopus.broken_replies import planned
from bot.sandbox.octopus.depot import Depot
from bot.sandbox.octopus.errors import Refused, invalid, refusal_reply, unauthorized
from bot.sandbox.octopus.faults import Endpoint
from bot.sandbox.octopus.limits import class_of, limit_of
from bot.sandbox.shop.calls import Call
from bot.sandbox.shop.exact import NotJson, json_reply, read_object
from bot.sandbox.shop.faults import struck
from bot.sandbox.shop.replies import status_sent

BEARER = "bearer "
REQUEST_ID = "X-Request-Id"

Handler = Callable[[Request, Depot], Awaitable[Response]]


def depot_of(request: Request) -> Depot:
    """The supplier that answers a request."""
    depot = request.app.state.depot
    if not isinstance(depot, Depot):
        raise TypeError("the app was started without its supplier")
    return depot


def route(path: str, method: str, endpoint: Endpoint, handle: Handler, *, public: bool = False) -> Route:
    """A route whose calls pass through everything; ``public`` ones need no token."""

    async def answer(request: Request) -> Response:
        depot = depot_of(request)
        await request.body()
        reference = await _reference(request, endpoint)
        if reference is not None and endpoint is Endpoint.CREATE:
            depot.books.create_calls[reference] += 1

        async def effect() -> Response:
            return await _admitted(request, depot, endpoint, handle, public=public)

        fault, calm = depot.armed.take_call(endpoint), depot.armed.calls.calm
        response = await effect() if fault is None else await struck(fault, effect, lambda: planned(fault), calm)
        response.headers.setdefault(REQUEST_ID, request.headers.get(REQUEST_ID) or uuid.uuid4().hex)
        depot.calls.add(
            Call(
                at=depot.config.clock(),
                endpoint=endpoint,
                method=request.method,
                path=request.url.path,
                status=status_sent(response),
                reference=reference,
                fate=fault.fate if fault else None,
            )
        )
        depot.bell.ring()
        return response

    return Route(path, answer, methods=[method])


async def body_of(request: Request) -> dict[str, object]:
    """A call's body; raises ``Refused``."""
    try:
        return read_object(await request.body())
    except NotJson:
        raise invalid("Invalid request body") from None


def reply(depot: Depot, content: object, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """A success: raw, or wrapped if the switches say so."""
    shown = {"success": True, "data": content} if depot.switches.wrapped else content
    return json_reply(shown, status, headers)


async def _admitted(request: Request, depot: Depot, endpoint: Endpoint, handle: Handler, *, public: bool) -> Response:
    if depot.switches.slow:
        await asyncio.sleep(depot.switches.slow)
    try:
        _check_address(depot)
        if not public:
            _check_token(request, depot)
        _check_rate(depot, endpoint)
        return await handle(request, depot)
    except Refused as refusal:
        return refusal_reply(refusal)


def _check_address(depot: Depot) -> None:
    if not depot.switches.ip_allowed:
        raise Refused(403, "IP address not authorized")


def _check_token(request: Request, depot: Depot) -> None:
    header = request.headers.get("Authorization")
    if not header:
        raise unauthorized("Authorization header required")
    token = header[len(BEARER) :] if header.lower().startswith(BEARER) else ""
    if not depot.desk.accepts(token, depot.config.clock()):
        raise unauthorized("Invalid token")


def _check_rate(depot: Depot, endpoint: Endpoint) -> None:
    kind, now = class_of(endpoint), depot.switches
    if kind is None:
        return
    wait = depot.gate.wait(kind, limit_of(kind, now), now.limit_window, depot.config.clock())
    if wait is not None:
        headers = {"Retry-After": str(wait)} if now.retry_after else None
        message = f"Rate limit exceeded, retry after {wait} seconds" if now.retry_after else "Rate limit exceeded"
        raise Refused(429, message, headers=headers)


async def _reference(request: Request, endpoint: Endpoint) -> str | None:
    if endpoint is Endpoint.LOOKUP:
        return request.query_params.get("client_reference")
    if endpoint is not Endpoint.CREATE:
        return None
    try:
        reference = read_object(await request.body()).get("client_reference")
    except NotJson:
        return None
    return reference if isinstance(reference, str) else None
