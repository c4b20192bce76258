"""The catalog downloads with conditional requests (Voodoo CATALOG page)."""

from datetime import datetime
from email.utils import format_datetime, parsedate_to_datetime

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.sandbox.voodoo.api import faulty
from bot.sandbox.voodoo.center import Center
from bot.sandbox.voodoo.faults import Endpoint
from bot.sandbox.voodoo.shelf import Published
from bot.sandbox.voodoo.switches import CatalogAnswer

MEDIA_TYPE = "application/zstd"


async def global_catalog(request: Request, center: Center) -> Response:
    """``GET /catalog.lmdb.zst``: needs no authentication."""
    if center.switches.catalog_answer is not CatalogAnswer.FILE:
        return _refusal(center.switches.catalog_answer)
    return _download(request, center, await center.shelf.file(personal=False))


async def personal_catalog(request: Request, center: Center) -> Response:
    """``GET /{client_id}.lmdb.zst``: 404 unless the account has negotiated prices."""
    known = request.path_params["client_id"] == center.config.client_id
    if not (known and center.switches.personal_catalog):
        return _refusal(CatalogAnswer.MISSING)
    if center.switches.personal_answer is not CatalogAnswer.FILE:
        return _refusal(center.switches.personal_answer)
    return _download(request, center, await center.shelf.file(personal=True))


def _refusal(answer: CatalogAnswer) -> Response:
    return PlainTextResponse("No such file or no access", int(answer.value))


def _download(request: Request, center: Center, published: Published) -> Response:
    if not center.switches.catalog_validators:
        return Response(published.content, media_type=MEDIA_TYPE)
    validators = {"ETag": published.etag, "Last-Modified": format_datetime(published.at, usegmt=True)}
    if _unchanged(request, published):
        return Response(status_code=304, headers=validators)
    return Response(published.content, headers=validators, media_type=MEDIA_TYPE)


def _unchanged(request: Request, published: Published) -> bool:
    """RFC 9110: ``If-Modified-Since`` counts only where there is no ``If-None-Match``."""
    known = request.headers.get("If-None-Match")
    if known is not None:
        tags = {tag.strip().removeprefix("W/") for tag in known.split(",")}
        return published.etag in tags or "*" in tags
    since = _date(request.headers.get("If-Modified-Since"))
    return since is not None and published.at.replace(microsecond=0) <= since


def _date(header: str | None) -> datetime | None:
    try:
        date = parsedate_to_datetime(header) if header else None
    except ValueError:
        return None
    return date if date is not None and date.tzinfo is not None else None


ROUTES = [
    Route("/catalog.lmdb.zst", faulty(Endpoint.CATALOG, global_catalog), methods=["GET"]),
    Route("/{client_id}.lmdb.zst", faulty(Endpoint.CATALOG, personal_catalog), methods=["GET"]),
]
