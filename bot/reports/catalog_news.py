"""News of the catalogs: told to the operator's chats when one is refused, and when it is well again."""

from collections.abc import Mapping
from typing import Any

from bot.catalog.reports import CatalogError, ImportReport
from bot.ordering.notices import OperatorDesk
from storage.clock import utc_now
from storage.records.queues import NoticeKind
from storage.store import Store


class CatalogNews:
    """Owes the operators what became of a refresh. ``titles`` are the suppliers' names for people."""

    def __init__(self, store: Store, desk: OperatorDesk, titles: Mapping[str, str]) -> None:
        self._store = store
        self._desk = desk
        self._titles = titles

    async def refused(self, error: CatalogError) -> None:
        """Owe the reason."""
        await self._tell(NoticeKind.CATALOG_REFUSED, {"title": self._titles[error.supplier], "reason": error.reason})

    async def imported(self, report: ImportReport) -> None:
        """Owe the good news of every supplier of which they had the bad."""
        for feed in report.feeds:
            if feed.supplier in report.recovered:
                data = {"title": self._titles[feed.supplier], "items": feed.items}
                await self._tell(NoticeKind.CATALOG_RECOVERED, data)

    async def _tell(self, kind: NoticeKind, data: dict[str, Any]) -> None:
        now = utc_now()
        await self._store.write(lambda tables: self._desk.tell(tables, kind, now.isoformat(), data, now))
