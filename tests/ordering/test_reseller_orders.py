"""Orders on a reseller's account: held at Confirm at its price, captured at the end by what was delivered."""

import asyncio
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from bot.ordering.confirming import AlreadyConfirmed, AskAgain, Confirmed, ConfirmOutcome, DraftGone, PriceChanged
from bot.ordering.draft_prices import draft_price
from bot.resellers.buyers import Buyer, Terms
from bot.resellers.limits import Barred, Barrier, ShopLimits
from bot.suppliers.outcomes import Rejected, ReportedStatus, Unknown
from storage.records.orders import Draft, Order, OrderFilter, OrderState, Place, RejectReason, Step
from storage.records.resellers import EntryKind, MarkupRule, MarkupScope, MemberRole, Reseller
from storage.store import Store
from tests.factories import PLACE, keys, make_card, make_draft, make_item, make_quote
from tests.ordering.shop import Shop, completed, failed, report
from tests.resellers.people import BUYER, GROUP, OWNER, account, add_reseller

IN_GROUP = Place(GROUP, BUYER.user_id, thread_id=7)
PRICE = Decimal("20.90")
"""Two keys of 9.50 with ten percent on top."""


@pytest.fixture
async def nova(store: Store) -> Reseller:
    """A reseller with 100 USD and ten percent on top."""
    return await add_reseller(store)


async def drafted(shop: Shop, nova: Reseller, place: Place = BUYER, **changes: Any) -> Draft:
    """A draft of two keys at Confirm."""
    facts: dict[str, Any] = {"reseller_id": nova.id, "markup": nova.markup, "quantity": Decimal(2)} | changes
    draft = make_draft(place=place, step=Step.CONFIRM, update_id=1, **facts)
    await shop.store.write(lambda tables: tables.drafts.save(draft))
    return draft


async def tapped(shop: Shop, draft: Draft, update_id: int = 900) -> ConfirmOutcome:
    return await shop.ordering.confirm(draft.id, draft.place, update_id, shown=draft.update_id)


async def ordered(shop: Shop, nova: Reseller, place: Place = BUYER, **changes: Any) -> Order:
    outcome = await tapped(shop, await drafted(shop, nova, place, **changes))
    assert isinstance(outcome, Confirmed)
    return outcome.order


async def barred(shop: Shop, draft: Draft) -> Barred:
    """What stops the draft, as the card says it before and Confirm after it."""
    before = await shop.ordering.barred(draft, draft.place)
    outcome = await tapped(shop, draft)
    assert isinstance(outcome, Barred)
    assert outcome == before
    assert await shop.store.read(lambda tables: tables.drafts.by_id(draft.id)) == draft
    return outcome


async def money(shop: Shop, nova: Reseller) -> tuple[Decimal, Decimal]:
    """Balance and held."""
    now = await account(shop.store, nova)
    return now.balance, now.held


async def charges(shop: Shop, order: Order) -> list[tuple[EntryKind, Decimal]]:
    entries = await shop.store.read(lambda tables: tables.ledger.of_order(order.id))
    return [(entry.kind, entry.amount) for entry in entries]


async def test_confirm_holds_the_marked_up_price_and_keeps_the_cost(shop: Shop, nova: Reseller) -> None:
    order = await ordered(shop, nova)
    assert (order.reseller_id, order.price, order.markup) == (nova.id, PRICE, nova.markup)
    assert (order.expected, order.captured) == (Decimal("19.00"), None)
    assert await money(shop, nova) == (100, PRICE)
    assert await shop.order(order) == order


async def test_what_was_delivered_in_full_is_charged_in_full(shop: Shop, nova: Reseller) -> None:
    order = await ordered(shop, nova)
    await shop.push(completed(order))
    assert await money(shop, nova) == (100 - PRICE, 0)
    assert await charges(shop, order) == [(EntryKind.CHARGE, -PRICE)]
    assert (await shop.order(order)).captured == PRICE


async def test_a_part_is_charged_by_its_share_and_the_rest_given_back(shop: Shop, nova: Reseller) -> None:
    order = await ordered(shop, nova)
    await shop.push(report(order, ReportedStatus.PARTIAL, delivered=1, codes=keys("A")))
    assert await money(shop, nova) == (Decimal("89.55"), 0)
    assert (await shop.order(order)).captured == Decimal("10.45")


async def test_a_failure_gives_everything_back_and_writes_no_line(shop: Shop, nova: Reseller) -> None:
    order = await ordered(shop, nova)
    await shop.push(failed(order))
    assert await money(shop, nova) == (100, 0)
    assert await charges(shop, order) == []
    assert (await shop.order(order)).captured == 0


