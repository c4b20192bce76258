"""An order's result: its codes or why there are none, as a message or a document."""

from collections.abc import Sequence

from markupsafe import Markup

from bot.presentation import vouchers
from bot.presentation.cards import Card, DocumentMessage, TextMessage, clip, keyboard, lines
from bot.presentation.orders import head, onward, order_link, order_title, what
from bot.presentation.situations import situation
from bot.presentation.speech import Speech
from storage.records.orders import Code, Order, OrderState

ORDERER_LENGTH = 40


def result_message(
    order: Order, codes: tuple[Code, ...], speech: Speech, private: bool, *, orderer: str = ""
) -> TextMessage | DocumentMessage:
    """What came of the order so far as a new message: the codes or why there are none, the money, what to do next.

    In a group it names and so calls the ``orderer``: others order there, too.
    """
    said = [_called(order, orderer, speech), "", *situation(order, speech, len(codes)), ""]
    after = [] if order.state is OrderState.COMPLETED else onward(order, speech)
    if vouchers.fit_in_text(codes, speech, private=private):
        shown = [vouchers.as_text(codes, speech, private=private), ""] if codes else []
        text = lines([*head(order, speech), *said, *shown, _link(order, speech)])
        return TextMessage(Card(text, keyboard(*vouchers.buttons(codes, speech, private=private), after)))
    # A caption is short: what people typed stands in the living message and on the order's card.
    caption = lines([*head(order, speech, fields=False), *said, _in_the_file(codes, speech), _link(order, speech)])
    return _document(order, codes, Card(caption, keyboard(after)))


def codes_message(
    order: Order, codes: tuple[Code, ...], speech: Speech, *, private: bool
) -> TextMessage | DocumentMessage:
    """An order's codes once more, on request."""
    title = [order_title(order, speech), *what(order, speech)]
    if vouchers.fit_in_text(codes, speech, private=private):
        text = lines([*title, "", vouchers.as_text(codes, speech, private=private)])
        return TextMessage(Card(text, keyboard(*vouchers.buttons(codes, speech, private=private))))
    return _document(order, codes, Card(lines([*title, _in_the_file(codes, speech)])))


def _document(order: Order, codes: Sequence[Code], caption: Card) -> DocumentMessage:
    return DocumentMessage(caption, vouchers.filename(order.reference, codes), vouchers.as_file(codes))


def _in_the_file(codes: Sequence[Code], speech: Speech) -> Markup:
    return speech.plural("{count} code in the file.", "{count} codes in the file.", len(codes))


def _link(order: Order, speech: Speech) -> Markup:
    return speech.text("Details: {link}", link=order_link(order.reference))


def _called(order: Order, orderer: str, speech: Speech) -> Markup | None:
    if not orderer:
        return None
    person = Markup('<a href="tg://user?id={}">{}</a>').format(order.place.user_id, clip(orderer, ORDERER_LENGTH))
    return speech.text("Ordered by: {person}", person=person)
