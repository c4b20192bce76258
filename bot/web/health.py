"""Whether the process lives, and whether it can do its work."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

import structlog
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

log = structlog.get_logger()

CHECK_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Verdict:
    """One part's answer; ``detail`` says in a few words what it rests on."""

    ok: bool
    detail: str = ""


Check = Callable[[], Awaitable[Verdict]]


async def alive(_request: Request) -> Response:
    """The process answers."""
    return PlainTextResponse("ok")


class Readiness:
    """Asks every part; ready when all are."""

    def __init__(self, checks: Mapping[str, Check], *, seconds: float = CHECK_SECONDS) -> None:
        self._checks = dict(checks)
        self._seconds = seconds

    async def answer(self, _request: Request) -> Response:
        """200 when every part can work, else 503; the body names each."""
        verdicts = dict(zip(self._checks, await asyncio.gather(*map(self._ask, self._checks)), strict=True))
        ready = all(verdict.ok for verdict in verdicts.values())
        parts = {name: {"ok": verdict.ok, "detail": verdict.detail} for name, verdict in verdicts.items()}
        return JSONResponse({"ready": ready, "parts": parts}, 200 if ready else 503)

    async def _ask(self, name: str) -> Verdict:
        try:
            async with asyncio.timeout(self._seconds):
                return await self._checks[name]()
        except TimeoutError:
            return Verdict(ok=False, detail="no answer in time")
        except Exception:  # a probe's edge: a part that cannot say how it is, is not well
            log.exception("a readiness check failed", part=name)
            return Verdict(ok=False, detail="the check failed")
