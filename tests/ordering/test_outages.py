"""A supplier that answers nothing for a while is told of once, and once more when it is back."""

from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.ordering.outages import Away, Back, News, OutagePolicy, Signs
from bot.suppliers.errors import SupplierUnavailable
from storage.records.orders import OrderState
from storage.records.queues import NoticeKind
from tests.factories import NOW
from tests.ordering.shop import Clock, Shop

MINUTE = timedelta(minutes=1)


def hears(signs: Signs, *outcomes: str, supplier: str = "voodoo") -> None:
    for outcome in outcomes:
        signs.observe(supplier, "fetch", outcome, 0.1)


def news_of(signs: Signs) -> list[News]:
    """All there is to tell by now."""
    told: list[News] = []
    while True:
        news = signs.news()
        try:
            news.send(None)
        except StopIteration as end:
            told.append(end.value)
        else:
            news.close()
            return told


def away(clock: Clock) -> Signs:
    """Signs of a supplier whose outage is news."""
    signs = Signs(clock=clock)
    hears(signs, "lost", "502")
    clock.pass_(minutes=5)
    hears(signs, "not sent")
    return signs


async def test_calls_that_go_unanswered_for_a_while_are_an_outage() -> None:
    clock = Clock()
    assert await away(clock).news() == Away("voodoo", NOW, NOW + 5 * MINUTE)


async def test_the_first_answer_after_an_outage_ends_it() -> None:
    clock = Clock()
    signs = away(clock)
    await signs.news()
    clock.pass_(minutes=60)
    hears(signs, "200", "200")
    assert await signs.news() == Back("voodoo", NOW, NOW + 65 * MINUTE)
    assert news_of(signs) == []
    assert signs.away_since("voodoo") is None


async def test_an_outage_is_told_once_however_long_it_lasts() -> None:
    clock = Clock()
    signs = away(clock)
    await signs.news()
    for _ in range(100):
        clock.pass_(minutes=1)
        hears(signs, "lost", "503", "not sent")
    assert news_of(signs) == []


async def test_a_few_bad_minutes_are_no_news() -> None:
    clock = Clock()
    signs = Signs(clock=clock)
    for _ in range(10):
        hears(signs, "lost", "500", "lost", "not sent")
        clock.pass_(minutes=4)
        hears(signs, "404")
    assert news_of(signs) == []


async def test_two_failures_far_apart_are_no_outage() -> None:
    clock = Clock()
    signs = Signs(clock=clock)
    hears(signs, "lost")
    clock.pass_(hours=1)
    hears(signs, "lost")
    assert news_of(signs) == []


async def test_a_call_that_we_cut_off_says_nothing() -> None:
    clock = Clock()
    signs = Signs(OutagePolicy(calls=1, lasting=timedelta(0)), clock)
    hears(signs, "cancelled")
    assert news_of(signs) == []
    assert signs.away_since("voodoo") is None


async def test_suppliers_are_told_apart() -> None:
    clock = Clock()
    signs = Signs(clock=clock)
    hears(signs, "lost")
    hears(signs, "200", supplier="octopus")
    assert (signs.away_since("voodoo"), signs.away_since("octopus")) == (NOW, None)


@settings(deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["200", "429", "500", "lost", "not sent"]), st.integers(0, 400))))
async def test_every_outage_that_is_told_ends_before_the_next_is_told(calls: list[tuple[str, int]]) -> None:
    clock = Clock()
    signs = Signs(clock=clock)
    told: list[type] = []
    for outcome, seconds in calls:
        clock.pass_(seconds=seconds)
        hears(signs, outcome)
        told += map(type, news_of(signs))
    assert told == [Away, Back] * (len(told) // 2) + [Away] * (len(told) % 2)


async def test_operators_are_told_of_the_outage_and_of_its_end(shop: Shop) -> None:
    await shop.outages.tell(Away("voodoo", NOW, NOW + 5 * MINUTE))
    await shop.outages.tell(Away("voodoo", NOW, NOW + 6 * MINUTE))
    await shop.outages.tell(Back("voodoo", NOW, NOW + 65 * MINUTE))
    shop.clock.pass_(minutes=65)
    told = await shop.owed()
    assert [one.notice for one in told] == [NoticeKind.SUPPLIER_AWAY, NoticeKind.SUPPLIER_BACK]
    assert [one.data for one in told] == [
        {"title": "Voodoo Center", "minutes": 5},
        {"title": "Voodoo Center", "minutes": 65},
    ]


async def test_after_an_outage_its_orders_are_looked_at_soon_and_not_all_at_once(shop: Shop) -> None:
    order = await shop.accepted()
    for _ in range(12):
        shop.supplier.looks.append(SupplierUnavailable("away"))
        waiting = await shop.order(order)
        assert waiting.next_check_at is not None
        shop.clock.now = waiting.next_check_at
        await shop.work()
    before = (await shop.order(order)).next_check_at
    assert before == shop.clock.now + timedelta(minutes=10)
    await shop.outages.tell(Back("voodoo", NOW, shop.clock.now))
    after = await shop.order(order)
    assert (after.state, after.next_check_at) == (OrderState.ACCEPTED, shop.clock.now + timedelta(minutes=2))
