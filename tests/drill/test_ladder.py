"""The ladders' short form: every so many-th step, beginning elsewhere each time."""

from collections.abc import Iterator
from random import SystemRandom

import httpx
import pytest

from tests.drill.ladder import climb, leaks
from tests.drill.rungs import Ladder, ladders, rung_named
from tests.drill.stage import Stage, build_stage

STRIDES = {"order/key-pushed": 24, "order/cards-polled": 24, "deed/credit-pushed": 10}


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    built = build_stage(tmp_path_factory.mktemp("ladder"))
    yield built
    built.close()


@pytest.mark.journey
def test_a_bot_without_a_story_takes_no_step(stage: Stage) -> None:
    # First of all tests of this stage: the webhooks of an earlier story may come again for a while.
    stage.enter("idle", {})
    stage.steps.write_text("")
    stage.gate.write_text("0")
    for path in ("readyz", "metrics", "healthz"):
        # Each waits for the store's writer, which claims in vain meanwhile.
        for _ in range(5):
            assert httpx.get(f"{stage.bot.url}/{path}", timeout=30).is_success
    stage.gate.unlink()
    assert stage.steps.read_text() == ""


@pytest.mark.journey
@pytest.mark.parametrize("ladder", [one for one in ladders() if one.name in STRIDES], ids=lambda ladder: ladder.name)
def test_a_kill_at_any_step_loses_nothing(stage: Stage, ladder: Ladder) -> None:
    stride = STRIDES[ladder.name]
    first = SystemRandom().randrange(1, stride + 1)
    print(f"every {stride}th step from step {first}")  # noqa: T201 - shown when it fails; each violation says how to repeat it
    runs = list(climb(stage, ladder, first=first, stride=stride))
    wrong = [violation for run in runs for violation in run.violations] + leaks(stage, ladder)
    assert not wrong, "\n".join(map(str, wrong))
    assert sum(len(run.deaths) for run in runs) >= 3, "a ladder without rungs proves nothing"


def test_the_name_of_a_run_leads_back_to_it() -> None:
    for ladder in ladders():
        rung = ladder.rung(17)
        assert rung_named(rung.name) == rung
        assert rung_named(ladder.name) is None
