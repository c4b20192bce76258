"""The forms that settings are written in; what breaks one is told in one sentence, without the value."""

import re
from datetime import time
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel.numbers import is_currency
from cryptography.fernet import Fernet
from pydantic import AfterValidator, BeforeValidator, Field, SecretStr
from pydantic_core import from_json
from pydantic_settings import NoDecode

from bot.suppliers.feeds import is_url

MAX_CHAT_ID: Final = 2**52
"""Telegram ids have at most 52 significant bits (Bot API, Chat.id)."""

ACCOUNT: Final = re.compile(r"[a-z]+:\S+")
"""How one account of a supplier is named: ``supplier:account``."""

TIME_OF_DAY: Final = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9])")


def _split(value: object) -> object:
    """Turn ``a, b`` into its parts; anything but text passes through."""
    if isinstance(value, str):
        return [part.strip() for part in value.split(",") if part.strip()]
    return value


def _decoded(value: object) -> object:
    """Read text as JSON; anything else passes through."""
    if not isinstance(value, str):
        return value
    try:
        return from_json(value)
    except ValueError as error:
        raise ValueError(f"is not JSON: {error}") from None


def _checked_key(key: SecretStr) -> SecretStr:
    try:
        Fernet(key.get_secret_value())
    except ValueError:
        raise ValueError("not a Fernet key; 'orderline keys' prints one") from None
    return key


def _checked_currency(code: str) -> str:
    if not is_currency(code):
        raise ValueError("not a currency code such as USD")
    return code


def _checked_url(url: str) -> str:
    if not url.startswith(("http://", "https://")):
        raise ValueError("must begin with https:// (or http:// on this machine)")
    return url.rstrip("/")


def _checked_public_url(url: str) -> str:
    if not url.startswith("https://") and not url.startswith(("http://127.0.0.1", "http://localhost")):
        raise ValueError("must begin with https:// because Telegram and suppliers call it")
    return url.rstrip("/")


def _checked_token(token: SecretStr) -> SecretStr:
    number, colon, secret = token.get_secret_value().partition(":")
    if not (number.isdecimal() and colon and len(secret) >= 16):
        raise ValueError("does not look like 123456789:AA...; copy it from @BotFather")
    return token


def _checked_voodoo_key(key: SecretStr) -> SecretStr:
    if not key.get_secret_value().startswith("ak_"):
        raise ValueError("Voodoo Center keys begin with ak_")
    return key


def _checked_database(url: str) -> str:
    if not url.startswith("sqlite:///"):
        raise ValueError("must begin with sqlite:///, this version keeps its data in SQLite")
    return url


def _checked_operator_chat(value: str) -> str:
    chat, _, topic = value.partition(":")
    if not chat.lstrip("-").isdecimal() or abs(int(chat)) >= MAX_CHAT_ID or (":" in value and not topic.isdecimal()):
        raise ValueError("must be a chat id, or a chat id and a topic such as -1001234567890:7")
    return value


def _checked_catalog(source: str) -> str:
    """A relative path is meant from here; elsewhere it would be looked for among the snapshots."""
    return source if is_url(source) else str(Path(source).absolute())


def _checked_account(name: str) -> str:
    if not ACCOUNT.fullmatch(name):
        raise ValueError("names accounts as supplier:account, such as octopus:2")
    return name


def _time_of_day(value: object) -> object:
    """Read ``9:00``; ``off`` is no time. Anything but text passes through."""
    if not isinstance(value, str):
        return value
    if value.strip().lower() == "off":
        return None
    found = TIME_OF_DAY.fullmatch(value.strip())
    if found is None:
        raise ValueError("must be a time of day such as 09:00, or off")
    return time(int(found[1]), int(found[2]))


def _checked_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        # From None: the library's errors name paths of this machine.
        raise ValueError("not a time zone such as Europe/Berlin (IANA)") from None
    return name


TelegramId = Annotated[int, Field(gt=0, lt=MAX_CHAT_ID)]
TelegramIds = Annotated[tuple[TelegramId, ...], NoDecode, BeforeValidator(_split), Field(min_length=1)]
BotToken = Annotated[SecretStr, AfterValidator(_checked_token)]
OperatorChat = Annotated[str, AfterValidator(_checked_operator_chat)]
FernetKey = Annotated[SecretStr, AfterValidator(_checked_key)]
FernetKeys = Annotated[tuple[FernetKey, ...], NoDecode, BeforeValidator(_split)]
VoodooKey = Annotated[SecretStr, AfterValidator(_checked_voodoo_key)]
Secret = Annotated[SecretStr, Field(min_length=1)]
Secrets = Annotated[tuple[SecretStr, ...], NoDecode, BeforeValidator(_split)]
Url = Annotated[str, AfterValidator(_checked_url)]
PublicUrl = Annotated[str, AfterValidator(_checked_public_url)]
DatabaseUrl = Annotated[str, AfterValidator(_checked_database)]
CatalogSource = Annotated[str, AfterValidator(_checked_catalog)]
Renamed = Annotated[dict[str, str], NoDecode, BeforeValidator(_decoded)]
Currency = Annotated[str, AfterValidator(_checked_currency)]
Account = Annotated[str, AfterValidator(_checked_account)]
Limits = Annotated[dict[Account, Annotated[Decimal, Field(ge=0)]], NoDecode, BeforeValidator(_decoded)]
Seconds = Annotated[float, Field(gt=0, le=86_400)]
TimeOfDay = Annotated[time | None, BeforeValidator(_time_of_day)]
ZoneName = Annotated[str, AfterValidator(_checked_zone)]
