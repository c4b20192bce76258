"""An order as people see it: its living message, its result, its card, and the list of orders."""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal

from markupsafe import Markup
from telegram import InlineKeyboardButton

from bot.presentation import codes as code_texts
from bot.presentation import reasons
from bot.presentation.buttons import OpenOrders, SendCodes, ShowItem
from bot.presentation.cards import (
    Card,
    DocumentMessage,
    TextMessage,
    button,
    clip,
    grid,
    keyboard,
    lines,
)
from bot.presentation.speech import Speech, marked
from storage.records.catalog import ProductType
from storage.records.orders import Code, FieldValue, Order, OrderFilter, OrderLine, OrderState

NAME_LENGTH = 200
LINE_NAME_LENGTH = 60
VALUE_LENGTH = 300
ALL_VALUES_LENGTH = 1500

HEADLINES: Mapping[OrderState, str] = {
    OrderState.PLACING: marked("<b>Placing the order</b> · {reference}"),
    OrderState.UNCONFIRMED: marked("<b>Not confirmed yet</b> · {reference}"),
    OrderState.ACCEPTED: marked("<b>In progress</b> · {reference}"),
    OrderState.COMPLETED: marked("<b>Delivered</b> · {reference}"),
    OrderState.PARTIAL: marked("<b>Partly delivered</b> · {reference}"),
    OrderState.FAILED: marked("<b>Not delivered</b> · {reference}"),
    OrderState.REJECTED: marked("<b>Not placed</b> · {reference}"),
}


def spoken_reference(reference: str) -> str:
    """A reference as people read it aloud: ``7KQ2-M9XF``."""
    return f"{reference[:4]}-{reference[4:]}"


def order_link(reference: str) -> str:
    """The command that opens an order; Telegram makes it tappable."""
    return f"/order_{reference}"


def status_card(order: Order, speech: Speech) -> Card:
    """The order's living message in its present state. It names no field value and no code."""
    text = lines([*_head(order, speech), "", *_situation(order, speech), "", _link(order, speech)])
    return Card(text, keyboard(_after(order, speech)))


def result_message(
    order: Order, codes: tuple[Code, ...], speech: Speech, private: bool
) -> TextMessage | DocumentMessage:
    """The terminal result as a new message: the codes or why there are none, the money, and what to do next."""
    head = [*_head(order, speech), "", *_situation(order, speech)]
    if code_texts.fit_in_text(codes):
        shown = ["", code_texts.as_text(codes, private=private)] if codes else []
        rows = grid(code_texts.copy_buttons(codes, speech), 3)
        onward = [] if order.state is OrderState.COMPLETED else _after(order, speech)
        return TextMessage(Card(lines([*head, *shown, "", _link(order, speech)]), keyboard(*rows, onward)))
    caption = lines([*head, _in_the_file(codes, speech), "", _link(order, speech)])
    return DocumentMessage(Card(caption), f"{order.reference}.txt", code_texts.as_file(codes))


def codes_message(
    order: Order, codes: tuple[Code, ...], speech: Speech, *, private: bool
) -> TextMessage | DocumentMessage:
    """An order's codes once more, on request."""
    head = [_title(order, speech)]
    if code_texts.fit_in_text(codes):
        rows = grid(code_texts.copy_buttons(codes, speech), 3)
        return TextMessage(Card(lines([*head, "", code_texts.as_text(codes, private=private)]), keyboard(*rows)))
    caption = lines([*head, _in_the_file(codes, speech)])
    return DocumentMessage(Card(caption), f"{order.reference}.txt", code_texts.as_file(codes))


def order_card(order: Order, codes: tuple[Code, ...], speech: Speech, *, operator: bool = False) -> Card:
    """Everything about one order but its codes, which a button sends; operators also see what needs a human."""
    text = lines(
        [
            _title(order, speech),
            Markup("{}").format(reasons.state_words(order.state, speech)),
            "",
            *_head(order, speech)[1:],
            *_placed(order, speech),
            "",
            *_situation(order, speech),
            *(_for_operators(order, speech) if operator else []),
        ]
    )
    again = (
        [button(speech.plain_plural("Show the code", "Show {count} codes", len(codes)), SendCodes(order.reference))]
        if codes
        else []
    )
    back = button(speech.plain("‹ All orders"), OpenOrders(OrderFilter.ALL, 0))
    return Card(text, keyboard(again, [*_after(order, speech), back]))


