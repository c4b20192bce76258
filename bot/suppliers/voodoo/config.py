"""What the Voodoo Center client is told at start."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit, urlunsplit

from bot.suppliers.feeds import is_url
from bot.suppliers.http import Patience
from bot.suppliers.jsonl import is_jsonl
from bot.suppliers.voodoo.records import NAME, FieldNames

TITLE = "Voodoo Center"

CATALOG_URL = "https://downloads.voodoo.center/catalog.lmdb.zst"

TO_READ = Patience()
TO_CREATE = Patience(read=30.0, total=60.0)


@dataclass(frozen=True, slots=True)
class VoodooConfig:
    """One account. Without ``webhook_secrets`` results are only learnt by asking.

    ``catalog`` is a URL or path; with a ``client_id`` the personal catalog beside it is tried first.
    ``field_names`` corrects the catalog reader (see ``voodoo.records``) and must name its attributes, else this
    raises ``ValueError``. ``rate`` is requests per second: the documentation states no limit, so we set our own.
    """

    api_key: str = field(repr=False)
    api_url: str = "https://api.voodoo.center"
    webhook_secrets: tuple[str, ...] = field(default=(), repr=False)
    catalog: str = CATALOG_URL
    client_id: str | None = None
    currency: str = "USD"
    field_names: Mapping[str, str] = field(default_factory=dict[str, str])
    rate: float = 5.0
    burst: int = 5
    concurrency: int = 4
    patience_to_read: Patience = TO_READ
    patience_to_create: Patience = TO_CREATE

    def __post_init__(self) -> None:
        FieldNames.corrected(self.field_names)


def catalog_sources(catalog: str, client_id: str | None) -> tuple[str, ...]:
    """Where to look, in order: the personal file beside the global one, then the global one (CATALOG page)."""
    if client_id is None or not is_url(catalog):
        return (catalog,)
    parts = urlsplit(catalog)
    folder = parts.path.rpartition("/")[0]
    personal = urlunsplit(parts._replace(path=f"{folder}/{client_id}.lmdb.zst"))
    return (personal, catalog)


def catalog_format(catalog: str) -> str:
    """The reader for a catalog: ``jsonl`` by its file name, else Voodoo's own."""
    return "jsonl" if is_jsonl(catalog) else NAME
