"""Bad weather: what goes wrong around the bot in a storm, drawn from one seed, and the calm after it."""

import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from random import Random

from tests.drill.sky import Sky, dice
from tests.drill.supplier_weather import (
    codes_masked,
    codes_missing,
    create_fails,
    create_late,
    create_never_answered,
    odd_order,
    partly_or_not,
    reads_fail,
    slow_books,
    supplier_away,
    tokens_expired,
    too_many_requests,
    webhook_early,
    webhook_late,
    webhook_lost,
    webhook_mis_signed,
    webhook_of_another,
    webhook_repeated,
)
from tests.drill.telegram_weather import (
    bot_kicked,
    flooded_bot,
    flooded_chat,
    group_migrated,
    message_deleted,
    taps_too_old,
    telegram_away,
    telegram_reply_lost,
    telegram_slow,
    telegram_strict,
    updates_again,
)

HOUR, DAY = 3600.0, 86_400.0
Gust = Callable[[Sky, Random], bool | None]
"""Something that goes wrong; False when it could not."""


def clock_jumps(sky: Sky, chance: Random) -> None:
    """The bot's clock is wrong by an hour or a day, and right again."""
    sky.clock(chance.choice((HOUR, -HOUR, DAY)))
    sky.after(chance.uniform(1, 6), lambda: sky.clock(0))


GUSTS: Mapping[Gust, int] = {
    flooded_bot: 4,
    flooded_chat: 6,
    telegram_away: 4,
    telegram_slow: 5,
    telegram_reply_lost: 8,
    updates_again: 4,
    taps_too_old: 2,
    telegram_strict: 2,
    message_deleted: 3,
    bot_kicked: 3,
    group_migrated: 1,
    create_fails: 12,
    create_late: 5,
    create_never_answered: 2,
    too_many_requests: 6,
    reads_fail: 8,
    tokens_expired: 4,
    supplier_away: 3,
    webhook_lost: 6,
    webhook_repeated: 5,
    webhook_late: 6,
    webhook_early: 5,
    webhook_mis_signed: 3,
    webhook_of_another: 3,
    partly_or_not: 6,
    odd_order: 8,
    codes_masked: 3,
    codes_missing: 2,
    slow_books: 3,
    clock_jumps: 3,
}
"""How often each blows, beside the others."""


@dataclass(frozen=True, slots=True)
class Forecast:
    """One gust: when, in seconds since the storm began, which, and its own chances."""

    at: float
    gust: Gust
    chance: Random

    @property
    def name(self) -> str:
        """What is counted in the table."""
        return str(getattr(self.gust, "__name__")).replace("_", " ")  # noqa: B009 - a Callable need have no name


def forecast(seed: int, seconds: float, every: float) -> list[Forecast]:
    """The weather of a storm, all of it, from its seed: a gust ``every`` so many seconds on the average."""
    chance = dice(seed, "weather")
    found: list[Forecast] = []
    at = chance.expovariate(1 / every)
    while at < seconds:
        gust = chance.choices(list(GUSTS), list(GUSTS.values()))[0]
        found.append(Forecast(at, gust, dice(seed, f"gust/{len(found)}")))
        at += chance.expovariate(1 / every)
    return found


def blow(sky: Sky, gusts: list[Forecast], over: threading.Event) -> Counter[str]:
    """Let the weather happen until the storm is over; says how often each kind struck."""
    struck: Counter[str] = Counter()
    began = time.monotonic()
    waiting = list(gusts)
    while not over.is_set():
        sky.due()
        while waiting and waiting[0].at <= time.monotonic() - began:
            next_ = waiting.pop(0)
            if next_.gust(sky, next_.chance) is not False:
                struck[next_.name] += 1
        over.wait(0.05)
    return struck


def calm_down(sky: Sky) -> None:
    """End everything that goes wrong, and let what was held go on."""
    sky.end_everything()
    sky.clock(0)
    sky.world.calm()
    for supplier in (sky.world.voodoo, sky.world.octopus):
        supplier.server.post("orders/release")
    for order in sky.world.octopus.orders():
        if order["status"] == "PARTIALLY_DELIVERED":
            sky.world.octopus.settle(order["id"], "delivered")
    for group in sky.groups:
        sky.telegram("restore", chat_id=group)
