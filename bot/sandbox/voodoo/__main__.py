"""``python -m bot.sandbox.voodoo``: the local Voodoo Center as its own process."""

import argparse
from decimal import Decimal, InvalidOperation

import msgspec

from bot.sandbox.serving import LOOPBACK, serve
from bot.sandbox.voodoo.app import build_app
from bot.sandbox.voodoo.config import VoodooConfig
from bot.sandbox.voodoo.switches import Switches


def main() -> None:
    """Serve until told to stop; prints one JSON line with the URL once it listens."""
    parser = _parser()
    options = parser.parse_args()
    try:
        switches = _moved(Switches(), options.switch)
    except msgspec.ValidationError as error:
        parser.error(f"--switch: {error}")
    config = VoodooConfig(
        api_key=options.api_key,
        client_id=options.client_id,
        balance=options.balance,
        webhook_urls=tuple(options.webhook_url),
        webhook_secret=options.webhook_secret,
        items=options.items,
        seed=options.seed,
        switches=switches,
    )
    serve(build_app(config), options.host, options.port)


def _moved(switches: Switches, settings: list[str]) -> Switches:
    for setting in settings:
        name, _, value = setting.partition("=")
        switches = switches.with_value(name, value)
    return switches


def _amount(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation as error:
        raise argparse.ArgumentTypeError(f"not an amount: {text!r}") from error


def _parser() -> argparse.ArgumentParser:
    usual = VoodooConfig()
    parser = argparse.ArgumentParser(prog="python -m bot.sandbox.voodoo", description=__doc__)
    parser.add_argument("--host", default=LOOPBACK)
    parser.add_argument("--port", type=int, default=0, help="0 takes any free one")
    parser.add_argument("--api-key", default=usual.api_key)
    parser.add_argument("--client-id", default=usual.client_id, help="names the personal catalog")
    parser.add_argument("--webhook-url", action="append", default=[], help="may be repeated")
    parser.add_argument("--webhook-secret", default=usual.webhook_secret)
    parser.add_argument("--items", type=int, default=usual.items, help="size of the invented catalog")
    parser.add_argument("--seed", type=int, default=usual.seed)
    parser.add_argument("--balance", type=_amount, default=usual.balance, help="in major units")
    parser.add_argument(
        "--switch", action="append", default=[], metavar="NAME=VALUE", help="any switch, such as settle_after=0"
    )
    return parser


if __name__ == "__main__":
    main()
