"""What a waiting request waits for, in the local Voodoo Center's words."""

from bot.sandbox.shop import waiting
from bot.sandbox.shop.waiting import Sight
from bot.sandbox.voodoo.books import Order, Status
from bot.sandbox.voodoo.center import Center
from bot.sandbox.voodoo.faults import Endpoint


class Condition(waiting.Condition, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A condition on one order and on the calls of one endpoint."""

    order_id: str | None = None
    statuses: tuple[Status, ...] = ()
    endpoint: Endpoint = Endpoint.ANY

    def order(self, center: Center) -> Order | None:
        """The order that is meant, once there is one."""
        if self.order_id is not None:
            return center.books.find(self.order_id)
        return center.books.with_reference(self.reference) if self.reference is not None else None

    def holds_in(self, center: Center) -> bool:
        """Whether it is true now."""
        order = self.order(center)
        calls = center.calls
        return self.holds(
            Sight(
                status=order.status if order else None,
                held=order is not None and order.held,
                deliveries=center.webhooks.sender.of(order.id) if order else (),
                create_calls=center.books.create_calls(self.reference),
                calls=calls.total if self.endpoint is Endpoint.ANY else calls.count(self.endpoint),
                orders=len(center.books),
            )
        )
