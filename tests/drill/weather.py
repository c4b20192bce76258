"""Bad weather: what goes wrong around the bot in a storm, drawn from one seed, and the calm after it."""

import heapq
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from random import Random
from typing import Any

from tests.journeys.supplier import Supplier
from tests.journeys.world import World

HOUR, DAY = 3600.0, 86_400.0
BOT_METHODS = ("sendMessage", "editMessageText", "answerCallbackQuery", "sendDocument", "getUpdates", "*")
READS = {"voodoo": ("get", "balance"), "octopus": ("lookup", "order", "read", "charges", "wallets")}
Action = Callable[[], object]
KEYS = {"voodoo": ("token",), "octopus": ("login", "refresh", "auth")}


@dataclass
class Sky:
    """Where the weather strikes. ``longest`` bounds outages, in seconds; ``skew`` is the file of the bot's clock."""

    world: World
    skew: Path
    longest: float
    groups: list[int]
    chats: list[int]
    migrating: list[int] = field(default_factory=list[int])
    later: list[tuple[float, int, Action]] = field(default_factory=list[tuple[float, int, Action]])
    _turns: Iterator[int] = field(default_factory=count)

    def after(self, seconds: float, action: Action) -> None:
        """Have something end by itself."""
        heapq.heappush(self.later, (time.monotonic() + seconds, next(self._turns), action))

    def due(self) -> None:
        """End what is due."""
        while self.later and self.later[0][0] <= time.monotonic():
            heapq.heappop(self.later)[2]()

    def end_everything(self) -> None:
        """End whatever would end by itself later."""
        while self.later:
            heapq.heappop(self.later)[2]()

    def telegram(self, kind: str, **body: object) -> bool:
        """A fault of Telegram; False when it does not apply just now."""
        response = self.world.telegram.control.post(f"/sandbox/faults/{kind}", json=body)
        return response.is_success

    def clock(self, seconds: float) -> None:
        """Let the bot's clock be wrong."""
        fresh = self.skew.with_suffix(".fresh")
        fresh.write_text(str(seconds))
        fresh.replace(self.skew)


def dice(seed: int, what: str) -> Random:
    """The chances of one part of a storm: the same for the same seed, whatever the other parts do."""
    return Random(f"{seed}/{what}")  # noqa: S311 - a storm must come again


Gust = Callable[[Sky, Random], bool | None]
"""Something that goes wrong; False when it could not."""


def flooded_bot(sky: Sky, chance: Random) -> bool:
    """429 for everything."""
    return sky.telegram("flood", seconds=chance.uniform(1, 4))


def flooded_chat(sky: Sky, chance: Random) -> bool:
    """429 for one chat."""
    return sky.telegram("flood", chat_id=chance.choice(sky.chats), seconds=chance.uniform(1, 8))


def telegram_away(sky: Sky, chance: Random) -> bool:
    """Connections that break, or an error page."""
    how = chance.choice(("drop", "status"))
    return sky.telegram("outage", how=how, seconds=chance.uniform(1, sky.longest))


def telegram_slow(sky: Sky, chance: Random) -> bool:
    """Late answers."""
    method = chance.choice(BOT_METHODS)
    return sky.telegram("slow", delay=chance.uniform(0.2, 3), seconds=chance.uniform(1, 6), method=method)


def telegram_reply_lost(sky: Sky, chance: Random) -> bool:
    """Carried out, and never answered."""
    return sky.telegram("drop-reply", method=chance.choice(BOT_METHODS), calls=chance.randint(1, 4))


def updates_again(sky: Sky, chance: Random) -> bool:
    """Confirmed updates come once more."""
    return sky.telegram("redeliver", count=chance.randint(1, 25))


def taps_too_old(sky: Sky, _chance: Random) -> bool:
    """No tap can be answered any more."""
    return sky.telegram("expire-taps")


