"""What a waiting request waits for, so that whoever drives a sandbox never sleeps."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

import msgspec

from bot.sandbox.shop.deliveries import Delivery, DeliveryState


@dataclass(frozen=True, slots=True)
class Sight:
    """What a condition looks at: an order's state, how far its webhooks came, and the counts of calls."""

    status: str | None
    held: bool
    deliveries: Sequence[Delivery]
    create_calls: int
    calls: int
    orders: int


class Condition(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Everything named must hold at once; ``timeout`` is in seconds.

    ``reference`` or ``order_id`` name an order that must exist; ``statuses`` is where it may be; ``held`` that it
    waits for a hand; ``create_calls`` how often it was sent at least; ``webhooks`` how many of its deliveries must be
    in ``webhook_state``, and ``attempts`` how many tries they took together at least. ``calls`` counts answered calls
    of ``endpoint`` since the last reset, ``orders`` those in the books, whether their create is answered yet or not.
    """

    reference: str | None = None
    order_id: str | int | None = None
    statuses: tuple[str, ...] = ()
    held: bool = False
    create_calls: int = 0
    webhooks: int = 0
    webhook_state: DeliveryState = DeliveryState.DELIVERED
    attempts: int = 0
    endpoint: str = "any"
    calls: int = 0
    orders: int = 0
    timeout: Annotated[float, msgspec.Meta(ge=0, le=120)] = 10.0

    def holds(self, sight: Sight) -> bool:
        """Whether it is true now."""
        counted = sight.calls >= self.calls and sight.orders >= self.orders and sight.create_calls >= self.create_calls
        return counted and self._order_holds(sight)

    def _order_holds(self, sight: Sight) -> bool:
        if not (self.order_id or self.statuses or self.held or self.webhooks or self.attempts):
            return self.reference is None or self.create_calls > 0 or sight.status is not None
        if sight.status is None:
            return False
        in_status = not self.statuses or sight.status in self.statuses
        return in_status and sight.held >= self.held and self._webhooks_hold(sight.deliveries)

    def _webhooks_hold(self, deliveries: Sequence[Delivery]) -> bool:
        there = sum(delivery.state is self.webhook_state for delivery in deliveries)
        tries = sum(len(delivery.attempts) for delivery in deliveries)
        return there >= self.webhooks and tries >= self.attempts
