"""The catalog as people see it: categories, pages of items, search results, and an item's card."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from markupsafe import Markup
from telegram import InlineKeyboardButton
from telegram.constants import KeyboardButtonStyle

from bot.presentation.buttons import Buy, OpenCategories, OpenCategory, OpenItem, OpenResults
from bot.presentation.cards import (
    LABEL_LENGTH,
    ROW,
    Card,
    Paging,
    button,
    clip,
    clip_middle,
    grid,
    keyboard,
    lines,
    page_row,
)
from bot.presentation.facts import described
from bot.presentation.speech import Speech
from bot.presentation.values import best_discount, offered_values, payable, value_span
from storage.records.catalog import Availability, Item, ProductType

ITEMS_A_PAGE = 8
CATEGORIES_A_PAGE = 20
NEEDS_LENGTH = 600
QUERY_LENGTH = 100
NAME_IN_LIST = 44


class CategoryFacts(Protocol):
    """What is shown of a category."""

    @property
    def id(self) -> str:
        """Its short, stable id."""
        ...

    @property
    def name(self) -> str:
        """Its name."""
        ...

    @property
    def items(self) -> int:
        """How many items it holds."""
        ...

    @property
    def in_stock(self) -> int:
        """How many of them may be ordered."""
        ...


@dataclass(frozen=True, slots=True)
class Origin:
    """The list an item was opened from: a category's page, or search results when ``query`` is given."""

    category: str = ""
    category_name: str = ""
    query: str = ""
    offset: int = 0

    def crumb(self) -> Markup | None:
        """The card's first line. A search keeps its text here, in bold, for the buttons that lead back to it."""
        if self.query:
            return search_crumb(self.query)
        return Markup("<i>{}</i>").format(clip(self.category_name, 100)) if self.category_name else None

    def back(self) -> OpenResults | OpenCategory | OpenCategories:
        """The button that leads back to the list."""
        if self.query:
            return OpenResults(self.offset)
        return OpenCategory(self.category, self.offset) if self.category else OpenCategories(0)


def search_crumb(query: str) -> Markup:
    """Names the search. The conversations read its bold part back from a message (``Talk.bold_words``)."""
    return Markup("🔎 <b>{}</b>").format(clip(query, QUERY_LENGTH))


def categories_card(shown: Sequence[CategoryFacts], paging: Paging, speech: Speech) -> Card:
    """A page of categories, with how much of each may be ordered."""
    text = lines(
        [
            speech.text("<b>Catalog</b>"),
            "",
            speech.text("Choose a category, or send /find with a few words to search."),
        ]
    )
    buttons = [
        button(f"{category_name(category, speech)} · {speech.number(category.in_stock)}", OpenCategory(category.id, 0))
        for category in shown
    ]
    return Card(text, keyboard(*grid(buttons, 2), page_row(speech, paging, OpenCategories)))


def no_catalog_card(speech: Speech) -> Card:
    """There is no catalog to show yet."""
    return Card(lines([speech.text("The catalog is still being loaded. Please try again in a minute.")]))


def category_card(
    category: CategoryFacts, shown: Sequence[Item], paging: Paging, as_of: datetime, speech: Speech
) -> Card:
    """A page of a category's items."""
    text = lines(
        [
            Markup("<b>{}</b>").format(category_name(category, speech)),
            speech.plural("{count} item", "{count} items", category.items)
            + " · "
            + speech.text("{count} available", count=speech.number(category.in_stock)),
            speech.text("Prices and stock as of {time}.", time=speech.clock_time(as_of)),
        ]
    )
    rows = [[_item_button(item, Origin(category.id, category.name, "", paging.offset), speech)] for item in shown]

    def turn(offset: int) -> OpenCategory:
        return OpenCategory(category.id, offset)

    back = button(speech.plain("‹ Categories"), OpenCategories(0))
    return Card(text, keyboard(*rows, page_row(speech, paging, turn), [back]))


def results_card(query: str, shown: Sequence[Item], offset: int, *, more: bool, speech: Speech) -> Card:
    """A page of search results."""
    if not shown:
        return _nothing_found(query, speech)
    rows = [[_item_button(item, Origin(query=query, offset=offset), speech)] for item in shown]
    turning: ROW = []
    if offset:
        turning.append(button("‹", OpenResults(max(0, offset - ITEMS_A_PAGE))))
    if more:
        turning.append(button("›", OpenResults(offset + ITEMS_A_PAGE)))
    text = lines([search_crumb(query), "", speech.text("This is what the catalog has:")])
    return Card(text, keyboard(*rows, turning, [_to_catalog(speech)]))


def item_card(item: Item, origin: Origin, as_of: datetime, speech: Speech, *, paid_in: str | None = None) -> Card:
    """Everything an item's buyer should know before the first question.

    ``paid_in`` is the currency of a balance that cannot pay for it, since it is sold in another one.
    """
    text = lines(
        [
            origin.crumb(),
            Markup("<b>{}</b>").format(clip(item.name, 300)),
            "",
            offered_values(item, speech),
            _price(item, speech),
            best_discount(item, speech),
            _stock(item, as_of, speech),
            speech.text("Region: {region}", region=clip(speech.region(item.region), 100)) if item.region else None,
            _bounds(item, speech),
            _needs(item, speech),
            _not_payable(item, paid_in, speech) if paid_in else None,
            *described(item, speech),
        ]
    )
    back = button(speech.plain("‹ Back"), origin.back())
    buy = button(speech.plain("Buy"), Buy(item.key), KeyboardButtonStyle.PRIMARY)
    return Card(text, keyboard([buy] if orderable(item) and not paid_in else [], [back]))


