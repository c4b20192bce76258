"""What the command lines of the local suppliers have in common."""

import argparse
from collections.abc import Iterable
from decimal import Decimal, InvalidOperation
from typing import Protocol, TypeVar

from bot.sandbox.serving import LOOPBACK


class Movable(Protocol):
    """A record of switches."""

    def with_value(self: "S", name: str, value: object) -> "S":
        """A copy with one switch moved; raises ``msgspec.ValidationError``."""
        ...


S = TypeVar("S", bound=Movable)


def moved(switches: S, settings: Iterable[str]) -> S:
    """The switches after ``NAME=VALUE`` settings; raises ``msgspec.ValidationError``."""
    for setting in settings:
        name, _, value = setting.partition("=")
        switches = switches.with_value(name, value)
    return switches


def amount(text: str) -> Decimal:
    """An amount of a command line."""
    try:
        return Decimal(text)
    except InvalidOperation as error:
        raise argparse.ArgumentTypeError(f"not an amount: {text!r}") from error


def add_common_options(parser: argparse.ArgumentParser, *, items: int, seed: int, webhook_secret: str) -> None:
    """The options every supplier has."""
    parser.add_argument("--host", default=LOOPBACK)
    parser.add_argument("--port", type=int, default=0, help="0 takes any free one")
    parser.add_argument("--webhook-url", action="append", default=[], help="may be repeated")
    parser.add_argument("--webhook-secret", default=webhook_secret)
    parser.add_argument("--items", type=int, default=items, help="size of the invented catalog")
    parser.add_argument("--seed", type=int, default=seed)
    parser.add_argument(
        "--switch", action="append", default=[], metavar="NAME=VALUE", help="any switch, such as settle_after=0"
    )
