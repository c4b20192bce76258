"""``/auth``: login, refresh and logout, the only calls whose replies are wrapped (AUTH page)."""

from starlette.requests import Request
from starlette.responses import Response

from bot.sandbox.octopus.depot import Depot
from bot.sandbox.octopus.errors import invalid, unauthorized
from bot.sandbox.octopus.faults import Endpoint
from bot.sandbox.octopus.pipeline import body_of, route
from bot.sandbox.octopus.tokens import Lifetimes
from bot.sandbox.octopus.wire import tokens_object
from bot.sandbox.shop.exact import json_reply


async def login(request: Request, depot: Depot) -> Response:
    """``POST /auth/login``."""
    body = await body_of(request)
    username, password = body.get("username"), body.get("password")
    if not (isinstance(username, str) and username and isinstance(password, str) and password):
        raise invalid("Username and password are required")
    if depot.switches.key_revoked or not depot.desk.knows(username, password):
        raise unauthorized("Invalid credentials")
    if depot.switches.single_session:
        depot.desk.end_all()
    return _new_pair(depot)


async def refresh(request: Request, depot: Depot) -> Response:
    """``POST /auth/refresh``: the refresh token is used up."""
    token = (await body_of(request)).get("refresh_token")
    if not (isinstance(token, str) and token):
        raise invalid("Refresh token is required")
    if depot.switches.key_revoked or not depot.desk.use_up(token, depot.config.clock()):
        raise unauthorized("Invalid token")
    return _new_pair(depot)


async def logout(_: Request, depot: Depot) -> Response:
    """``POST /auth/logout``: every token of the client ends, not just the one shown."""
    depot.desk.end_all()
    return _wrapped({"message": "Successfully logged out"})


def _new_pair(depot: Depot) -> Response:
    now = depot.switches
    lifetimes = Lifetimes(now.access_lifetime, now.refresh_lifetime, now.early_expiry)
    pair = depot.desk.issue(depot.config.clock(), lifetimes)
    return _wrapped(tokens_object(pair, depot.config.client_id))


def _wrapped(data: object) -> Response:
    return json_reply({"success": True, "data": data})


ROUTES = [
    route("/auth/login", "POST", Endpoint.LOGIN, login, public=True),
    route("/auth/refresh", "POST", Endpoint.REFRESH, refresh, public=True),
    route("/auth/logout", "POST", Endpoint.LOGOUT, logout),
]
