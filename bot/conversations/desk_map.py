"""The map of the operator's desk: its commands, buttons and replies. Each is guarded where it acts."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from bot.catalog.service import Catalog
from bot.conversations.answers import Reply
from bot.conversations.audit_trail import AuditTrail
from bot.conversations.bounds_desk import BoundsDesk
from bot.conversations.desk import Desk
from bot.conversations.desk_questions import DeskQuestions
from bot.conversations.front_desk import FrontDesk
from bot.conversations.ledger_desk import LedgerDesk
from bot.conversations.reseller_desk import Invite, ResellerDesk
from bot.conversations.talk import Talk
from bot.conversations.taps import Tap
from bot.conversations.terms_desk import TermsDesk
from bot.presentation import desk_buttons as buttons
from bot.presentation.buttons import Button
from bot.presentation.desk_buttons import DeskPage, Wanted
from bot.presentation.prompts import Prompt
from bot.resellers.accounts import Accounts
from bot.resellers.limits import ShopLimits
from storage.store import Store

B = TypeVar("B", bound=Button)
Said = Callable[[Talk], Awaitable[None]]
Guard = Callable[[Said], Said]


@dataclass(frozen=True, slots=True)
class Administering:
    """Handlers of the desk: ``replies`` go before everything else, or an open order would take them for its answers."""

    replies: Reply
    commands: Mapping[str, Said]
    taps: Sequence[Tap[Any]]


def administering(
    store: Store,
    catalog: Catalog,
    accounts: Accounts,
    currency: str,
    limits: ShopLimits,
    guard: Guard,
    invite: Invite,
    pages: Mapping[DeskPage, Said],
) -> Administering:
    """Put the desk together; ``invite`` shows a reseller's new links, ``pages`` are those that others show."""
    desk = Desk(store, catalog, currency, limits)
    resellers, ledger = ResellerDesk(desk, accounts, invite), LedgerDesk(store, desk, accounts)
    terms, bounds, trail = TermsDesk(desk, accounts, catalog), BoundsDesk(desk, accounts), AuditTrail(store)
    front = FrontDesk(store, {**pages, DeskPage.RESELLERS: resellers.open, DeskPage.AUDIT: trail.open})
    changes = {
        Wanted.CREDIT: ledger.credit,
        Wanted.DEBIT: ledger.debit,
        Wanted.LIMIT: ledger.limit,
        Wanted.MARKUP: terms.markup,
        Wanted.RENAME: resellers.rename,
        **{bound: bounds.change(bound) for bound in (Wanted.PER_MINUTE, Wanted.PER_DAY, Wanted.PER_ORDER, Wanted.LOW)},
    }
    questions = DeskQuestions(desk, changes, resellers.new)
    commands: dict[str, Said] = {
        "admin": front.home,
        "resellers": resellers.open,
        "reseller": resellers.reseller,
        "invite": resellers.invite,
        "credit": questions.command(Wanted.CREDIT),
        "debit": questions.command(Wanted.DEBIT),
        "markup": questions.command(Wanted.MARKUP),
        "limit": questions.command(Wanted.LIMIT),
        "limits": bounds.limits,
        "suspend": resellers.suspend,
        "resume": resellers.resume,
        "audit": trail.open,
    }

    def tap(kind: type[B], tapped: Callable[[Talk, B], Awaitable[None]]) -> Tap[B]:
        async def checked(talk: Talk, button: B) -> None:
            await guard(lambda talk: tapped(talk, button))(talk)

        return Tap(kind, checked)

    async def replied(talk: Talk, prompt: Prompt) -> None:
        await guard(lambda talk: questions.answered(talk, prompt))(talk)

    return Administering(
        Reply(replied),
        {name: guard(command) for name, command in commands.items()},
        [
            tap(buttons.OpenDesk, front.page),
            tap(buttons.OpenResellers, resellers.page),
            tap(buttons.OpenReseller, resellers.show),
            tap(buttons.CreateReseller, resellers.create),
            tap(buttons.Suspend, resellers.tap_suspend),
            tap(buttons.Resume, resellers.tap_resume),
            tap(buttons.OpenEntries, ledger.entries),
            tap(buttons.OpenMarkups, terms.page),
            tap(buttons.DropMarkup, terms.drop),
            tap(buttons.OpenBounds, bounds.open),
            tap(buttons.AskFor, questions.ask),
            tap(buttons.OpenTrail, trail.page),
        ],
    )
