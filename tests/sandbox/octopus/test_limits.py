"""Rate limits in rolling windows, per class of calls (LIMITS page)."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.sandbox.octopus.config import OctopusConfig
from bot.sandbox.octopus.limits import Gate, RateClass
from tests.sandbox.octopus.lab import Lab, error_of, login, running_lab

NOON = datetime(2026, 7, 5, 12, tzinfo=UTC)


async def statuses(lab: Lab, times: int) -> list[int]:
    """How so many reads are answered."""
    return [(await lab.api.get("/api/v1/wallets")).status_code for _ in range(times)]


async def test_the_sandbox_allows_what_the_table_says(lab: Lab) -> None:
    switches = (await lab.ask("state"))["switches"]
    limits = {name: limit for name, limit in switches.items() if name.startswith("limit_")}
    assert limits == {
        "limit_login": 30, "limit_refresh": 30, "limit_read": 600, "limit_create": 120, "limit_charges": 300,
        "limit_window": 60,
    }  # fmt: skip


async def test_too_many_calls_are_refused_until_the_window_has_passed() -> None:
    now = [NOON]
    async with running_lab(OctopusConfig(clock=lambda: now[0]), limit_read=2) as lab:
        assert await statuses(lab, 1) == [200]
        now[0] += timedelta(seconds=48)
        assert await statuses(lab, 2) == [200, 429]
        refused = await lab.api.get("/api/v1/orders/1")
        assert error_of(refused) == (429, "TOO_MANY_REQUESTS", "Rate limit exceeded, retry after 12 seconds")
        assert refused.headers["retry-after"] == "12"
        now[0] += timedelta(seconds=12)
        assert await statuses(lab, 2) == [200, 429]


async def test_classes_do_not_take_from_each_other(lab: Lab) -> None:
    await lab.switch(limit_read=1, limit_create=1, limit_charges=1, limit_login=2)
    for expected in (200, 429):
        assert (await lab.api.get("/api/v1/countries")).status_code == expected
        assert (await lab.charges()).status_code == expected
        assert (await login(lab.api)).status_code == expected
    assert (await lab.order()).status_code == 201
    assert (await lab.order()).status_code == 429


async def test_a_refusal_may_not_say_when_to_come_back(lab: Lab) -> None:
    await lab.switch(limit_create=1, retry_after=False)
    await lab.created()
    refused = await lab.order(client_reference="A-1")
    assert error_of(refused) == (429, "TOO_MANY_REQUESTS", "Rate limit exceeded")
    assert "retry-after" not in refused.headers
    assert (await lab.ask("orders?reference=A-1"))["orders"] == []


async def test_no_limit_is_no_limit(lab: Lab) -> None:
    await lab.switch(limit_read=0)
    assert set(await statuses(lab, 5)) == {200}


async def test_calls_are_counted_by_class(lab: Lab) -> None:
    await lab.created()
    await lab.quoted()
    await statuses(lab, 3)
    assert (await lab.ask("state"))["calls"] == {"login": 1, "refresh": 0, "read": 3, "create": 1, "charges": 1}


@settings(deadline=None)
@given(
    limit=st.integers(1, 5),
    window=st.integers(1, 60),
    gaps=st.lists(st.integers(0, 20), max_size=60),
)
def test_no_window_ever_holds_more_than_the_limit(limit: int, window: int, gaps: list[int]) -> None:
    gate, now, passed = Gate(), NOON, list[datetime]()
    for gap in gaps:
        now += timedelta(seconds=gap)
        wait = gate.wait(RateClass.CREATE, limit, window, now)
        if wait is None:
            passed.append(now)
        else:
            assert gate.wait(RateClass.READ, 0, window, now) is None
            assert 1 <= wait <= window
    for start in passed:
        assert sum(start <= at < start + timedelta(seconds=window) for at in passed) <= limit


@pytest.mark.parametrize("limit", [1, 3])
def test_who_waits_as_long_as_told_passes(limit: int) -> None:
    gate = Gate()
    for _ in range(limit):
        assert gate.wait(RateClass.READ, limit, 60, NOON) is None
    wait = gate.wait(RateClass.READ, limit, 60, NOON + timedelta(seconds=0.5))
    assert wait == 60
    assert gate.wait(RateClass.READ, limit, 60, NOON + timedelta(seconds=0.5 + wait)) is None
