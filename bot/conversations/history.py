"""Past orders: lists, one order's card, its codes again. Everybody sees what their role lets them see here."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from telegram.ext import filters

from bot.conversations.arguments import Named, NotNamed, whole_name
from bot.conversations.parties import parties_to
from bot.conversations.talk import Talk
from bot.ordering.service import Ordering, OrderView
from bot.presentation.accounts import to_account
from bot.presentation.buttons import OpenOrders, SendCodes
from bot.presentation.cards import Card
from bot.presentation.desk import unknown_name_card
from bot.presentation.greetings import ask_in_private_card, no_such_order_card
from bot.presentation.money_buttons import OpenOrdersOf
from bot.presentation.orders import RESELLERS_FILTERS, UNNAMED, Listing, Parties, order_card, order_list
from bot.presentation.results import codes_message
from storage.records.orders import Order, OrderFilter, OrderLine
from storage.records.resellers import Reseller
from storage.store import Store, Tables

LINES_A_PAGE = 8
ORDER_LINK = filters.Regex(r"^/order_(\w{4,20})(?:@\w+)?$")
"""The links that cards carry; Telegram makes a command of them."""

FILTERS = {kind.value: kind for kind in OrderFilter}


class History:
    """Shows orders to whoever may see them."""

    def __init__(self, store: Store, ordering: Ordering, *, protect_content: bool) -> None:
        self._store = store
        self._ordering = ordering
        self._protect_content = protect_content

    async def open(self, talk: Talk) -> None:
        """``/orders [filter]``, or ``/orders NAME`` of an operator: the newest orders."""
        wanted = talk.words.strip()
        kind = FILTERS.get(wanted.lower())
        if kind is not None or not wanted or not talk.buyer.sees_everything:
            await self.page(talk, OpenOrders(kind or OrderFilter.ALL, 0))
            return
        await self._of_name(talk, wanted)

    async def page(self, talk: Talk, button: OpenOrders) -> None:
        """A page of orders, older than the button's number."""
        shown = _allowed(talk, button.filter)
        found = await self._ordering.lines(talk.buyer, shown, button.before or None, LINES_A_PAGE + 1)
        await self._show(talk, found, shown, button.before, Listing(filters=_filters(talk)))

    async def page_of(self, talk: Talk, button: OpenOrdersOf) -> None:
        """A page of one reseller's orders, for operators in private."""
        if not talk.buyer.sees_everything:
            await self.page(talk, OpenOrders(button.filter, button.before))
            return
        await self._of(talk, button)

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
        await talk.show(await self._card(talk, view))
        return True

    async def codes(self, talk: Talk, button: SendCodes) -> None:
        """An order's codes again, as a message of their own."""
        view: OrderView | None = await self._ordering.order_for(button.reference, talk.buyer)
        if view is None or not view.codes:
            await talk.show(no_such_order_card(talk.speech))
            return
        if not _may_be_told(talk, view.order):
            await talk.answer(ask_in_private_card(talk.speech).text, alert=True)
            return
        message = codes_message(view.order, view.codes, talk.speech, private=talk.private)
        await talk.deliver(message, protected=self._protect_content)

    async def _card(self, talk: Talk, view: OrderView) -> Card:
        parties = await self._parties(talk, [view.order])
        operator, fields = talk.buyer.sees_everything, _may_be_told(talk, view.order)
        return order_card(view.order, view.codes, talk.speech, operator=operator, parties=parties, fields=fields)

    async def _of_name(self, talk: Talk, wanted: str) -> None:
        """The orders of the reseller that is called so; nothing is shown by a guess."""
        match whole_name(wanted, await self._store.read(lambda tables: tables.resellers.names())):
            case Named(reseller_id):
                await self._of(talk, OpenOrdersOf(reseller_id, OrderFilter.ALL, 0))
            case NotNamed(words, meant):
                found = await self._store.read(lambda tables: _resellers(tables, meant))
                await talk.show(unknown_name_card(words, found, talk.speech, may_create=False))

    async def _of(self, talk: Talk, button: OpenOrdersOf) -> None:
        whose = button.reseller
        reseller = await self._store.read(lambda tables: tables.resellers.get(whose))
        found = await self._store.read(
            lambda tables: tables.orders.lines(
                button.filter,
                chat_id=None,
                user_id=None,
                reseller_id=whose,
                before=button.before or None,
                limit=LINES_A_PAGE + 1,
            )
        )
        name = str(whose) if reseller is None else reseller.name
        talk.below = () if reseller is None else tuple(to_account(reseller, talk.speech))
        listing = Listing(turn=partial(OpenOrdersOf, whose), whose=name)
        await self._show(talk, found, button.filter, button.before, listing)

    async def _show(self, talk: Talk, found: list[OrderLine], kind: OrderFilter, before: int, listing: Listing) -> None:
        shown, more = found[:LINES_A_PAGE], len(found) > LINES_A_PAGE
        parties = await self._parties(talk, shown)
        listing = replace(listing, parties=parties, operator=talk.buyer.sees_everything)
        await talk.show(order_list(shown, kind, talk.speech, before=before, more=more, listing=listing))

    async def _parties(self, talk: Talk, shown: Sequence[Order | OrderLine]) -> Parties:
        if all(order.reseller_id is None for order in shown):
            return UNNAMED
        return await self._store.read(lambda tables: parties_to(tables, talk.buyer, shown))


async def _resellers(tables: Tables, numbers: Sequence[int]) -> list[Reseller]:
    return [found for number in numbers if (found := await tables.resellers.get(number)) is not None]


def _may_be_told(talk: Talk, order: Order) -> bool:
    """Whether an order's codes and what was typed for it, a password perhaps, may be read here.

    Operators see every order in their own chat, but whoever reads along there need not see these.
    """
    return talk.private or order.place.chat_id == talk.chat.id


def _filters(talk: Talk) -> tuple[OrderFilter, ...]:
    """Whoever pays a price sees no order's need of the operator."""
    at_cost = talk.buyer.sees_everything or talk.buyer.at_cost
    return tuple(OrderFilter) if at_cost else RESELLERS_FILTERS


def _allowed(talk: Talk, wanted: OrderFilter) -> OrderFilter:
    return wanted if wanted in _filters(talk) else OrderFilter.ALL
