"""Signed-in calls to Octopus: login, rotating refresh, and one new login when a token is refused (AUTHENTICATION page).

Nothing here ever logs out: that would end every token of the account, other processes' too.
"""

import random
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import cast

import structlog

from bot.suppliers.budget import Budget
from bot.suppliers.errors import SupplierMisconfigured, SupplierUnavailable
from bot.suppliers.exact import NotJson, decode_object, encode
from bot.suppliers.http import Call, CallObserver, Http, Lost, NotSent, Reply, unobserved
from bot.suppliers.octopus.config import NAME, Budgets, OctopusConfig
from bot.suppliers.octopus.errors import CHECK_KEYS, forbidden, pause_of
from bot.suppliers.reading import http_date, instant
from bot.suppliers.tokens import Access, Tokens
from storage.clock import Clock

LOGIN_PATH = "/auth/login"
REFRESH_PATH = "/auth/refresh"

LIFETIME = timedelta(hours=1)
"""Of an access token."""

MARGIN = timedelta(minutes=5)

log = structlog.get_logger()


class Session:
    """One account's HTTP side: whoever sends through it is signed in."""

    def __init__(
        self,
        config: OctopusConfig,
        budgets: Budgets,
        clock: Clock,
        *,
        observe: CallObserver = unobserved,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._config = config
        self._clock = clock
        self._http = Http(
            NAME, config.api_url, budgets.reads, now=clock, observe=observe,
            pause_of=lambda reply: pause_of(reply, chance()),
        )  # fmt: skip
        self._tokens = Tokens(self._renew, clock, NAME)
        self._refresh_token: str | None = None
        self._login_call = _signing_in("login", config, budgets.logins)
        self._refresh_call = _signing_in("refresh", config, budgets.refreshes)

    async def ask(self, call: Call, method: str, path: str, content: bytes | None = None) -> Reply:
        """Send something that changes nothing; raises ``SupplierError`` when no answer came."""
        try:
            return await self.send(call, method, path, content)
        except NotSent as error:
            raise SupplierUnavailable(str(error), error.retry_after) from error
        except Lost as error:
            raise SupplierUnavailable(str(error)) from error

    async def send(self, call: Call, method: str, path: str, content: bytes | None = None) -> Reply:
        """Send with a token; on 401 with a new one, once: a 401 did nothing, so this is safe for creates too.

        Raises ``NotSent``, ``Lost``, or the ``SupplierError`` of a sign-in that failed (then nothing was done).
        """
        token = await self._tokens.get()
        reply = await self._http.send(call, method, path, content=content, token=token)
        if reply.status != 401:
            return reply
        token = await self._tokens.get(refused=token)
        reply = await self._http.send(call, method, path, content=content, token=token)
        if reply.status == 401:
            log.error("octopus refuses a token that it just issued", call=call.name)
            raise SupplierMisconfigured("Octopus Cards refuses a token that it just issued")
        return reply

    async def close(self) -> None:
        """Release connections and give up a sign-in that is under way."""
        await self._tokens.close()
        await self._http.close()

    async def _renew(self, refused: bool) -> Access:
        """A refreshed token where there is one to refresh, else that of a new login; raises ``SupplierError``."""
        refresh_token, self._refresh_token = self._refresh_token, None
        if refresh_token is not None and not refused:
            asked_at = self._clock()
            try:
                reply = await self._exchange(self._refresh_call, REFRESH_PATH, {"refresh_token": refresh_token})
            except SupplierUnavailable:
                # Whether it was used up is not known: if it was, using it again is refused, and a login follows.
                self._refresh_token = refresh_token
                raise
            if reply.ok:
                return self._signed_in(reply, asked_at)
            log.info("octopus refresh refused, signing in again", status=reply.status)
        return await self._login()

    async def _login(self) -> Access:
        asked_at = self._clock()
        credentials = {"username": self._config.api_key, "password": self._config.api_secret}
        reply = await self._exchange(self._login_call, LOGIN_PATH, credentials)
        if reply.ok:
            return self._signed_in(reply, asked_at)
        if reply.status in {400, 401}:
            log.error("octopus refuses the credentials, check OCTOPUS_API_KEY and OCTOPUS_API_SECRET")
            raise SupplierMisconfigured(CHECK_KEYS)
        log.error("octopus answers no sign-in, check OCTOPUS_API_URL", status=reply.status)
        raise SupplierMisconfigured(f"sign-in: the supplier answered {reply.status}, check OCTOPUS_API_URL")

    async def _exchange(self, call: Call, path: str, body: Mapping[str, str]) -> Reply:
        """An answer that means something: a success or a refusal; raises ``SupplierError`` for all others."""
        try:
            reply = await self._http.send(call, "POST", path, content=encode(body))
        except NotSent as error:
            raise SupplierUnavailable(f"sign-in: {error}", error.retry_after) from error
        except Lost as error:
            raise SupplierUnavailable(f"sign-in: {error}") from error
        if reply.status == 403:
            log.error("octopus forbids the sign-in", path=path)
            raise forbidden(reply)
        if reply.status in {408, 429} or reply.status >= 500:
            raise SupplierUnavailable(f"sign-in: the supplier answered {reply.status}", reply.retry_after)
        return reply

    def _signed_in(self, reply: Reply, asked_at: datetime) -> Access:
        data = _data(reply)
        token, refresh_token = _token(data.get("access_token")), _token(data.get("refresh_token"))
        if token is None:
            raise SupplierUnavailable("sign-in: the answer holds no usable token")
        self._refresh_token = refresh_token
        lifetime = lifetime_of(data.get("access_expires_at"), reply.headers.get("date"), asked_at)
        return Access.lasting(token, asked_at, lifetime, MARGIN)


def lifetime_of(expires_at: object, date: str | None, asked_at: datetime) -> timedelta:
    """How long a token issued just now lasts, by the supplier's own clock where its reply tells the time.

    Less than nothing, or more than the documentation says, is the word of a clock that differs from ours: then it is
    the documented hour.
    """
    ends = instant(expires_at)
    said = LIFETIME if ends is None else ends - (http_date(date or "") or asked_at)
    return said if timedelta(0) < said <= LIFETIME else LIFETIME


def _data(reply: Reply) -> Mapping[str, object]:
    """The tokens, wrapped as documented or not."""
    try:
        body = decode_object(reply.body)
    except NotJson:
        return {}
    data = body.get("data")
    return cast("Mapping[str, object]", data) if isinstance(data, dict) else body


def _token(value: object) -> str | None:
    """A token that can stand in a header, None for anything else."""
    usable = isinstance(value, str) and value.isascii() and value.isprintable() and value and " " not in value
    return value if usable and isinstance(value, str) else None


def _signing_in(name: str, config: OctopusConfig, budget: Budget) -> Call:
    return Call(name, config.patience_to_read, budget=budget)
