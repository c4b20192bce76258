"""The bot's way in for webhooks, on a real store, with nobody reading what comes."""

from typing import Any

from cryptography.fernet import Fernet

from bot.heap import settle_heap
from bot.log import configure_logging
from bot.ordering.journal import Journal
from bot.suppliers.registry import build_suppliers
from bot.suppliers.voodoo.config import VoodooConfig
from bot.web.app import build_web
from bot.web.metrics import Metrics
from storage.clock import utc_now
from storage.crypto import Vault
from storage.store import Store
from tests.bench.meter import configuration
from tests.bench.serving import runner, serve


async def _run(config: dict[str, Any]) -> None:
    store = await Store.open(f"sqlite:///{config['database']}", Vault([Fernet.generate_key().decode()]))
    voodoo = VoodooConfig(api_key="ak_bench", webhook_secrets=(config["secret"],))
    suppliers = build_suppliers([voodoo], Journal(store, utc_now).record)
    settle_heap()
    await serve(build_web(store, Metrics(), suppliers=list(suppliers.values())), config["port"])
    for supplier in suppliers.values():
        await supplier.close()
    await store.close()


def main() -> None:
    """Serve until stopped."""
    configure_logging("info", "json")
    with runner() as running:
        running.run(_run(configuration()))


if __name__ == "__main__":
    main()