async def test_a_refusal_gives_everything_back(shop: Shop, nova: Reseller) -> None:
    order = await ordered(shop, nova)
    shop.supplier.places.append(Rejected(RejectReason.REFUSED, "no"))
    await shop.work()
    assert (await shop.order(order)).state is OrderState.REJECTED
    assert await money(shop, nova) == (100, 0)


async def test_an_order_of_unknown_outcome_keeps_its_hold_until_somebody_knows(shop: Shop, nova: Reseller) -> None:
    order = await ordered(shop, nova)
    shop.supplier.places.append(Unknown("timed out"))
    await shop.work()
    assert (await shop.order(order)).state is OrderState.UNCONFIRMED
    assert await money(shop, nova) == (100, PRICE)
    await shop.push(completed(order))
    assert await money(shop, nova) == (100 - PRICE, 0)


async def test_an_order_that_an_admin_writes_off_gives_its_hold_back(shop: Shop, nova: Reseller) -> None:
    order = await ordered(shop, nova)
    shop.supplier.places.extend([Unknown("timed out")] * 20)
    await shop.work_until_quiet()
    outcome = await shop.ordering.write_off(order.reference, PLACE.user_id, 77)
    assert await shop.ordering.write_off(order.reference, PLACE.user_id, 77) == outcome
    assert (await shop.order(order)).captured == 0
    assert await money(shop, nova) == (100, 0)


async def test_closing_an_order_whose_codes_stay_hidden_charges_those_that_came(shop: Shop, nova: Reseller) -> None:
    order = await ordered(shop, nova)
    await shop.push(report(order, ReportedStatus.COMPLETED, delivered=2, codes=keys("ONLY-ONE")))
    assert await money(shop, nova) == (100, PRICE)
    await shop.ordering.write_off(order.reference, PLACE.user_id, 77)
    assert (await shop.order(order)).state is OrderState.PARTIAL
    assert await money(shop, nova) == (Decimal("89.55"), 0)


async def test_what_the_supplier_says_after_the_end_moves_no_money(shop: Shop, nova: Reseller) -> None:
    order = await ordered(shop, nova)
    await shop.push(failed(order))
    await shop.push(completed(order))
    assert (await shop.order(order)).attention is not None
    assert await money(shop, nova) == (100, 0)
    assert (await shop.order(order)).captured == 0


async def test_a_dearer_cost_than_expected_does_not_change_the_price(shop: Shop, nova: Reseller) -> None:
    order = await ordered(shop, nova)
    await shop.push(completed(order, charged=Decimal(30)))
    assert await money(shop, nova) == (100 - PRICE, 0)


async def test_of_two_confirms_that_together_exceed_the_balance_exactly_one_passes(shop: Shop, nova: Reseller) -> None:
    first = await drafted(shop, nova, BUYER, quantity=Decimal(5))
    second = await drafted(shop, nova, OWNER, quantity=Decimal(5))
    outcomes = await asyncio.gather(tapped(shop, first, 901), tapped(shop, second, 902))
    assert {type(outcome) for outcome in outcomes} == {Barred, Confirmed}
    stopped = next(outcome for outcome in outcomes if isinstance(outcome, Barred))
    assert (stopped.barrier, stopped.price) == (Barrier.NOT_ENOUGH, Decimal("52.25"))
    assert (stopped.available, stopped.missing) == (Decimal("47.75"), Decimal("4.50"))
    assert await money(shop, nova) == (100, Decimal("52.25"))


async def test_a_second_tap_on_confirm_holds_nothing_more(shop: Shop, nova: Reseller) -> None:
    draft = await drafted(shop, nova)
    outcomes = await asyncio.gather(tapped(shop, draft), tapped(shop, draft))
    assert [type(outcome) for outcome in outcomes] == [Confirmed, AlreadyConfirmed]
    assert await money(shop, nova) == (100, PRICE)


async def test_a_credit_limit_lets_the_balance_fall_below_zero_so_far(shop: Shop, store: Store) -> None:
    nova = await add_reseller(store, money="0", credit_limit=Decimal("20.90"))
    order = await ordered(shop, nova)
    await shop.push(completed(order))
    assert await money(shop, nova) == (-PRICE, 0)
    assert (await barred(shop, await drafted(shop, nova))).barrier is Barrier.NOT_ENOUGH


