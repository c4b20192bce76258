"""Drafts of items with face values, and what a quoted draft costs and may order."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.ordering.denominations import denomination_holds
from bot.ordering.draft_prices import draft_currency, draft_total, offered
from bot.ordering.quantities import WrongQuantity, parse_quantity, quantity_holds
from bot.ordering.steps import answered_denomination, answered_quantity, asked_first, one_back, renewed, skipped_field
from storage.records.catalog import FieldKind, Item, ItemField, ProductType
from storage.records.orders import Draft, Quote, Step
from tests.factories import PLACE, make_draft, make_item, make_service
from tests.ordering.shop import Shop
from tests.ordering.vouchers import at_confirm, at_quantity, make_quote, make_voucher

NOTE = ItemField("note", "Note", FieldKind.TEXT, required=False)


async def test_an_item_with_several_values_asks_for_one_before_the_quantity(shop: Shop) -> None:
    begun = (await shop.drafts.begin(PLACE, make_voucher(), 1)).draft
    assert begun.step is Step.DENOMINATION
    draft = await shop.drafts.answer_denomination(begun, Decimal(25), 2)
    assert draft is not None
    assert (draft.step, draft.denomination) == (Step.QUANTITY, 25)
    assert await shop.drafts.answer_denomination(begun, Decimal(10), 2) == draft
    draft = await shop.drafts.answer_quantity(draft, Decimal(3), 3)
    assert draft is not None
    assert draft.step is Step.CONFIRM


async def test_a_single_value_is_taken_without_asking(shop: Shop) -> None:
    draft = (await shop.drafts.begin(PLACE, make_voucher("10"), 1)).draft
    assert (draft.step, draft.denomination) == (Step.QUANTITY, 10)
    assert await shop.drafts.back(draft, 2) is None


async def test_back_from_the_quantity_asks_for_the_value_again(shop: Shop) -> None:
    draft = at_quantity(quote=make_quote())
    await shop.store.write(lambda tables: tables.drafts.save(draft))
    before = await shop.drafts.back(draft, 6)
    assert before is not None
    assert (before.step, before.denomination, before.quote) == (Step.DENOMINATION, None, None)
    assert await shop.drafts.back(before, 7) is None


async def test_a_draft_is_dropped_with_its_item_but_not_the_one_that_replaced_it(shop: Shop) -> None:
    first = (await shop.drafts.begin(PLACE, make_voucher(), 1)).draft
    second = (await shop.drafts.begin(PLACE, make_item(), 2)).draft
    await shop.drafts.drop(first)
    assert await shop.drafts.current(PLACE) == second
    await shop.drafts.drop(second)
    assert await shop.drafts.current(PLACE) is None


def test_back_from_confirm_keeps_the_value_and_its_quote() -> None:
    before = one_back(at_confirm())
    assert before is not None
    assert (before.step, before.denomination, before.quantity) == (Step.QUANTITY, 10, None)
    assert before.quote == make_quote("10", 20)


def test_a_service_with_values_asks_for_one_and_goes_back_to_it() -> None:
    item = make_service(denominations=make_voucher().denominations, fields=())
    draft = asked_first(make_draft(item=item))
    assert draft.step is Step.DENOMINATION
    chosen = answered_denomination(draft, Decimal(25))
    assert (chosen.step, chosen.quantity) == (Step.CONFIRM, 1)
    assert one_back(chosen) == draft


def test_a_value_out_of_turn_or_not_offered_changes_nothing() -> None:
    asked = make_draft(item=make_voucher(), step=Step.DENOMINATION)
    assert answered_denomination(asked, Decimal(11)) == asked
    chosen = at_quantity()
    assert answered_denomination(chosen, Decimal(25)) == chosen


def test_a_quoted_draft_costs_what_its_quote_says_in_the_accounts_currency() -> None:
    quote = make_quote("10", 20, total=Decimal("177.56"), currency="EUR")
    draft = at_confirm(quote=quote)
    assert (draft_total(draft), draft_currency(draft)) == (Decimal("177.56"), "EUR")


@pytest.mark.parametrize("quote", [None, make_quote("10", 3), make_quote("25", 20)])
def test_a_quoted_draft_has_no_price_but_its_own(quote: Quote | None) -> None:
    draft = at_confirm(quote=quote)
    with pytest.raises(ValueError, match="no quote"):
        draft_total(draft)
    with pytest.raises(ValueError, match="no quote"):
        draft_currency(draft)


def test_a_value_without_quotes_costs_what_the_catalog_says_of_it() -> None:
    draft = at_confirm(3, item=make_voucher(quoted=False, price=Decimal("9.65")), quote=None)
    assert (draft_total(draft), draft_currency(draft)) == (Decimal("30.00"), "USD")


def test_no_more_is_offered_than_both_the_item_and_the_quote_allow() -> None:
    assert offered(make_draft()) == make_draft().item
    assert offered(at_quantity(quote=None)).max_quantity is None
    assert offered(at_quantity(quote=make_quote(max_quantity=Decimal(7)))).max_quantity == 7
    item = make_voucher(max_quantity=Decimal(5))
    assert offered(at_quantity(item=item, quote=make_quote())).max_quantity == 5
    assert offered(at_quantity(item=item, quote=make_quote(max_quantity=None))).max_quantity == 5
    assert offered(at_quantity(quote=make_quote("25", max_quantity=Decimal(7)))).max_quantity is None


@pytest.mark.parametrize("quote", [None, make_quote("1000000", total=Decimal(965000), max_quantity=None)])
def test_a_total_that_no_column_could_hold_is_too_large_whatever_the_catalogs_least_price(quote: Quote | None) -> None:
    item = make_voucher("10-1000000", product_type=ProductType.KEY)
    draft = at_quantity(item=item, denomination=Decimal(1_000_000), quote=quote)
    assert parse_quantity("9999999", offered(draft)) == Decimal(9_999_999)
    assert isinstance(parse_quantity("10000000", offered(draft)), WrongQuantity)
    assert answered_quantity(draft, Decimal(10_000_000)) == draft


def test_a_total_is_bounded_in_the_accounts_currency_too() -> None:
    quote = make_quote(total=Decimal(160_000), currency="IDR", max_quantity=None)
    assert isinstance(parse_quantity("100000000", offered(at_quantity(quote=quote))), WrongQuantity)


def test_a_value_that_is_not_offered_any_more_is_asked_for_again() -> None:
    draft = renewed(at_confirm(), make_voucher("25", "50"))
    assert (draft.step, draft.denomination, draft.quantity, draft.quote) == (Step.DENOMINATION, None, None, None)


def test_values_that_came_or_went_with_the_catalog_begin_the_draft_anew() -> None:
    assert renewed(at_confirm(), make_item()).denomination is None
    assert renewed(make_draft(step=Step.CONFIRM, quantity=Decimal(2)), make_voucher()).step is Step.DENOMINATION


def test_a_quantity_above_the_quotes_limit_is_asked_for_again_and_the_value_stays() -> None:
    draft = at_confirm(quote=make_quote("10", 20, max_quantity=Decimal(12)))
    again = renewed(draft, draft.item)
    assert (again.step, again.denomination, again.quantity) == (Step.QUANTITY, 10, None)


def priced_for(quantity: int, most: int) -> Callable[[Draft], Draft]:
    """Give a draft of tens a quote."""
    quote = make_quote("10", quantity, max_quantity=Decimal(most))

    def priced(draft: Draft) -> Draft:
        return replace(draft, quote=quote)

    return priced


def choosing(amount: str) -> Callable[[Draft], Draft]:
    """Answer the face value."""
    return partial(answered_denomination, amount=Decimal(amount))


def ordering(quantity: int) -> Callable[[Draft], Draft]:
    """Answer the quantity."""
    return partial(answered_quantity, quantity=Decimal(quantity))


ITEMS = st.sampled_from(
    [
        make_item(),
        make_service(),
        make_voucher(),
        make_voucher("10"),
        make_voucher("5-500"),
        make_voucher("25", "5-20", fields=(NOTE,)),
        make_voucher("25", max_quantity=Decimal(2)),
    ]
)
MOVES = st.lists(
    st.sampled_from(
        [
            choosing("10"),
            choosing("25"),
            ordering(2),
            ordering(3),
            priced_for(1, 100),
            priced_for(2, 2),
            skipped_field,
            one_back,
        ]
    )
)


@given(ITEMS, ITEMS, MOVES)
def test_a_renewed_draft_is_at_confirm_only_with_answers_that_the_item_takes(
    item: Item, changed: Item, moves: list[Any]
) -> None:
    draft = asked_first(make_draft(item=item))
    for move in moves:
        draft = move(draft) or draft
        again = renewed(draft, changed)
        assert renewed(again, changed) == again
        if again.step is Step.CONFIRM:
            assert denomination_holds(again.denomination, changed)
            assert quantity_holds(again.quantity, offered(again))
