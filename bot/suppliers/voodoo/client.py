"""The Voodoo Center client: the ``Supplier`` protocol over its three endpoints."""

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

import structlog

from bot.suppliers.budget import Budget
from bot.suppliers.errors import MalformedReport, SupplierMisconfigured, SupplierUnavailable
from bot.suppliers.exact import NotANumber, NotJson, decode_object, encode, number
from bot.suppliers.feeds import Feed
from bot.suppliers.http import Call, CallObserver, Http, Lost, NotSent, Reply, unobserved
from bot.suppliers.outcomes import (
    Accepted,
    Balance,
    Deferred,
    FetchOutcome,
    Found,
    Missing,
    NotOffered,
    PlaceOutcome,
    PlaceRequest,
    QuoteRequest,
    Rejected,
    Report,
    Unknown,
)
from bot.suppliers.protocol import RecordReply
from bot.suppliers.tokens import Access, Tokens
from bot.suppliers.voodoo.config import TITLE, VoodooConfig, catalog_format, catalog_sources
from bot.suppliers.voodoo.orders import NotVoodoos, create_body, envelope, refusal
from bot.suppliers.voodoo.records import NAME
from bot.suppliers.voodoo.reports import ORDER_ID, read_event, read_order
from bot.suppliers.voodoo.webhooks import SIGNING
from storage.clock import Clock, utc_now
from storage.records.orders import RejectReason

EXCHANGE_PATH = "/api/v1/auth/token/client"
BALANCE_PATH = "/api/v1/account/balance"
ORDERS_PATH = "/api/v1/orders"

TOKEN_LIFETIME = timedelta(hours=2)
"""AUTH page."""

TOKEN_MARGIN = timedelta(minutes=10)

LARGEST_ORDER = 8 << 20
"""Bytes of an order object: room for tens of thousands of codes."""

log = structlog.get_logger()


