"""Past orders: lists, one order's card, its codes again."""

from telegram.ext import filters

from bot.conversations.talk import Talk
from bot.ordering.service import Ordering, OrderView
from bot.presentation.buttons import OpenOrders, SendCodes
from bot.presentation.greetings import no_such_order_card
from bot.presentation.orders import order_card, order_list
from bot.presentation.results import codes_message
from storage.records.orders import OrderFilter

LINES_A_PAGE = 8
ORDER_LINK = filters.Regex(r"^/order_(\w{4,20})(?:@\w+)?$")
"""The links that cards carry; Telegram makes a command of them."""


class History:
    """Shows orders to whoever may see them."""

    def __init__(self, ordering: Ordering, *, protect_content: bool) -> None:
        self._ordering = ordering
        self._protect_content = protect_content

    async def open(self, talk: Talk) -> None:
        """``/orders [filter]``: the newest orders."""
        wanted = talk.words.strip().lower()
        known = {kind.value: kind for kind in OrderFilter}
        await self.page(talk, OpenOrders(known.get(wanted, OrderFilter.ALL), 0))

    async def page(self, talk: Talk, button: OpenOrders) -> None:
        """A page of orders, older than the button's number."""
        found = await self._ordering.lines(talk.buyer, button.filter, button.before or None, LINES_A_PAGE + 1)
        shown, more = found[:LINES_A_PAGE], len(found) > LINES_A_PAGE
        await talk.show(order_list(shown, button.filter, talk.speech, before=button.before, more=more))

    async def link(self, talk: Talk) -> None:
        """``/order_7KQ2M9XF``: one order's card."""
        found = talk.matches[0].group(1) if talk.matches else ""
        if not await self.show(talk, found):
            await talk.show(no_such_order_card(talk.speech))

    async def show(self, talk: Talk, reference: str) -> bool:
        """Show an order's card, if there is such an order for this person here."""
        view = await self._ordering.order_for(reference, talk.buyer)
        if view is None:
            return False
        await talk.show(order_card(view.order, view.codes, talk.speech, operator=talk.buyer.sees_everything))
        return True

    async def codes(self, talk: Talk, button: SendCodes) -> None:
        """An order's codes again, as a message of their own."""
        view: OrderView | None = await self._ordering.order_for(button.reference, talk.buyer)
        if view is None or not view.codes:
            await talk.show(no_such_order_card(talk.speech))
            return
        message = codes_message(view.order, view.codes, talk.speech, private=talk.private)
        await talk.deliver(message, protected=self._protect_content)
