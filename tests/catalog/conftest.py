"""A catalog in a temporary directory, and what its hooks were told."""

from pathlib import Path
from typing import Any

import pytest

from bot.catalog.reports import (
    CatalogPolicy,
)
from bot.catalog.service import Catalog
from bot.suppliers.feeds import Feed
from tests.catalog.kit import POLICY, News, Opener, voodoo


@pytest.fixture
def news() -> News:
    return News()


@pytest.fixture
def catalog_of(tmp_path: Path, news: News) -> Opener:
    """Makes a catalog of these sources; every one made in a test shares its directory."""

    def make(*feeds: Feed | str, policy: CatalogPolicy = POLICY, **more: Any) -> Catalog:
        described = [feed if isinstance(feed, Feed) else voodoo(feed) for feed in feeds]
        hooks: dict[str, Any] = {"on_refused": news.on_refused, "on_imported": news.on_imported} | more
        return Catalog(described, tmp_path / "catalog", policy, **hooks)

    return make
