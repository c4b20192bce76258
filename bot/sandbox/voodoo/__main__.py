"""``python -m bot.sandbox.voodoo``: the local Voodoo Center as its own process."""

import argparse

import msgspec

from bot.sandbox.serving import serve
from bot.sandbox.shop.launching import add_common_options, amount, moved
from bot.sandbox.voodoo.app import build_app
from bot.sandbox.voodoo.config import VoodooConfig
from bot.sandbox.voodoo.switches import Switches


def main() -> None:
    """Serve until told to stop; prints one JSON line with the URL once it listens."""
    parser = _parser()
    options = parser.parse_args()
    try:
        switches = moved(Switches(), options.switch)
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


def _parser() -> argparse.ArgumentParser:
    usual = VoodooConfig()
    parser = argparse.ArgumentParser(prog="python -m bot.sandbox.voodoo", description=__doc__)
    add_common_options(parser, items=usual.items, seed=usual.seed, webhook_secret=usual.webhook_secret)
    parser.add_argument("--api-key", default=usual.api_key)
    parser.add_argument("--client-id", default=usual.client_id, help="names the personal catalog")
    parser.add_argument("--balance", type=amount, default=usual.balance, help="in major units")
    return parser


if __name__ == "__main__":
    main()
