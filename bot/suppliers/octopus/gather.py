"""Octopus's catalog pages gathered into one file: a line per record, replaced whole or left as it was."""

import asyncio
import fcntl
import hashlib
import os
from collections.abc import AsyncIterator, Generator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import IO, Protocol, Self

import msgspec
import structlog

from bot.suppliers.errors import MalformedReport, SupplierUnavailable
from bot.suppliers.exact import integer
from bot.suppliers.octopus.feed import COUNTRY, CURRENCY, PRODUCT, line
from bot.suppliers.octopus.paging import records_of

FILE = "octopus.jsonl"
"""The gathered file's name in the catalog folder, and the feed's source."""

PRODUCTS_PATH = "/api/v1/products"
COUNTRIES_PATH = "/api/v1/countries"
CURRENCIES_PATH = "/api/v1/currencies"

PAGE_SIZE = 500
"""The most products that one page may hold (products page)."""

LARGEST = 256 << 20
"""Bytes of the gathered file: no more would be imported."""

log = structlog.get_logger()


class _Id(msgspec.Struct):
    id: int | str


_ID = msgspec.json.Decoder(_Id)


class Pages(Protocol):
    """Reads a list page by page through the client's sign-in and read budget."""

    def __call__(self, path: str, params: Mapping[str, str]) -> AsyncIterator[bytes]:
        """Yield each page's raw body until the supplier says that there is no more; raises ``SupplierError``."""
        ...


async def gather_catalog(pages: Pages, folder: Path) -> None:
    """Bring every product, and the countries and currencies they name, into ``folder``; raises ``SupplierError``.

    Whatever fails leaves the file of last time, and so does a catalog that is what it was.
    """
    with _alone(folder), _Spool(folder) as spool:
        for kind, path in ((COUNTRY, COUNTRIES_PATH), (CURRENCY, CURRENCIES_PATH)):
            async for page in pages(path, {}):
                await asyncio.to_thread(spool.take, kind, page)
        await _products(pages, spool)
        changed = await asyncio.to_thread(spool.finish)
    log.info("octopus catalog gathered", products=spool.products, bytes=spool.size, changed=changed)


async def _products(pages: Pages, spool: "_Spool") -> None:
    async for page in pages(PRODUCTS_PATH, {"limit": str(PAGE_SIZE)}):
        if not await asyncio.to_thread(spool.take, PRODUCT, page):
            return  # nothing new: the end, or a server that sends one page for ever


@contextmanager
def _alone(folder: Path) -> Generator[None]:
    """Keep a second process, such as a command beside the bot, from writing the same file."""
    with (folder / "gather.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise SupplierUnavailable("another process gathers the catalog right now") from None
        yield


class _Spool:
    """The file in the making, beside the one in use; memory holds one page, and the ids of products seen."""

    def __init__(self, folder: Path) -> None:
        self._target = folder / FILE
        self._path = folder / f"{FILE}.part"
        self._file: IO[bytes] = self._path.open("wb")
        self._seen: set[int] = set()
        self.products = 0
        self.size = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._file.close()
        self._path.unlink(missing_ok=True)

    def take(self, kind: str, page: bytes) -> int:
        """Write the page's records, and return how many were new; raises ``MalformedReport``."""
        return sum(self._write(kind, record) for record in records_of(page))

    def _write(self, kind: str, record: bytes) -> bool:
        if kind == PRODUCT and not self._is_new(record):
            return False
        text = line(kind, msgspec.json.format(record, indent=-1))  # whatever a record says, it says on one line
        self.size += len(text)
        if self.size > LARGEST:
            raise MalformedReport(f"the catalog is larger than {LARGEST} bytes")
        self._file.write(text)
        return True

    def _is_new(self, record: bytes) -> bool:
        """Whether no page before had this product: they shift while they are read, when a product comes or goes."""
        try:
            id_ = integer(_ID.decode(record).id)
        except (ValueError, RecursionError):
            id_ = None  # the importer names what is wrong with it
        if id_ in self._seen:
            return False
        if id_ is not None:
            self._seen.add(id_)
        self.products += 1
        return True

    def finish(self) -> bool:
        """Put the file in place, safe on disk, unless it is what is there already; says whether it was put."""
        self._file.flush()
        os.fsync(self._file.fileno())
        if self._target.exists() and _digest(self._path) == _digest(self._target):
            return False
        self._path.replace(self._target)
        _sync(self._target.parent)
        return True


def _digest(path: Path) -> bytes:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "blake2b").digest()


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
