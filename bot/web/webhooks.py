"""Suppliers' webhooks: verified on the raw bytes, stored, committed, and only then acknowledged."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

import structlog
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from bot.web.body import BodyTooLarge, BodyTooSlow, read_body
from bot.web.guards import Backlog, BadSignatures
from storage.clock import Clock, utc_now
from storage.errors import StoreError
from storage.store import Store

log = structlog.get_logger()

LARGEST_EVENT = 1 << 20
"""Bytes; an event of 5 000 codes of 100 characters takes half of it."""

BODY_SECONDS = 15.0
"""Suppliers wait 30 seconds for an answer (Voodoo WEBHOOKS page)."""


class Pushing(Protocol):
    """A supplier whose webhook is configured."""

    @property
    def name(self) -> str:
        """The name in the webhook's path."""
        ...

    def verify(self, headers: Mapping[str, str], body: bytes) -> bool:
        """Whether the raw body carries a signature of the supplier's."""
        ...


class Answer(StrEnum):
    """What a webhook was answered, for the metrics."""

    STORED = "stored"
    REPEATED = "repeated"
    BAD_SIGNATURE = "bad_signature"
    TOO_LARGE = "too_large"
    TOO_SLOW = "too_slow"
    FULL = "full"


STATUS: Mapping[Answer, int] = {
    Answer.STORED: 200,
    Answer.REPEATED: 200,
    Answer.BAD_SIGNATURE: 401,
    Answer.TOO_LARGE: 413,
    Answer.TOO_SLOW: 408,
    Answer.FULL: 503,
}

TOO_MANY = 429


@dataclass(frozen=True, slots=True)
class WebhookLimits:
    """``bytes`` of one body, ``seconds`` in which it must come."""

    bytes: int = LARGEST_EVENT
    seconds: float = BODY_SECONDS


class SupplierWebhook:
    """The endpoint of one supplier. A signed body is stored whatever it says: reading it comes later."""

    def __init__(
        self,
        supplier: Pushing,
        store: Store,
        *,
        backlog: Backlog,
        bad_signatures: BadSignatures,
        limits: WebhookLimits | None = None,
        count: Callable[[str, str], None] = lambda _supplier, _answer: None,
        clock: Clock = utc_now,
    ) -> None:
        self._supplier = supplier
        self._store = store
        self._backlog = backlog
        self._bad_signatures = bad_signatures
        self._limits = limits or WebhookLimits()
        self._count = count
        self._clock = clock

    async def receive(self, request: Request) -> Response:
        """Answer one webhook."""
        answer = await self._take(request)
        self._count(self._supplier.name, answer)
        status = STATUS[answer]
        if answer is Answer.BAD_SIGNATURE:
            status = self._scold(request.client.host if request.client else "")
        return PlainTextResponse(answer.value.replace("_", " "), status)

    async def _take(self, request: Request) -> Answer:
        try:
            body = await read_body(request, self._limits.bytes, self._limits.seconds)
        except BodyTooLarge:
            return Answer.TOO_LARGE
        except BodyTooSlow:
            return Answer.TOO_SLOW
        if not self._supplier.verify(request.headers, body):
            return Answer.BAD_SIGNATURE
        return await self._keep(body)

    async def _keep(self, body: bytes) -> Answer:
        """Store a verified body; the supplier repeats what could not be stored."""
        name = self._supplier.name
        try:
            if await self._backlog.full():
                log.error("too many webhooks wait to be read; asking the supplier to repeat", supplier=name)
                return Answer.FULL
            event_id = await self._store.write(lambda tables: tables.events.add(name, body, self._clock()))
        except StoreError as error:
            log.error("a webhook could not be stored; asking the supplier to repeat", supplier=name, error=str(error))  # noqa: TRY400 - one line says it
            return Answer.FULL
        return Answer.REPEATED if event_id is None else Answer.STORED

    def _scold(self, client: str) -> int:
        if self._bad_signatures.too_many(client):
            return TOO_MANY
        log.warning(
            "a webhook carries no valid signature; if it is the supplier's, check the webhook secret",
            supplier=self._supplier.name,
            client=client,
        )
        return STATUS[Answer.BAD_SIGNATURE]
