"""A reseller's terms as operators see them: its markups, and what bounds its orders."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from hashlib import sha256

from markupsafe import Markup

from bot.presentation.accounts import Account, OrderBounds, to_account
from bot.presentation.cards import Card, Paging, button, clip, grid, keyboard, lines, page_row
from bot.presentation.desk_buttons import AskFor, DropMarkup, OpenMarkups, Wanted
from bot.presentation.speech import Speech, marked
from storage.records.resellers import MarkupRule, MarkupScope, Reseller

RULES_A_PAGE = 10
TARGET_LENGTH = 64

SCOPES: Mapping[MarkupScope, str] = {MarkupScope.CATEGORY: marked("category"), MarkupScope.ITEM: marked("item")}


def markups_card(account: Account, speech: Speech, *, offset: int, said: Markup | None = None) -> Card:
    """An account's markup and those of its own for categories and items, each with a button that takes it away."""
    reseller, rules = account.reseller, account.rules
    offset = min(offset, max(0, (len(rules) - 1) // RULES_A_PAGE * RULES_A_PAGE))
    shown = rules[offset : offset + RULES_A_PAGE]
    happened: list[Markup | str] = [said, ""] if said else []
    text = lines(
        [
            *happened,
            speech.text("<b>Markup of {name}</b>", name=reseller.name),
            speech.text("On everything: <b>{percent}</b>", percent=speech.percent(reseller.markup)),
            *(rule_line(rule, account, speech) for rule in shown),
            "",
            speech.text("An item's own markup goes before its category's, and that before the one on everything."),
        ]
    )
    drops = [
        button(f"✕ {_rule_label(rule, account, speech)}", DropMarkup(reseller.id, rule.scope, digest_of(rule.target)))
        for rule in shown
    ]
    paging = Paging(offset, RULES_A_PAGE, len(rules))
    change = [button(speech.plain("Change or add"), AskFor(Wanted.MARKUP, reseller.id))]
    turn = page_row(speech, paging, lambda start: OpenMarkups(reseller.id, start))
    return Card(text, keyboard(change, *grid(drops, 1), turn, to_account(reseller, speech)))


def bounds_card(
    reseller: Reseller, usual: OrderBounds, currency: str, speech: Speech, *, said: Markup | None = None
) -> Card:
    """What bounds an account's orders."""
    happened: list[Markup | str] = [said, ""] if said else []
    text = lines(
        [
            *happened,
            speech.text("<b>Bounds of {name}</b>", name=reseller.name),
            *bound_lines(reseller, usual, currency, speech),
        ]
    )
    asks = [
        button(speech.plain("Orders a minute"), AskFor(Wanted.PER_MINUTE, reseller.id)),
        button(speech.plain("Value a day"), AskFor(Wanted.PER_DAY, reseller.id)),
        button(speech.plain("Largest order"), AskFor(Wanted.PER_ORDER, reseller.id)),
        button(speech.plain("Low balance"), AskFor(Wanted.LOW, reseller.id)),
    ]
    return Card(text, keyboard(*grid(asks, 2), to_account(reseller, speech)))


def bound_lines(reseller: Reseller, usual: OrderBounds, currency: str, speech: Speech) -> list[Markup]:
    """The bounds in words; what has none of its own is bounded as the shop bounds everybody."""

    def shown(own: Decimal | int | None, shops: Decimal | int | None, write: Callable[[Decimal | int], str]) -> str:
        bound = shops if own is None else own
        words = speech.plain("no bound") if bound is None else write(bound)
        return words if own is not None else speech.plain("{bound}, as for everybody", bound=words)

    def money(amount: Decimal | int) -> str:
        return speech.money(Decimal(amount), currency)

    def low(amount: Decimal | int) -> str:
        return money(amount) if amount else speech.plain("never")

    return [
        speech.text(
            "Orders a minute, each person: {bound}",
            bound=shown(reseller.orders_per_minute, usual.orders_per_minute, speech.number),
        ),
        speech.text(
            "Value of a day's orders: {bound}", bound=shown(reseller.spend_per_day, usual.spend_per_day, money)
        ),
        speech.text("Largest order: {bound}", bound=shown(reseller.largest_order, usual.largest_order, money)),
        speech.text("Its owners are told below: {bound}", bound=shown(reseller.low_balance, usual.low_balance, low)),
    ]


def markup_words(rule: MarkupRule, account: Account, speech: Speech) -> str:
    """What a markup of its own is for: ``category Steam``, ``item Steam Wallet 10 USD (voodoo:4711)``."""
    name = account.items.get(rule.target) if rule.scope is MarkupScope.ITEM else None
    target = f"{clip(name, TARGET_LENGTH)} ({rule.target})" if name else clip(rule.target, TARGET_LENGTH)
    return f"{speech.plain(SCOPES[rule.scope])} {target}"


def digest_of(target: str) -> str:
    """A markup's target as a button carries it."""
    return sha256(target.encode()).hexdigest()[:16]


def rule_line(rule: MarkupRule, account: Account, speech: Speech) -> Markup:
    percent = speech.percent(rule.percent)
    return Markup("• {}: <b>{}</b>").format(markup_words(rule, account, speech), percent)


def _rule_label(rule: MarkupRule, account: Account, speech: Speech) -> str:
    name = account.items.get(rule.target, rule.target)
    return f"{speech.plain(SCOPES[rule.scope])} {clip(name, 30)}: {speech.percent(rule.percent)}"