async def test_money_that_arrives_lets_the_same_card_confirm(shop: Shop, store: Store) -> None:
    nova = await add_reseller(store, money="0")
    draft = await drafted(shop, nova)
    assert (await barred(shop, draft)).missing == PRICE
    await store.write(lambda tables: tables.resellers.save(replace(nova, credit_limit=PRICE)))
    assert isinstance(await tapped(shop, draft), Confirmed)


async def test_a_raised_markup_is_asked_before_it_is_held(shop: Shop, nova: Reseller) -> None:
    draft = await drafted(shop, nova)
    await shop.store.write(lambda tables: tables.resellers.save(replace(nova, markup=Decimal(20))))
    outcome = await tapped(shop, draft)
    assert isinstance(outcome, PriceChanged)
    assert (outcome.old_total, draft_price(outcome.draft)) == (PRICE, Decimal("22.80"))
    assert await money(shop, nova) == (100, 0)
    assert isinstance(await shop.ordering.confirm(draft.id, BUYER, 901, shown=900), Confirmed)
    assert await money(shop, nova) == (100, Decimal("22.80"))


async def test_a_markup_of_the_items_own_counts_at_confirm(shop: Shop, nova: Reseller) -> None:
    draft = await drafted(shop, nova)
    rule = MarkupRule(nova.id, MarkupScope.ITEM, str(draft.item.key), Decimal(50))
    await shop.store.write(lambda tables: tables.resellers.set_rule(rule))
    outcome = await tapped(shop, draft)
    assert isinstance(outcome, PriceChanged)
    assert draft_price(outcome.draft) == Decimal("28.50")


async def test_a_card_for_one_payer_is_asked_again_when_another_would_pay(shop: Shop, nova: Reseller) -> None:
    # The admin drafted at cost and became a member at a markup of nothing: the price is the same, the payer is not.
    await shop.store.write(lambda tables: tables.resellers.save(replace(nova, markup=Decimal(0))))
    draft = await drafted(shop, nova, reseller_id=None, markup=None)
    outcome = await tapped(shop, draft)
    assert isinstance(outcome, AskAgain)
    assert outcome.draft.reseller_id == nova.id
    assert await money(shop, nova) == (100, 0)


@pytest.mark.parametrize("place", [BUYER, IN_GROUP])
async def test_whoever_was_removed_cannot_confirm_what_was_drafted_before(
    shop: Shop, nova: Reseller, place: Place
) -> None:
    draft = await drafted(shop, nova, place)
    await shop.store.write(lambda tables: tables.members.remove(place.user_id))
    assert (await barred(shop, draft)).barrier is Barrier.NO_ACCESS
    assert await money(shop, nova) == (100, 0)


async def test_no_supplier_is_asked_for_a_price_by_whoever_was_removed(store: Store) -> None:
    card = make_card(key=make_item().key)
    shop = Shop(store, items=(card,))
    nova = await add_reseller(store)
    old = make_quote(quoted_at=shop.clock.now.replace(year=2025))
    draft = await drafted(shop, nova, item=card, denomination=Decimal(50), quote=old, quantity=Decimal(1))
    await store.write(lambda tables: tables.members.remove(BUYER.user_id))
    assert isinstance(await tapped(shop, draft), Barred)
    assert shop.supplier.quoted == []


async def test_a_group_that_was_taken_away_is_no_place_to_order(shop: Shop, nova: Reseller) -> None:
    draft = await drafted(shop, nova, IN_GROUP)
    await shop.store.write(lambda tables: tables.groups.remove(GROUP))
    assert (await barred(shop, draft)).barrier is Barrier.NO_ACCESS


async def test_another_resellers_member_cannot_order_in_a_group(shop: Shop, nova: Reseller, store: Store) -> None:
    await add_reseller(store, "Other", people={3001: MemberRole.OWNER}, groups=())
    draft = await drafted(shop, nova, Place(GROUP, 3001))
    assert (await barred(shop, draft)).barrier is Barrier.NO_ACCESS


async def test_an_order_already_made_is_not_shown_to_whoever_was_removed(shop: Shop, nova: Reseller) -> None:
    draft = await drafted(shop, nova)
    await tapped(shop, draft)
    assert isinstance(await tapped(shop, draft, 901), AlreadyConfirmed)
    await shop.store.write(lambda tables: tables.members.remove(BUYER.user_id))
    assert isinstance(await tapped(shop, draft, 902), DraftGone)


async def test_a_suspended_reseller_orders_nothing_and_its_orders_go_on(shop: Shop, nova: Reseller) -> None:
    order = await ordered(shop, nova)
    now = await account(shop.store, nova)
    await shop.store.write(lambda tables: tables.resellers.save(replace(now, suspended_at=shop.clock())))
    assert (await barred(shop, await drafted(shop, nova))).barrier is Barrier.SUSPENDED
    await shop.push(completed(order))
    assert await money(shop, nova) == (100 - PRICE, 0)


