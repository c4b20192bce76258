"""A budget for each class of calls that Octopus counts apart (octopus.md, section 4)."""

import asyncio
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.suppliers.budget import Budget
from bot.suppliers.errors import SupplierUnavailable
from bot.suppliers.exact import encode
from bot.suppliers.octopus.config import TO_CREATE, OctopusConfig, Rates, budgets_of
from tests.suppliers.octopus import make_request, ok, order_body, running_desk, said, wide_budgets
from tests.suppliers.wire import Answer, running_wire

MORE = ("X-Has-More", "true")


class Time:
    """A clock that only sleeping moves."""

    def __init__(self) -> None:
        self.now = 0.0

    async def sleep(self, seconds: float) -> None:
        self.now += seconds


@given(st.integers(2, 300), st.data())
async def test_no_minute_sees_more_calls_than_a_rate_allows(limit: int, data: st.DataObject) -> None:
    burst = data.draw(st.integers(1, limit - 1))
    time = Time()
    budget = Budget.per_minute(limit, burst, 1, now=lambda: time.now, sleep=time.sleep)
    sent: list[float] = []
    for _ in range(limit * 2):
        async with budget.slot():
            sent.append(time.now)
    assert all(later - first >= 60 - 1e-6 for first, later in zip(sent, sent[limit:], strict=False))


def test_the_rates_are_those_of_a_production_account_and_the_catalog_has_a_part_of_the_reads() -> None:
    rates = OctopusConfig("k", "s").rates
    assert (rates.creates, rates.reads, rates.charges, rates.logins, rates.refreshes) == (60, 300, 120, 10, 20)
    assert rates.catalog < rates.reads / 2


async def test_a_catalog_that_waits_for_its_turn_keeps_no_look_up_waiting() -> None:
    never = asyncio.Event()

    async def for_ever(_seconds: float) -> None:
        await never.wait()

    budgets = replace(wide_budgets(), catalog=Budget(0.001, 1, 1, sleep=for_ever))
    full = [ok([1], MORE), ok([]), Answer(201, encode(order_body()))]
    async with running_wire(*full) as wire, running_desk(wire.url, budgets=budgets) as desk:
        catalog = desk.client.pages("/api/v1/products", {"limit": "1"})
        assert await anext(catalog) == b"[1]"
        waiting = asyncio.ensure_future(anext(catalog))
        await desk.client.find("a")
        await desk.client.place(make_request())
        assert not waiting.done()
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)


async def test_a_429_to_the_catalog_silences_the_other_reads_too_but_no_quote_and_no_create() -> None:
    busy = said(429, "TOO_MANY_REQUESTS", "Slow down", ("Retry-After", "600"))
    answers = (busy, Answer(201, encode(order_body())))
    async with running_wire(*answers) as wire, running_desk(wire.url, budgets=budgets_of(Rates())) as desk:
        with pytest.raises(SupplierUnavailable):
            await anext(desk.client.pages("/api/v1/products", {"limit": "1"}))
        with pytest.raises(SupplierUnavailable) as held:
            await desk.client.find("a")
        await desk.client.place(make_request())
    assert held.value.retry_after is not None
    assert [call for call, _ in desk.calls] == ["login", "catalog", "create"]


def test_a_create_is_waited_for_beyond_the_minute_that_its_answer_may_take() -> None:
    assert TO_CREATE.read > 60
    assert TO_CREATE.total >= TO_CREATE.connect + TO_CREATE.write + TO_CREATE.read
