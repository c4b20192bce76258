"""What people are told of their own accord, and what they chose to hear."""

from tests.journeys import goods
from tests.journeys.orders import sees_order, spoken
from tests.journeys.resellers import does, group_of, reseller
from tests.journeys.world import World


def test_a_debit_is_told_to_the_owner_with_its_note_and_to_the_desk(world: World) -> None:
    desk, seller = world.desk(), reseller(world)
    does(seller.boss, f"/debit {seller.name} 30 fee for June", "✅")
    seller.owner.mark = 0
    told = seller.owner.sees("debited from your balance")["text"]
    assert "$30.00" in told
    assert "fee for June" in told
    assert "$70.00" in told
    assert seller.name in desk.sees(r"\$30\.00 debited")["text"]


def test_a_balance_that_runs_low_is_told_to_its_owner_once(world: World) -> None:
    seller = reseller(world, credit="120")
    does(seller.owner, "/notify below 100", "told below")
    for _ in range(2):
        goods.orders_keys(seller.buyer, 3)
        seller.buyer.sees("Delivered", button="Copy all")
    seller.owner.mark = 0
    seller.owner.sees("Your balance is low")
    assert len([text for text in seller.owner.bot_texts() if "Your balance is low" in text]) == 1


def test_a_failure_elsewhere_in_the_team_is_heard_by_who_chose_so(world: World) -> None:
    seller = reseller(world)
    does(seller.owner, "/notify", "Failures elsewhere in the team: not told")
    seller.owner.taps("Also the team's failures elsewhere")
    seller.owner.sees("Failures elsewhere in the team: told here")
    world.voodoo.switch("outcome", "failed")
    reference = goods.orders_keys(seller.buyer)
    sees_order(seller.buyer, reference, "Not delivered")
    told = seller.owner.sees("Elsewhere in your team")["text"]
    assert spoken(reference) in told
    assert "9.00" not in told


def test_nobody_hears_of_failures_elsewhere_unasked(world: World) -> None:
    seller = reseller(world)
    world.voodoo.switch("outcome", "failed")
    sees_order(seller.buyer, goods.orders_keys(seller.buyer), "Not delivered")
    does(seller.owner, "/help", "")
    assert "Elsewhere" not in "\n".join(seller.owner.bot_texts())


def test_a_failure_in_a_group_is_told_there_alone(world: World) -> None:
    seller = reseller(world)
    chat, topic = group_of(world, seller)
    there = world.in_group(seller.buyer, chat, topic)
    world.voodoo.switch("outcome", "failed")
    goods.buys(there, goods.KEY)
    there.taps("1")
    goods.confirms(there)
    there.sees("Not delivered")
    assert "Not delivered" not in "\n".join(seller.buyer.bot_texts())


def test_a_bad_ending_names_its_reseller_at_the_desk(world: World) -> None:
    desk, seller = world.desk(), reseller(world)
    world.voodoo.switch("outcome", "failed")
    reference = goods.orders_keys(seller.buyer)
    assert seller.name in desk.sees(f"{spoken(reference)} failed")["text"]
