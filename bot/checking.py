"""``orderline check``: every setting tried against the outside, one line for each."""

import stat
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from telegram.error import InvalidToken, TelegramError
from telegram.ext import ExtBot

from bot.catalog.reports import CatalogError
from bot.catalog.service import Catalog
from bot.configuration import NO_SUPPLIER, CannotBuild, catalog_policy, check_currency, supplier_configs
from bot.delivery.bot import open_bot
from bot.settings import Settings
from bot.suppliers.errors import SupplierError
from bot.suppliers.outcomes import Balance
from bot.suppliers.protocol import Supplier
from bot.suppliers.registry import build_suppliers, never_recorded
from storage.crypto import Vault
from storage.errors import StoreBusy, StoreError
from storage.records.queues import Priority
from storage.store import Store


class Grade(StrEnum):
    """How a check came out; only ``WRONG`` keeps the bot from working."""

    GOOD = "ok"
    NOTE = "note"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line: which setting, how it is, and what to do where something is wrong."""

    setting: str
    grade: Grade
    sentence: str


async def findings(settings: Settings) -> AsyncIterator[Finding]:
    """Try everything, cheapest first; never raises for what the outside does, and changes nothing there."""
    yield _keys(settings)
    if (readable := _env_file(Path(".env"))) is not None:
        yield readable
    yield await _database(settings)
    async for finding in _telegram(settings):
        yield finding
    yield _public_url(settings)
    async for finding in _suppliers(settings):
        yield finding


def _good(setting: str, sentence: str) -> Finding:
    return Finding(setting, Grade.GOOD, sentence)


def _note(setting: str, sentence: str) -> Finding:
    return Finding(setting, Grade.NOTE, sentence)


def _wrong(setting: str, sentence: str) -> Finding:
    return Finding(setting, Grade.WRONG, sentence)


def _refused(reason: CannotBuild) -> Finding:
    setting, _, sentence = str(reason).partition(": ")
    return _wrong(setting, sentence)


def _keys(settings: Settings) -> Finding:
    count = len(settings.secret_keys)
    if not count:
        return _wrong("SECRET_KEYS", "is not set; `orderline keys` prints one, and run needs it")
    return _good("SECRET_KEYS", f"{count} key{'s' if count > 1 else ''}; keep a copy away from the database")


def _env_file(file: Path) -> Finding | None:
    """Whether others can read the secrets; there need be no such file."""
    try:
        mode = file.stat().st_mode
    except OSError:
        return None
    if mode & (stat.S_IRWXG | stat.S_IRWXO):
        return _note(".env", "can be read by other users of this machine; chmod 600 .env")
    return _good(".env", "is yours alone")


async def _database(settings: Settings) -> Finding:
    if not settings.secret_keys:
        return _note("DATABASE_URL", "not tried, because SECRET_KEYS is missing")
    vault = Vault([key.get_secret_value() for key in settings.secret_keys])
    try:
        store = await Store.open(settings.store_url, vault)
    except StoreBusy:
        return _note("DATABASE_URL", "in use, so the bot is already running on it")
    except StoreError as error:
        return _wrong("DATABASE_URL", str(error))
    try:
        await check_currency(store, settings.currency)
        if await store.healthy():
            return _good("DATABASE_URL", "can be written")
        return _wrong("DATABASE_URL", "cannot be written; look at the disk and at the folder's owner")
    except CannotBuild as reason:
        return _refused(reason)
    finally:
        await store.close()


async def _telegram(settings: Settings) -> AsyncIterator[Finding]:
    bot = open_bot(settings.bot_token.get_secret_value(), settings.bot_api_url)
    try:
        await bot.initialize()
        yield _good("BOT_TOKEN", f"belongs to @{bot.username}")
        for chat_id, _topic in settings.operator_chats:
            yield await _operator_chat(settings, bot, chat_id)
    except InvalidToken:
        yield _wrong("BOT_TOKEN", "Telegram does not know it; copy it again from @BotFather")
    except TelegramError as error:
        yield _wrong("BOT_API_URL", f"Telegram is not reached: {error.message}")
    finally:
        await bot.shutdown()


async def _operator_chat(settings: Settings, bot: ExtBot[Priority], chat_id: int) -> Finding:
    name = "ADMIN_CHAT_ID" if settings.admin_chat_id else "ADMIN_IDS"
    try:
        chat = await bot.get_chat(chat_id)
    except TelegramError as error:
        advice = "add the bot to that group" if settings.admin_chat_id else "open the bot there and press Start"
        return _note(name, f"{chat_id} does not get notices yet ({error.message}); {advice}")
    return _good(name, f"notices go to {chat.effective_name or chat_id}")


def _public_url(settings: Settings) -> Finding:
    if settings.public_url is None:
        return _note("PUBLIC_URL", "is not set: the bot asks Telegram for updates, and nothing needs to reach it")
    return _good("PUBLIC_URL", f"Telegram will push to {settings.public_url}/telegram")


async def _suppliers(settings: Settings) -> AsyncIterator[Finding]:
    try:
        configs = supplier_configs(settings)
    except CannotBuild as reason:
        yield _refused(reason)
        return
    if not configs:
        yield _wrong("VOODOO_API_KEY", f"{NO_SUPPLIER}, so there is nothing to sell")
        return
    async with AsyncExitStack() as stack:
        suppliers = build_suppliers(configs, never_recorded)
        accounts: set[str] = set()
        for supplier in suppliers.values():
            stack.push_async_callback(supplier.close)
            async for finding in _supplier(settings, supplier, accounts):
                yield finding
        for account in settings.low_balances.keys() - accounts:
            yield _note("LOW_BALANCES", f"{account} is no account that a supplier answers for")


async def _supplier(settings: Settings, supplier: Supplier, accounts: set[str]) -> AsyncIterator[Finding]:
    """Try one supplier; ``accounts`` takes the names of those it answers for."""
    key = f"{supplier.name.upper()}_API_KEY"
    refusal = ""
    try:
        balances = await supplier.balances()
    except SupplierError as error:
        refusal = str(error)
        yield _wrong(key, refusal)
    else:
        accounts.update(f"{supplier.name}:{balance.account}" for balance in balances)
        yield _good(key, f"{supplier.title} answers; {_held(balances)}")
        async for finding in _wallet(settings, supplier, balances):
            yield finding
    yield _webhook(supplier)
    catalog = await _catalog(settings, supplier)
    if catalog.sentence != refusal:  # where the same sign-in leads to the catalog, one line says it
        yield catalog


def _held(balances: Sequence[Balance]) -> str:
    match balances:
        case []:
            return "the account has no wallet yet"
        case [balance]:
            return f"the account holds {balance.amount} {balance.currency}"
        case _:
            wallets = (f"{balance.amount} {balance.currency} (wallet {balance.account})" for balance in balances)
            return f"the account holds {', '.join(wallets)}"


async def _wallet(settings: Settings, supplier: Supplier, balances: Sequence[Balance]) -> AsyncIterator[Finding]:
    """Whether the wallet that is to pay is one of the account's; the setting is named after its supplier."""
    setting = f"{supplier.name.upper()}_WALLET_ID"
    chosen: object = getattr(settings, setting.lower(), None)
    if chosen is None:
        return
    paying = next((balance for balance in balances if balance.account == str(chosen)), None)
    if paying is not None:
        yield _good(setting, f"the {paying.currency} wallet {chosen} pays for everything")
        return
    there = ", ".join(f"{balance.account} ({balance.currency})" for balance in balances)
    yield _wrong(setting, f"the account has no wallet {chosen}; it has {there or 'none yet'}")


