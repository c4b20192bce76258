"""What became of an order, in a few lines: where it stands, what it cost, and what to do."""

from collections.abc import Callable, Mapping

from markupsafe import Markup

from bot.presentation import reasons
from bot.presentation.speech import Speech, marked
from storage.records.orders import Attention, Order, OrderState

Lines = list[Markup | None]

HEADLINES: Mapping[OrderState, str] = {
    OrderState.PLACING: marked("<b>Placing the order</b> · {reference}"),
    OrderState.UNCONFIRMED: marked("<b>Not confirmed yet</b> · {reference}"),
    OrderState.ACCEPTED: marked("<b>In progress</b> · {reference}"),
    OrderState.COMPLETED: marked("<b>Delivered</b> · {reference}"),
    OrderState.PARTIAL: marked("<b>Partly delivered</b> · {reference}"),
    OrderState.FAILED: marked("<b>Not delivered</b> · {reference}"),
    OrderState.REJECTED: marked("<b>Not placed</b> · {reference}"),
}

WITHHELD: Mapping[Attention, str] = {
    Attention.CODES_HIDDEN: marked(
        "The supplier has delivered it but shows the codes hidden. "
        "The operator is asking for them, and they will arrive here."
    ),
    Attention.CODES_MISSING: marked(
        "The supplier calls it delivered, but has not handed over all of it. "
        "The operator is asking for the rest, and it will arrive here."
    ),
}
"""Why codes that were delivered are not here."""

IN_DOUBT = marked(
    "The supplier has not confirmed the order: it may or may not have gone through. "
    "We keep checking, and the result will arrive here."
)
OTHER_GOODS = marked(
    "The supplier's answer does not fit the order, so nothing of it is passed on. The operator is looking at it."
)


def headline(order: Order, reference: str, speech: Speech) -> Markup:
    """The order's state and its reference, in bold."""
    if _withheld(order):
        return speech.text("<b>Waiting for the codes</b> · {reference}", reference=reference)
    return speech.text(HEADLINES[order.state], reference=reference)


def situation(order: Order, speech: Speech, held: int | None = None) -> Lines:
    """Where the order stands; ``held`` is how many of its codes are here, where they are shown."""
    return SITUATIONS[order.state](order, speech, held)


def _placing(order: Order, speech: Speech, _held: int | None) -> Lines:
    if order.tries and not order.in_doubt:
        return [
            speech.text("The supplier does not answer at the moment. Nothing was charged; we keep trying."),
            speech.text("You need not do anything."),
        ]
    total = speech.money(order.expected, order.currency)
    return [speech.text("Sending it to the supplier. Total: <b>{total}</b>", total=total)]


def _unconfirmed(order: Order, speech: Speech, _held: int | None) -> Lines:
    unfit = order.attention is Attention.OTHER_GOODS
    return [
        speech.text(OTHER_GOODS if unfit else IN_DOUBT),
        speech.text("<b>Please do not order it again</b>: you might get it twice."),
    ]


def _accepted(order: Order, speech: Speech, held: int | None) -> Lines:
    if order.attention is not None and _withheld(order):
        return [
            speech.text(WITHHELD[order.attention]),
            _here(held, order, speech) if held else None,
            speech.text("<b>Please do not order it again</b>: it is paid for, and there is nothing to pay twice."),
            _cost(order, speech),
        ]
    delivered = order.delivered if held is None else held
    if delivered:
        so_far = speech.text(
            "{held} of {wanted} delivered so far; the rest is still coming.",
            held=speech.number(delivered),
            wanted=speech.number(order.quantity),
        )
        return [so_far, _cost(order, speech)]
    return [speech.text("The supplier is working on it. The result will arrive here."), _cost(order, speech)]


def _here(held: int, order: Order, speech: Speech) -> Markup:
    return speech.text("{held} of {wanted} are here.", held=speech.number(held), wanted=speech.number(order.quantity))


def _completed(order: Order, speech: Speech, _held: int | None) -> Lines:
    return [_cost(order, speech)]


def _partial(order: Order, speech: Speech, _held: int | None) -> Lines:
    closed = reasons.failure(order, speech) if order.error == reasons.CLOSED_BY_OPERATOR else None
    return [closed, _missing(order, speech), _cost(order, speech), _refund(order, speech)]


def _failed(order: Order, speech: Speech, _held: int | None) -> Lines:
    return [reasons.failure(order, speech), _refund(order, speech)]


def _rejected(order: Order, speech: Speech, _held: int | None) -> Lines:
    return [reasons.rejection(order, speech), speech.text("Nothing was charged."), reasons.next_step(order, speech)]


SITUATIONS: Mapping[OrderState, Callable[[Order, Speech, int | None], Lines]] = {
    OrderState.PLACING: _placing,
    OrderState.UNCONFIRMED: _unconfirmed,
    OrderState.ACCEPTED: _accepted,
    OrderState.COMPLETED: _completed,
    OrderState.PARTIAL: _partial,
    OrderState.FAILED: _failed,
    OrderState.REJECTED: _rejected,
}


def _withheld(order: Order) -> bool:
    return order.state is OrderState.ACCEPTED and order.attention in WITHHELD


def _cost(order: Order, speech: Speech) -> Markup:
    if order.charged is None:
        return speech.text("Price: <b>{amount}</b>", amount=speech.money(order.expected, order.currency))
    return speech.text("Charged: <b>{amount}</b>", amount=speech.money(order.charged, order.currency))


def _missing(order: Order, speech: Speech) -> Markup:
    if order.quantity != order.quantity.to_integral_value():
        return speech.text("Only a part of the order was delivered.")
    missing = max(int(order.quantity) - order.delivered, 0)
    return speech.plural(
        "{delivered} of {wanted} delivered; {count} is missing.",
        "{delivered} of {wanted} delivered; {count} are missing.",
        missing,
        delivered=speech.number(order.delivered),
        wanted=speech.number(order.quantity),
    )


def _refund(order: Order, speech: Speech) -> Markup:
    if order.refunded > 0:
        return speech.text("Refunded: <b>{amount}</b>", amount=speech.money(order.refunded, order.currency))
    return speech.text("The supplier has not reported a refund; please check the balance.")
