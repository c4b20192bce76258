"""The map of the conversations: which update goes to which handler, and why in this order."""

from dataclasses import dataclass, field
from pathlib import Path
from tempfile import gettempdir
from typing import Any
from zoneinfo import ZoneInfo

from telegram import Update
from telegram.ext import (
    Application,
    ApplicationBuilder,
    BasePersistence,
    CallbackQueryHandler,
    ContextTypes,
    ConversationHandler,
    ExtBot,
    TypeHandler,
    filters,
)

from bot.catalog.service import Catalog
from bot.conversations.admin import Administration, Operation
from bot.conversations.asking import Asking
from bot.conversations.browsing import Browsing
from bot.conversations.confirming import Confirming
from bot.conversations.desk_map import administering
from bot.conversations.errors import Troubles
from bot.conversations.gate import Gate
from bot.conversations.greeting import Greeting
from bot.conversations.handlers import Handler, ReplyToUs, command, heard, said
from bot.conversations.history import ORDER_LINK, History
from bot.conversations.joining import Joining
from bot.conversations.menus import Menus
from bot.conversations.money import Money
from bot.conversations.notifying import Notifying
from bot.conversations.operators import desk_pages, operator_handlers
from bot.conversations.order import OrderConversation
from bot.conversations.patience import Patience
from bot.conversations.recent import Recent
from bot.conversations.reports import Reports
from bot.conversations.requests import RequestPages
from bot.conversations.strays import Strays
from bot.conversations.talk import Talk
from bot.conversations.taps import Tap
from bot.conversations.team import TeamPages
from bot.ordering.drafts import Drafts
from bot.ordering.service import Ordering
from bot.presentation import buttons, notify_buttons, team_buttons
from bot.presentation.money_buttons import OpenBalance, OpenOrdersOf, SendStatement
from bot.presentation.speech import DEFAULT_LANGUAGE
from bot.reports.drawing import Drawing
from bot.reports.exports import Exports
from bot.resellers.accounts import Accounts
from bot.resellers.buyers import Buyers
from bot.resellers.hearing import Hearings
from bot.resellers.limits import ShopLimits
from bot.resellers.membership import Membership
from storage.clock import Clock
from storage.records.orders import Step
from storage.records.queues import Priority
from storage.store import Store

ORDER = "order"
"""The name under which the persistence is asked for the order conversation's states."""

FAMILIAR = 10_000
"""People whom the gate let in lately, and who are told when something fails before it is asked again."""

# In groups only a reply to us can be meant for us: anything else is people talking to each other.
FOR_US = filters.ChatType.PRIVATE | ReplyToUs()
# Commands are left alone, so that /cancel and all the others work in the middle of a question.
ANSWER = filters.TEXT & ~filters.COMMAND & FOR_US
NOT_TEXT = ~filters.TEXT & ~filters.StatusUpdate.ALL & FOR_US


@dataclass(frozen=True, slots=True)
class Services:
    """What the conversations talk with."""

    store: Store
    catalog: Catalog
    drafts: Drafts
    ordering: Ordering
    buyers: Buyers
    membership: Membership
    accounts: Accounts
    operation: Operation
    clock: Clock
    default_language: str = DEFAULT_LANGUAGE
    protect_content: bool = False
    currency: str = "USD"
    """The shop's, in which resellers pay."""

    limits: ShopLimits = field(default_factory=ShopLimits)
    """What bounds resellers that have no limits of their own, in that currency."""

    patience: Patience = field(default_factory=Patience)
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("UTC"))
    """In which the operator's days begin and end."""

    folder: Path = field(default_factory=lambda: Path(gettempdir()))
    """For what is only for a while, such as a large table on its way."""


