"""Finds secrets in log files: settings, tokens, codes, and what people typed, in clear or thinly dressed."""

import base64
import html
import json
import re
import urllib.parse
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, cast

import msgspec

from bot.intake.webhook import webhook_secret
from tests.journeys.world import World

Json = Mapping[str, Any]

SHORTEST = 4
"""Characters; what is shorter stands in every log by chance."""

LONG = 8
"""Characters; a shorter word, or a number, is a secret only where it stands alone."""

SECRET_SETTINGS = ("BOT_TOKEN", "SECRET_KEYS", "_API_KEY", "_API_SECRET", "_WEBHOOK_SECRETS")
WORD = re.compile(r"(?<![\w.:-])\w[\w-]*(?![\w:-]|\.\d)")
"""A word or number that is no part of a time, an address or a longer one."""

PLACE = re.compile(r"(?<=, )line \d+(?=, in )")
"""Where in a file a traceback points; four digits of it may be somebody's PIN by chance."""

NUMBERED = ("supplier_order",)
"""Facts that may be a counter's number; somebody's PIN is the same by chance."""

INVITE = re.compile(r"\bstart(?:group)?=([A-Za-z0-9_-]{16,64})")


class Kind(StrEnum):
    """What must not be read in a log."""

    SETTING = "a secret of the settings"
    TOKEN = "a token"
    CODE = "a code"
    TYPED = "what somebody typed"
    INVITE = "an invite"


SHAPES: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    (Kind.TOKEN, re.compile(r"\d{6,}:[A-Za-z0-9_-]{30,}")),  # a bot token
    (Kind.TOKEN, re.compile(r"eyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]{8,}")),  # a JWT, as Voodoo Center issues them
    (Kind.TOKEN, re.compile(r"\b[ar]t\.[0-9a-f]{24}\.[0-9a-f]{40}\b")),  # as the local Octopus Cards issues them
    (Kind.TOKEN, re.compile(r"[Bb]earer\s+[\w.~+/-]{12,}")),
    (Kind.CODE, re.compile(r"gAAAAA[\w-]{40,}")),  # sealed with SECRET_KEYS; nobody at a log needs it
)
"""What is secret whoever made it."""


@dataclass(frozen=True, slots=True)
class Secret:
    """Something that must not be read in a log."""

    kind: Kind
    text: str


@dataclass(frozen=True, slots=True)
class Leak:
    """One line that tells a secret; what it tells is not repeated here."""

    file: Path
    line: int
    kind: Kind
    form: str
    event: str

    def __str__(self) -> str:
        dressed = "" if self.form == "in clear" else f" ({self.form})"
        return f"{self.file}:{self.line} tells {self.kind}{dressed}: {self.event}"


class Hunt:
    """Looks for many secrets at once: the time depends on the text, not on how many there are."""

    def __init__(self, secrets: Iterable[Secret]) -> None:
        self._parts: dict[str, list[tuple[str, Kind, str]]] = {}
        self._words: dict[str, tuple[Kind, str]] = {}
        for secret in secrets:
            for form, text in _forms(secret.text):
                self._learn(secret.kind, form, text)

    def _learn(self, kind: Kind, form: str, text: str) -> None:
        if len(text) < SHORTEST:
            return
        if text.isdecimal() or (len(text) < LONG and WORD.fullmatch(text)):
            self._words.setdefault(text, (kind, form))
        else:
            self._parts.setdefault(text[:SHORTEST], []).append((text, kind, form))

    def in_files(self, files: Iterable[Path]) -> list[Leak]:
        """Every line of these logs that tells a secret."""
        return [leak for file in files for leak in self.in_file(file)]

    def in_file(self, file: Path) -> Iterator[Leak]:
        """Every line of one log that tells a secret, once for each kind of secret and form."""
        with file.open(encoding="utf-8", errors="replace") as lines:
            for number, line in enumerate(lines, start=1):
                told = set(self.in_line(line))
                yield from (Leak(file, number, kind, form, _event(line)) for kind, form in sorted(told))

    def in_line(self, line: str) -> Iterator[tuple[Kind, str]]:
        """What one line tells: the raw line, and what it says once its JSON is read."""
        said = _said(line)
        yield from self.in_text("\n".join([line, *said]))
        yield from self._words_in(said)

    def in_text(self, text: str) -> Iterator[tuple[Kind, str]]:
        """What a text tells by its shape, or by holding a secret that is more than a short word or a number."""
        yield from ((kind, "by its shape") for kind, shape in SHAPES if shape.search(text))
        for start in range(len(text) - SHORTEST + 1 if self._parts else 0):
            for whole, kind, form in self._parts.get(text[start : start + SHORTEST], ()):
                if text.startswith(whole, start):
                    yield kind, form

    def _words_in(self, said: Sequence[str]) -> Iterator[tuple[Kind, str]]:
        for text in said:
            for word in WORD.findall(text):
                if told := self._words.get(word):
                    yield told


