"""The storm in short: some seconds of one seed, then quiet, and nothing may be wrong."""

from pathlib import Path

import pytest

from tests.drill.storm import run_storm
from tests.drill.weather import GUSTS, forecast

pytestmark = [pytest.mark.journey, pytest.mark.timeout(400)]
SECONDS = 20
SEED = 2


def test_a_storm_loses_nothing_and_buys_nothing_twice(tmp_path: Path) -> None:
    result = run_storm(SECONDS, SEED, tmp_path)
    assert not result.violations, "\n".join(map(str, result.violations))
    # A storm in which nothing happens proves nothing.
    assert result.kills + result.stops
    assert result.orders
    assert len(result.faults) > 10


def test_the_same_seed_brings_the_same_weather() -> None:
    first, again, other = (forecast(seed, 60, 0.5) for seed in (7, 7, 8))
    assert [(one.at, one.name) for one in first] == [(one.at, one.name) for one in again]
    assert [(one.at, one.name) for one in first] != [(one.at, one.name) for one in other]


def test_a_long_storm_brings_every_kind_of_weather() -> None:
    assert {one.gust for one in forecast(1, 3600, 0.5)} == set(GUSTS)