def telegram_strict(sky: Sky, chance: Random) -> bool:
    """Telegram's own limits of how much a bot may say."""
    sky.after(chance.uniform(2, 8), lambda: sky.telegram("rate-limits", on=False))
    return sky.telegram("rate-limits", on=True)


def message_deleted(sky: Sky, chance: Random) -> bool:
    """Somebody deletes the message in which an order lives."""
    chat = chance.choice(sky.chats)
    found: Any = sky.world.telegram.get(f"chats/{chat}/messages")
    living = [one for one in found["messages"] if one["text"].startswith(("⏳", "❔")) and not one["deleted"]]
    return bool(living) and sky.telegram("delete-message", chat_id=chat, message_id=living[-1]["id"])


def bot_kicked(sky: Sky, chance: Random) -> bool:
    """The bot is put out of a group, and brought back."""
    group = chance.choice(sky.groups)
    sky.after(chance.uniform(1, 6), lambda: sky.telegram("restore", chat_id=group))
    return sky.telegram("kick", chat_id=group)


def group_migrated(sky: Sky, _chance: Random) -> bool:
    """A group becomes a supergroup, once."""
    if not sky.migrating:
        return False
    old = sky.migrating.pop()
    moved: Any = sky.world.telegram.post("faults/migrate", chat_id=old)
    for known in (sky.groups, sky.chats):
        known[:] = [moved["chat_id"] if chat == old else chat for chat in known]
    return True


def _supplier(sky: Sky, chance: Random) -> tuple[str, Supplier]:
    name = chance.choice(("voodoo", "octopus"))
    return name, sky.world.voodoo if name == "voodoo" else sky.world.octopus


def create_fails(sky: Sky, chance: Random) -> None:
    """A create is broken off, before or after it took effect."""
    _, supplier = _supplier(sky, chance)
    fate = chance.choice(("reply", "drop", "cut"))
    moment = "after" if fate == "cut" else chance.choice(("before", "after"))
    more = {"status": chance.choice((500, 502, 503, 504)), "json": chance.random() < 0.5} if fate == "reply" else {}
    supplier.fault("create", fate, moment=moment, times=chance.randint(1, 3), **more)


def create_late(sky: Sky, chance: Random) -> None:
    """A create is answered late."""
    _, supplier = _supplier(sky, chance)
    moment = chance.choice(("before", "after"))
    supplier.fault("create", "delay", moment=moment, seconds=chance.uniform(0.3, 4), times=chance.randint(1, 3))


def create_never_answered(sky: Sky, chance: Random) -> None:
    """A create that took effect, or not, hangs."""
    _, supplier = _supplier(sky, chance)
    supplier.fault("create", "hang", moment=chance.choice(("before", "after")))


def too_many_requests(sky: Sky, chance: Random) -> None:
    """429, with and without a word when to come back."""
    name, supplier = _supplier(sky, chance)
    endpoint = chance.choice(("create", *READS[name], "any"))
    when = {"retry_after": str(chance.randint(1, 4))} if chance.random() < 0.6 else {}
    supplier.fault(endpoint, "reply", status=429, times=chance.randint(1, 8), **when)


def reads_fail(sky: Sky, chance: Random) -> None:
    """Look-ups are broken off, late or never answered."""
    name, supplier = _supplier(sky, chance)
    fate = chance.choice(("reply", "drop", "cut", "delay", "hang"))
    more: dict[str, object] = {"seconds": chance.uniform(0.3, 3)} if fate == "delay" else {}
    times = 1 if fate == "hang" else chance.randint(1, 6)
    supplier.fault(chance.choice(READS[name]), fate, moment=chance.choice(("before", "after")), times=times, **more)


def tokens_expired(sky: Sky, chance: Random) -> None:
    """Tokens end before their time, and may be hard to renew."""
    name, supplier = _supplier(sky, chance)
    if name == "octopus" and chance.random() < 0.5:
        sky.world.octopus.expire_all_tokens()
    else:
        supplier.expire_tokens()
    if chance.random() < 0.4:
        supplier.fault(chance.choice(KEYS[name]), chance.choice(("reply", "drop")), times=chance.randint(1, 3))