async def test_a_draft_without_a_price_yet_is_stopped_by_what_needs_none(shop: Shop, store: Store) -> None:
    nova = await add_reseller(store, money="0", largest_order=Decimal(1))
    begun = await shop.drafts.begin(BUYER, make_item(), 5, Terms(nova.id, nova.markup))
    assert (begun.draft.reseller_id, begun.draft.markup) == (nova.id, nova.markup)
    assert await shop.ordering.barred(begun.draft, BUYER) is None
    await store.write(lambda tables: tables.resellers.save(replace(nova, suspended_at=shop.clock())))
    assert await shop.ordering.barred(begun.draft, BUYER) == Barred(begun.draft, Barrier.SUSPENDED, "USD")


async def test_a_member_who_became_the_operator_again_is_asked_at_cost(shop: Shop, store: Store) -> None:
    nova = await add_reseller(store, people={PLACE.user_id: MemberRole.BUYER})
    draft = await drafted(shop, nova, PLACE)
    await store.write(lambda tables: tables.members.remove(PLACE.user_id))
    outcome = await tapped(shop, draft)
    assert isinstance(outcome, PriceChanged)
    assert (outcome.draft.reseller_id, draft_price(outcome.draft)) == (None, Decimal("19.00"))
    assert isinstance(await shop.ordering.confirm(draft.id, PLACE, 901, shown=900), Confirmed)
    assert await money(shop, nova) == (100, 0)


async def test_what_costs_another_currency_is_not_sold_to_resellers(store: Store) -> None:
    item = make_item(currency="EUR")
    shop = Shop(store, items=(item,))
    nova = await add_reseller(store)
    assert (await barred(shop, await drafted(shop, nova, item=item))).barrier is Barrier.OTHER_CURRENCY
    assert isinstance(
        await tapped(shop, await drafted(shop, nova, PLACE, item=item, reseller_id=None, markup=None)), Confirmed
    )


async def test_one_order_may_not_cost_more_than_its_resellers_limit(shop: Shop, store: Store) -> None:
    nova = await add_reseller(store, largest_order=Decimal(20))
    stopped = await barred(shop, await drafted(shop, nova))
    assert (stopped.barrier, stopped.bound, stopped.missing) == (Barrier.TOO_DEAR, 20, Decimal("0.90"))


async def test_a_resellers_own_limit_counts_instead_of_the_shops(store: Store) -> None:
    shop = Shop(store, limits=ShopLimits(largest_order=Decimal(20)))
    nova = await add_reseller(store, largest_order=Decimal(21))
    assert await shop.ordering.barred(await drafted(shop, nova), BUYER) is None


async def test_a_day_counts_what_is_held_and_what_was_captured_and_not_what_came_back(store: Store) -> None:
    shop = Shop(store, limits=ShopLimits(spend_per_day=Decimal(50)))
    nova = await add_reseller(store, money="1000")
    gone, kept = await ordered(shop, nova), await ordered(shop, nova)
    stopped = await barred(shop, await drafted(shop, nova))
    assert (stopped.barrier, stopped.available) == (Barrier.PER_DAY, Decimal("8.20"))
    assert stopped.missing == Decimal("12.70")
    await shop.push(completed(kept))
    await barred(shop, await drafted(shop, nova))
    await shop.push(failed(gone, supplier_order_id="S-2"))
    assert isinstance(await tapped(shop, await drafted(shop, nova)), Confirmed)


async def test_a_day_ends_at_midnight_in_utc(store: Store) -> None:
    shop = Shop(store, limits=ShopLimits(spend_per_day=Decimal(25)))
    nova = await add_reseller(store, money="1000")
    shop.clock.now = shop.clock.now.replace(hour=23, minute=59, second=59)
    await ordered(shop, nova)
    await barred(shop, await drafted(shop, nova))
    shop.clock.pass_(seconds=1)
    assert isinstance(await tapped(shop, await drafted(shop, nova)), Confirmed)


async def test_a_person_who_orders_too_often_waits_a_minute_and_nobody_else_does(store: Store) -> None:
    shop = Shop(store, limits=ShopLimits(orders_per_minute=2))
    nova = await add_reseller(store, money="1000")
    await ordered(shop, nova)
    shop.clock.pass_(seconds=30)
    await ordered(shop, nova)
    stopped = await barred(shop, await drafted(shop, nova))
    assert (stopped.barrier, stopped.bound) == (Barrier.PER_MINUTE, 2)
    assert isinstance(await tapped(shop, await drafted(shop, nova, OWNER)), Confirmed)
    shop.clock.pass_(seconds=30)
    assert isinstance(await tapped(shop, await drafted(shop, nova)), Confirmed)
    assert (await barred(shop, await drafted(shop, nova))).barrier is Barrier.PER_MINUTE