def build_application(
    bot: ExtBot[Priority], persistence: BasePersistence[Any, Any, Any], services: Services
) -> Application[Any, Talk, Any, Any, Any, Any]:
    """Build the application that intake feeds through ``process_update``; it has no updater of its own."""
    application = (
        ApplicationBuilder()
        .bot(bot)
        .updater(None)
        .job_queue(None)
        .context_types(ContextTypes(context=Talk))
        .persistence(persistence)
        .build()
    )
    menus = Menus(services.store, services.buyers)
    joining = Joining(services.membership, menus, services.patience, services.operation.operator_chats)
    familiar: Recent[str] = Recent(FAMILIAR)
    gate = Gate(services.store, services.buyers, joining, familiar, services.default_language)
    # Every update passes the gate first: what it stops reaches nobody.
    application.add_handler(TypeHandler(Update, gate.enter), group=-1)
    application.add_handlers(_handlers(services, joining, menus))
    application.add_error_handler(Troubles(services.buyers, familiar, services.default_language).meet)
    return application


def _handlers(services: Services, joining: Joining, menus: Menus) -> list[Handler]:
    asking = Asking(services.drafts, services.ordering, services.currency)
    strays = Strays(services.store, asking)
    browsing = Browsing(services.catalog, services.clock, services.currency)
    history = History(services.store, services.ordering, protect_content=services.protect_content)
    order = OrderConversation(services.drafts, browsing, asking, strays)
    confirming = Confirming(services.drafts, services.ordering, asking, strays)
    greeting = Greeting(services.store, browsing, history, order, joining, menus)
    team = TeamPages(services.membership, menus, services.operation.operator_chats)
    requests = RequestPages(services.membership, menus)
    administration = Administration(
        services.store, services.catalog, services.ordering, services.operation, services.clock, services.currency
    )
    money = Money(services.store, services.clock, services.currency)
    hearings = Hearings(
        services.store, services.buyers, services.clock, services.operation.operator_chats, services.limits.low_balance
    )
    notifying = Notifying(hearings, services.currency)
    reports = Reports(
        services.store,
        Drawing(services.folder / "charts"),
        Exports(services.store, services.folder, services.currency),
        services.currency,
        services.zone,
        services.clock,
    )
    desk = administering(
        services.store,
        services.catalog,
        services.accounts,
        services.currency,
        services.limits,
        administration.guarded,
        team.invite,
        desk_pages(administration, history, requests, notifying, reports),
    )
    # The conversation comes first: while it waits, texts are its answers. Commands and taps pass it by. Only replies to
    # a question of the desk go before it: they answer that question, whatever else is open.
    return [
        desk.replies,
        _conversation(order, confirming),
        *_commands(greeting, browsing, history, order),
        *_money(money, administration),
        *_notify(notifying),
        *operator_handlers(administration, reports, desk),
        *_taps(browsing, history, greeting),
        *_people(joining, team, requests),
        said(ANSWER, greeting.text),
        said(NOT_TEXT, greeting.not_text),
        # Whatever is left was not understood: last, so that it hides nothing.
        said(filters.COMMAND, greeting.unknown_command),
        CallbackQueryHandler(heard(greeting.unreadable_button)),
    ]


def _conversation(order: OrderConversation, confirming: Confirming) -> Handler:
    """Buy begins; every tap of a draft may also enter, because the draft row and not PTB's state says where it is."""
    taps: list[Handler] = [
        Tap(buttons.Buy, order.buy),
        Tap(buttons.PickDenomination, order.pick_denomination),
        Tap(buttons.OpenDenominations, order.open_denominations),
        Tap(buttons.PickQuantity, order.pick_quantity),
        Tap(buttons.PickChoice, order.pick_choice),
        Tap(buttons.OpenChoices, order.open_choices),
        Tap(buttons.SkipField, order.tap_skip),
        Tap(buttons.GoBack, order.tap_back),
        Tap(buttons.Cancel, order.tap_cancel),
        Tap(buttons.Confirm, confirming.confirm),
        Tap(buttons.AskPrice, order.ask_price),
    ]
    answers: list[Handler] = [said(ANSWER, order.typed), said(NOT_TEXT, order.not_text)]
    return ConversationHandler(
        entry_points=taps,
        states=dict.fromkeys(Step, answers),
        fallbacks=[
            command("cancel", order.cancel),
            command("back", order.back),
            command("skip", order.skip),
        ],
        allow_reentry=True,
        name=ORDER,
        persistent=True,
    )


