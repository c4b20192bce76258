"""What a local Octopus Cards is started with."""

from dataclasses import dataclass, field
from decimal import Decimal

from bot.sandbox.octopus.switches import Switches
from bot.sandbox.shop.clock import Clock, utc_now

WALLETS = (("USD", Decimal(5000)), ("EUR", Decimal(3000)))


@dataclass(frozen=True, slots=True)
class OctopusConfig:
    """One client account and its settings; ``wallets`` are currencies with major units, in the order of their ids."""

    api_key: str = "oc_demo"
    api_secret: str = field(default="oc_demo_secret", repr=False)
    client_id: int = 42
    wallets: tuple[tuple[str, Decimal], ...] = WALLETS
    webhook_urls: tuple[str, ...] = ()
    webhook_secret: str = field(default="demo-webhook-secret", repr=False)
    items: int = 300
    seed: int = 7
    switches: Switches = field(default_factory=Switches)
    clock: Clock = utc_now
