"""What an entry of the audit trail says beside its subject, in the reader's words; what is unknown stays as written."""

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Final

from bot.presentation.joining import ROLES
from bot.presentation.speech import Speech, marked
from storage.records.resellers import AuditEntry, MarkupScope, MemberRole

Words = Callable[[str, Speech], str]

AMOUNT: Final = re.compile(r"(?P<amount>-?[0-9.]+) (?P<currency>[A-Z]{3})")
PERCENT: Final = re.compile(r"(?P<percent>[0-9.]+) %")
POSTED: Final = re.compile(r"(?P<amount>-?[0-9.]+ [A-Z]{3})(?:: (?P<note>.*))?", re.DOTALL)
RULE: Final = re.compile(r"(?P<scope>category|item) (?P<target>.*): (?P<change>[^:]*, was [^:]*)", re.DOTALL)
BOUNDS: Final = re.compile(r"a minute (?P<often>.*), a day (?P<day>.*), an order (?P<order>.*)")
ROLE: Final = re.compile(r"(?P<who>.*): (?P<role>owner|buyer)", re.DOTALL)
LINKS: Final = re.compile(r"(?P<count>[0-9]+) links")

FIXED: Final[Mapping[str, str]] = {"none": marked("none"), "the shop's": marked("the shop's")}
SCOPES: Final[Mapping[MarkupScope, str]] = {MarkupScope.CATEGORY: marked("category"), MarkupScope.ITEM: marked("item")}


def trail_detail(entry: AuditEntry, speech: Speech) -> str:
    """The detail as people read it: amounts, percentages and roles in their language, notes and names as they are."""
    words = DETAILS.get(entry.action)
    return words(entry.detail, speech) if words and entry.detail else entry.detail


def _posted(detail: str, speech: Speech) -> str:
    found = POSTED.fullmatch(detail)
    if found is None:
        return detail
    amount, note = _value(found["amount"], speech), found["note"]
    return f"{amount}: {note}" if note else amount


def _markup(detail: str, speech: Speech) -> str:
    found = RULE.fullmatch(detail)
    if found is None:
        return _changed(detail, speech)
    scope = speech.plain(SCOPES[MarkupScope(found["scope"])])
    return f"{scope} {found['target']}: {_changed(found['change'], speech)}"


def _changed(detail: str, speech: Speech) -> str:
    now, was, before = detail.partition(", was ")
    if not was:
        return _value(detail, speech)
    return speech.plain("{now}, was {before}", now=_value(now, speech), before=_value(before, speech))


def _bounds(detail: str, speech: Speech) -> str:
    now, was, before = detail.partition("; was ")
    if not was:
        return _bound(detail, speech)
    return speech.plain("{now}; was {before}", now=_bound(now, speech), before=_bound(before, speech))


def _bound(detail: str, speech: Speech) -> str:
    found = BOUNDS.fullmatch(detail)
    if found is None:
        return detail
    often, day, order = (_value(found[name], speech) for name in ("often", "day", "order"))
    return speech.plain("a minute {often}, a day {day}, an order {order}", often=often, day=day, order=order)


def _renamed(detail: str, speech: Speech) -> str:
    return speech.plain("now {name}", name=detail.removeprefix("now "))


def _invited(detail: str, speech: Speech) -> str:
    role = detail.removeprefix("as ")
    return speech.plain("as {role}", role=speech.plain(ROLES[MemberRole(role)])) if role in set(MemberRole) else detail


def _enrolled(detail: str, speech: Speech) -> str:
    found = ROLE.fullmatch(detail)
    return f"{found['who']}: {speech.plain(ROLES[MemberRole(found['role'])])}" if found else detail


def _withdrawn(detail: str, speech: Speech) -> str:
    found = LINKS.fullmatch(detail)
    return speech.plain_plural("{count} link", "{count} links", int(found["count"])) if found else detail


def _value(text: str, speech: Speech) -> str:
    if text in FIXED:
        return speech.plain(FIXED[text])
    if found := AMOUNT.fullmatch(text):
        return speech.money(Decimal(found["amount"]), found["currency"])
    if found := PERCENT.fullmatch(text):
        return speech.percent(Decimal(found["percent"]))
    return text


DETAILS: Final[Mapping[str, Words]] = {
    "create": _changed,
    "rename": _renamed,
    "credit": _posted,
    "debit": _posted,
    "markup": _markup,
    "limit": _changed,
    "limits": _bounds,
    "low balance": _changed,
    "invite": _invited,
    "withdraw": _withdrawn,
    "join": _enrolled,
    "approve": _enrolled,
    "role": _enrolled,
}
"""By what was done; of the other deeds the detail is a name."""
