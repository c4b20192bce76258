"""Ordering as conversations see it: confirm, look up, list, resolve, balances."""

from dataclasses import asdict, dataclass, field

from bot.ordering.balances import AccountBalance, BalanceWatch
from bot.ordering.confirming import Confirmations, ConfirmOutcome
from bot.ordering.quoting import Priced, Quoting, Unpriced
from bot.ordering.references import normalise_reference
from bot.ordering.resolving import Resolutions, ResolveOutcome
from bot.resellers.buyers import Buyer
from bot.resellers.limits import Barred
from storage.records.orders import Code, Draft, Order, OrderFilter, OrderLine, Place
from storage.records.queues import KnownBalance
from storage.store import Store, Tables


@dataclass(frozen=True, slots=True)
class OrderView:
    """An order with its codes in clear, for somebody who may see them; its ``repr`` leaves them out."""

    order: Order
    codes: tuple[Code, ...] = field(default=(), repr=False)


class Ordering:
    """The order's life for people; what happens between their taps is the workers'."""

    def __init__(
        self,
        store: Store,
        quoting: Quoting,
        confirmations: Confirmations,
        resolutions: Resolutions,
        balances: BalanceWatch,
    ) -> None:
        self._store = store
        self._quoting = quoting
        self._confirmations = confirmations
        self._resolutions = resolutions
        self._balances = balances

    async def priced(self, draft: Draft, update_id: int) -> Priced | Unpriced:
        """Give the draft of a quoted item the price that its present question is shown with.

        Ask before every showing of it: the draft that comes back may be at another question than the one that went in.
        """
        return await self._quoting.priced(draft, update_id)

    async def confirm(self, draft_id: str, place: Place, update_id: int, *, shown: int) -> ConfirmOutcome:
        """Make the order of a draft, exactly once, or say what must be asked first.

        ``shown`` is the ``update_id`` of the draft on whose card Confirm was tapped.
        """
        return await self._confirmations.confirm(draft_id, place, update_id, shown=shown)

    async def barred(self, draft: Draft, place: Place) -> Barred | None:
        """What would stop a draft at Confirm now; None when nothing would. Confirm itself has the last word."""
        return await self._confirmations.barred(draft, place)

    async def order_for(self, reference: str, viewer: Buyer) -> OrderView | None:
        """The order and its codes; None when there is none or it is not for this viewer."""
        normal = normalise_reference(reference)
        if normal is None:
            return None

        async def find(tables: Tables) -> OrderView | None:
            order = await tables.orders.by_reference(normal)
            if order is None or not viewer.sees(order):
                return None
            return OrderView(order, await tables.orders.codes(order.id))

        return await self._store.read(find)

    async def lines(self, viewer: Buyer, shown: OrderFilter, before: int | None, limit: int) -> list[OrderLine]:
        """The orders that a viewer sees, newest first, only numbers below ``before``."""
        sight = viewer.sight
        if sight is None:
            return []
        return await self._store.read(
            lambda tables: tables.orders.lines(shown, before=before, limit=limit, **asdict(sight))
        )

    async def resolve(self, reference: str, supplier_order_id: str, actor_id: int, update_id: int) -> ResolveOutcome:
        """Bind an order of unknown outcome to a supplier's order that the supplier confirms to be ours."""
        return await self._resolutions.resolve(reference, supplier_order_id, actor_id, update_id)

    async def write_off(self, reference: str, actor_id: int, update_id: int) -> ResolveOutcome:
        """End an order of unknown outcome that the admin has seen the supplier does not have."""
        return await self._resolutions.write_off(reference, actor_id, update_id)

    async def known_balance(self, supplier: str, currency: str, account: str = "") -> KnownBalance | None:
        """What the supplier's account held when it was last read; None when it never was.

        Without ``account`` it is the only one of the currency; None when there are several.
        """
        known = await self._store.read(lambda tables: tables.balances.all())
        fitting = [balance for balance in known if balance.supplier == supplier and balance.currency == currency]
        if account:
            fitting = [balance for balance in fitting if balance.account == account]
        return fitting[0] if len(fitting) == 1 else None

    async def balances(self) -> list[AccountBalance]:
        """Every supplier account, live or as last known."""
        return await self._balances.read()