def gone_card(speech: Speech) -> Card:
    """An item or category that the catalog no longer has."""
    text = speech.text("This is no longer in the catalog. Here is the way to what is there now:")
    return Card(lines([text]), keyboard([_to_catalog(speech)]))


def category_name(category: CategoryFacts, speech: Speech) -> str:
    """What a category is called, also the one of items that have none."""
    return named(category.name, speech)


def named(name: str, speech: Speech) -> str:
    """A category's name, shortened for a button."""
    return clip(name, 40) or speech.plain("Other")


def orderable(item: Item) -> bool:
    """Whether ordering is worth a try; only the supplier decides, at create."""
    return item.availability is not Availability.OUT_OF_STOCK


def price_each(item: Item, speech: Speech) -> Markup:
    """The unit price with what the unit is; of a quoted item about the least that one may cost: its quote says more."""
    amount = speech.money(payable(item.price, item.currency) if item.quoted else item.price, item.currency)
    if item.product_type is ProductType.SERVICE:
        return Markup("<b>{}</b>").format(amount)
    if item.quoted:
        return speech.text("from <b>{amount}</b> each", amount=amount)
    return speech.text("<b>{amount}</b> each", amount=amount)


def _listed_price(item: Item, speech: Speech) -> str:
    """The price to compare by: a cent more or less on a dollar tells nothing. The item's own card is exact."""
    rounded = payable(item.price, item.currency)
    return speech.money(rounded if rounded >= 1 else item.price, item.currency)


def _item_button(item: Item, origin: Origin, speech: Speech) -> InlineKeyboardButton:
    label = item_label(item, speech)
    return button(label, OpenItem(origin.category, origin.offset, item.key))


def item_label(item: Item, speech: Speech) -> str:
    """An item in a list: what tells it from its neighbours stays whole, however long its name."""
    if not orderable(item):
        room = LABEL_LENGTH - len(speech.plain("sold out · {name}", name=""))
        return speech.plain("sold out · {name}", name=_named_within(item, room, speech))
    if item.denominations:
        start = value_span(item, speech)
    elif item.quoted:
        start = speech.plain("from {price}", price=speech.money(payable(item.price, item.currency), item.currency))
    else:
        return f"{_listed_price(item, speech)} · {clip_middle(item.name, NAME_IN_LIST)}"
    return f"{start} · {_named_within(item, LABEL_LENGTH - len(start) - 3, speech)}"


def _named_within(item: Item, room: int, speech: Speech) -> str:
    """Name and country; the same brand's cards differ in the country alone."""
    region = item.region if item.denominations and item.region.casefold() not in item.name.casefold() else ""
    if not region:
        return clip_middle(item.name, min(room, NAME_IN_LIST))
    country = clip(speech.region(region), max(room // 2, room - 3 - len(item.name)))
    return f"{clip_middle(item.name, room - len(country) - 3)} · {country}"


def _nothing_found(query: str, speech: Speech) -> Card:
    text = lines(
        [
            search_crumb(query),
            "",
            speech.text("Nothing in the catalog matches. Try fewer or other words, or look through the categories."),
        ]
    )
    return Card(text, keyboard([_to_catalog(speech)]))


def _to_catalog(speech: Speech) -> InlineKeyboardButton:
    return button(speech.plain("‹ Categories"), OpenCategories(0))


def _price(item: Item, speech: Speech) -> Markup:
    return speech.text("Price: {price}", price=price_each(item, speech))


def _stock(item: Item, as_of: datetime, speech: Speech) -> Markup:
    time = speech.clock_time(as_of)
    match item.availability:
        case Availability.OUT_OF_STOCK:
            return speech.text("Sold out as of {time}", time=time)
        case Availability.IN_STOCK if item.stock is not None:
            return speech.text("In stock: {count} (as of {time})", count=speech.number(item.stock), time=time)
        case Availability.IN_STOCK:
            return speech.text("In stock (as of {time})", time=time)
        case Availability.UNKNOWN:
            return speech.text("Stock is not known; the supplier says when the order is placed")


def _bounds(item: Item, speech: Speech) -> Markup | None:
    if item.product_type is ProductType.SERVICE:
        return None
    least, most = item.min_quantity, item.max_quantity
    if least is not None and most is not None:
        return speech.text("Quantity: {least} to {most}", least=speech.number(least), most=speech.number(most))
    if most is not None:
        return speech.text("Quantity: at most {most}", most=speech.number(most))
    if least is not None and least > 1:
        return speech.text("Quantity: at least {least}", least=speech.number(least))
    return None


def _needs(item: Item, speech: Speech) -> Markup | None:
    if not item.fields:
        return None
    names = ", ".join(clip(field.label, 60) for field in item.fields)
    return speech.text("You will be asked for: {names}", names=clip(names, NEEDS_LENGTH))


def _not_payable(item: Item, paid_in: str, speech: Speech) -> Markup:
    return speech.text(
        "⚠️ It is sold in {theirs} and your balance is in {ours}, so it cannot be ordered here.",
        theirs=item.currency,
        ours=paid_in,
    )
