"""An order as people see it: its living message, its card, and the list of orders."""

from collections.abc import Sequence
from decimal import Decimal

from markupsafe import Markup
from telegram import InlineKeyboardButton

from bot.presentation import reasons
from bot.presentation.buttons import OpenOrders, SendCodes, ShowItem
from bot.presentation.cards import Card, button, clip, clip_middle, grid, keyboard, lines
from bot.presentation.situations import headline, situation
from bot.presentation.speech import Speech
from bot.presentation.values import ordered_value, quote_lines
from storage.records.catalog import ProductType
from storage.records.orders import Code, FieldValue, Order, OrderFilter, OrderLine, OrderState

NAME_LENGTH = 200
LINE_NAME_LENGTH = 60
VALUE_LENGTH = 300
ALL_VALUES_LENGTH = 1500
DETAIL_LENGTH = 300


def spoken_reference(reference: str) -> str:
    """A reference as people read it aloud: ``7KQ2-M9XF``."""
    return f"{reference[:4]}-{reference[4:]}"


def order_link(reference: str) -> str:
    """The command that opens an order; Telegram makes it tappable."""
    return f"/order_{reference}"


def status_card(order: Order, speech: Speech) -> Card:
    """The order's living message in its present state. It names no field value and no code."""
    link = speech.text("Details: {link}", link=order_link(order.reference))
    text = lines([*head(order, speech), "", *situation(order, speech), "", link])
    return Card(text, keyboard(onward(order, speech)))


def order_card(order: Order, codes: tuple[Code, ...], speech: Speech, *, operator: bool = False) -> Card:
    """Everything about one order but its codes, which a button sends; operators also see what needs a human."""
    text = lines(
        [
            order_title(order, speech),
            Markup("{}").format(reasons.state_words(order.state, speech)),
            "",
            *head(order, speech)[1:],
            *_placed(order, speech),
            "",
            *situation(order, speech, len(codes) or None),
            *(_for_operators(order, speech) if operator else []),
        ]
    )
    again = (
        [button(speech.plain_plural("Show the code", "Show {count} codes", len(codes)), SendCodes(order.reference))]
        if codes
        else []
    )
    back = button(speech.plain("‹ All orders"), OpenOrders(OrderFilter.ALL, 0))
    return Card(text, keyboard(again, [*onward(order, speech), back]))


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


def order_title(order: Order, speech: Speech) -> Markup:
    """Which order."""
    return speech.text("Order <b>{reference}</b>", reference=spoken_reference(order.reference))


def head(order: Order, speech: Speech, *, fields: bool = True) -> list[Markup | None]:
    """The order's state, what was ordered, and what was answered."""
    mark = Markup("{} ").format(reasons.MARKS[order.state])
    return [
        mark + headline(order, spoken_reference(order.reference), speech),
        *what(order, speech),
        *(field_lines(order.values) if fields else ()),
    ]


def what(order: Order, speech: Speech) -> list[Markup | None]:
    """The item, its face value, and how many."""
    return [
        Markup("<b>{}</b>").format(clip(order.item.name, NAME_LENGTH)),
        ordered_value(order, speech),
        quantity_line(order.item.product_type, order.quantity, speech),
    ]


def _placed(order: Order, speech: Speech) -> list[Markup | None]:
    total = speech.money(order.expected, order.currency)
    settled = order.settled_at
    return [
        *(quote_lines(order.quote, order.item, speech) if order.quote else ()),
        speech.text("Confirmed price: {total}", total=total),
        speech.text("Placed: {when}", when=speech.moment(order.created_at)),
        speech.text("Finished: {when}", when=speech.moment(settled)) if settled else None,
    ]


def _for_operators(order: Order, speech: Speech) -> list[Markup | str | None]:
    theirs, needed = order.supplier_order_id, reasons.attention(order, speech)
    detail = reasons.attention_detail(order.attention_detail, order)
    return [
        "",
        speech.text("Supplier: {name}", name=reasons.supplier_name(order)),
        speech.text("Supplier's order id: <code>{id}</code>", id=clip(theirs, 100)) if theirs else None,
        Markup("⚠️ ") + needed if needed else None,
        Markup("<i>{}</i>").format(clip(detail, DETAIL_LENGTH)) if needed and detail else None,
    ]


def onward(order: Order, speech: Speech) -> list[InlineKeyboardButton]:
    """Where to go from an order that ended."""
    if not order.state.terminal:
        return []
    label = speech.plain("Order again") if order.state is OrderState.COMPLETED else speech.plain("See the item")
    return [button(label, ShowItem(order.item.key))]


def _list_entry(line: OrderLine, speech: Speech) -> Markup:
    return Markup("{state}{flag} · {when}\n{name} × {quantity} · {total}\n{link}").format(
        state=reasons.state_words(line.state, speech),
        flag=" · " + speech.plain("needs attention") if line.attention else "",
        when=speech.moment(line.created_at),
        name=clip_middle(line.item_name, LINE_NAME_LENGTH),
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