def _commands(greeting: Greeting, browsing: Browsing, history: History, order: OrderConversation) -> list[Handler]:
    return [
        command("start", greeting.start),
        command("help", greeting.help),
        command("language", greeting.language),
        command("order", browsing.open),
        command("find", browsing.find),
        command("orders", history.open),
        said(ORDER_LINK, history.link),
        # Outside the conversation these say that nothing is open.
        command("cancel", order.cancel),
        command("back", order.back),
        command("skip", order.skip),
    ]


def _notify(notifying: Notifying) -> list[Handler]:
    return [
        command("notify", notifying.command),
        Tap(notify_buttons.OpenNotify, notifying.page),
        Tap(notify_buttons.SwitchTeam, notifying.switch_team),
        Tap(notify_buttons.SwitchFeed, notifying.switch_feed),
        Tap(notify_buttons.PickQuiet, notifying.pick_quiet),
        Tap(notify_buttons.PickZone, notifying.pick_zone),
        Tap(notify_buttons.PickLow, notifying.pick_low),
        Tap(notify_buttons.ShopsLow, notifying.shops_low),
    ]


def _money(money: Money, administration: Administration) -> list[Handler]:
    """``/balance`` is everybody's: the operator's of suppliers and of all resellers, a member's of their own."""
    suppliers = administration.guarded(administration.balance)

    async def balance(talk: Talk) -> None:
        await (suppliers(talk) if talk.role.operates else money.balance(talk))

    return [
        command("balance", balance),
        command("statement", money.statement),
        Tap(OpenBalance, money.entries),
        Tap(SendStatement, money.tap_statement),
    ]


def _taps(browsing: Browsing, history: History, greeting: Greeting) -> list[Handler]:
    return [
        Tap(buttons.OpenCategories, browsing.categories),
        Tap(buttons.OpenCategory, browsing.category),
        Tap(buttons.OpenResults, browsing.results),
        Tap(buttons.OpenItem, browsing.item),
        Tap(buttons.ShowItem, browsing.item_anew),
        Tap(buttons.OpenOrders, history.page),
        Tap(OpenOrdersOf, history.page_of),
        Tap(buttons.SendCodes, history.codes),
        Tap(buttons.PickLanguage, greeting.pick_language),
    ]


def _people(joining: Joining, team: TeamPages, requests: RequestPages) -> list[Handler]:
    """Who belongs to resellers, and who would like to."""
    return [
        command("team", team.mine),
        Tap(team_buttons.AskAccess, joining.ask),
        Tap(team_buttons.JoinAnyway, joining.join_anyway),
        Tap(team_buttons.OpenRequests, requests.list),
        Tap(team_buttons.OpenRequest, requests.open),
        Tap(team_buttons.PickReseller, requests.pick),
        Tap(team_buttons.ApproveAs, requests.approve),
        Tap(team_buttons.ApproveNew, requests.approve_new),
        Tap(team_buttons.DeclineAccess, requests.decline),
        Tap(team_buttons.OpenTeam, team.open),
        Tap(team_buttons.OpenMember, team.member),
        Tap(team_buttons.OpenGroup, team.group),
        Tap(team_buttons.MakeRole, team.make_role),
        Tap(team_buttons.AskRemoval, team.ask_removal),
        Tap(team_buttons.RemoveMember, team.remove),
        Tap(team_buttons.RemoveGroup, team.remove_group),
        Tap(team_buttons.InviteMore, team.invite),
        Tap(team_buttons.WithdrawLinks, team.withdraw),
    ]
