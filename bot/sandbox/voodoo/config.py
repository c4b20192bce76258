"""What a local Voodoo Center is started with."""

from dataclasses import dataclass, field
from decimal import Decimal

from bot.sandbox.shop.clock import Clock, utc_now
from bot.sandbox.voodoo.switches import Switches


@dataclass(frozen=True, slots=True)
class VoodooConfig:
    """One account and its settings; amounts are in major units, delays (in ``switches``) in seconds."""

    api_key: str = "ak_demo"
    client_id: str = "demo-client"
    email: str = "reseller@example.com"
    balance: Decimal = Decimal(5000)
    webhook_urls: tuple[str, ...] = ()
    webhook_secret: str = "demo-webhook-secret"  # noqa: S105 - of a sandbox
    items: int = 3_000
    seed: int = 7
    switches: Switches = field(default_factory=Switches)
    clock: Clock = utc_now
