"""Every setting, read once from the environment or ``.env``; no other module reads the environment."""

import os
from collections.abc import Sequence
from datetime import time
from decimal import Decimal
from pathlib import Path
from typing import Literal, Self
from zoneinfo import ZoneInfo

from pydantic import Field, ValidationError, model_validator
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.forms import (
    BotToken,
    CatalogSource,
    Currency,
    DatabaseUrl,
    FernetKeys,
    Limits,
    OperatorChat,
    PublicUrl,
    Renamed,
    Seconds,
    Secret,
    Secrets,
    TelegramIds,
    TimeOfDay,
    Url,
    VoodooKey,
    ZoneName,
)


class SettingsInvalid(Exception):
    """Some settings are missing or malformed; ``problems`` has one line for each, without any secret."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)


class Settings(BaseSettings):
    """What an operator can set. Secrets are ``SecretStr``: their ``repr`` shows stars."""

    model_config = SettingsConfigDict(env_file=".env", env_ignore_empty=True, extra="ignore", frozen=True)

    bot_token: BotToken = Field(description="Telegram bot token, from @BotFather")
    bot_api_url: Url = Field("https://api.telegram.org", description="Bot API server")
    admin_ids: TelegramIds = Field(description="Telegram user ids of the operators, separated by commas")
    admin_chat_id: OperatorChat | None = Field(
        None, description="Chat, and `:topic`, for operator notices; without it every admin is told in private"
    )
    database_url: DatabaseUrl = Field("sqlite:///var/orderline.db", description="Where orders are kept")
    data_dir: Path = Field(Path("var"), description="Folder of the catalog snapshots and the default database")
    secret_keys: FernetKeys = Field(
        (), description="Keys that encrypt codes at rest: the first encrypts, all decrypt. `orderline keys` prints one"
    )
    currency: Currency = Field(
        "USD", description="The shop's currency; once resellers have been charged in it, another one is refused"
    )
    public_url: PublicUrl | None = Field(
        None, description="https address of this deployment: with it Telegram pushes, without it the bot asks"
    )
    web_host: str = Field("127.0.0.1", description="Address the web server listens on")
    web_port: int = Field(8080, ge=0, le=65_535, description="Port the web server listens on; 0 picks a free one")
    voodoo_api_key: VoodooKey | None = Field(
        None, description="Voodoo Center key (`ak_...`); the supplier is off without it"
    )
    voodoo_api_url: Url = Field("https://api.voodoo.center", description="Voodoo Center API")
    voodoo_webhook_secrets: Secrets = Field((), description="Webhook secrets separated by commas: current, previous")
    voodoo_catalog: CatalogSource = Field(
        "https://downloads.voodoo.center/catalog.lmdb.zst", description="Catalog export, a URL or a path"
    )
    voodoo_client_id: str | None = Field(
        None, pattern=r"^[A-Za-z0-9_-]{1,100}$", description="With it the personal catalog is tried first"
    )
    voodoo_catalog_fields: Renamed = Field(
        default_factory=dict[str, str],
        description='JSON object of other record field names, such as `{"name": "title"}`',
    )
    octopus_api_key: Secret | None = Field(None, description="Octopus Cards API key; the supplier is off without it")
    octopus_api_secret: Secret | None = Field(None, description="Octopus Cards API secret, which belongs to the key")
    octopus_api_url: Url = Field("https://api.octopuscards.io", description="Octopus Cards API")
    octopus_webhook_secrets: Secrets = Field((), description="Webhook secrets separated by commas: current, previous")
    octopus_wallet_id: int | None = Field(
        None, gt=0, description="Wallet that pays for everything; without it the one in each product's currency pays"
    )
    default_language: Literal["en", "ru"] = Field("en", description="Language for people whose own is not spoken")
    follow_after: Seconds | None = Field(
        None, description="Seconds until an accepted order is first looked up; 15, or 3 without a webhook secret"
    )
    unconfirmed_alert_after: Seconds = Field(
        120, description="Seconds after which an order of unknown outcome is shown to the operators"
    )
    find_for: Seconds = Field(
        90,
        description="Seconds during which a supplier is asked for an order of unknown outcome before it is sent again",
    )
    place_within: Seconds = Field(
        900, description="Seconds during which an order that could not be sent is tried again before it is given up"
    )
    low_balance: Decimal = Field(
        Decimal(100), ge=0, description="Operators are told when a supplier account holds less than this"
    )
    low_balances: Limits = Field(
        default_factory=dict[str, Decimal],
        description='JSON object of other limits for single accounts, such as `{"octopus:2": 50}`',
    )
    orders_per_minute: int = Field(
        20, ge=1, description="Orders a minute that one person may make for a reseller, unless its own limit differs"
    )
    spend_per_day: Decimal | None = Field(
        None, gt=0, description="What a reseller's orders of one UTC day may cost it, unless its own limit differs"
    )
    largest_order: Decimal | None = Field(
        None, gt=0, description="What one order may cost a reseller, unless its own limit differs"
    )
    reseller_low_balance: Decimal = Field(
        Decimal(10),
        ge=0,
        description="Less than this left to order for is told to a reseller's owners and the operators, unless its own "
        "limit differs; 0 tells nobody",
    )
    summary_at: TimeOfDay = Field(
        time(9), description="Time of day at which the operators are told what the day before brought; `off` for never"
    )
    time_zone: ZoneName = Field(
        "UTC", description="IANA time zone of `SUMMARY_AT` and of the days in reports, such as `Europe/Berlin`"
    )
    catalog_refresh_minutes: float = Field(30, ge=0.01, le=1440, description="Minutes between catalog refreshes")
    catalog_max_drop: Decimal = Field(
        Decimal("0.5"), gt=0, le=1, description="A catalog that lost more than this share of its items is refused"
    )
    invite_hours: float = Field(72, gt=0, le=8760, description="Hours after which an unused invite link expires")
    draft_hours: float = Field(24, gt=0, le=720, description="Hours after which an unfinished order is forgotten")
    retention_days: int = Field(30, ge=1, description="Days that handled updates, events and deliveries are kept")
    protect_content: bool = Field(False, description="Forbid forwarding and saving of messages with codes")
    log_level: Literal["debug", "info", "warning", "error"] = Field("info", description="Least severe level logged")
    log_format: Literal["auto", "console", "json"] = Field(
        "auto", description="`auto` prints for people on a terminal and JSON elsewhere"
    )

    @model_validator(mode="after")
    def _paired(self) -> Self:
        if (self.octopus_api_key is None) != (self.octopus_api_secret is None):
            missing, present = ("KEY", "SECRET") if self.octopus_api_key is None else ("SECRET", "KEY")
            raise ValueError(f"OCTOPUS_API_{missing}: is required, because OCTOPUS_API_{present} is set")
        return self

    def secrets(self) -> tuple[str, ...]:
        """Every secret in clear, for the log to keep out of its lines."""
        single = (self.bot_token, self.voodoo_api_key, self.octopus_api_key, self.octopus_api_secret)
        several = (*self.secret_keys, *self.voodoo_webhook_secrets, *self.octopus_webhook_secrets)
        return tuple(secret.get_secret_value() for secret in (*single, *several) if secret)

    @property
    def store_url(self) -> str:
        """Where orders are kept: ``DATABASE_URL`` when it was set, else a file in ``DATA_DIR``."""
        if "database_url" in self.model_fields_set:
            return self.database_url
        return f"sqlite:///{self.data_dir / 'orderline.db'}"

    @property
    def zone(self) -> ZoneInfo:
        """The time zone in which the operator's days begin and end."""
        return ZoneInfo(self.time_zone)

    @property
    def operator_chats(self) -> tuple[tuple[int, int | None], ...]:
        """Where operator notices go: chats with their topics."""
        if self.admin_chat_id is None:
            return tuple((admin, None) for admin in self.admin_ids)
        chat, _, topic = self.admin_chat_id.partition(":")
        return ((int(chat), int(topic) if topic else None),)

    @property
    def operator_chat_ids(self) -> frozenset[int]:
        """The same chats without their topics."""
        return frozenset(chat_id for chat_id, _ in self.operator_chats)


def load_settings(*, env_file: str | None = ".env") -> Settings:
    """Read the settings; raises ``SettingsInvalid`` with one line for each problem."""
    try:
        return Settings(_env_file=env_file)  # pyright: ignore[reportCallIssue]  # values come from the environment
    except ValidationError as error:
        raise SettingsInvalid([_line(problem) for problem in error.errors(include_input=False)]) from None
    except OSError as error:
        raise SettingsInvalid([f"{env_file} cannot be read: {error.strerror}"]) from None
    except UnicodeDecodeError:
        raise SettingsInvalid([f"{env_file} is not a text file in UTF-8"]) from None


def environment_of_others() -> dict[str, str]:
    """The environment without our settings, for a process that is given its own."""
    return {name: value for name, value in os.environ.items() if name.lower() not in Settings.model_fields}


def _line(problem: ErrorDetails) -> str:
    """One problem as ``NAME: what is wrong``, without the value: it may be a secret."""
    if not problem["loc"]:  # settings that do not go together: the sentence names them
        return problem["msg"].removeprefix("Value error, ")
    name = str(problem["loc"][0]).upper()
    if problem["type"] == "missing":
        return f"{name}: is required and not set"
    return f"{name}: {problem['msg'].removeprefix('Value error, ')}"