async def test_a_clock_that_was_set_back_bars_nobody_for_hours(store: Store) -> None:
    shop = Shop(store, limits=ShopLimits(orders_per_minute=1))
    nova = await add_reseller(store, money="1000")
    await ordered(shop, nova)
    shop.clock.pass_(hours=-3)
    assert isinstance(await tapped(shop, await drafted(shop, nova)), Confirmed)


async def test_the_operator_at_cost_meets_no_limit(store: Store) -> None:
    shop = Shop(store, limits=ShopLimits(1, Decimal(1), Decimal(1)))
    await shop.confirmed()
    order = await shop.confirmed()
    assert (order.reseller_id, order.price) == (None, None)
    await shop.push(completed(order))
    assert (await shop.order(order)).captured is None


async def test_an_admin_who_is_a_member_pays_as_one_in_private(shop: Shop, store: Store) -> None:
    nova = await add_reseller(store, people={PLACE.user_id: MemberRole.BUYER})
    order = await ordered(shop, nova, PLACE)
    assert order.price == PRICE


async def test_an_admin_who_is_no_member_does_not_order_in_a_resellers_group(shop: Shop, nova: Reseller) -> None:
    draft = await drafted(shop, nova, Place(GROUP, PLACE.user_id), reseller_id=None, markup=None)
    assert (await barred(shop, draft)).barrier is Barrier.NO_ACCESS


async def test_a_quoted_order_at_a_lower_cost_holds_the_lower_price(store: Store) -> None:
    card = make_card(key=make_item().key)
    shop = Shop(store, items=(card,))
    nova = await add_reseller(store)
    old = make_quote(quoted_at=shop.clock.now.replace(year=2025), account="1")
    draft = await drafted(shop, nova, item=card, denomination=Decimal(50), quote=old, quantity=Decimal(1))
    shop.supplier.quotes.append(make_quote(total=Decimal(45), quoted_at=shop.clock.now, account="2"))
    outcome = await tapped(shop, draft)
    assert isinstance(outcome, Confirmed)
    assert (outcome.order.price, outcome.order.expected) == (Decimal("49.50"), 45)
    assert await money(shop, nova) == (100, Decimal("49.50"))


async def test_owners_see_all_of_their_resellers_orders_and_buyers_their_own(shop: Shop, store: Store) -> None:
    nova = await add_reseller(store, money="1000")
    other = await add_reseller(store, "Other", people={3001: MemberRole.OWNER}, groups=())
    mine, grouped, owners = [await ordered(shop, nova, place) for place in (BUYER, IN_GROUP, OWNER)]
    theirs, cost = await ordered(shop, other, Place(3001, 3001)), await shop.confirmed()

    async def seen(place: Place) -> set[str]:
        viewer = await shop.store.read(lambda tables: shop.buyers.here(tables, place))
        lines = await shop.ordering.lines(viewer, OrderFilter.ALL, None, 10)
        found = {line.reference for line in lines}
        for order in (mine, grouped, owners, theirs, cost):
            assert (await shop.ordering.order_for(order.reference, viewer) is not None) is (order.reference in found)
        return found

    assert await seen(BUYER) == {mine.reference, grouped.reference}
    assert await seen(OWNER) == {mine.reference, grouped.reference, owners.reference}
    assert await seen(IN_GROUP) == await seen(Place(GROUP, OWNER.user_id)) == {grouped.reference}
    assert await seen(Place(3001, 3001)) == {theirs.reference}
    assert await seen(Place(GROUP, 3001)) == await seen(Place(5, 5)) == set()
    assert await seen(Place(GROUP, PLACE.user_id)) == set()
    assert len(await seen(PLACE)) == 5


async def test_a_member_of_another_reseller_now_sees_the_orders_made_before_no_more(shop: Shop, nova: Reseller) -> None:
    order = await ordered(shop, nova)
    await add_reseller(shop.store, "Other", people={BUYER.user_id: MemberRole.OWNER}, groups=())
    viewer: Buyer = await shop.store.read(lambda tables: shop.buyers.here(tables, BUYER))
    assert await shop.ordering.order_for(order.reference, viewer) is None
    assert await shop.ordering.lines(viewer, OrderFilter.ALL, None, 10) == []