def _webhook(supplier: Supplier) -> Finding:
    setting = f"{supplier.name.upper()}_WEBHOOK_SECRETS"
    if supplier.pushes:
        return _good(setting, f"results are taken at /webhooks/{supplier.name}")
    return _note(setting, "is not set: results are asked for instead of pushed, a few seconds later")


def _where_the_catalog_is(supplier: Supplier) -> str:
    """The setting that says it: one of its own, or the API's address for a supplier that serves it there."""
    own = f"{supplier.name.upper()}_CATALOG"
    return own if own.lower() in Settings.model_fields else f"{supplier.name.upper()}_API_URL"


async def _catalog(settings: Settings, supplier: Supplier) -> Finding:
    """Import the catalog into a folder that is thrown away: a check must not change what the bot sells."""
    setting = _where_the_catalog_is(supplier)
    with tempfile.TemporaryDirectory(prefix="orderline-check-") as folder:
        gather = {supplier.name: supplier.gather}
        catalog = Catalog([supplier.feed()], Path(folder), catalog_policy(settings), gather=gather)
        try:
            report = await catalog.refresh()
        except CatalogError as error:
            return _wrong(setting, error.reason)
        finally:
            await catalog.close()
    skipped = sum(feed.bad_records for feed in report.feeds)
    return _good(setting, f"{report.items} items" + (f", {skipped} records skipped" if skipped else ""))
