"""What operators see of resellers: the list of accounts, and one account's card with buttons to everything of it."""

from collections.abc import Sequence

from markupsafe import Markup
from telegram.constants import KeyboardButtonStyle

from bot.presentation.accounts import Account, entry_lines, money_lines
from bot.presentation.cards import ROW, Card, Paging, button, clip, grid, keyboard, lines, page_row
from bot.presentation.desk_buttons import (
    AskFor,
    DeskPage,
    OpenBounds,
    OpenDesk,
    OpenEntries,
    OpenMarkups,
    OpenReseller,
    OpenResellers,
    Resume,
    Suspend,
    Wanted,
)
from bot.presentation.money_buttons import OpenOrdersOf
from bot.presentation.speech import Speech
from bot.presentation.team_buttons import InviteMore, OpenTeam
from bot.presentation.terms import bound_lines, rule_line
from storage.records.orders import OrderFilter
from storage.records.resellers import Member, MemberRole, Reseller

RESELLERS_A_PAGE = 8
NAME_LENGTH = 64
LISTED = 5
"""Members, groups or markups that a card names; the rest it counts."""


def resellers_card(
    page: Sequence[Reseller], currency: str, speech: Speech, *, paging: Paging, extra: Sequence[ROW] = ()
) -> Card:
    """A page of the list, by name; ``extra`` are rows below it."""
    count = speech.plural("{count} account", "{count} accounts", paging.total)
    body = [_list_entry(reseller, currency, speech) for reseller in page]
    if not paging.total:
        body = [speech.text("There are no resellers yet. /invite makes the first one, with a link that lets it in.")]
    text = str(Markup("\n\n").join([speech.text("<b>Resellers</b> · {count}", count=count), *body]))
    named = [button(_label(reseller), OpenReseller(reseller.id)) for reseller in page]
    new = [button(speech.plain("➕ New reseller"), AskFor(Wanted.NEW, 0))]
    home = [button(speech.plain("‹ Administration"), OpenDesk(DeskPage.HOME))]
    return Card(text, keyboard(*grid(named, 2), page_row(speech, paging, OpenResellers), new, *extra, home))


def reseller_card(account: Account, speech: Speech, *, said: Markup | None = None, extra: Sequence[ROW] = ()) -> Card:
    """One account with its money, terms and people; ``said`` tells above it what has just happened."""
    reseller = account.reseller
    happened: list[Markup | str] = [said, ""] if said else []
    text = lines(
        [
            *happened,
            Markup("👤 <b>{}</b>").format(reseller.name),
            _suspension(reseller, speech),
            "",
            *money_lines(reseller, account.currency, speech),
            "",
            *_terms(account, speech),
            "",
            *_people(account, speech),
            *_last_entries(account, speech),
        ]
    )
    return Card(text, keyboard(*_account_rows(reseller, speech), *extra, _to_list(speech)))


def _label(reseller: Reseller) -> str:
    return f"{'⏸ ' if reseller.suspended else ''}{reseller.name}"


def _to_list(speech: Speech) -> ROW:
    return [button(speech.plain("‹ All resellers"), OpenResellers(0))]


def _list_entry(reseller: Reseller, currency: str, speech: Speech) -> Markup:
    held = (
        speech.text(" · held {amount}", amount=speech.money(reseller.held, currency)) if reseller.held else Markup("")
    )
    mark = speech.text(" · ⏸ suspended") if reseller.suspended else Markup("")
    amount = speech.money(reseller.balance, currency)
    return Markup("<b>{}</b>{}\n{}{}").format(clip(reseller.name, NAME_LENGTH), mark, amount, held)


def _suspension(reseller: Reseller, speech: Speech) -> Markup | None:
    since = reseller.suspended_at
    if since is None:
        return None
    return speech.text("⏸ Suspended since {when}: it may look, and order nothing.", when=speech.moment(since))


def _terms(account: Account, speech: Speech) -> list[Markup]:
    reseller, rules = account.reseller, account.rules
    own = (reseller.orders_per_minute, reseller.spend_per_day, reseller.largest_order, reseller.low_balance)
    bounded = any(bound is not None for bound in own)
    return [
        _markup(account, speech),
        *(rule_line(rule, account, speech) for rule in rules[:LISTED]),
        *([_and_more(len(rules) - LISTED, speech)] if len(rules) > LISTED else []),
        *(
            bound_lines(reseller, account.usual, account.currency, speech)
            if bounded
            else [speech.text("Bounds of its orders: as for everybody")]
        ),
    ]


def _markup(account: Account, speech: Speech) -> Markup:
    percent = speech.percent(account.reseller.markup)
    if not account.reseller.markup and not account.rules:
        return speech.text("Markup: <b>{percent}</b>, so it orders at cost", percent=percent)
    return speech.text("Markup: <b>{percent}</b>", percent=percent)


def _people(account: Account, speech: Speech) -> list[Markup]:
    return [
        speech.text("Members: {list}", list=_listed([_member(one, speech) for one in account.members], speech)),
        speech.text("Groups: {list}", list=_listed([clip(title, 40) for title in account.groups], speech)),
    ]


def _member(member: Member, speech: Speech) -> str:
    name = clip(member.name, 40)
    return speech.plain("{name} (owner)", name=name) if member.role is MemberRole.OWNER else name


def _listed(names: Sequence[str], speech: Speech) -> str:
    if not names:
        return speech.plain("none")
    rest = len(names) - LISTED
    shown = ", ".join(names[:LISTED])
    return shown if rest <= 0 else f"{shown} {_and_more(rest, speech)}"


def _and_more(count: int, speech: Speech) -> Markup:
    return speech.plural("and {count} more", "and {count} more", count)


def _last_entries(account: Account, speech: Speech) -> list[Markup | str]:
    if not account.entries:
        return []
    shown = entry_lines(account.entries, account.currency, speech)
    return ["", speech.text("<b>Last entries</b>"), *shown]


def _account_rows(reseller: Reseller, speech: Speech) -> list[ROW]:
    number = reseller.id
    switch = (
        button(speech.plain("▶ Resume"), Resume(number), KeyboardButtonStyle.SUCCESS)
        if reseller.suspended
        else button(speech.plain("⏸ Suspend"), Suspend(number), KeyboardButtonStyle.DANGER)
    )
    buttons = [
        button(speech.plain("➕ Credit"), AskFor(Wanted.CREDIT, number), KeyboardButtonStyle.SUCCESS),
        button(speech.plain("➖ Debit"), AskFor(Wanted.DEBIT, number)),
        button(speech.plain("Markup"), OpenMarkups(number, 0)),
        button(speech.plain("Credit limit"), AskFor(Wanted.LIMIT, number)),
        button(speech.plain("Bounds"), OpenBounds(number)),
        button(speech.plain("Ledger"), OpenEntries(number, 0)),
        button(speech.plain("Orders"), OpenOrdersOf(number, OrderFilter.ALL, 0)),
        button(speech.plain("👥 Team"), OpenTeam(number, 0)),
        button(speech.plain("Invite"), InviteMore(number)),
        button(speech.plain("Rename"), AskFor(Wanted.RENAME, number)),
    ]
    return [*grid(buttons, 2), [switch]]
