"""What a waiting request waits for, in the local Octopus Cards' words."""

from bot.sandbox.octopus.books import Order, Status
from bot.sandbox.octopus.depot import Depot
from bot.sandbox.octopus.faults import GROUPS, Endpoint
from bot.sandbox.shop import waiting
from bot.sandbox.shop.waiting import Sight


class Condition(waiting.Condition, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A condition on one order and on the calls of one endpoint or group.

    ``reads`` counts reads of the order by its id, ``lookups`` look-ups by its ``reference``, at least.
    """

    order_id: int | None = None
    statuses: tuple[Status, ...] = ()
    endpoint: Endpoint = Endpoint.ANY
    reads: int = 0
    lookups: int = 0

    def order(self, depot: Depot) -> Order | None:
        """The order that is meant, once there is one."""
        if self.order_id is not None:
            return depot.books.find(self.order_id)
        return depot.books.with_reference(self.reference) if self.reference is not None else None

    def holds_in(self, depot: Depot) -> bool:
        """Whether it is true now."""
        order, books = self.order(depot), depot.books
        if self.reads and (order is None or books.reads[order.id] < self.reads):
            return False
        if self.reference is not None and books.lookups[self.reference] < self.lookups:
            return False
        endpoints = GROUPS.get(self.endpoint, (self.endpoint,))
        return self.holds(
            Sight(
                status=order.status if order else None,
                held=order is not None and order.held,
                deliveries=depot.webhooks.sender.of(str(order.id)) if order else (),
                create_calls=books.create_calls[self.reference] if self.reference is not None else 0,
                calls=depot.calls.count(*endpoints),
                orders=len(depot.books),
            )
        )
