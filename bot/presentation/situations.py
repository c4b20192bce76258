"""What became of an order, in a few lines: where it stands, what it cost, and what to do."""

from collections.abc import Callable, Mapping

from markupsafe import Markup

from bot.presentation import reasons
from bot.presentation.charges import Charges, Lines, charges
from bot.presentation.speech import Speech, marked
from storage.records.catalog import ProductType
from storage.records.orders import Attention, Order, OrderState

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


def situation(order: Order, speech: Speech, held: int | None = None, *, operator: bool = False) -> Lines:
    """Where the order stands; ``held`` is how many of its codes are here, where they are shown.

    Only an ``operator`` reads what a reseller's order costs at the supplier.
    """
    return SITUATIONS[order.state](order, speech, held, charges(order, speech, operator=operator))


def _placing(order: Order, speech: Speech, _held: int | None, money: Charges) -> Lines:
    if order.tries and not order.in_doubt:
        return [
            speech.text("The supplier does not answer at the moment. Nothing was charged; we keep trying."),
            speech.text("You need not do anything."),
        ]
    return money.sending()


def _unconfirmed(order: Order, speech: Speech, _held: int | None, money: Charges) -> Lines:
    unfit = order.attention is Attention.OTHER_GOODS
    return [
        speech.text(OTHER_GOODS if unfit else IN_DOUBT),
        speech.text("<b>Please do not order it again</b>: you might get it twice."),
        *money.waiting(),
    ]


def _accepted(order: Order, speech: Speech, held: int | None, money: Charges) -> Lines:
    if order.attention is not None and _withheld(order):
        return [
            speech.text(WITHHELD.get(order.attention, WITHHELD[Attention.CODES_MISSING])),
            _here(held, order, speech) if held else None,
            speech.text("<b>Please do not order it again</b>: it is paid for, and there is nothing to pay twice."),
            *money.under_way(),
        ]
    delivered = order.delivered if held is None else held
    if delivered:
        so_far = speech.text(
            "{held} of {wanted} delivered so far; the rest is still coming.",
            held=speech.number(delivered),
            wanted=speech.number(order.quantity),
        )
        return [so_far, *money.under_way()]
    return [speech.text("The supplier is working on it. The result will arrive here."), *money.under_way()]


def _here(held: int, order: Order, speech: Speech) -> Markup:
    return speech.text("{held} of {wanted} are here.", held=speech.number(held), wanted=speech.number(order.quantity))


def _completed(_order: Order, _speech: Speech, _held: int | None, money: Charges) -> Lines:
    return money.completed()


def _partial(order: Order, speech: Speech, _held: int | None, money: Charges) -> Lines:
    closed = reasons.failure(order, speech) if order.error == reasons.CLOSED_BY_OPERATOR else None
    return [closed, _missing(order, speech), *money.partial()]


def _failed(_order: Order, _speech: Speech, _held: int | None, money: Charges) -> Lines:
    return money.failed()


def _rejected(_order: Order, _speech: Speech, _held: int | None, money: Charges) -> Lines:
    return money.rejected()


SITUATIONS: Mapping[OrderState, Callable[[Order, Speech, int | None, Charges], Lines]] = {
    OrderState.PLACING: _placing,
    OrderState.UNCONFIRMED: _unconfirmed,
    OrderState.ACCEPTED: _accepted,
    OrderState.COMPLETED: _completed,
    OrderState.PARTIAL: _partial,
    OrderState.FAILED: _failed,
    OrderState.REJECTED: _rejected,
}


def _withheld(order: Order) -> bool:
    """Whether codes that the supplier calls delivered are not here; a dispute about ids may stand before that flag."""
    keys = order.item.product_type is ProductType.KEY
    disputed = order.attention is Attention.ID_MISMATCH and keys and order.delivered >= order.quantity
    return order.state is OrderState.ACCEPTED and (order.attention in WITHHELD or disputed)


def delivered_part(order: Order, speech: Speech) -> Markup:
    """How much of an order came, where that was counted."""
    if not order.counted:
        return speech.text("Only a part of the order was delivered.")
    return speech.text(
        "{delivered} of {wanted} delivered.", delivered=order.delivered, wanted=speech.number(order.quantity)
    )


def _missing(order: Order, speech: Speech) -> Markup:
    if not order.counted:
        return delivered_part(order, speech)
    missing = max(int(order.quantity) - order.delivered, 0)
    return speech.plural(
        "{delivered} of {wanted} delivered; {count} is missing.",
        "{delivered} of {wanted} delivered; {count} are missing.",
        missing,
        delivered=speech.number(order.delivered),
        wanted=speech.number(order.quantity),
    )
