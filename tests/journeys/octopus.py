"""The local Octopus Cards as a journey tells of it: besides what all have, its wallets, denominations and tokens."""

from decimal import Decimal
from typing import Any

from tests.journeys.processes import Server
from tests.journeys.supplier import Order, Supplier

API_KEY = "oc_journey_key"
API_SECRET = "oc_journey_secret_of_the_local_octopus"
WEBHOOK_SECRET = "octopus-journey-webhook-secret"
PREVIOUS_SECRET = "octopus-journey-webhook-secret-of-last-year"
WALLETS = {"USD": 1, "EUR": 2, "GBP": 3, "JPY": 4, "KWD": 5}
"""The wallets' ids; nothing can be bought with Indian rupees."""

BALANCE = "5000000"
ITEMS = 620
"""More than one page of the product list holds."""

SWITCHES = ("settle_after=0.2", "webhook_spacing=0.3", "webhook_timeout=5")


def octopus_arguments(bot_port: int) -> list[str]:
    """What the journeys' Octopus Cards is started with."""
    wallets = [part for currency in WALLETS for part in ("--wallet", f"{currency}={BALANCE}")]
    switches = [part for switch in SWITCHES for part in ("--switch", switch)]
    return [
        *("--api-key", API_KEY, "--api-secret", API_SECRET, "--items", str(ITEMS), *wallets, *switches),
        *("--webhook-url", f"http://127.0.0.1:{bot_port}/webhooks/octopus", "--webhook-secret", WEBHOOK_SECRET),
    ]


def octopus_settings(url: str) -> dict[str, str]:
    """What the bot is told of it."""
    return {
        "OCTOPUS_API_KEY": API_KEY,
        "OCTOPUS_API_SECRET": API_SECRET,
        "OCTOPUS_API_URL": url,
        "OCTOPUS_WEBHOOK_SECRETS": f"{WEBHOOK_SECRET},{PREVIOUS_SECRET}",
    }


class Octopus(Supplier):
    """The local Octopus Cards; amounts are exact decimals in major units."""

    def __init__(self, server: Server) -> None:
        super().__init__(server)
        self._normal = self._switches()

    def _switches(self) -> dict[str, Any]:
        found: Any = self.server.get("state")
        return found["switches"]

    def calm(self) -> None:
        """Disarm every fault, move every switch back, sell the first goods at their first prices, fill the wallets."""
        self.server.post("faults/clear")
        for name, value in self._switches().items():
            if value != self._normal[name]:
                self.switch(name, self._normal[name])
        self.server.post("items/restore")
        for currency in WALLETS:
            if self.wallet(currency) != Decimal(BALANCE):
                self.set_wallet(currency, BALANCE)

    def trick(self, trick: str, **more: object) -> None:
        """Play a trick with the next order."""
        self.server.post("faults/order", trick=trick, **more)

    def wallet(self, currency: str = "USD") -> Decimal:
        """What the wallet of a currency holds."""
        found: Any = self.server.get("wallets")
        return next(Decimal(str(one["amount"])) for one in found["wallets"] if one["currency"] == currency)

    def set_wallet(self, currency: str, amount: object) -> None:
        self.server.post(f"wallets/{WALLETS[currency]}", value=str(amount))

    def transactions(self, order_id: int) -> list[dict[str, Any]]:
        """What an order moved, oldest first."""
        found: Any = self.server.get("transactions", order_id=order_id)
        return found["transactions"]

    def item(self, item: int) -> dict[str, Any]:
        """An item as it is sold now."""
        return self.server.get(f"items/{item}")

    def remove(self, item: int) -> None:
        """Stop selling an item at once."""
        self.server.post(f"items/{item}/remove")

    def drop_denomination(self, item: int, value: object) -> None:
        """Stop selling a face value at once."""
        self.server.post(f"items/{item}/denominations/drop", value=str(value))

    def reprice(self, percent: object) -> None:
        """Let everything cost so many percent more at once."""
        self.server.post("prices", percent=str(percent))

    def orders_for(self, item: int) -> list[Order]:
        """Every order of an item, oldest first."""
        return [order for order in self.orders() if order["item"] == item]

    def expire_all_tokens(self) -> None:
        """End the refresh tokens too."""
        self.server.post("tokens/expire", kind="all")
