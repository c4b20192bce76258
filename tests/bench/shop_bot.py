"""The bot as operators run it, except that nothing paces what it sends: ``python -m tests.bench.shop_bot``."""

from bot.delivery.pacing import Pace
from bot.delivery.windows import Rate
from bot.lifecycle import run_bot
from bot.log import configure_logging
from bot.settings import Settings
from tests.bench.meter import configuration
from tests.bench.serving import runner

PLENTY = Rate(100_000, 1)
UNHURRIED = Pace(per_chat=PLENTY, per_group=PLENTY, overall=PLENTY)
"""Telegram's rates would be what is measured; everything else of the pacing stays."""


def main() -> None:
    """Run until stopped."""
    settings = Settings(_env_file=None, **configuration())  # pyright: ignore[reportCallIssue] - pydantic-settings' own
    configure_logging(settings.log_level, "json", settings.secrets())
    with runner() as running:
        running.run(run_bot(settings, UNHURRIED))


if __name__ == "__main__":
    main()
