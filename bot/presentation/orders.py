"""An order as people see it: its living message, its card, and the list of orders."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from markupsafe import Markup
from telegram import InlineKeyboardButton

from bot.presentation import reasons
from bot.presentation.buttons import Button, OpenOrders, SendCodes, ShowItem
from bot.presentation.cards import Card, button, clip, clip_middle, grid, keyboard, lines
from bot.presentation.charges import sold_lines
from bot.presentation.situations import headline, situation
from bot.presentation.speech import Speech
from bot.presentation.values import ordered_value, quote_lines
from storage.records.catalog import ProductType
from storage.records.orders import Code, FieldValue, Order, OrderFilter, OrderLine, OrderState

NAME_LENGTH = 200
LINE_NAME_LENGTH = 60
LABEL_LENGTH = 100
ALL_LABELS_LENGTH = 1200
VALUE_LENGTH = 300
ALL_VALUES_LENGTH = 1500
DETAIL_LENGTH = 300
PERSON_LENGTH = 40
RESELLERS_FILTERS = (OrderFilter.ALL, OrderFilter.OPEN, OrderFilter.FAILED)
"""What needs attention is the operator's to know."""


@dataclass(frozen=True, slots=True)
class Parties:
    """Names that are told beside orders: of resellers and of the people who ordered, where the reader may know them."""

    resellers: Mapping[int, str] = field(default_factory=dict[int, str])
    people: Mapping[int, str] = field(default_factory=dict[int, str])

    def reseller(self, reseller_id: int | None) -> str:
        """A reseller's name; empty when it is not to be told."""
        return clip(self.resellers.get(reseller_id or 0, ""), PERSON_LENGTH)

    def person(self, user_id: int) -> str:
        """A person's name; empty when it is not to be told."""
        return clip(self.people.get(user_id, ""), PERSON_LENGTH)


UNNAMED = Parties()


@dataclass(frozen=True, slots=True)
class Listing:
    """Which list a page is of: ``whose`` orders, where they are one reseller's, and how its pages are turned.

    Only an ``operator`` reads what resellers' orders cost and which of them need attention.
    """

    filters: Sequence[OrderFilter] = tuple(OrderFilter)
    turn: Callable[[OrderFilter, int], Button] = OpenOrders
    whose: str = ""
    parties: Parties = UNNAMED
    operator: bool = False


SHOPS_OWN = Listing()


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


def order_card(
    order: Order,
    codes: tuple[Code, ...],
    speech: Speech,
    *,
    operator: bool = False,
    parties: Parties = UNNAMED,
    fields: bool = True,
) -> Card:
    """Everything about one order but its codes, which a button sends; operators also see what needs a human.

    Of a reseller's order, ``operator`` reads the cost and the price, anybody else the price alone. Without ``fields``
    nothing is told of what was typed.
    """
    text = lines(
        [
            order_title(order, speech),
            Markup("{}").format(reasons.state_words(order.state, speech)),
            "",
            *head(order, speech, fields=fields)[1:],
            *_placed(order, speech, operator=operator),
            _by(order, parties, speech) if not operator else None,
            "",
            *situation(order, speech, len(codes) or None, operator=operator),
            *(_for_operators(order, parties, speech) if operator else []),
        ]
    )
    again = (
        [button(speech.plain_plural("Show the code", "Show {count} codes", len(codes)), SendCodes(order.reference))]
        if codes
        else []
    )
    back = button(speech.plain("‹ All orders"), OpenOrders(OrderFilter.ALL, 0))
    return Card(text, keyboard(again, [*onward(order, speech), back]))


def order_list(
    found: Sequence[OrderLine],
    filter_: OrderFilter,
    speech: Speech,
    *,
    before: int,
    more: bool,
    listing: Listing = SHOPS_OWN,
) -> Card:
    """A page of orders, newest first, with filters and paging."""
    title = speech.text("<b>Orders</b> · {filter}", filter=speech.plain(reasons.FILTERS[filter_]))
    if listing.whose:
        title += Markup(" · {}").format(clip(listing.whose, NAME_LENGTH))
    body = [_list_entry(line, listing, speech) for line in found]
    if not found:
        body = [speech.text("There are no orders here."), speech.text("Send /order to look at the catalog.")]
    filters = [
        button(f"• {speech.plain(label)}" if kind is filter_ else speech.plain(label), listing.turn(kind, 0))
        for kind, label in reasons.FILTERS.items()
        if kind in listing.filters
    ]
    text = str(Markup("\n\n").join([title, *body]))
    row: list[InlineKeyboardButton] = []
    if before:
        row.append(button(speech.plain("« Newest"), listing.turn(filter_, 0)))
    if more and found:
        row.append(button(speech.plain("Older ›"), listing.turn(filter_, found[-1].number)))
    return Card(text, keyboard(*grid(filters, 2), row))