class VoodooClient:
    """One account at Voodoo Center. Safe to share between tasks; ``close`` it at the end."""

    def __init__(
        self,
        config: VoodooConfig,
        record_reply: RecordReply,
        clock: Clock = utc_now,
        *,
        observe: CallObserver = unobserved,
        budget: Budget | None = None,
    ) -> None:
        self._config = config
        self._record = record_reply
        budget = budget or Budget(config.rate, config.burst, config.concurrency)
        self._http = Http(NAME, config.api_url, budget, now=clock, observe=observe)
        self._clock = clock
        self._tokens = Tokens(self._exchange, clock, NAME)
        self._exchange_call = Call("exchange", config.patience_to_read)
        self._balance_call = Call("balance", config.patience_to_read)
        self._fetch_call = Call("fetch", config.patience_to_read, LARGEST_ORDER)
        self._create_call = Call("create", config.patience_to_create, LARGEST_ORDER, fresh=True)

    @property
    def name(self) -> str:
        """``voodoo``."""
        return NAME

    @property
    def title(self) -> str:
        """``Voodoo Center``."""
        return TITLE

    @property
    def pushes(self) -> bool:
        """Whether a webhook secret is set."""
        return bool(self._config.webhook_secrets)

    @property
    def finds(self) -> bool:
        """No: Voodoo looks orders up by its own id only (REF-GET)."""
        return False

    async def quote(self, request: QuoteRequest) -> NotOffered:
        """Voodoo's catalog names the price; there is nothing to ask."""
        return NotOffered()

    async def find(self, order_id: str) -> NotOffered:
        """Voodoo offers no look-up by our id."""
        return NotOffered()

    async def balances(self) -> tuple[Balance, ...]:
        """The account's spendable balance; Voodoo names no currency, so it is the configured one (QUICK page)."""
        reply = await self._read(self._balance_call, BALANCE_PATH)
        if not reply.ok:
            raise _unavailable(reply)
        try:
            amount = number(decode_object(reply.body).get("balance"))
        except (NotJson, NotANumber) as error:
            raise MalformedReport(f"the balance is {error}") from None
        return (Balance("main", amount, self._config.currency),)

    async def place(self, request: PlaceRequest) -> PlaceOutcome:
        """Create the order, once. Only what ``record_reply`` raises gets out of here."""
        try:
            reply = await self._authorised(self._create_call, "POST", ORDERS_PATH, create_body(request))
        except NotVoodoos as error:
            return Rejected(RejectReason.REFUSED, str(error))
        except SupplierMisconfigured as error:
            return Rejected(RejectReason.MISCONFIGURED, str(error), duplicate=True)
        except (NotSent, SupplierUnavailable) as error:
            return Deferred(str(error), error.retry_after)
        except Lost as error:
            return Unknown(str(error))
        return await self._placed(request, reply) if reply.ok else refusal(reply)

    async def _placed(self, request: PlaceRequest, reply: Reply) -> Accepted | Unknown:
        journal_id = await self._record(NAME, request.order_id, reply.body)
        try:
            report = read_order(reply.body)
        except MalformedReport as error:
            return Unknown(f"the answer cannot be read: {error}", journal_id)
        if report.order_id not in {None, request.order_id}:
            return Unknown("the answer names another order of ours", journal_id)
        return Accepted(report, journal_id)

    async def fetch(self, supplier_order_id: str, order_id: str) -> FetchOutcome:
        """Read one order; ids that Voodoo cannot know are ``Missing``. Raises ``SupplierError``."""
        if not ORDER_ID.fullmatch(supplier_order_id):
            return Missing()
        reply = await self._read(self._fetch_call, f"{ORDERS_PATH}/{supplier_order_id}")
        if reply.ok:
            return await self._found(supplier_order_id, order_id, reply)
        if reply.status in {400, 404, 422} and any(envelope(reply)):
            return Missing()
        # A 404 without Voodoo's envelope is some proxy's word on a URL, not Voodoo's on an order.
        raise _unavailable(reply)

    async def _found(self, supplier_order_id: str, order_id: str, reply: Reply) -> Found:
        journal_id = await self._record(NAME, order_id, reply.body)
        try:
            report = read_order(reply.body)
        except MalformedReport as error:
            raise MalformedReport(str(error), journal_id) from None
        if report.supplier_order_id.casefold() != supplier_order_id.casefold():
            raise MalformedReport("the answer is about another order", journal_id)
        return Found(report, journal_id)

    def verify(self, headers: Mapping[str, str], body: bytes) -> bool:
        """Whether one of the configured secrets signed these bytes."""
        return SIGNING.signed_by(self._config.webhook_secrets, headers, body)

    def parse(self, body: bytes) -> Report:
        """Read a webhook's body; raises ``MalformedReport``."""
        return read_event(body)

    def read_reply(self, body: bytes) -> Report:
        """Read an order object; raises ``MalformedReport``."""
        return read_order(body)

    def feed(self) -> Feed:
        """The catalog, personal first where there is a client id."""
        config = self._config
        sources = catalog_sources(config.catalog, config.client_id)
        return Feed(NAME, catalog_format(config.catalog), sources, config.currency, dict(config.field_names))

    async def gather(self, folder: Path) -> None:
        """Nothing: the catalog is one file that the import process downloads itself."""

    async def close(self) -> None:
        """Release connections and give up an exchange that is under way."""
        await self._tokens.close()
        await self._http.close()

    async def _read(self, call: Call, path: str) -> Reply:
        """GET something that may be asked again; raises ``SupplierError``."""
        try:
            return await self._authorised(call, "GET", path)
        except NotSent as error:
            raise SupplierUnavailable(str(error), error.retry_after) from error
        except Lost as error:
            raise SupplierUnavailable(str(error)) from error

    async def _authorised(self, call: Call, method: str, path: str, content: bytes | None = None) -> Reply:
        """Send with a token; on 401 with a new one, once. A 401 created nothing, so this is safe for creates too."""
        token = await self._tokens.get()
        reply = await self._http.send(call, method, path, content=content, token=token)
        if reply.status != 401:
            return reply
        token = await self._tokens.get(refused=token)
        reply = await self._http.send(call, method, path, content=content, token=token)
        if reply.status == 401:
            log.error("supplier refuses a new token", supplier=NAME, call=call.name)
            raise SupplierMisconfigured("the supplier refuses a token that it just issued")
        return reply

    async def _exchange(self, _refused: bool) -> Access:
        """Trade the key for a token (AUTH page); raises ``SupplierUnavailable`` or ``SupplierMisconfigured``."""
        body, asked_at = encode({"api_key": self._config.api_key}), self._clock()
        try:
            reply = await self._http.send(self._exchange_call, "POST", EXCHANGE_PATH, content=body)
        except NotSent as error:
            raise SupplierUnavailable(f"token exchange: {error}", error.retry_after) from error
        except Lost as error:
            raise SupplierUnavailable(f"token exchange: {error}") from error
        if reply.ok:
            return Access.lasting(_token(reply), asked_at, TOKEN_LIFETIME, TOKEN_MARGIN)
        if 300 <= reply.status < 500 and reply.status not in {408, 429}:
            log.error("supplier refuses the api key, check VOODOO_API_KEY and VOODOO_API_URL", status=reply.status)
            raise SupplierMisconfigured(f"token exchange: the supplier answered {reply.status}")
        raise SupplierUnavailable(f"token exchange: the supplier answered {reply.status}", reply.retry_after)


def _token(reply: Reply) -> str:
    try:
        token = decode_object(reply.body).get("access_token")
    except NotJson:
        token = None
    if not isinstance(token, str) or not token.isascii() or not token.isprintable() or not token or " " in token:
        raise SupplierUnavailable("token exchange: the answer holds no usable token")
    return token


def _unavailable(reply: Reply) -> SupplierUnavailable | SupplierMisconfigured:
    if reply.status == 403:
        return SupplierMisconfigured("the supplier answered 403")
    return SupplierUnavailable(f"the supplier answered {reply.status}", reply.retry_after)
