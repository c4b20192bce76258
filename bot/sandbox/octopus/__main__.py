"""``python -m bot.sandbox.octopus``: the local Octopus Cards as its own process."""

import argparse
from decimal import Decimal

import msgspec

from bot.sandbox.octopus.app import build_app
from bot.sandbox.octopus.config import OctopusConfig
from bot.sandbox.octopus.switches import Switches
from bot.sandbox.octopus.world import CURRENCIES
from bot.sandbox.serving import serve
from bot.sandbox.shop.launching import add_common_options, amount, moved


def main() -> None:
    """Serve until told to stop; prints one JSON line with the URL once it listens."""
    parser = _parser()
    options = parser.parse_args()
    try:
        switches = moved(Switches(), options.switch)
    except msgspec.ValidationError as error:
        parser.error(f"--switch: {error}")
    config = OctopusConfig(
        api_key=options.api_key,
        api_secret=options.api_secret,
        wallets=tuple(options.wallet) or OctopusConfig().wallets,
        webhook_urls=tuple(options.webhook_url),
        webhook_secret=options.webhook_secret,
        items=options.items,
        seed=options.seed,
        switches=switches,
    )
    serve(build_app(config), options.host, options.port)


def _wallet(text: str) -> tuple[str, Decimal]:
    currency, _, money = text.partition("=")
    if currency not in CURRENCIES:
        raise argparse.ArgumentTypeError(f"not a currency of the sandbox: {currency!r}")
    return currency, amount(money)


def _parser() -> argparse.ArgumentParser:
    usual = OctopusConfig()
    parser = argparse.ArgumentParser(prog="python -m bot.sandbox.octopus", description=__doc__)
    add_common_options(parser, items=usual.items, seed=usual.seed, webhook_secret=usual.webhook_secret)
    parser.add_argument("--api-key", default=usual.api_key)
    parser.add_argument("--api-secret", default=usual.api_secret)
    parser.add_argument(
        "--wallet", action="append", default=[], type=_wallet, metavar="CURRENCY=AMOUNT",
        help="may be repeated, at most once for a currency; USD=5000 and EUR=3000 if none is named",
    )  # fmt: skip
    return parser


if __name__ == "__main__":
    main()
