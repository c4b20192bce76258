"""What a waiting request waits for, so that whoever drives the sandbox never sleeps."""

from typing import Annotated

import msgspec

from bot.sandbox.voodoo.books import Order, Status
from bot.sandbox.voodoo.center import Center
from bot.sandbox.voodoo.faults import Endpoint
from bot.sandbox.voodoo.webhooks import Delivery, DeliveryState


class Condition(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Everything named must hold at once; ``timeout`` is in seconds.

    ``reference`` or ``order_id`` name an order that must exist; ``statuses`` is where it may be; ``held`` that it
    waits for a hand; ``create_calls`` how often it was sent at least; ``webhooks`` how many of its deliveries must be
    in ``webhook_state``, and ``attempts`` how many tries they took together at least. ``calls`` counts calls of
    ``endpoint`` since the last reset.
    """

    reference: str | None = None
    order_id: str | None = None
    statuses: tuple[Status, ...] = ()
    held: bool = False
    create_calls: int = 0
    webhooks: int = 0
    webhook_state: DeliveryState = DeliveryState.DELIVERED
    attempts: int = 0
    endpoint: Endpoint = Endpoint.ANY
    calls: int = 0
    timeout: Annotated[float, msgspec.Meta(ge=0, le=120)] = 10.0

    def order(self, center: Center) -> Order | None:
        """The order that is meant, once there is one."""
        if self.order_id is not None:
            return center.books.find(self.order_id)
        return center.books.with_reference(self.reference) if self.reference is not None else None

    def holds(self, center: Center) -> bool:
        """Whether it is true now."""
        return (
            center.calls.count(self.endpoint) >= self.calls
            and center.books.create_calls(self.reference) >= self.create_calls
            and self._order_holds(center)
        )

    def _order_holds(self, center: Center) -> bool:
        if not (self.order_id or self.statuses or self.held or self.webhooks or self.attempts):
            return self.reference is None or self.create_calls > 0 or self.order(center) is not None
        order = self.order(center)
        if order is None:
            return False
        in_status = not self.statuses or order.status in self.statuses
        return in_status and order.held >= self.held and self._webhooks_hold(center.webhooks.of(order.id))

    def _webhooks_hold(self, deliveries: list[Delivery]) -> bool:
        there = sum(delivery.state is self.webhook_state for delivery in deliveries)
        tries = sum(len(delivery.attempts) for delivery in deliveries)
        return there >= self.webhooks and tries >= self.attempts
