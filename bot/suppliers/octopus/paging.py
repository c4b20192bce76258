"""Octopus's lists read page by page, by the pagination headers where there are any (CONVENTIONS page)."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from urllib.parse import urlencode

import msgspec

from bot.suppliers.errors import MalformedReport, SupplierUnavailable
from bot.suppliers.http import Reply
from bot.suppliers.octopus.errors import unavailable

MOST_PAGES = 2_000

MORE = "x-has-more"

PAUSES = (1.0, 3.0, 10.0)
"""Seconds before a page is asked for again that the supplier was too busy for, unless it says how long itself."""

LONGEST_PAUSE = 120.0
"""Seconds: whoever is asked to wait longer gives up and comes back another time."""

Get = Callable[[str], Awaitable[Reply]]
Sleep = Callable[[float], Awaitable[None]]


class _Wrapped(msgspec.Struct):
    data: list[msgspec.Raw]


_LIST: msgspec.json.Decoder[list[msgspec.Raw] | _Wrapped] = msgspec.json.Decoder(list[msgspec.Raw] | _Wrapped)


def records_of(body: bytes) -> list[bytes]:
    """Each record of a list as it was written; raises ``MalformedReport``."""
    try:
        read = _LIST.decode(body)
    except (ValueError, RecursionError) as error:
        raise MalformedReport(f"not a list: {type(error).__name__}") from None
    return [bytes(record) for record in (read.data if isinstance(read, _Wrapped) else read)]


async def pages(
    get: Get, path: str, params: Mapping[str, str], *, most: int = MOST_PAGES, sleep: Sleep = asyncio.sleep
) -> AsyncIterator[bytes]:
    """Yield each page's raw body until there is no more; raises ``SupplierError``.

    The end is the supplier's word, or an empty page; without its word a page of fewer than ``limit`` records.
    """
    for number in range(1, most + 1):
        reply = await _page(get, _address(path, params, number), sleep)
        count = len(records_of(reply.body))
        if count or number == 1:
            yield reply.body
        if not _more(reply, count, params.get("limit")):
            return
    raise MalformedReport(f"the list {path} has more than {most} pages")


def _address(path: str, params: Mapping[str, str], number: int) -> str:
    """A page's address; lists that take no ``limit`` are whole, and are asked for without a page number."""
    paged = {**params, "page": str(number)} if "limit" in params or number > 1 else params
    return f"{path}?{urlencode(paged)}" if paged else path


async def _page(get: Get, path: str, sleep: Sleep) -> Reply:
    """One page, asked for several times while the supplier is busy or broken."""
    for pause in PAUSES:
        try:
            return _usable(await get(path))
        except SupplierUnavailable as error:
            wait = pause if error.retry_after is None else error.retry_after
            if wait > LONGEST_PAUSE:
                raise
        await sleep(wait)
    return _usable(await get(path))


def _usable(reply: Reply) -> Reply:
    if not reply.ok:
        raise unavailable(reply)
    return reply


def _more(reply: Reply, count: int, limit: str | None) -> bool:
    said = reply.headers.get(MORE, "").strip().casefold()
    if not count or said == "false":
        return False
    return said == "true" or (limit is not None and count >= int(limit))
