"""What a local Telegram is started with."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

DEFAULT_TOKEN = "1234567890:orderline-local-telegram-demo-token"  # noqa: S105 -- opens nothing but this sandbox


def utc_now() -> datetime:
    """Return the current time, aware and in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class SandboxConfig:
    """Everything that can be chosen at start; ``clock`` lets tests move time."""

    token: str = DEFAULT_TOKEN
    admin_id: int = 1001
    bot_username: str = "orderline_demo_bot"
    bot_name: str = "Orderline"
    query_lifetime: float = 15.0
    """Seconds in which a callback query can be answered."""
    rate_limits: bool = False
    webhook_retry: float = 0.5
    """Seconds before the first repeat of a failed webhook push; doubles up to 30."""
    suppliers: Mapping[str, str] = field(default_factory=dict[str, str])
    """Control URLs of supplier sandboxes, by name, shown in the panel."""
    panel_only: bool = False
    """Serve the page with the supplier panel alone, for a demo on the real Telegram."""
    messages_kept: int = 400
    updates_kept: int = 5_000
    calls_kept: int = 2_000
    files_kept: int = 200
    clock: Callable[[], datetime] = utc_now

    @property
    def bot_id(self) -> int:
        """The part of the token before the colon."""
        return int(self.token.partition(":")[0])
