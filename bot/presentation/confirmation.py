"""The confirm card: everything that Confirm will do, and what stands in its place while there is no price."""

from collections.abc import Sequence
from decimal import Decimal

from markupsafe import Markup
from telegram.constants import KeyboardButtonStyle

from bot.presentation.browse import price_each
from bot.presentation.buttons import AskPrice, Confirm
from bot.presentation.cards import Card, button, clip, keyboard, lines
from bot.presentation.drafting import NAME_LENGTH, Asker, ways_out
from bot.presentation.orders import field_lines, quantity_line
from bot.presentation.speech import Speech
from bot.presentation.values import quote_lines, value_line
from storage.records.orders import Draft, Quote
from storage.records.queues import KnownBalance

DETAIL_LENGTH = 300


def confirm_card(draft: Draft, quantity: Decimal, total: Decimal, currency: str, asker: Asker) -> Card:
    """Names everything that Confirm will do. A quoted draft must have the quote that ``total`` comes from.

    A reseller's draft is given at its price, which ``total`` is too; its cost stays behind.
    """
    speech = asker.speech
    price = speech.money(total, currency)
    quote = draft.quote if draft.item.quoted else None
    text = lines(
        [
            *([asker.problem, ""] if asker.problem else []),
            asker.mention,
            speech.text("<b>Please check your order</b>"),
            "",
            *_ordered(draft, quantity, speech),
            *(_unit_price(draft, price, speech) if quote is None else _quoted_price(quote, draft, price, speech)),
            *(_account(asker, total) if draft.reseller_id is None else _balance(asker, total, currency)),
            "",
            _quoted_at(quote, speech) if quote else None,
            speech.text("Once confirmed, the order cannot be undone."),
        ]
    )
    label = speech.plain("Confirm · {total}", total=price)
    # It stays although something stands in the way: that may have gone by the time it is tapped.
    style = None if asker.barred else KeyboardButtonStyle.SUCCESS
    confirm = button(label, Confirm(draft.id, draft.update_id), style)
    return Card(text, keyboard([confirm], ways_out(draft, speech)))


def unpriced_card(draft: Draft, quantity: Decimal, detail: str, asker: Asker) -> Card:
    """In place of the confirm card while the supplier names no price; ``detail`` says why, to operators."""
    speech = asker.speech
    text = lines(
        [
            asker.mention,
            speech.text("<b>The price cannot be had right now</b>"),
            "",
            *_ordered(draft, quantity, speech),
            "",
            speech.text("The supplier did not name its price for this order. Nothing was ordered."),
            Markup("<i>{}</i>").format(clip(detail, DETAIL_LENGTH)) if detail and asker.operates else None,
            speech.text("Please try again in a moment, or go back and choose differently."),
        ]
    )
    again = button(speech.plain("Try again"), AskPrice(draft.id), KeyboardButtonStyle.PRIMARY)
    return Card(text, keyboard([again], ways_out(draft, speech)))


def price_changed(old: str, new: str, speech: Speech) -> Markup:
    """Why the confirm card is asking again; both totals as money."""
    return speech.text("⚠️ The total has changed from {old} to <b>{new}</b>. Nothing was ordered yet.", old=old, new=new)


def _ordered(draft: Draft, quantity: Decimal, speech: Speech) -> list[Markup | None]:
    item = draft.item
    return [
        Markup("<b>{}</b>").format(clip(item.name, NAME_LENGTH)),
        speech.text("Region: {region}", region=clip(speech.region(item.region), 100)) if item.region else None,
        value_line(draft.denomination, item.currency, speech),
        quantity_line(item.product_type, quantity, speech),
        *field_lines(draft.values),
    ]


def _unit_price(draft: Draft, price: str, speech: Speech) -> Sequence[Markup]:
    return [
        speech.text("Price: {price}", price=price_each(draft.item, speech)),
        speech.text("Total: <b>{total}</b>", total=price),
    ]


def _quoted_price(quote: Quote, draft: Draft, price: str, speech: Speech) -> Sequence[Markup | None]:
    if draft.reseller_id is not None:
        face = speech.text("Face value: {amount}", amount=speech.money(quote.face, draft.item.currency))
        return [face, speech.text("Total: <b>{total}</b>", total=price)]
    return [*quote_lines(quote, draft.item, speech), speech.text("Leaves the wallet: <b>{total}</b>", total=price)]


def _quoted_at(quote: Quote, speech: Speech) -> Markup:
    time = speech.clock_time(quote.quoted_at)
    return speech.text("The price was quoted at {time} and is checked again when you confirm.", time=time)


def _account(asker: Asker, total: Decimal) -> Sequence[Markup]:
    """What the supplier's account will hold, for operators; everybody at cost hears when it held too little."""
    held, speech = asker.held, asker.speech
    if held is None:
        return []
    if held.amount < total:
        return [_too_little(held, asker)]
    if not asker.operates:
        return []
    left, time = speech.money(held.amount - total, held.currency), speech.clock_time(held.read_at)
    return [speech.text("Account balance after it: {amount} (as of {time})", amount=left, time=time)]


def _balance(asker: Asker, total: Decimal, currency: str) -> Sequence[Markup | str]:
    """A reseller's own balance, and what will be left of it or what is in the way."""
    account, speech = asker.account, asker.speech
    shown: list[Markup | str] = []
    if account is not None:
        balance = speech.money(account.balance, asker.currency)
        # An operator who is a member, too, must see that this is not the shop's own order.
        shown.append(
            speech.text("Paid by {name}, balance: {amount}", name=clip(account.name, 100), amount=balance)
            if asker.operates
            else speech.text("Your balance: {amount}", amount=balance)
        )
        if account.available != account.balance:
            available = speech.money(account.available, asker.currency)
            shown.append(speech.text("Available: {amount}", amount=available))
        if asker.barred is None and currency == asker.currency:
            left = speech.money(account.available - total, currency)
            shown.append(speech.text("Available after this order: {amount}", amount=left))
    return [*shown, "", asker.barred] if asker.barred else shown


def _too_little(held: KnownBalance, asker: Asker) -> Markup:
    speech, time = asker.speech, asker.speech.clock_time(held.read_at)
    if not asker.operates:
        return speech.text(
            "⚠️ The supplier account held too little for it at {time}: the supplier may refuse the order.", time=time
        )
    amount = speech.money(held.amount, held.currency)
    return speech.text("⚠️ The supplier account held only {amount} at {time}.", amount=amount, time=time)
