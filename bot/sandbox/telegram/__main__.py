"""``python -m bot.sandbox.telegram``: the local Telegram as its own process."""

import asyncio
import json
import sys
from typing import Annotated

import typer

from bot.sandbox.telegram.config import DEFAULT_TOKEN, SandboxConfig
from bot.sandbox.telegram.hub import LocalTelegram
from bot.sandbox.telegram.server import SandboxServer, listen, url_of


def parse_suppliers(pairs: list[str]) -> dict[str, str]:
    """Read ``name=url`` pairs; raises ``BadParameter`` for anything else."""
    suppliers: dict[str, str] = {}
    for pair in pairs:
        name, found, url = pair.partition("=")
        if not found or not name or not url.startswith(("http://", "https://")):
            raise typer.BadParameter(f"{pair!r} is not name=http://...", param_hint="--supplier")
        suppliers[name] = url
    return suppliers


def main(
    host: Annotated[str, typer.Option(help="Where to listen.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="0 picks a free port.")] = 0,
    token: Annotated[str, typer.Option(help="The bot's token.", envvar="BOT_TOKEN")] = DEFAULT_TOKEN,
    admin_id: Annotated[int, typer.Option(help="Telegram user id of the admin.")] = 1001,
    supplier: Annotated[list[str] | None, typer.Option(help="name=URL of a supplier sandbox.")] = None,
    rate_limits: Annotated[bool, typer.Option(help="Enforce Telegram's sending limits.")] = False,
    panel_only: Annotated[bool, typer.Option(help="Serve the supplier panel alone.")] = False,
    keep: Annotated[int, typer.Option(help="How many times the usual number of messages and files to keep.")] = 1,
) -> None:
    """Run a local Telegram and its chat page until SIGTERM; the first line on stdout is {"url": ...}."""
    usual = SandboxConfig()
    config = SandboxConfig(
        token=token,
        admin_id=admin_id,
        suppliers=parse_suppliers(supplier or []),
        rate_limits=rate_limits,
        panel_only=panel_only,
        messages_kept=usual.messages_kept * keep,
        files_kept=usual.files_kept * keep,
    )
    with listen(host, port) as listening:
        sys.stdout.write(json.dumps({"url": url_of(listening)}) + "\n")
        sys.stdout.flush()
        server = SandboxServer(LocalTelegram(config), owns_process=True)
        asyncio.run(server.serve([listening]))


if __name__ == "__main__":
    typer.run(main)
