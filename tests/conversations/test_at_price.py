"""What is drawn for a reseller tells its price, and keeps the cost to itself."""

from dataclasses import replace
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from bot.conversations.at_price import draft_shown, item_at, item_for
from bot.ordering.draft_prices import draft_price
from bot.resellers.buyers import Buyer
from bot.resellers.prices import marked_up
from storage.records.catalog import Denomination
from storage.records.orders import Step
from storage.records.resellers import MarkupRule, MarkupScope, Member, MemberRole, Reseller, Standing
from tests.factories import NOW, PLACE, make_card, make_draft, make_item, make_quote

NOVA = Reseller(7, "Nova", NOW, markup=Decimal(10))
ANN = Buyer(PLACE, admin=False, standing=Standing(Member(1001, 7, MemberRole.BUYER, "Ann", NOW), NOVA))
PERCENT = st.decimals(0, 500, places=2)
COST = st.decimals("0.01", 10_000, places=2)


def test_an_operator_at_cost_sees_the_item_as_it_is() -> None:
    assert item_for(make_card(), Buyer(PLACE, admin=True)) == make_card()


def test_a_reseller_sees_its_price_and_no_discount() -> None:
    shown = item_for(make_card(), ANN)
    assert shown.price == Decimal("5.31")
    assert {offer.discount for offer in shown.denominations} == {None}
    assert [offer.least for offer in shown.denominations] == [offer.least for offer in make_card().denominations]


def test_an_items_own_markup_goes_first() -> None:
    rules = (
        MarkupRule(7, MarkupScope.CATEGORY, "Steam", Decimal(20)),
        MarkupRule(7, MarkupScope.ITEM, "voodoo:4711", Decimal(30)),
    )
    assert item_for(make_item(), replace(ANN, rules=rules)).price == Decimal("12.35")


@given(COST, PERCENT)
def test_a_quotes_total_is_the_price_and_nothing_else_of_it_is_the_suppliers(total: Decimal, markup: Decimal) -> None:
    quote = make_quote(
        quantity=Decimal(2), total=total, rate=Decimal("1.17"), fee=Decimal("2.5"), tax=Decimal(1), account="Main"
    )
    draft = make_draft(
        item=make_card(), step=Step.CONFIRM, quantity=Decimal(2), denomination=Decimal(50), quote=quote, markup=markup
    )
    shown = draft_shown(draft)
    assert shown.quote is not None
    assert shown.quote.total == draft_price(draft) == marked_up(total, markup, "USD")
    assert (shown.quote.discount, shown.quote.rate, shown.quote.fee, shown.quote.tax) == (0, None, None, None)
    assert shown.quote.account == ""
    assert (shown.quote.face, shown.quote.quantity, shown.quote.quoted_at) == (quote.face, quote.quantity, NOW)


@given(COST, PERCENT)
def test_a_unit_price_times_one_is_what_one_costs(cost: Decimal, markup: Decimal) -> None:
    draft = make_draft(item=make_item(price=cost), step=Step.CONFIRM, quantity=Decimal(1), markup=markup)
    shown = draft_shown(draft).item.price
    assert abs(shown - draft_price(draft)) <= Decimal("0.00505")


@given(COST, PERCENT)
def test_a_price_from_is_told_to_the_minor_unit(cost: Decimal, markup: Decimal) -> None:
    offers = (Denomination(Decimal(5), Decimal(500), Decimal(3)),)
    shown = item_at(make_card(price=cost, denominations=offers), markup)
    assert shown.price == marked_up(cost, markup, "USD")


def test_a_draft_at_cost_is_shown_as_it_is() -> None:
    draft = make_draft(item=make_card(), quote=make_quote(), denomination=Decimal(50))
    assert draft_shown(draft) == draft
