"""The command line: run, check, demo, catalog, backup, keys."""

import os
import sys
from asyncio import Runner
from collections.abc import Coroutine
from pathlib import Path
from typing import Annotated, Any, NoReturn, TypeVar

import structlog
import typer
import uvloop
from cryptography.fernet import Fernet
from rich.console import Console

from bot import catalog_commands
from bot.checking import Grade, findings
from bot.lifecycle import Stopped, run_bot
from bot.log import catch_strays, configure_logging
from bot.sandbox.demo import DemoChoices, DemoFailed, run_demo
from bot.sandbox.process import ServerDidNotStart
from bot.settings import Settings, SettingsInvalid, environment_of_others, load_settings
from storage import resealing
from storage.crypto import BadKey, Vault
from storage.database import SqliteFile
from storage.errors import StoreError

T = TypeVar("T")

# Whoever reads a line from a pipe wants it whole, not folded at 80 columns.
screen = Console(highlight=False, emoji=False, soft_wrap=True)
complaints = Console(stderr=True, highlight=False, emoji=False, soft_wrap=True)
log = structlog.get_logger()

cli = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Orderline: digital goods, ordered in Telegram.",
)
catalog_cli = typer.Typer(no_args_is_help=True, help="The supplier catalogs.")
cli.add_typer(catalog_cli, name="catalog")

OWNER_ALONE = 0o077
"""The umask: whatever is written, by libraries and child processes too, is nobody else's to read."""

MARKS = {Grade.GOOD: "[green]✓[/]", Grade.NOTE: "[yellow]·[/]", Grade.WRONG: "[red]✗[/]"}


def main() -> None:
    """The console script."""
    os.umask(OWNER_ALONE)
    configure_logging("error", "auto")
    catch_strays()
    try:
        cli()
    except Exception:  # the process's edge: the log hides secrets, a bare traceback would not
        log.exception("orderline ended by a failure that nobody foresaw; please report it")
        sys.exit(1)


@cli.command()
def run() -> None:
    """Run the bot until it is told to stop."""
    settings = settings_or_exit(quiet=False)
    if not settings.secret_keys:
        fail("SECRET_KEYS: is required and not set; `orderline keys` prints one")
    try:
        run_async(run_bot(settings))
    except Stopped as reason:
        fail(str(reason))


@cli.command()
def check() -> None:
    """Try every setting against the outside; exits with 1 when something is wrong."""
    settings = settings_or_exit()
    wrong = run_async(_checked(settings))
    raise typer.Exit(1 if wrong else 0)


async def _checked(settings: Settings) -> int:
    wrong = 0
    async for finding in findings(settings):
        screen.print(f"{MARKS[finding.grade]} [bold]{finding.setting}[/]  ", end="")
        screen.print(finding.sentence, markup=False)
        wrong += finding.grade is Grade.WRONG
    return wrong


@cli.command()
def demo(
    port: Annotated[
        int, typer.Option(min=0, max=65_535, help="Port of the page; another free one is taken if it is in use.")
    ] = 8090,
    items: Annotated[int, typer.Option(min=100, max=200_000, help="Size of the invented catalog.")] = 3000,
    empty: Annotated[bool, typer.Option("--empty", help="Begin without resellers and their past orders.")] = False,
    chosen: Annotated[
        list[str] | None,
        typer.Option(
            "--set", metavar="NAME=VALUE", help="A setting of the bot, such as INVITE_HOURS=1; may be repeated."
        ),
    ] = None,
) -> None:
    """Try the whole shop on this machine; with BOT_TOKEN and ADMIN_IDS set, in your real Telegram."""
    choices = DemoChoices(
        port=port,
        items=items,
        empty=empty,
        bot_token=os.environ.get("BOT_TOKEN"),
        admin_ids=os.environ.get("ADMIN_IDS"),
        log_level=os.environ.get("LOG_LEVEL", "warning"),
        environment=environment_of_others(),
        settings=dict(_named(setting) for setting in chosen or ()),
    )
    try:
        run_async(run_demo(choices))
    except (DemoFailed, ServerDidNotStart) as reason:
        fail(str(reason))


