"""What ``/notify`` shows: what the chat hears and when, with a button for every choice."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from markupsafe import Markup
from telegram import InlineKeyboardButton

from bot.presentation.buttons import Button
from bot.presentation.cards import ROW, Card, button, clip, grid, keyboard, lines
from bot.presentation.notify_buttons import (
    NotifyPage,
    OpenNotify,
    PickLow,
    PickQuiet,
    PickZone,
    ShopsLow,
    Switch,
    SwitchFeed,
    SwitchTeam,
)
from bot.presentation.speech import Speech, marked
from storage.records.resellers import Choices, FeedEvent

NAME_LENGTH = 64
ON, OFF = "🔔", "🔕"

FEED: Mapping[FeedEvent, str] = {
    FeedEvent.NEW: marked("New orders"),
    FeedEvent.COMPLETED: marked("Delivered"),
    FeedEvent.PARTIAL: marked("Delivered in part"),
    FeedEvent.FAILED: marked("Failed"),
    FeedEvent.REJECTED: marked("Not placed"),
}
NIGHTS = ((22, 7), (22, 8), (23, 7), (23, 8), (0, 8), (1, 9))
"""Quiet hours that people take, from and until."""

ZONES = (
    "UTC",
    "Europe/London",
    "Europe/Berlin",
    "Europe/Kyiv",
    "Europe/Istanbul",
    "Europe/Moscow",
    "Asia/Tbilisi",
    "Asia/Dubai",
    "Asia/Almaty",
    "Asia/Tashkent",
    "Asia/Kolkata",
    "Asia/Bangkok",
    "Asia/Shanghai",
    "America/New_York",
    "America/Chicago",
    "America/Los_Angeles",
    "America/Sao_Paulo",
)
LIMITS = tuple(map(Decimal, (5, 10, 25, 50, 100, 250, 500)))


@dataclass(frozen=True, slots=True)
class LowBalance:
    """When an account's owners are told: ``limit`` is in force, ``own`` or the shop's."""

    limit: Decimal
    own: bool
    currency: str


@dataclass(frozen=True, slots=True)
class Heard:
    """What a chat hears. ``there`` is the time by its own clock, ``owners_of`` the reseller of a group.

    ``team``, ``feed`` and ``low`` tell what may be chosen here; ``said`` is what just happened.
    """

    choices: Choices
    there: datetime
    may_change: bool
    team: bool = False
    feed: bool = False
    low: LowBalance | None = None
    owners_of: str = ""
    said: Markup | None = None


def notify_card(heard: Heard, speech: Speech) -> Card:
    """Everything that the chat chose, with buttons for who may change it."""
    text = lines(
        [
            *_said(heard),
            speech.text("<b>Notifications in this chat</b>"),
            speech.text("Answers, results and the state of orders made here always come at once."),
            "",
            _team(heard, speech),
            _feed(heard, speech),
            quiet_words(heard, speech),
            _low(heard.low, speech),
            *_not_yours(heard, speech),
        ]
    )
    return Card(text, keyboard(*_switches(heard, speech), _pages(heard, speech)) if heard.may_change else None)


def quiet_card(heard: Heard, speech: Speech) -> Card:
    """Quiet hours to choose from."""
    chosen = heard.choices.quiet_from, heard.choices.quiet_until
    nights = [
        _choice(f"{begin:02}:00–{until:02}:00", PickQuiet(begin * 60, until * 60), chosen == (begin * 60, until * 60))
        for begin, until in NIGHTS
    ]
    off = _choice(speech.plain("No quiet hours"), PickQuiet(0, 0), chosen == (None, None))
    text = lines(
        [
            speech.text("<b>Quiet hours</b>"),
            speech.text("The clock here: {zone}, now {time}.", zone=heard.choices.time_zone, time=_time(heard.there)),
            quiet_words(heard, speech),
            speech.text("What may wait comes when they are over; nothing is lost."),
            "",
            speech.text("Other hours: {example}", example=_example("22:30-7:15")),
        ]
    )
    clock = button(speech.plain("🕒 Time zone"), OpenNotify(NotifyPage.ZONE))
    return Card(text, keyboard(*grid(nights, 2), [off], [clock, *_home(speech)]))


def zone_card(heard: Heard, speech: Speech) -> Card:
    """Time zones to choose from."""
    now = heard.choices.time_zone
    text = lines(
        [
            speech.text("<b>Time zone</b>"),
            speech.text("Now: {zone}, where it is {time}.", zone=now, time=_time(heard.there)),
            "",
            speech.text("Another one, by its name: {example}", example=_example("Africa/Cairo")),
        ]
    )
    zones = [_choice(speech.city(name), PickZone(name), name == now) for name in ZONES]
    return Card(text, keyboard(*grid(zones, 3), _home(speech)))


def low_card(heard: Heard, speech: Speech) -> Card:
    """Limits below which an account's owners are told; the chat must be one of theirs, in private."""
    low = heard.low
    if low is None:
        return notify_card(heard, speech)
    amounts = [
        _choice(speech.money(limit, low.currency), PickLow(limit), low.own and limit == low.limit) for limit in LIMITS
    ]
    never = _choice(speech.plain("Never"), PickLow(Decimal(0)), low.own and not low.limit)
    shops = _choice(speech.plain("As for everybody"), ShopsLow(), not low.own)
    text = lines(
        [
            speech.text("<b>Low balance</b>"),
            _low(low, speech),
            speech.text("All owners of the account are told, and the operator."),
            "",
            speech.text("Another amount: {example}", example=_example("below 75")),
        ]
    )
    return Card(text, keyboard(*grid(amounts, 3), [never, shops], _home(speech)))


