"""What an order costs, and why it ended, to whoever reads: the operator at cost, a reseller at its price.

A reseller never reads what the supplier charged, what its accounts hold, or the supplier's own words, which may name
either.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Protocol

from markupsafe import Markup

from bot.presentation import reasons
from bot.presentation.speech import Speech, marked
from storage.records.orders import Order, RejectReason

Lines = list[Markup | None]

REJECTIONS: Mapping[RejectReason, str] = {
    RejectReason.REFUSED: reasons.REJECTIONS[RejectReason.REFUSED],
    RejectReason.INSUFFICIENT_FUNDS: marked("The shop could not place it at the moment."),
    RejectReason.MISCONFIGURED: marked("The shop could not place it at the moment."),
    RejectReason.UNREACHABLE: reasons.REJECTIONS[RejectReason.UNREACHABLE],
    RejectReason.NOT_THERE: reasons.REJECTIONS[RejectReason.NOT_THERE],
}
NEXT_STEPS: Mapping[RejectReason, str] = {
    RejectReason.REFUSED: reasons.NEXT_STEPS[RejectReason.REFUSED],
    RejectReason.INSUFFICIENT_FUNDS: marked("The operator has been told. Please order again later."),
    RejectReason.MISCONFIGURED: marked("The operator has been told. Please order again later."),
    RejectReason.UNREACHABLE: reasons.NEXT_STEPS[RejectReason.UNREACHABLE],
    RejectReason.NOT_THERE: reasons.NEXT_STEPS[RejectReason.NOT_THERE],
}


class Charges(Protocol):
    """The lines of an order's card that speak of money or of its end."""

    def sending(self) -> Lines:
        """While it is being sent."""
        ...

    def waiting(self) -> Lines:
        """While nobody knows whether the supplier has it."""
        ...

    def under_way(self) -> Lines:
        """While the supplier works on it."""
        ...

    def completed(self) -> Lines:
        """When all of it was delivered."""
        ...

    def partial(self) -> Lines:
        """When a part was delivered."""
        ...

    def failed(self) -> Lines:
        """When nothing was delivered: why, and the money."""
        ...

    def rejected(self) -> Lines:
        """When the supplier did not take it: why, the money, and what to do."""
        ...


def charges(order: Order, speech: Speech, *, operator: bool = False) -> Charges:
    """At its price where a reseller pays; at cost for the operator, who orders for the shop or looks in private."""
    if order.reseller_id is None:
        return AtCost(order, speech)
    return BehindPrice(order, speech) if operator else AtPrice(order, speech)


class AtCost:
    """What the operator reads of an order made for the shop itself."""

    def __init__(self, order: Order, speech: Speech) -> None:
        self._order = order
        self._speech = speech

    def sending(self) -> Lines:
        """The total that was confirmed."""
        return [self._speech.text("Sending it to the supplier. Total: <b>{total}</b>", total=self._money())]

    def waiting(self) -> Lines:
        """Nothing: it may have been charged or not."""
        return []

    def under_way(self) -> Lines:
        """The price, or what the supplier says it charged."""
        if self._order.charged is None:
            return [self._speech.text("Price: <b>{amount}</b>", amount=self._money())]
        return [self._speech.text("Charged: <b>{amount}</b>", amount=self._money(self._order.charged))]

    def completed(self) -> Lines:
        """What the supplier charged."""
        return self.under_way()

    def partial(self) -> Lines:
        """What the supplier charged and gave back."""
        return [*self.under_way(), *self._refund()]

    def failed(self) -> Lines:
        """Why, and what the supplier gave back."""
        return [reasons.failure(self._order, self._speech), *self._refund()]

    def rejected(self) -> Lines:
        """Why, and what to do about it."""
        order, speech = self._order, self._speech
        nothing = speech.text("Nothing was charged.")
        return [reasons.rejection(order, speech), nothing, reasons.next_step(order, speech)]

    def _refund(self) -> Lines:
        if self._order.refunded > 0:
            return [self._speech.text("Refunded: <b>{amount}</b>", amount=self._money(self._order.refunded))]
        return [self._speech.text("The supplier has not reported a refund; please check the balance.")]

    def _money(self, amount: Decimal | None = None) -> str:
        return self._speech.money(self._order.expected if amount is None else amount, self._order.currency)


