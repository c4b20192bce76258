"""What Orderline asks of every supplier."""

from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Protocol

from bot.suppliers.feeds import Feed
from bot.suppliers.outcomes import (
    Balance,
    Event,
    FetchOutcome,
    NotOffered,
    PlaceOutcome,
    PlaceRequest,
    QuoteOutcome,
    QuoteRequest,
    Report,
)

RecordReply = Callable[[str, str, bytes], Awaitable[int]]
"""``await record(supplier, order_id, body)`` keeps a raw reply before it is read and returns its journal id."""


class Supplier(Protocol):
    """A remote API that sells. Implementations keep one HTTP client, are safe to share, and never log a body."""

    @property
    def name(self) -> str:
        """The short name in rows, buttons and settings, such as ``voodoo``."""
        ...

    @property
    def title(self) -> str:
        """The name people read, such as ``Voodoo Center``."""
        ...

    @property
    def pushes(self) -> bool:
        """Whether its webhook is configured, so that results normally arrive without asking."""
        ...

    async def balances(self) -> tuple[Balance, ...]:
        """Read every account's balance; raises ``SupplierError``."""
        ...

    @property
    def finds(self) -> bool:
        """Whether ``find`` is offered: then an order in doubt is looked up before it is ever sent again."""
        ...

    async def quote(self, request: QuoteRequest) -> QuoteOutcome:
        """Ask what an order of a quoted item would cost; raises ``SupplierError``."""
        ...

    async def place(self, request: PlaceRequest) -> PlaceOutcome:
        """Create the order. Never raises for anything the network or the supplier does."""
        ...

    async def find(self, order_id: str) -> FetchOutcome | NotOffered:
        """Read one order by our own id; raises ``SupplierError``."""
        ...

    async def fetch(self, supplier_order_id: str, order_id: str) -> FetchOutcome:
        """Read one order by the supplier's id; raises ``SupplierError``."""
        ...

    def verify(self, headers: Mapping[str, str], body: bytes) -> bool:
        """Whether a webhook's raw body carries a signature of ours; constant time."""
        ...

    def parse(self, body: bytes) -> Event:
        """Read a verified webhook; raises ``MalformedReport``."""
        ...

    def read_reply(self, body: bytes) -> Report:
        """Read a journaled create, fetch or find reply; raises ``MalformedReport``."""
        ...

    def feed(self) -> Feed:
        """Describe where the catalog comes from, for the process that imports it."""
        ...

    async def gather(self, folder: Path) -> None:
        """Bring into ``folder`` what the feed reads and no plain download can get; raises ``SupplierError``.

        The files' names are the feed's ``sources``, relative to ``folder``; each is replaced whole, or left as it was.
        """
        ...

    async def close(self) -> None:
        """Release the HTTP client."""
        ...
