"""The numbers of steps: what counts, from when on, and what a label may say."""

from pathlib import Path

import pytest

from tests.drill.seams import endpoint
from tests.drill.steps import GATE, STEPS, Steps, name_of
from tests.journeys.world import TOKEN


class Struck(Exception):
    """The process would be gone."""


def strike() -> None:
    raise Struck


def steps(**settings: str) -> Steps:
    made = Steps.from_environment(settings)
    made.strike = strike
    return made


def test_the_process_dies_at_its_step_and_not_before() -> None:
    counted = steps(DRILL_KILL_AT="3")
    counted.take("one")
    counted.take("two")
    with pytest.raises(Struck):
        counted.take("three")


def test_the_count_begins_with_the_first_label_that_fits() -> None:
    counted = steps(DRILL_KILL_AT="2", DRILL_ARM="supplier POST")
    counted.take("before statement")
    counted.take("before write supplier POST /orders")
    with pytest.raises(Struck):
        counted.take("after commit")


def test_a_gate_arms_the_count_for_as_long_as_it_is_there(tmp_path: Path) -> None:
    gate = tmp_path / "gate"
    counted = steps(**{GATE: str(gate)})
    counted.take("before the story")
    gate.write_text("2")
    counted.take("one")
    gate.unlink()
    counted.take("after the story")
    gate.write_text("2")
    counted.take("one")
    with pytest.raises(Struck):
        counted.take("two")


def test_every_step_is_written_down_before_it_may_be_the_last(tmp_path: Path) -> None:
    counted = steps(DRILL_KILL_AT="2", **{STEPS: str(tmp_path / "steps")})
    counted.take("one")
    with pytest.raises(Struck):
        counted.take("two")
    assert (tmp_path / "steps").read_text() == "1 one\n2 two\n"


@pytest.mark.parametrize(
    ("method", "target", "label"),
    [
        ("POST", f"/bot{TOKEN}/sendMessage", "telegram sendMessage"),
        ("POST", f"/bot{TOKEN}/getUpdates?offset=0&limit=100", "telegram getUpdates opening"),
        ("POST", f"/bot{TOKEN}/getUpdates?offset=17&limit=100", "telegram getUpdates"),
        ("GET", f"/file/bot{TOKEN}/documents/file_7.txt", "telegram file_7.txt"),
        ("GET", "/api/v1/orders/6f0c-secret-17?reference=7KQ2M9XF", "supplier GET /api/*/orders/*"),
    ],
)
def test_a_label_names_the_endpoint_without_the_token_and_ids(method: str, target: str, label: str) -> None:
    assert endpoint(method, target) == label


def test_a_unit_written_in_place_is_named_by_whoever_wrote_it() -> None:
    assert name_of("bot.delivery.relay", "Relay._claim.<locals>.<lambda>") == "delivery.relay.Relay._claim"