def field_lines(values: Sequence[FieldValue]) -> list[Markup]:
    """Each answered field, echoed; very long ones, and those of very many, are shortened so that the card fits."""
    count = max(1, len(values))
    label, shown = min(LABEL_LENGTH, ALL_LABELS_LENGTH // count), min(VALUE_LENGTH, ALL_VALUES_LENGTH // count)
    return [
        Markup("{}: <b>{}</b>").format(clip(value.label, max(label, 10)), clip(value.shown, max(shown, 20)))
        for value in values
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


def _placed(order: Order, speech: Speech, *, operator: bool) -> list[Markup | None]:
    settled = order.settled_at
    return [
        *_confirmed(order, speech, operator=operator),
        speech.text("Placed: {when}", when=speech.moment(order.created_at)),
        speech.text("Finished: {when}", when=speech.moment(settled)) if settled else None,
    ]


def _confirmed(order: Order, speech: Speech, *, operator: bool) -> list[Markup | None]:
    """What was agreed to: at cost with all that the quote said, by a reseller its price."""
    quote, cost = order.quote, speech.money(order.expected, order.currency)
    if order.reseller_id is None:
        details = quote_lines(quote, order.item, speech) if quote else []
        return [*details, speech.text("Confirmed price: {total}", total=cost)]
    if operator:
        details = quote_lines(quote, order.item, speech) if quote else []
        return [*details, speech.text("Cost when confirmed: {total}", total=cost)]
    price = speech.money(order.price or Decimal(0), order.currency)
    return [speech.text("Confirmed price: {total}", total=price)]


def _by(order: Order, parties: Parties, speech: Speech) -> Markup | None:
    person = parties.person(order.place.user_id)
    return speech.text("Ordered by: {person}", person=person) if person else None


def _for_operators(order: Order, parties: Parties, speech: Speech) -> list[Markup | str | None]:
    theirs, needed = order.supplier_order_id, reasons.attention(order, speech)
    detail = reasons.attention_detail(order.attention_detail, order)
    return [
        *(_sold(order, parties, speech) if order.reseller_id is not None else []),
        "",
        speech.text("Supplier: {name}", name=reasons.supplier_name(order)),
        speech.text("Supplier's order id: <code>{id}</code>", id=clip(theirs, 100)) if theirs else None,
        Markup("⚠️ ") + needed if needed else None,
        Markup("<i>{}</i>").format(clip(detail, DETAIL_LENGTH)) if needed and detail else None,
    ]


def _sold(order: Order, parties: Parties, speech: Speech) -> list[Markup | str | None]:
    reseller = parties.reseller(order.reseller_id) or str(order.reseller_id)
    person = parties.person(order.place.user_id) or str(order.place.user_id)
    return ["", *sold_lines(order, speech, reseller=reseller, person=person)]


def onward(order: Order, speech: Speech) -> list[InlineKeyboardButton]:
    """Where to go from an order that ended."""
    if not order.state.terminal:
        return []
    label = speech.plain("Order again") if order.state is OrderState.COMPLETED else speech.plain("See the item")
    return [button(label, ShowItem(order.item.key))]


def _list_entry(line: OrderLine, listing: Listing, speech: Speech) -> Markup:
    who = (listing.parties.reseller(line.reseller_id), listing.parties.person(line.user_id))
    whose = " · ".join(name for name in who if name)
    told = listing.operator or line.reseller_id is None
    return Markup("{state}{flag} · {when}\n{name} × {quantity} · {total}\n{whose}{link}").format(
        state=reasons.state_words(line.state, speech),
        flag=" · " + speech.plain("needs attention") if line.attention and told else "",
        when=speech.moment(line.created_at),
        name=clip_middle(line.item_name, LINE_NAME_LENGTH),
        quantity=speech.number(line.quantity),
        total=_list_total(line, listing, speech),
        whose=f"{whose} · " if whose else "",
        link=order_link(line.reference),
    )


def _list_total(line: OrderLine, listing: Listing, speech: Speech) -> str:
    cost = speech.money(_kept(line), line.currency)
    if line.reseller_id is None:
        return cost
    paid = line.price if line.captured is None else line.captured
    price = speech.money(paid or Decimal(0), line.currency)
    return speech.plain("{price} (cost {cost})", price=price, cost=cost) if listing.operator else price


def _kept(line: OrderLine) -> Decimal:
    """What an order costs: what was expected until the supplier names its charge, less what it has given back."""
    if line.state is OrderState.REJECTED:
        return Decimal(0)
    return (line.expected if line.charged is None else line.charged) - line.refunded
