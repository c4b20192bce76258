"""Outages in a time lapse: few calls, nothing lost, everything made up for soon after."""

from collections.abc import Iterator

import pytest

from tests.drill.outages import OUTAGES, Lapse, OutageResult, sit_out, time_lapse

MINUTES = 9
FEW_MEGABYTES = 30 << 10


@pytest.fixture(scope="module")
def lapse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lapse]:
    """A world in a hurry, which both outages are sat out in."""
    with time_lapse(tmp_path_factory.mktemp("lapse")) as running:
        yield running


def sat_out(lapse: Lapse, name: str) -> OutageResult:
    (outage,) = [one for one in OUTAGES if one.name == name]
    return sit_out(lapse, outage, MINUTES)


def test_without_telegram_the_bot_calls_seldom_loses_nothing_and_tells_its_operators_when_it_is_over(
    lapse: Lapse,
) -> None:
    result = sat_out(lapse, "telegram answers 502")
    assert result.violations == []
    assert result.busiest <= 15, "some polls and some tries a minute, however many wait"
    assert result.lines <= 10 * MINUTES
    assert result.caught_up <= 120, "seconds of the bot's, after which every result is there"
    assert result.memory <= FEW_MEGABYTES
    (back,) = result.heard
    assert "Telegram answers again" in back


def test_without_its_supplier_the_bot_asks_seldom_and_settles_everything_afterwards(lapse: Lapse) -> None:
    result = sat_out(lapse, "voodoo answers 502")
    assert result.violations == []
    assert result.busiest <= 3 * result.orders
    assert result.lines <= 10 * MINUTES + 10 * result.orders
    assert result.caught_up <= 300, "its orders are asked about soon, though their webhooks were lost"
    assert result.memory <= FEW_MEGABYTES
    away, back = result.heard
    assert "Voodoo Center does not answer" in away
    assert "Voodoo Center answers again" in back