class BehindPrice(AtCost):
    """What the operator reads of the supplier's side of a reseller's order."""

    def sending(self) -> Lines:
        """The cost that was expected."""
        return [self._speech.text("Sending it to the supplier. Cost: <b>{total}</b>", total=self._money())]

    def under_way(self) -> Lines:
        """The cost that was expected, or what the supplier says it charged."""
        if self._order.charged is None:
            return [self._speech.text("Expected cost: <b>{amount}</b>", amount=self._money())]
        return [self._speech.text("Supplier charged: <b>{amount}</b>", amount=self._money(self._order.charged))]

    def _refund(self) -> Lines:
        if self._order.refunded > 0:
            amount = self._money(self._order.refunded)
            return [self._speech.text("Supplier refunded: <b>{amount}</b>", amount=amount)]
        return [self._speech.text("The supplier has not reported a refund; please check the balance.")]


class AtPrice:
    """What a reseller reads: the price that is held, and at the end what was charged of it and what is free again."""

    def __init__(self, order: Order, speech: Speech) -> None:
        self._order = order
        self._speech = speech

    def sending(self) -> Lines:
        """The price that was confirmed."""
        return [self._speech.text("Sending it to the supplier. Price: <b>{total}</b>", total=self._price())]

    def waiting(self) -> Lines:
        """The price stays held: it may still be bought."""
        return [self._speech.text("Held on your balance until it is known: <b>{amount}</b>", amount=self._price())]

    def under_way(self) -> Lines:
        """The price."""
        return [self._speech.text("Price: <b>{amount}</b>", amount=self._price())]

    def completed(self) -> Lines:
        """What was charged."""
        return self.settled()

    def partial(self) -> Lines:
        """What was charged, and what was not."""
        return self.settled()

    def failed(self) -> Lines:
        """Why, and the money."""
        return [self._why_failed(), *self.settled()]

    def rejected(self) -> Lines:
        """Why, the money, and what to do."""
        reason = self._order.reject_reason or RejectReason.REFUSED
        speech = self._speech
        return [speech.text(REJECTIONS[reason]), *self.settled(), speech.text(NEXT_STEPS[reason])]

    def settled(self) -> Lines:
        """What the end took of the price, and what it gave free."""
        order, speech = self._order, self._speech
        if order.captured is None:
            return self.under_way()
        if not order.captured:
            return [speech.text("Nothing was charged: <b>{amount}</b> is available again.", amount=self._price())]
        charged = speech.text("Charged: <b>{amount}</b>", amount=speech.money(order.captured, order.currency))
        released = (order.price or Decimal(0)) - order.captured
        if released <= 0:
            return [charged]
        free = speech.money(released, order.currency)
        return [charged, speech.text("Available again: <b>{amount}</b>", amount=free)]

    def _why_failed(self) -> Markup:
        known = reasons.FAILURES.get(self._order.error)
        return self._speech.text(known or marked("The supplier could not deliver it."))

    def _price(self) -> str:
        return self._speech.money(self._order.price or Decimal(0), self._order.currency)


def sold_lines(order: Order, speech: Speech, *, reseller: str, person: str) -> Lines:
    """For the operator: who bought the order, at which price, and where that money is."""
    price = AtPrice(order, speech)
    markup = speech.percent(order.markup) if order.markup is not None else None
    return [
        speech.text("Sold to <b>{reseller}</b>, ordered by {person}", reseller=reseller, person=person),
        speech.text("Markup: {percent}", percent=markup) if markup else None,
        *(price.settled() if order.state.terminal else price.under_way()),
        None if order.state.terminal else speech.text("It is held until the order ends."),
    ]
