"""Resellers look back at their own orders; nobody finds another's, whatever they send."""

from decimal import Decimal

import pytest

from storage.records.orders import Attention, OrderState, Place, RejectReason
from storage.records.resellers import Reseller
from tests.conversations.buying import draft
from tests.conversations.resellers.nova import BUYER, OWNER, REFERENCE, RIVAL, at_confirm, forged, stored
from tests.conversations.shop import GROUP, Shop


async def test_a_buyer_sees_own_orders_at_their_price_and_without_the_operators_filter(
    shop: Shop, nova: Reseller
) -> None:
    await stored(shop, nova, attention=Attention.COST_DIFFERS)
    await stored(shop, nova, reference="ABCDEFG2", place=Place(OWNER, OWNER))
    await shop.says("/orders", who=BUYER)
    assert "$10.45" in shop.text(BUYER)
    assert "ABCDEFG2" not in shop.text(BUYER)
    assert "attention" not in shop.text(BUYER)
    assert shop.labels(shop.last(BUYER)) == ["• All", "Open", "Failed"]
    await shop.says("/orders attention", who=BUYER)
    assert REFERENCE in shop.text(BUYER)


async def test_an_owner_sees_the_whole_teams_orders_and_who_made_them(shop: Shop, nova: Reseller) -> None:
    await stored(shop, nova)
    await stored(shop, nova, reference="ABCDEFG2", place=Place(OWNER, OWNER))
    await shop.says("/orders", who=OWNER)
    assert REFERENCE in shop.text(OWNER)
    assert "ABCDEFG2" in shop.text(OWNER)
    assert f"Person {BUYER}" in shop.text(OWNER)
    await shop.says(f"/order_{REFERENCE}", who=OWNER)
    assert f"Ordered by: Person {BUYER}" in shop.text(OWNER)
    assert "9.50" not in shop.text(OWNER)


async def test_a_group_lists_its_own_orders_alone(shop: Shop, nova: Reseller) -> None:
    await stored(shop, nova)
    await stored(shop, nova, reference="ABCDEFG2", place=Place(GROUP, OWNER))
    await shop.says("/orders", who=BUYER, chat=GROUP)
    assert "ABCDEFG2" in shop.text(GROUP)
    assert REFERENCE not in shop.text(GROUP)


async def test_an_operator_reads_cost_price_and_whose_it_is(shop: Shop, nova: Reseller) -> None:
    await stored(shop, nova)
    await shop.says("/orders")
    assert "$10.45 (cost $9.50)" in shop.text()
    assert f"Nova Games · Person {BUYER}" in shop.text()
    await shop.says(f"/order_{REFERENCE}")
    assert f"Sold to Nova Games, ordered by Person {BUYER}" in shop.text()
    assert "Supplier charged: $9.50" in shop.text()


async def test_an_operator_lists_one_resellers_orders_by_its_name(shop: Shop, nova: Reseller, rival: Reseller) -> None:
    for number in range(9):
        await stored(shop, nova, reference=f"ABCDEFG{number}")
    await stored(shop, rival)
    await shop.says("/orders nova GAMES")
    assert "Nova Games" in shop.text()
    assert "ABCDEFG8" in shop.text()
    assert REFERENCE not in shop.text()
    await shop.taps("Older")
    assert "ABCDEFG0" in shop.text()
    await shop.taps("Failed")
    assert "There are no orders here." in shop.text()


async def test_a_mistyped_name_offers_the_closest_and_lists_nothing(shop: Shop, nova: Reseller) -> None:
    await stored(shop, nova)
    await shop.says("/orders Nova Gmes")
    assert "There is no reseller called Nova Gmes." in shop.text()
    assert "Nova Games" in shop.labels()
    assert REFERENCE not in shop.text()


async def test_a_name_after_orders_is_nobodys_business_but_an_operators(
    shop: Shop, nova: Reseller, rival: Reseller
) -> None:
    await stored(shop, nova)
    await shop.says("/orders Nova Games", who=RIVAL)
    assert "There are no orders here." in shop.text(RIVAL)


async def test_what_a_reject_says_tells_a_reseller_nothing_of_the_suppliers_money(shop: Shop, nova: Reseller) -> None:
    await stored(
        shop,
        nova,
        state=OrderState.REJECTED,
        reject_reason=RejectReason.INSUFFICIENT_FUNDS,
        error_message="Main EUR holds 2.22",
        captured=Decimal(0),
    )
    await shop.says(f"/order_{REFERENCE}", who=BUYER)
    assert "Nothing was charged: $10.45 is available again." in shop.text(BUYER)
    for absent in ("2.22", "Main EUR", "too little", "9.50"):
        assert absent not in shop.text(BUYER)


async def test_anothers_reference_is_as_one_that_does_not_exist(shop: Shop, nova: Reseller, rival: Reseller) -> None:
    await stored(shop, nova, "SECRET-CODE")
    await shop.says("/order_ZZZZZZZZ", who=RIVAL)
    nothing = shop.text(RIVAL)
    for words in (f"/order_{REFERENCE}",):
        await shop.says(words, who=RIVAL)
        assert shop.text(RIVAL) == nothing
    await shop.says("7kq2-m9xf", who=RIVAL)
    assert "Nothing in the catalog" in shop.text(RIVAL)


@pytest.mark.parametrize("data", [f"d|{REFERENCE}", "d|ZZZZZZZZ"])
async def test_anothers_codes_are_not_sent_for_a_replayed_button(
    shop: Shop, nova: Reseller, rival: Reseller, data: str
) -> None:
    await stored(shop, nova, "SECRET-CODE")
    await shop.says("/order", who=RIVAL)
    await forged(shop, data)
    assert "no such order" in shop.text(RIVAL)
    assert "SECRET" not in shop.text(RIVAL)


async def test_anothers_draft_is_as_one_that_is_gone(shop: Shop, nova: Reseller, rival: Reseller) -> None:
    await at_confirm(shop)
    theirs = await draft(shop, BUYER)
    await shop.says("/order", who=RIVAL)
    for data in (f"y|{theirs.id}|{theirs.update_id}", f"k|{theirs.id}", f"x|{theirs.id}", "k|no-such-draft"):
        await forged(shop, data)
        assert "no longer open" in shop.text(RIVAL)
    assert await draft(shop, BUYER) == theirs
    assert not any("somebody else" in popup for popup in shop.popups())


async def test_a_resellers_list_is_not_opened_by_an_operators_button(
    shop: Shop, nova: Reseller, rival: Reseller
) -> None:
    await stored(shop, nova)
    await shop.says("/order", who=RIVAL)
    await forged(shop, f"Or|{nova.id}|all|0")
    assert "There are no orders here." in shop.text(RIVAL)
