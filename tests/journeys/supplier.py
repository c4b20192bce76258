"""The local suppliers as a journey tells of them: their books, their faults, their webhooks."""

from typing import Any

from tests.journeys.processes import Server

Order = dict[str, Any]


class Supplier:
    """A supplier's side, seen through its own books."""

    def __init__(self, server: Server) -> None:
        self.server = server

    @property
    def url(self) -> str:
        return self.server.url

    def switch(self, name: str, value: object) -> None:
        self.server.post("switches", name=name, value=value)

    def fault(self, endpoint: str, fate: str, **more: object) -> None:
        self.server.post("faults", endpoint=endpoint, fate=fate, **more)

    def release(self) -> None:
        """Let who waits for a delayed answer have it now."""
        self.server.post("faults/release")

    def webhook_fault(self, trick: str, **more: object) -> None:
        self.server.post("faults/webhook", trick=trick, **more)

    def orders(self) -> list[Order]:
        found: Any = self.server.get("orders")
        return found["orders"]

    def order_like(self, item: int) -> Order:
        """The newest order of an item."""
        return [order for order in self.orders() if order["item"] == item][-1]

    def newest(self) -> Order:
        """The order it took last."""
        return self.orders()[-1]

    def order(self, order_id: object) -> Order:
        """One order as it is now."""
        found: Any = self.server.get(f"orders/{order_id}")
        return found

    def settle(self, order_id: object, outcome: str, **more: object) -> None:
        self.server.post(f"orders/{order_id}/settle", **{"as": outcome}, **more)

    def push(self, order_id: object) -> None:
        self.server.post(f"orders/{order_id}/webhook")

    def waits(self, **condition: object) -> Order:
        """Wait until a condition holds; returns the order it names."""
        return self.server.post("wait", **{"timeout": 30, **condition})["order"]  # type: ignore[return-value]

    def expire_tokens(self) -> None:
        self.server.post("tokens/expire")

    def change(self, item: int, **facts: object) -> None:
        """Sell an item on other terms at once; the published catalog of Voodoo follows with ``publish``."""
        self.server.post(f"items/{item}", **facts)

    def calls(self, endpoint: str) -> list[dict[str, Any]]:
        """The latest calls of one endpoint, oldest first."""
        found: Any = self.server.get("calls")
        return [call for call in found["calls"] if call["endpoint"] == endpoint]


class Voodoo(Supplier):
    """The local Voodoo Center."""

    def balance(self) -> Any:
        return self.server.get("account")["balance"]

    def set_balance(self, amount: object) -> None:
        self.server.post("balance", value=str(amount))

    def publish(self, edition: str = "whole") -> None:
        """Publish the catalog as the goods are now, or broken."""
        self.server.post("catalog/publish", value=edition)
