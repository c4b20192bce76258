"""Telegram's webhook: an update is stored before Telegram is told that it arrived."""

import hmac

import structlog
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from bot.intake.intake import Full, Intake
from bot.intake.updates import MalformedUpdate, decode_update
from bot.intake.webhook import SECRET_HEADER
from bot.web.body import BodyTooLarge, BodyTooSlow, read_body
from bot.web.guards import BadSignatures
from storage.errors import StoreError

log = structlog.get_logger()

LARGEST_UPDATE = 1 << 20
BODY_SECONDS = 15.0


class TelegramWebhook:
    """The endpoint that only Telegram knows the secret of."""

    def __init__(self, intake: Intake, secret: str, bad_signatures: BadSignatures) -> None:
        self._intake = intake
        self._secret = secret.encode()
        self._bad_signatures = bad_signatures

    async def receive(self, request: Request) -> Response:
        """Store one update; anything but 200 makes Telegram send it again."""
        if not hmac.compare_digest(request.headers.get(SECRET_HEADER, "").encode(), self._secret):
            return self._scold(request.client.host if request.client else "")
        try:
            update = decode_update(await read_body(request, LARGEST_UPDATE, BODY_SECONDS))
            accepted = await self._intake.accept([update])
        except BodyTooLarge:
            return PlainTextResponse("too large", 413)
        except BodyTooSlow:
            return PlainTextResponse("too slow", 408)
        except MalformedUpdate:
            return PlainTextResponse("not an update", 400)
        except StoreError as error:
            log.error("an update could not be stored; telegram will repeat it", error=str(error))  # noqa: TRY400 - one line says it
            return PlainTextResponse("try again", 503)
        return PlainTextResponse("full", 503) if isinstance(accepted, Full) else PlainTextResponse("ok")

    def _scold(self, client: str) -> Response:
        if self._bad_signatures.too_many(client):
            return PlainTextResponse("bad secret", 429)
        log.warning("a call of telegram's webhook does not bear its secret; it is not telegram's", client=client)
        return PlainTextResponse("bad secret", 401)