def order_list(found: Sequence[OrderLine], filter_: OrderFilter, speech: Speech, *, before: int, more: bool) -> Card:
    """A page of orders, newest first, with filters and paging."""
    title = speech.text("<b>Orders</b> · {filter}", filter=speech.plain(reasons.FILTERS[filter_]))
    body = [_list_entry(line, speech) for line in found]
    if not found:
        body = [speech.text("There are no orders here."), speech.text("Send /order to look at the catalog.")]
    filters = [
        button(f"• {speech.plain(label)}" if kind is filter_ else speech.plain(label), OpenOrders(kind, 0))
        for kind, label in reasons.FILTERS.items()
    ]
    text = str(Markup("\n\n").join([title, *body]))
    return Card(text, keyboard(*grid(filters, 2), _list_paging(found, filter_, speech, before=before, more=more)))


def field_lines(values: Sequence[FieldValue]) -> list[Markup]:
    """Each answered field, echoed; very long answers are shortened so that the card fits."""
    room = min(VALUE_LENGTH, ALL_VALUES_LENGTH // max(1, len(values)))
    return [
        Markup("{}: <b>{}</b>").format(clip(value.label, 100), clip(value.shown, max(room, 20))) for value in values
    ]


def quantity_line(product_type: ProductType, quantity: Decimal, speech: Speech) -> Markup | None:
    """How many, where that means something."""
    if product_type is ProductType.SERVICE:
        return None
    return speech.text("Quantity: <b>{quantity}</b>", quantity=speech.number(quantity))


def _title(order: Order, speech: Speech) -> Markup:
    return speech.text("Order <b>{reference}</b>", reference=spoken_reference(order.reference))


def _head(order: Order, speech: Speech) -> list[Markup | None]:
    mark = reasons.MARKS[order.state]
    return [
        Markup("{} ").format(mark) + _headline(order, speech),
        Markup("<b>{}</b>").format(clip(order.item.name, NAME_LENGTH)),
        quantity_line(order.item.product_type, order.quantity, speech),
        *field_lines(order.values),
    ]


def _headline(order: Order, speech: Speech) -> Markup:
    return speech.text(HEADLINES[order.state], reference=spoken_reference(order.reference))


def _situation(order: Order, speech: Speech) -> list[Markup | None]:
    return SITUATIONS[order.state](order, speech)


def _placing(order: Order, speech: Speech) -> list[Markup | None]:
    if order.tries and not order.in_doubt:
        return [
            speech.text("The supplier does not answer at the moment. Nothing was charged; we keep trying."),
            speech.text("You need not do anything."),
        ]
    total = speech.money(order.expected, order.currency)
    return [speech.text("Sending it to the supplier. Total: <b>{total}</b>", total=total)]


def _unconfirmed(order: Order, speech: Speech) -> list[Markup | None]:
    return [
        speech.text(
            "The supplier has not confirmed the order: it may or may not have gone through. "
            "We keep checking, and the result will arrive here."
        ),
        speech.text("<b>Please do not order it again</b>: you might get it twice."),
    ]


def _accepted(order: Order, speech: Speech) -> list[Markup | None]:
    return [speech.text("The supplier is working on it. The result will arrive here."), _cost(order, speech)]


def _completed(order: Order, speech: Speech) -> list[Markup | None]:
    return [_cost(order, speech)]


def _partial(order: Order, speech: Speech) -> list[Markup | None]:
    return [_missing(order, speech), _cost(order, speech), _refund(order, speech)]


def _failed(order: Order, speech: Speech) -> list[Markup | None]:
    return [reasons.failure(order, speech), _refund(order, speech)]


def _rejected(order: Order, speech: Speech) -> list[Markup | None]:
    return [reasons.rejection(order, speech), speech.text("Nothing was charged."), reasons.next_step(order, speech)]


SITUATIONS: Mapping[OrderState, Callable[[Order, Speech], list[Markup | None]]] = {
    OrderState.PLACING: _placing,
    OrderState.UNCONFIRMED: _unconfirmed,
    OrderState.ACCEPTED: _accepted,
    OrderState.COMPLETED: _completed,
    OrderState.PARTIAL: _partial,
    OrderState.FAILED: _failed,
    OrderState.REJECTED: _rejected,
}


def _cost(order: Order, speech: Speech) -> Markup:
    if order.charged is None:
        return speech.text("Price: <b>{amount}</b>", amount=speech.money(order.expected, order.currency))
    return speech.text("Charged: <b>{amount}</b>", amount=speech.money(order.charged, order.currency))


def _missing(order: Order, speech: Speech) -> Markup:
    wanted = speech.number(order.quantity)
    if order.quantity != order.quantity.to_integral_value():
        return speech.text("Only a part of the order was delivered.")
    missing = max(int(order.quantity) - order.delivered, 0)
    return speech.plural(
        "{delivered} of {wanted} delivered; {count} is missing.",
        "{delivered} of {wanted} delivered; {count} are missing.",
        missing,
        delivered=speech.number(order.delivered),
        wanted=wanted,
    )


def _refund(order: Order, speech: Speech) -> Markup:
    if order.refunded > 0:
        return speech.text("Refunded: <b>{amount}</b>", amount=speech.money(order.refunded, order.currency))
    return speech.text("The supplier has not reported a refund; please check the balance.")


def _in_the_file(codes: Sequence[Code], speech: Speech) -> Markup:
    return speech.plural("{count} code in the file.", "{count} codes in the file.", len(codes))


def _link(order: Order, speech: Speech) -> Markup:
    return speech.text("Details: {link}", link=order_link(order.reference))


def _placed(order: Order, speech: Speech) -> list[Markup | None]:
    total = speech.money(order.expected, order.currency)
    settled = order.settled_at
    return [
        speech.text("Confirmed price: {total}", total=total),
        speech.text("Placed: {when}", when=speech.moment(order.created_at)),
        speech.text("Finished: {when}", when=speech.moment(settled)) if settled else None,
    ]


def _for_operators(order: Order, speech: Speech) -> list[Markup | str | None]:
    theirs = order.supplier_order_id
    named = speech.text("Supplier's order id: <code>{id}</code>", id=clip(theirs, 100)) if theirs else None
    needed = reasons.attention(order, speech)
    return ["" if named or needed else None, named, Markup("⚠️ ") + needed if needed else None]


def _after(order: Order, speech: Speech) -> list[InlineKeyboardButton]:
    if not order.state.terminal:
        return []
    label = speech.plain("Order again") if order.state is OrderState.COMPLETED else speech.plain("See the item")
    return [button(label, ShowItem(order.item.key))]


def _list_entry(line: OrderLine, speech: Speech) -> Markup:
    return Markup("{state}{flag} · {when}\n{name} × {quantity} · {total}\n{link}").format(
        state=reasons.state_words(line.state, speech),
        flag=" · " + speech.plain("needs attention") if line.attention else "",
        when=speech.moment(line.created_at),
        name=clip(line.item_name, LINE_NAME_LENGTH),
        quantity=speech.number(line.quantity),
        total=speech.money(line.expected, line.currency),
        link=order_link(line.reference),
    )


def _list_paging(
    found: Sequence[OrderLine], filter_: OrderFilter, speech: Speech, *, before: int, more: bool
) -> list[InlineKeyboardButton]:
    row: list[InlineKeyboardButton] = []
    if before:
        row.append(button(speech.plain("« Newest"), OpenOrders(filter_, 0)))
    if more and found:
        row.append(button(speech.plain("Older ›"), OpenOrders(filter_, found[-1].number)))
    return row