def _said(line: str) -> list[str]:
    """The texts of a JSON line but for its time, counters and line numbers; the line itself when it is none."""
    entry = _entry(line)
    if not entry:
        return [line]
    numbers = {name: None for name in NUMBERED if str(entry.get(name, "")).isdecimal()}
    return [PLACE.sub("", text) for text in _texts({**entry, "timestamp": None, **numbers})]


def _entry(line: str) -> Json:
    """A line's JSON object; empty when it is none."""
    try:
        return msgspec.json.decode(line, type=dict[str, Any])
    except msgspec.DecodeError:
        return {}


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, inner in cast("Json", value).items():
            yield from (name, *_texts(inner))
    elif isinstance(value, list):
        for inner in cast("list[Any]", value):
            yield from _texts(inner)


def _event(line: str) -> str:
    return str(_entry(line).get("event", "a line that is not of the bot's own making"))


def _json(plain: str) -> str:
    return json.dumps(plain)[1:-1]


DRESSES: Mapping[str, Callable[[str], str]] = {
    "in clear": str,
    "in JSON": _json,
    "in JSON in JSON": lambda plain: _json(_json(plain)),
    "as Python shows it": lambda plain: repr(plain)[1:-1],
    "as bytes": lambda plain: repr(plain.encode())[2:-1],
    "percent-encoded": lambda plain: urllib.parse.quote(plain, safe=""),
    "as a form": urllib.parse.quote_plus,
    "in HTML": html.escape,
    "in hexadecimal": lambda plain: plain.encode().hex(),
}


def _forms(text: str) -> Iterator[tuple[str, str]]:
    """A secret as it may stand in a log: in clear, and as libraries dress it."""
    dressed = {dress(text): form for form, dress in reversed(list(DRESSES.items()))}
    yield from ((form, told) for told, form in dressed.items())
    yield from (("in base 64", core) for core in _base64_cores(text.encode()))


def _base64_cores(plain: bytes) -> Iterator[str]:
    """What of ``plain`` is the same in base 64 whatever stands before and behind it, for each of three beginnings."""
    for before in range(3):
        coded = base64.b64encode(bytes(before) + plain).decode().rstrip("=")
        whole = (before + len(plain)) // 3 * 4
        core = coded[-(-before * 8 // 6) : whole]
        if len(core) >= LONG:
            yield from {core, core.replace("+", "-").replace("/", "_")}


def secrets_in_settings(environment: Mapping[str, str]) -> Iterator[Secret]:
    """The secrets a bot was started with, and what it derives from them."""
    for name, value in environment.items():
        if name.endswith(SECRET_SETTINGS):
            yield from (Secret(Kind.SETTING, part.strip()) for part in value.split(",") if part.strip())
    if token := environment.get("BOT_TOKEN"):
        yield Secret(Kind.SETTING, webhook_secret(token))
        yield Secret(Kind.SETTING, token.partition(":")[2])


def secrets_in_orders(orders: Iterable[Json]) -> Iterator[Secret]:
    """The codes and the typed values in a supplier's books, as its control API shows them."""
    for order in orders:
        yield from (Secret(Kind.CODE, part) for code in order.get("codes") or () for part in _parts(code))
        for voucher in order.get("vouchers") or ():
            known = (voucher["card_number"], voucher["pin_code"], voucher["claim_url"])
            yield from (Secret(Kind.CODE, part) for part in known if part)
        fields: Mapping[str, str] = order.get("fields") or {}
        yield from typed(fields.values())


def _parts(code: str) -> list[str]:
    """A code, and its number and PIN each alone."""
    return [code, *(part for part in code.split() if part not in ("PIN", code))]


def typed(texts: Iterable[str]) -> Iterator[Secret]:
    """What people typed into fields."""
    return (Secret(Kind.TYPED, text) for text in texts)


def secrets_in_calls(calls: Iterable[Json]) -> Iterator[Secret]:
    """The invite tokens in what the bot said to Telegram."""
    for call in calls:
        yield from (Secret(Kind.INVITE, token) for token in INVITE.findall(str(call["parameters"])))


def secrets_of(world: World, also: Iterable[Secret] = ()) -> set[Secret]:
    """Everything that no log of this world may tell; ``also`` is what only the drill knows, such as refused answers."""
    told: Any = world.telegram.get("calls")["calls"]
    return {
        *secrets_in_settings(world.bot.environment),
        *secrets_in_orders(world.voodoo.orders()),
        *secrets_in_orders(world.octopus.orders()),
        *secrets_in_calls(told),
        *also,
    }
