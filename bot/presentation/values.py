"""Face values in words: which an item offers, and what a quote says of an order's."""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

from babel.numbers import get_currency_precision
from markupsafe import Markup

from bot.presentation.speech import Speech
from storage.records.catalog import Item
from storage.records.orders import Order, Quote

MOST_NAMED = 12
"""Fixed values that are named one by one; of more, the first few and the last."""

FIRST_NAMED = 5


def payable(amount: Decimal, currency: str) -> Decimal:
    """The amount as somebody can pay it: in whole minor units, but never nothing."""
    return amount.quantize(Decimal(1).scaleb(-get_currency_precision(currency)), ROUND_HALF_UP) or amount


def offered_values(item: Item, speech: Speech) -> Markup | None:
    """Which face values one unit may have, in one sentence; None where the item has none."""
    fixed, ranges = _fixed(item), [offer for offer in item.denominations if not offer.fixed]
    if not item.denominations:
        return None
    spans = speech.plain(" or ").join(
        speech.plain("from {least} to {most}", least=speech.number(offer.least), most=speech.number(offer.most))
        for offer in ranges
    )
    if not ranges:
        return speech.plural(
            "Value: {values} {currency}.",
            "Values: {values} {currency}.",
            len(fixed),
            values=_listed(fixed, speech),
            currency=item.currency,
        )
    if not fixed:
        return speech.text("Any value {spans} {currency}.", spans=spans, currency=item.currency)
    listed = _listed(fixed, speech)
    return speech.text(
        "Values: {values}, or any {spans} {currency}.", values=listed, spans=spans, currency=item.currency
    )


def value_span(item: Item, speech: Speech) -> str:
    """The least and the most face value, for a button's label: ``5-100 USD``."""
    least = min(offer.least for offer in item.denominations)
    most = max(offer.most for offer in item.denominations)
    if least == most:
        return speech.face(least, item.currency)
    return f"{speech.number(least)}\N{EN DASH}{speech.face(most, item.currency)}"


def best_discount(item: Item, speech: Speech) -> Markup | None:
    """How much below face value the catalog promises at best."""
    best = max((offer.discount or Decimal(0) for offer in item.denominations), default=Decimal(0))
    if best <= 0:
        return None
    if all(offer.discount == best for offer in item.denominations):
        return speech.text("Discount: {percent} off", percent=speech.percent(best))
    return speech.text("Discount: up to {percent} off", percent=speech.percent(best))


def value_line(value: Decimal | None, currency: str, speech: Speech) -> Markup | None:
    """What one unit is worth on its face, where it has such a value."""
    if value is None:
        return None
    return speech.text("Value: <b>{value}</b>", value=speech.face(value, currency))


def quote_lines(quote: Quote, item: Item, speech: Speech) -> list[Markup | None]:
    """What a quoted total is made of; discount, tax, rate and fee only where there are such."""
    face, ours = item.currency, quote.currency
    return [
        speech.text("Face value: {amount}", amount=speech.money(quote.face, face)),
        _discount(quote, item, speech),
        speech.text("Tax: {amount}", amount=speech.money(quote.tax, ours)) if quote.tax else None,
        speech.text("Rate: 1 {theirs} = {rate} {ours}", theirs=face, rate=speech.number(quote.rate), ours=ours)
        if quote.rate is not None and face != ours
        else None,
        speech.text("Conversion fee: {amount}", amount=speech.money(quote.fee, ours)) if quote.fee else None,
    ]


def ordered_value(order: Order, speech: Speech) -> Markup | None:
    """An order's face value."""
    return value_line(order.denomination, order.item.currency, speech)


def _discount(quote: Quote, item: Item, speech: Speech) -> Markup | None:
    if quote.discount <= 0 or quote.face <= 0:
        return None
    amount, percent = speech.money(quote.discount, item.currency), speech.percent(_percent_off(quote, item))
    return speech.text("Discount: {amount} ({percent})", amount=amount, percent=percent)


def _percent_off(quote: Quote, item: Item) -> Decimal:
    """The catalog's percentage where the amount is that but for its rounding, else what the amount comes to."""
    unit = Decimal(1).scaleb(-get_currency_precision(item.currency))
    for offer in item.denominations:
        promised = offer.discount if offer.least <= quote.denomination <= offer.most else None
        if promised is not None and abs(quote.face * promised / 100 - quote.discount) < unit:
            return promised
    return quote.discount / quote.face * 100


def _fixed(item: Item) -> list[Decimal]:
    return sorted({offer.least for offer in item.denominations if offer.fixed})


def _listed(values: Sequence[Decimal], speech: Speech) -> str:
    shown = [speech.number(value) for value in values]
    # Where the decimal mark is a comma, commas between values would make other values of them.
    between = " · " if any("," in value for value in shown) else ", "
    if len(shown) <= MOST_NAMED:
        return between.join(shown)
    return f"{between.join(shown[:FIRST_NAMED])} … {shown[-1]}"