def supplier_away(sky: Sky, chance: Random) -> None:
    """Nothing of a supplier works for a while."""
    _, supplier = _supplier(sky, chance)
    supplier.fault("any", chance.choice(("reply", "drop")), times=None)
    sky.after(chance.uniform(1, sky.longest), lambda: supplier.server.post("faults/clear"))


def webhook_lost(sky: Sky, chance: Random) -> None:
    """Webhooks never leave."""
    _supplier(sky, chance)[1].webhook_fault("lose", times=chance.randint(1, 3))


def webhook_repeated(sky: Sky, chance: Random) -> None:
    """Webhooks come again and again."""
    _supplier(sky, chance)[1].webhook_fault("repeat", value=chance.randint(1, 3), times=chance.randint(1, 3))


def webhook_late(sky: Sky, chance: Random) -> None:
    """Webhooks come late, and so overtaken by others."""
    _supplier(sky, chance)[1].webhook_fault("delay", value=chance.uniform(0.5, 5), times=chance.randint(1, 4))


def webhook_early(sky: Sky, chance: Random) -> None:
    """A webhook comes before the answer to the create that it is about."""
    _supplier(sky, chance)[1].webhook_fault("early", times=chance.randint(1, 2))


def webhook_mis_signed(sky: Sky, chance: Random) -> None:
    """Webhooks with a signature that is not the supplier's."""
    _supplier(sky, chance)[1].webhook_fault("mis-sign", times=chance.randint(1, 2))


def webhook_of_another(sky: Sky, chance: Random) -> bool:
    """A genuine webhook that names somebody else's order, and one that comes after its successor."""
    octopus = sky.world.octopus
    known = [order["id"] for order in octopus.orders()]
    octopus.webhook_fault("other order", value=chance.choice([0, *known]))
    octopus.webhook_fault("out of order")
    return True


def partly_or_not(sky: Sky, chance: Random) -> None:
    """Orders are delivered in part, not at all, or not for now."""
    name, supplier = _supplier(sky, chance)
    outcomes = ("partial", "failed", "hold") if name == "voodoo" else ("partial", "failed", "cancelled", "hold")
    normal = "completed" if name == "voodoo" else "delivered"
    supplier.switch("outcome", chance.choice(outcomes))

    def over() -> None:
        supplier.switch("outcome", normal)
        supplier.server.post("orders/release")

    sky.after(chance.uniform(0.5, 3), over)


def odd_order(sky: Sky, chance: Random) -> None:
    """One order of Octopus Cards goes a way of its own."""
    trick = chance.choice(("pending", "short", "partial", "fail", "cancel", "hold", "dearer"))
    sky.world.octopus.trick(trick)


def codes_masked(sky: Sky, chance: Random) -> None:
    """Vouchers are shown only hidden for a while, each time in another manner."""
    octopus = sky.world.octopus
    octopus.switch("mask", chance.choice(("stars", "bullets", "crosses")))
    octopus.switch("views", "always-masked")
    sky.after(chance.uniform(0.5, 2), lambda: octopus.switch("views", "first-clear"))


def codes_missing(sky: Sky, chance: Random) -> None:
    """Orders are called delivered with fewer codes than that."""
    voodoo = sky.world.voodoo
    voodoo.switch("codes_missing", 1)
    sky.after(chance.uniform(0.3, 1), lambda: voodoo.switch("codes_missing", 0))


def slow_books(sky: Sky, chance: Random) -> None:
    """A new order cannot be looked up for a while."""
    octopus = sky.world.octopus
    octopus.switch("lookup_blind_seconds", round(chance.uniform(0.5, 2.5), 1))
    sky.after(chance.uniform(1, 4), lambda: octopus.switch("lookup_blind_seconds", 0))


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
