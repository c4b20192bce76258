"""Getting a catalog's file: conditional, streamed, capped; or reading one that is here. Runs in the import process."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import httpx

from bot.suppliers.feeds import FeedRefused, is_url

TIMEOUT = httpx.Timeout(connect=10, read=30, write=10, pool=10)

USER_AGENT = "Orderline/0.1"

_CHUNK = 1 << 16

Tick = Callable[[int, int | None], None]
"""``tick(done, total)`` in bytes; the total is None when the server does not say."""


FORBIDDEN = frozenset({401, 403, 410})
"""Answers that waiting does not mend: operators are told at once (a personal catalog that is no longer ours)."""


@dataclass(frozen=True, slots=True)
class Obtained:
    """A file to read, where it came from, and what would make asking again conditional."""

    path: Path
    source: str
    validators: dict[str, str]


@dataclass(frozen=True, slots=True)
class NotModified:
    """The source is what it was."""

    source: str


class Unobtainable(Exception):
    """No source gave a file; says why, without the parts of a URL that may be private."""


class _NotFound(Exception):
    """This source has no file: the one case in which the next may be asked (CATALOG page)."""


def obtain(
    sources: tuple[str, ...],
    folder: Path,
    known: tuple[str, dict[str, str]] | None,
    target: Path,
    max_bytes: int,
    tick: Tick,
) -> Obtained | NotModified:
    """Ask the sources in order, the next one only on 404; ``known`` holds a source and its validators.

    Relative paths are in ``folder``. Raises ``Unobtainable``, or ``FeedRefused`` when the file is larger than
    ``max_bytes``.
    """
    for source in sources:
        validators = known[1] if known and known[0] == source else {}
        try:
            if is_url(source):
                return _download(source, validators, target, max_bytes, tick)
            return _local(source, folder, validators, max_bytes)
        except _NotFound:
            continue
    raise Unobtainable("no source has the file")


def _local(source: str, folder: Path, validators: dict[str, str], max_bytes: int) -> Obtained | NotModified:
    path = folder / source
    try:
        stat = path.stat()
    except FileNotFoundError:
        raise _NotFound from None
    except OSError as error:
        raise Unobtainable(f"the file cannot be read: {error.strerror}") from error
    if not path.is_file():
        raise Unobtainable("the path is not a file")
    if stat.st_size > max_bytes:
        raise FeedRefused(f"the file is larger than {max_bytes} bytes")
    present = {"size": str(stat.st_size), "changed": str(stat.st_mtime_ns), "file": str(stat.st_ino)}
    return NotModified(source) if present == validators else Obtained(path, source, present)


def _download(
    source: str, validators: dict[str, str], target: Path, max_bytes: int, tick: Tick
) -> Obtained | NotModified:
    headers = {"User-Agent": USER_AGENT, "Accept-Encoding": "identity", **_conditions(validators)}
    try:
        with (
            httpx.Client(
                timeout=TIMEOUT, follow_redirects=True, max_redirects=5, event_hooks={"request": [_only_to(source)]}
            ) as client,
            client.stream("GET", source, headers=headers) as response,
        ):
            if response.status_code == 304 and validators:
                return NotModified(source)
            _check(response)
            _save(response, target, max_bytes, tick)
            return Obtained(target, source, _validators(response))
    except httpx.InvalidURL as error:
        raise Unobtainable(f"the URL is not valid: {error}") from error
    except httpx.HTTPError as error:
        raise Unobtainable(f"{type(error).__name__}: {error}"[:200]) from error


def _conditions(validators: dict[str, str]) -> dict[str, str]:
    names = {"etag": "If-None-Match", "last_modified": "If-Modified-Since"}
    return {header: validators[name] for name, header in names.items() if name in validators}


def _validators(response: httpx.Response) -> dict[str, str]:
    headers = {"etag": "etag", "last_modified": "last-modified"}
    return {name: response.headers[header] for name, header in headers.items() if header in response.headers}


def _only_to(source: str) -> Callable[[httpx.Request], None]:
    """Refuse a redirect before it is followed: from https to plain http, where anybody may answer or listen."""

    def check(request: httpx.Request) -> None:
        if source.startswith("https://") and request.url.scheme != "https":
            raise Unobtainable("the server redirects from https to plain http")

    return check


def _check(response: httpx.Response) -> None:
    if response.status_code == 404:
        raise _NotFound
    if response.status_code in FORBIDDEN:
        raise FeedRefused(f"the server refuses to give it ({response.status_code}); look at the supplier's settings")
    if response.status_code != 200:
        raise Unobtainable(f"the server answered {response.status_code}")


def _save(response: httpx.Response, target: Path, max_bytes: int, tick: Tick) -> None:
    stated = response.headers.get("content-length", "")
    total = int(stated) if stated.isdigit() else None
    done = 0
    with target.open("wb") as file:
        for chunk in response.iter_bytes(_CHUNK):
            done += len(chunk)
            if done > max_bytes:
                raise FeedRefused(f"the download is larger than {max_bytes} bytes")
            file.write(chunk)
            tick(done, total)