def _named(setting: str) -> tuple[str, str]:
    name, sign, value = setting.partition("=")
    if not sign:
        raise typer.BadParameter(f"{setting}: write it as NAME=VALUE", param_hint="--set")
    if name.lower() not in Settings.model_fields:
        raise typer.BadParameter(f"{name} is no setting; the README lists them all", param_hint="--set")
    return name.upper(), value


@cli.command()
def backup(path: Annotated[Path, typer.Argument(help="The file to write.")]) -> None:
    """Copy the database consistently, while the bot runs or not."""
    settings = settings_or_exit()
    try:
        file = SqliteFile.from_url(settings.store_url)
        file.copy_to(path)
    except (StoreError, OSError) as error:
        fail(f"no backup was made: {error}")
    screen.print(f"The database was copied to {path}.", markup=False)


@cli.command()
def keys() -> None:
    """Print a new key for SECRET_KEYS."""
    typer.echo(Fernet.generate_key().decode())


@cli.command()
def reseal() -> None:
    """Encrypt everything anew with the first of SECRET_KEYS, while the bot runs or not, so that older ones can go."""
    settings = settings_or_exit()
    try:
        vault = Vault([key.get_secret_value() for key in settings.secret_keys])
        done = resealing.reseal(SqliteFile.from_url(settings.store_url), vault)
    except (StoreError, BadKey) as error:
        fail(f"stopped: {error}; what is done stays done, and the command can be run again")
    screen.print(f"{done.seen} values, {done.anew} of them encrypted anew with the first key.", markup=False)
    if done.unreadable:
        fail(f"{done.unreadable} values are opened by none of SECRET_KEYS; put the key of that time behind the others")
    screen.print("No other key is needed, once the bot itself has been started with this first key.", markup=False)


@catalog_cli.command("import")
def import_catalog(
    source: Annotated[str, typer.Argument(help="A path or URL: .lmdb.zst, .jsonl, .gz, .zst.")],
    supplier: Annotated[
        str | None, typer.Option(help="Whose catalog it is; the first supplier that is switched on if not said.")
    ] = None,
) -> None:
    """Read a catalog now, into the snapshot that the bot uses."""
    settings = settings_or_exit()
    try:
        sentence = run_async(catalog_commands.import_from(settings, source, supplier))
    except catalog_commands.CatalogCommandFailed as reason:
        fail(str(reason))
    screen.print(sentence, markup=False)


@catalog_cli.command("show")
def show_item(
    item: Annotated[str, typer.Argument(metavar="ID", help="An item's id, such as 4090 or octopus:123.")],
) -> None:
    """Show one item as the bot sees it."""
    settings = settings_or_exit()
    try:
        lines = run_async(catalog_commands.describe(settings, item))
    except catalog_commands.CatalogCommandFailed as reason:
        fail(str(reason))
    for line in lines:
        screen.print(line, markup=False)


def run_async(work: Coroutine[Any, Any, T]) -> T:
    """Run on uvloop, which serves HTTP and timers with less of the processor."""
    with Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(work)


def settings_or_exit(*, quiet: bool = True) -> Settings:
    """The settings, with logging configured by them; a problem ends the command, one line each.

    ``quiet`` is for commands whose own words say what the log would.
    """
    try:
        settings = load_settings()
    except SettingsInvalid as error:
        fail(*error.problems)
    configure_logging("error" if quiet else settings.log_level, settings.log_format, settings.secrets())
    return settings


def fail(*lines: str) -> NoReturn:
    """Say on stderr what is wrong and exit with 1."""
    for line in lines:
        complaints.print(line, markup=False, style="red")
    raise typer.Exit(1)
