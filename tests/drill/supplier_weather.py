"""Bad weather over the suppliers."""

from random import Random

from tests.drill.sky import Sky
from tests.journeys.supplier import Supplier

READS = {"voodoo": ("get", "balance"), "octopus": ("lookup", "order", "read", "charges", "wallets")}
KEYS = {"voodoo": ("token",), "octopus": ("login", "refresh", "auth")}


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
