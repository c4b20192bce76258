"""The operator's desk: the page with buttons to everything, the audit trail, and names that nobody has."""

from collections.abc import Collection, Mapping, Sequence

from markupsafe import Markup
from telegram.constants import KeyboardButtonStyle

from bot.presentation.cards import ROW, Card, button, clip, grid, keyboard, lines
from bot.presentation.desk_buttons import (
    AskFor,
    CreateReseller,
    DeskPage,
    OpenDesk,
    OpenReseller,
    OpenResellers,
    OpenTrail,
    Wanted,
)
from bot.presentation.speech import Speech, marked
from bot.presentation.trail import trail_detail
from storage.records.resellers import AuditEntry, Reseller

TRAIL_A_PAGE = 10
NAME_LENGTH = 64
DETAIL_LENGTH = 200

PAGES: Mapping[DeskPage, str] = {
    DeskPage.RESELLERS: marked("Resellers"),
    DeskPage.REQUESTS: marked("Requests for access"),
    DeskPage.ORDERS: marked("All orders"),
    DeskPage.RESOLVE: marked("Orders that need attention"),
    DeskPage.BALANCE: marked("Balances"),
    DeskPage.STATS: marked("Statistics"),
    DeskPage.EXPORT: marked("Export"),
    DeskPage.STATUS: marked("Status"),
    DeskPage.CATALOG: marked("Catalog"),
    DeskPage.NOTIFY: marked("Notifications"),
    DeskPage.AUDIT: marked("Audit trail"),
}

HOW: Mapping[Wanted, Markup] = {
    wanted: Markup("\n").join(Markup("<code>{}</code>").format(example) for example in examples)
    for wanted, examples in {
        Wanted.CREDIT: ("/credit Nova Games 50 note",),
        Wanted.DEBIT: ("/debit Nova Games 50 note",),
        Wanted.MARKUP: (
            "/markup Nova Games 7.5",
            "/markup Nova Games 5 category Steam",
            "/markup Nova Games 12 item voodoo:4711",
            "/markup Nova Games off item voodoo:4711",
        ),
        Wanted.LIMIT: ("/limit Nova Games 100",),
        Wanted.PER_MINUTE: (
            "/limits Nova Games minute 5 day 500 order 100 low 20",
            "/limits Nova Games day off",
        ),
        Wanted.NEW: ("/invite Nova Games",),
        Wanted.RENAME: ("/reseller Nova Games",),
    }.items()
}

ACTIONS: Mapping[str, str] = {
    "create": marked("new account"),
    "rename": marked("new name"),
    "credit": marked("credit"),
    "debit": marked("debit"),
    "markup": marked("markup"),
    "limit": marked("credit limit"),
    "limits": marked("bounds"),
    "low balance": marked("low balance"),
    "suspend": marked("suspended"),
    "resume": marked("resumed"),
    "invite": marked("invite"),
    "approve": marked("access granted"),
    "decline": marked("access declined"),
    "withdraw": marked("links withdrawn"),
    "join": marked("joined"),
    "leave": marked("left"),
    "add group": marked("group added"),
    "remove member": marked("member removed"),
    "remove group": marked("group removed"),
    "role": marked("role changed"),
    "resolve": marked("order resolved"),
    "write-off": marked("order written off"),
    "acknowledge": marked("order seen to"),
}
"""What the trail's actions are called; one that is not here is shown as it was written."""


def desk_card(pages: Collection[DeskPage], speech: Speech, *, waiting: int = 0) -> Card:
    """Everything an operator can open; ``waiting`` counts the people who ask to be let in."""
    asks = speech.plural("{count} person asks for access.", "{count} people ask for access.", waiting)
    text = lines(
        [
            speech.text("<b>Administration</b>"),
            speech.text("Everything here is a command too: /help lists them."),
            asks if waiting else None,
        ]
    )
    shown = [button(speech.plain(title), OpenDesk(page)) for page, title in PAGES.items() if page in pages]
    new = button(speech.plain("➕ New reseller"), AskFor(Wanted.NEW, 0))
    return Card(text, keyboard(*grid([*shown, new], 2)))


def trail_card(found: Sequence[AuditEntry], names: Mapping[int, str], speech: Speech, *, before: int) -> Card:
    """A page of the audit trail, newest first; one line more than a page says that there are older ones."""
    shown, more = found[:TRAIL_A_PAGE], len(found) > TRAIL_A_PAGE
    body = [_trail_line(entry, names, speech) for entry in shown] or [speech.text("Nothing was done yet.")]
    row: ROW = []
    if before:
        row.append(button(speech.plain("« Newest"), OpenTrail(0)))
    if more:
        row.append(button(speech.plain("Older ›"), OpenTrail(shown[-1].id)))
    text = str(Markup("\n\n").join([speech.text("<b>Audit trail</b>"), *body]))
    return Card(text, keyboard(row, to_desk(speech)))


def unknown_name_card(name: str, meant: Sequence[Reseller], speech: Speech, *, may_create: bool) -> Card:
    """Nobody is called so, or without a ``name`` several are: who may be meant, as buttons that only show accounts."""
    guesses = [button(reseller.name, OpenReseller(reseller.id)) for reseller in meant]
    create = (
        [
            button(
                speech.plain("➕ Create reseller {name}", name=clip(name, 30)),
                CreateReseller(),
                KeyboardButtonStyle.PRIMARY,
            )
        ]
        if may_create
        else []
    )
    text = lines(
        [
            speech.text("There is no reseller called <b>{name}</b>.", name=clip(name, NAME_LENGTH)) if name else None,
            speech.text("Did you mean one of these? The buttons show the account; nothing was changed.")
            if meant
            else speech.text("Nothing was changed."),
        ]
    )
    everybody = [button(speech.plain("‹ All resellers"), OpenResellers(0))]
    return Card(text, keyboard(*grid(guesses, 1), create, everybody))


def how_card(wanted: Wanted, speech: Speech) -> Card:
    """A command without its words."""
    text = lines([speech.text("Write the reseller's name after the command, and the rest after that:"), HOW[wanted]])
    return Card(text, keyboard([button(speech.plain("‹ All resellers"), OpenResellers(0))]))


def gone_card(speech: Speech) -> Card:
    """A button of a reseller that is not there."""
    return Card(lines([speech.text("There is no such reseller.")]), keyboard(to_desk(speech)))


def to_desk(speech: Speech) -> ROW:
    """The way back to ``/admin``."""
    return [button(speech.plain("‹ Administration"), OpenDesk(DeskPage.HOME))]


def _trail_line(entry: AuditEntry, names: Mapping[int, str], speech: Speech) -> Markup:
    who = clip(names.get(entry.actor_id, ""), 40) or str(entry.actor_id)
    did = speech.plain(ACTIONS[entry.action]) if entry.action in ACTIONS else entry.action
    detail = trail_detail(entry, speech)
    return Markup("{when} · {who}\n{did} · <b>{subject}</b>{detail}").format(
        when=speech.moment(entry.at),
        who=who,
        did=did,
        subject=clip(entry.subject, NAME_LENGTH),
        detail=Markup("\n<i>{}</i>").format(clip(detail, DETAIL_LENGTH)) if detail else "",
    )
