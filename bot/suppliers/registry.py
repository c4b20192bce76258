"""Every supplier and catalog format there is: adding one is one module, its sandbox, and one line here."""

from collections.abc import Callable, Iterable, Mapping

from bot.suppliers.errors import SupplierError
from bot.suppliers.feeds import FeedReader
from bot.suppliers.http import CallObserver, unobserved
from bot.suppliers.jsonl import read_jsonl
from bot.suppliers.octopus.client import OctopusClient
from bot.suppliers.octopus.config import OctopusConfig
from bot.suppliers.octopus.feed import read_octopus
from bot.suppliers.protocol import RecordReply, Supplier
from bot.suppliers.voodoo.client import VoodooClient
from bot.suppliers.voodoo.config import VoodooConfig
from bot.suppliers.voodoo.feed import read_voodoo
from storage.clock import Clock, utc_now

SupplierConfig = VoodooConfig | OctopusConfig
"""The plain configuration of one supplier."""

BUILDERS: Mapping[type[SupplierConfig], Callable[..., Supplier]] = {
    VoodooConfig: VoodooClient,
    OctopusConfig: OctopusClient,
}

READERS: Mapping[str, FeedReader] = {"voodoo": read_voodoo, "octopus": read_octopus, "jsonl": read_jsonl}


def build_suppliers(
    configs: Iterable[SupplierConfig],
    record_reply: RecordReply,
    clock: Clock = utc_now,
    observe: CallObserver = unobserved,
) -> dict[str, Supplier]:
    """Build the client of every configured supplier, by its name; nothing is sent yet."""
    suppliers = (BUILDERS[type(config)](config, record_reply, clock, observe=observe) for config in configs)
    return {supplier.name: supplier for supplier in suppliers}


async def never_recorded(_supplier: str, _order_id: str, _body: bytes) -> int:
    """The ``RecordReply`` of whoever asks suppliers and orders nothing; raises ``SupplierError``."""
    raise SupplierError("nothing is ordered here, so no reply can be recorded")
