"""At which price a reseller's order is confirmed, and on whose account."""

from dataclasses import replace
from decimal import Decimal

from bot.ordering.confirming import AskAgain, Confirmed, PriceChanged
from bot.ordering.draft_prices import draft_price
from storage.records.resellers import MarkupRule, MarkupScope, MemberRole, Reseller
from storage.store import Store
from tests.factories import PLACE, make_card, make_item, make_quote
from tests.ordering.customers import PRICE, drafted, money, ordered, tapped
from tests.ordering.shop import Shop
from tests.resellers.people import BUYER, add_reseller


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


async def test_a_member_who_became_the_operator_again_is_asked_at_cost(shop: Shop, store: Store) -> None:
    nova = await add_reseller(store, people={PLACE.user_id: MemberRole.BUYER})
    draft = await drafted(shop, nova, PLACE)
    await store.write(lambda tables: tables.members.remove(PLACE.user_id))
    outcome = await tapped(shop, draft)
    assert isinstance(outcome, PriceChanged)
    assert (outcome.draft.reseller_id, draft_price(outcome.draft)) == (None, Decimal("19.00"))
    assert isinstance(await shop.ordering.confirm(draft.id, PLACE, 901, shown=900), Confirmed)
    assert await money(shop, nova) == (100, 0)


async def test_an_admin_who_is_a_member_pays_as_one_in_private(shop: Shop, store: Store) -> None:
    nova = await add_reseller(store, people={PLACE.user_id: MemberRole.BUYER})
    order = await ordered(shop, nova, PLACE)
    assert order.price == PRICE


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