def not_understood_card(words: str, zones: Sequence[str], heard: Heard, speech: Speech) -> Card:
    """Words after ``/notify`` that mean nothing; ``zones`` are time zones that may have been meant."""
    meant = [button(f"{speech.city(zone)} ({zone})", PickZone(zone)) for zone in zones] if heard.may_change else []
    text = lines(
        [
            speech.text("I do not understand “{words}”. Nothing was changed.", words=clip(words, NAME_LENGTH)),
            speech.text("Did you mean one of these time zones?") if meant else None,
            "",
            *usage_lines(heard, speech),
        ]
    )
    return Card(text, keyboard(*grid(meant, 1), _home(speech)))


def usage_lines(heard: Heard, speech: Speech) -> list[Markup | None]:
    """What may follow ``/notify``."""
    return [
        speech.text("{example} sets quiet hours", example=_example("22:30-7:15")),
        speech.text("{example} ends them", example=_example("off")),
        speech.text("{example} sets the time zone", example=_example("Europe/Kyiv")),
        speech.text("{example} sets when a low balance is told", example=_example("below 75")) if heard.low else None,
    ]


def quiet_words(heard: Heard, speech: Speech) -> Markup:
    """The quiet hours, and what time it is by that clock."""
    begin, until = heard.choices.quiet_from, heard.choices.quiet_until
    zone, time = heard.choices.time_zone, _time(heard.there)
    if begin is None or until is None:
        return speech.text("🌙 Quiet hours: <b>none</b>")
    return speech.text(
        "🌙 Quiet hours: <b>{begin}–{until}</b> ({zone}, now {time})",
        begin=_minute(begin),
        until=_minute(until),
        zone=zone,
        time=time,
    )


def _team(heard: Heard, speech: Speech) -> Markup | None:
    if not (heard.team or heard.choices.team_failures):
        return None
    if heard.choices.team_failures:
        return speech.text("👥 Failures elsewhere in the team: <b>told here</b>")
    return speech.text("👥 Failures elsewhere in the team: <b>not told</b>")


def _feed(heard: Heard, speech: Speech) -> Markup | None:
    if not heard.feed:
        return None
    told = [speech.plain(label) for event, label in FEED.items() if event in heard.choices.feed]
    words = ", ".join(told) if told else speech.plain("none")
    return speech.text("🧾 Everybody's orders told here: <b>{list}</b>. What needs somebody always is.", list=words)


def _low(low: LowBalance | None, speech: Speech) -> Markup | None:
    if low is None:
        return None
    if not low.limit:
        return speech.text("💰 A low balance: <b>never told</b>")
    return speech.text("💰 A low balance: <b>told below {amount}</b>", amount=speech.money(low.limit, low.currency))


def not_yours_words(heard: Heard, speech: Speech) -> str:
    """Who may choose what this chat hears, for a tap's answer."""
    if heard.owners_of:
        return speech.plain("An owner of {name} can change this.", name=clip(heard.owners_of, NAME_LENGTH))
    return speech.plain("An operator can change this.")


def not_changed(speech: Speech) -> Markup:
    """What was asked for is not offered to this person here."""
    return speech.text("This cannot be chosen here. Nothing was changed.")


def _not_yours(heard: Heard, speech: Speech) -> list[Markup | str]:
    return [] if heard.may_change else ["", not_yours_words(heard, speech)]


def _switches(heard: Heard, speech: Speech) -> list[ROW]:
    rows: list[ROW] = []
    if heard.team:
        chosen = heard.choices.team_failures
        rows += [
            [_choice(speech.plain("Only what is ordered here"), SwitchTeam(Switch.OFF), not chosen)],
            [_choice(speech.plain("Also the team's failures elsewhere"), SwitchTeam(Switch.ON), chosen)],
        ]
    if heard.feed:
        rows += grid([_switch(event, event in heard.choices.feed, speech) for event in FeedEvent], 2)
    return rows


def _switch(event: FeedEvent, on: bool, speech: Speech) -> InlineKeyboardButton:
    label = f"{ON if on else OFF} {speech.plain(FEED[event])}"
    return button(label, SwitchFeed(event, Switch.OFF if on else Switch.ON))


def _pages(heard: Heard, speech: Speech) -> ROW:
    return [
        button(speech.plain("🌙 Quiet hours"), OpenNotify(NotifyPage.QUIET)),
        button(speech.plain("🕒 Time zone"), OpenNotify(NotifyPage.ZONE)),
        *([button(speech.plain("💰 Low balance"), OpenNotify(NotifyPage.LOW))] if heard.low else []),
    ]


def _home(speech: Speech) -> ROW:
    return [button(speech.plain("‹ Notifications"), OpenNotify(NotifyPage.HOME))]


def _said(heard: Heard) -> list[Markup | str]:
    return [heard.said, ""] if heard.said else []


def _choice(label: str, meaning: Button, chosen: bool) -> InlineKeyboardButton:
    return button(f"• {label}" if chosen else label, meaning)


def _example(words: str) -> Markup:
    return Markup("<code>/notify {}</code>").format(words)


def _minute(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


def _time(there: datetime) -> str:
    return f"{there:%H:%M}"
