"""Orders whose outcome stayed unknown: an operator tells the bot what the supplier's dashboard shows."""

from typing import NamedTuple

import pytest

from tests.journeys import goods
from tests.journeys.orders import card_of, sees_order, sees_result
from tests.journeys.people import Person
from tests.journeys.supplier import Order
from tests.journeys.world import World


class Lost(NamedTuple):
    """An order that the supplier has and settled, while the bot heard neither the reply nor the webhook."""

    reference: str
    order: Order


@pytest.fixture(autouse=True)
def calm(world: World) -> World:
    return world


@pytest.fixture
def lost(ada: Person, world: World) -> Lost:
    desk = world.desk()
    world.voodoo.webhook_fault("lose")
    world.voodoo.fault("create", "drop", moment="after")
    reference = goods.orders_keys(ada)
    sees_order(ada, reference, "Not confirmed yet")
    order = world.voodoo.waits(reference=world.voodoo.newest()["reference"], create_calls=2, statuses=["completed"])
    desk.sees(f"needs a look.*{reference}")
    return Lost(reference, order)


def resolves(operator: Person, reference: str, supplier_order: str) -> str:
    """Send /resolve; returns the answer."""
    operator.says(f"/resolve {reference} {supplier_order}")
    return operator.sees()["text"]


def test_an_operator_names_the_suppliers_order_and_the_result_arrives(ada: Person, world: World, lost: Lost) -> None:
    operator = world.admin()
    assert "is settled: ✅ delivered" in resolves(operator, lost.reference, lost.order["id"])
    sees_order(ada, lost.reference, "Delivered")
    sees_result(ada, lost.reference, lost.order)
    assert "needs no resolving" in resolves(operator, lost.reference, lost.order["id"])
    assert "needs no resolving" in resolves(operator, lost.reference, "none")
    sees_result(ada, lost.reference, lost.order)


def test_a_reference_may_be_written_as_it_is_spoken(world: World, lost: Lost) -> None:
    spoken = f"{lost.reference[:4]}-{lost.reference[4:]}".lower()
    assert "is settled: ✅ delivered" in resolves(world.admin(), spoken, lost.order["id"])


def test_wrong_ids_are_refused_with_a_reason_and_change_nothing(ada: Person, world: World, lost: Lost) -> None:
    operator = world.admin()
    another = goods.orders_keys(operator)
    sees_order(operator, another, "Delivered")
    theirs = world.voodoo.newest()["id"]
    ask = world.admin()
    assert "no order with this reference" in resolves(ask, "ZZZZ-ZZZZ", lost.order["id"])
    assert "knows no order with this id" in resolves(ask, lost.reference, "0190f8a1-6b2c-7e33-9a10-4c1d2e3f5a6b")
    assert "knows no order with this id" in resolves(ask, lost.reference, "../account/balance")
    assert f"already belongs to order /order_{another}" in resolves(ask, lost.reference, theirs)
    assert "Write the order's reference" in resolves(ask, lost.reference, "")
    world.voodoo.fault("get", "reply", status=503)
    assert "could not be asked just now" in resolves(ask, lost.reference, lost.order["id"])
    assert "waiting for the supplier" in card_of(ada, lost.reference)


def test_nobody_but_operators_may_resolve(ada: Person, world: World, lost: Lost) -> None:
    assert "do not have access" in resolves(world.stranger(), lost.reference, lost.order["id"])
    assert "waiting for the supplier" in card_of(ada, lost.reference)


def test_an_order_that_the_supplier_never_got_is_written_off_once(ada: Person, world: World) -> None:
    operator, desk = world.admin(), world.desk()
    world.voodoo.fault("create", "drop", times=None)
    reference = goods.orders_keys(ada)
    sees_order(ada, reference, "Not confirmed yet")
    assert "still finding out by itself" in resolves(operator, reference, "none")
    desk.sees(f"needs a look.*{reference}")
    assert "is settled: ❌ not placed" in resolves(operator, reference, "none")
    assert "Nothing was charged." in sees_order(ada, reference, "Not placed")["text"]
    assert "needs no resolving" in resolves(operator, reference, "none")
