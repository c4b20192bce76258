"""A quoted draft becomes an order at the price that its supplier names now, never above the one that was shown."""

import asyncio
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from bot.ordering.confirming import (
    AlreadyConfirmed,
    AskAgain,
    Confirmed,
    ConfirmOutcome,
    DraftGone,
    ItemGone,
    PriceChanged,
    QuoteLost,
)
from bot.ordering.quoting import Priced
from bot.suppliers.errors import SupplierMisconfigured, SupplierUnavailable
from bot.suppliers.outcomes import QuoteOutcome, QuoteProblem, QuoteRefused, QuoteRequest
from storage.records.catalog import Availability, Item
from storage.records.orders import Draft, Place, Quote, Step
from storage.records.queues import NoticeKind
from tests.factories import PLACE
from tests.ordering.shop import Shop
from tests.ordering.vouchers import at_confirm, make_quote, make_voucher

SHOWN = Decimal("193.00")


async def ready(shop: Shop, draft: Draft | None = None, *, item: Item | None = None) -> Draft:
    """A stored draft of twenty vouchers whose quote is on the card, and the item on the shelf."""
    draft = draft or at_confirm()
    shop.shelf.items[draft.item.key] = item or draft.item
    await shop.store.write(lambda tables: tables.drafts.save(draft))
    return draft


async def tap(
    shop: Shop, draft: Draft, *answers: QuoteOutcome | Exception, update_id: int = 6, place: Place = PLACE
) -> ConfirmOutcome:
    """Tap Confirm on the card that shows this draft, at a supplier that gives these answers."""
    shop.supplier.quotes.extend(answers)
    return await shop.ordering.confirm(draft.id, place, update_id, shown=draft.update_id)


def newly(shop: Shop, **changes: Any) -> Quote:
    """A quote for the twenty, given just now."""
    return make_quote("10", 20, **({"quoted_at": shop.clock()} | changes))


async def test_a_fresh_quote_is_what_the_order_rests_on(shop: Shop) -> None:
    draft = await ready(shop)
    shop.clock.pass_(minutes=4)
    outcome = await tap(shop, draft)
    assert isinstance(outcome, Confirmed)
    order = await shop.order(outcome.order)
    assert (order.expected, order.currency) == (SHOWN, "USD")
    assert (order.denomination, order.quote) == (Decimal(10), draft.quote)
    assert shop.supplier.quoted == []


async def test_an_old_quote_is_taken_again_and_a_cheaper_one_ordered_at(shop: Shop) -> None:
    draft = await ready(shop)
    shop.clock.pass_(minutes=5)
    cheaper = newly(shop, total=Decimal("192.99"))
    outcome = await tap(shop, draft, cheaper)
    assert isinstance(outcome, Confirmed)
    assert (outcome.order.expected, outcome.order.quote) == (Decimal("192.99"), cheaper)
    assert shop.supplier.quoted == [QuoteRequest(draft.item, Decimal(10), Decimal(20))]


async def test_the_same_price_from_a_new_quote_is_ordered_at(shop: Shop) -> None:
    draft = await ready(shop)
    shop.clock.pass_(minutes=5)
    assert isinstance(await tap(shop, draft, newly(shop)), Confirmed)


async def test_what_leaves_an_account_in_another_currency_is_what_is_expected(shop: Shop) -> None:
    draft = await ready(shop, at_confirm(quote=make_quote("10", 20, total=Decimal("177.5612"), currency="EUR")))
    outcome = await tap(shop, draft)
    assert isinstance(outcome, Confirmed)
    assert (outcome.order.expected, outcome.order.currency) == (Decimal("177.5612"), "EUR")


@pytest.mark.parametrize(
    "changes",
    [
        {"total": Decimal("193.01")},
        {"total": Decimal("193.0001")},
        {"currency": "EUR"},
        {"currency": "EUR", "total": Decimal(1)},
        {"account": "8"},
        {"account": "8", "total": Decimal(1)},
    ],
)
async def test_a_dearer_quote_or_another_account_is_shown_and_asked_about(shop: Shop, changes: dict[str, Any]) -> None:
    draft = await ready(shop)
    shop.clock.pass_(minutes=5)
    newer = newly(shop, **changes)
    outcome = await tap(shop, draft, newer)
    assert isinstance(outcome, PriceChanged)
    assert (outcome.old_total, outcome.old_currency, outcome.draft.quote) == (SHOWN, "USD", newer)
    assert await shop.all_orders() == []
    assert await shop.ordering.priced(outcome.draft, 6) == Priced(outcome.draft)
    confirmed = await tap(shop, outcome.draft, update_id=7)
    assert isinstance(confirmed, Confirmed)
    assert confirmed.order.expected == newer.total


async def test_neither_a_double_tap_nor_a_replay_buys_at_a_price_nobody_saw(shop: Shop) -> None:
    draft = await ready(shop)
    shop.clock.pass_(minutes=5)
    first = await tap(shop, draft, newly(shop, total=Decimal(200)))
    assert isinstance(first, PriceChanged)
    for update_id in (6, 7):
        assert await tap(shop, draft, update_id=update_id) == AskAgain(first.draft)
    assert await shop.all_orders() == []


async def test_many_taps_at_once_with_an_old_quote_make_one_order(shop: Shop) -> None:
    draft = await ready(shop)
    shop.clock.pass_(minutes=5)
    shop.supplier.quotes.extend([newly(shop)] * 8)
    outcomes = await asyncio.gather(*(tap(shop, draft, update_id=6 + n) for n in range(8)))
    assert sum(isinstance(outcome, Confirmed) for outcome in outcomes) == 1
    assert sum(isinstance(outcome, AlreadyConfirmed) for outcome in outcomes) == 7


async def test_a_tap_whose_quote_is_lost_finds_the_order_that_another_made(shop: Shop) -> None:
    draft = await ready(shop)
    shop.clock.pass_(minutes=5)
    shop.supplier.quotes.extend([SupplierUnavailable("timed out"), newly(shop)])
    made: list[ConfirmOutcome] = []

    async def another() -> None:
        shop.supplier.meanwhile = lambda: None
        shop.supplier.quotes.rotate(1)
        made.append(await tap(shop, draft, update_id=7))

    shop.supplier.meanwhile = another
    outcome = await tap(shop, draft)
    assert isinstance(made[0], Confirmed)
    assert outcome == AlreadyConfirmed(made[0].order)


@pytest.mark.parametrize("error", [SupplierUnavailable("timed out"), SupplierMisconfigured("key refused")])
async def test_without_an_answer_nothing_is_ordered_and_the_draft_stays(shop: Shop, error: Exception) -> None:
    draft = await ready(shop)
    shop.clock.pass_(minutes=5)
    assert await tap(shop, draft, error) == QuoteLost(draft, None, str(error))
    assert await shop.drafts.current(PLACE) == draft
    assert await shop.all_orders() == []
    told = [NoticeKind.SUPPLIER_CONFIGURATION] if isinstance(error, SupplierMisconfigured) else []
    assert await shop.notices() == told


async def test_a_price_that_is_refused_in_the_suppliers_words_is_lost(shop: Shop) -> None:
    draft = await ready(shop)
    shop.clock.pass_(minutes=5)
    refused = QuoteRefused(QuoteProblem.REFUSED, "Wallet not found")
    assert await tap(shop, draft, refused) == QuoteLost(draft, QuoteProblem.REFUSED, "Wallet not found")
    nonsense = await tap(shop, draft, newly(shop, total=Decimal(0)), update_id=7)
    assert isinstance(nonsense, QuoteLost)
    assert nonsense.problem is QuoteProblem.REFUSED
    assert await shop.drafts.current(PLACE) == draft


@pytest.mark.parametrize(
    ("refused", "step"),
    [
        (QuoteRefused(QuoteProblem.DENOMINATION, "not this one"), Step.DENOMINATION),
        (QuoteRefused(QuoteProblem.QUANTITY, "at most 12", Decimal(12)), Step.QUANTITY),
    ],
)
async def test_an_answer_that_the_supplier_refuses_is_asked_for_again(
    shop: Shop, refused: QuoteRefused, step: Step
) -> None:
    draft = await ready(shop)
    shop.clock.pass_(minutes=5)
    outcome = await tap(shop, draft, refused)
    assert isinstance(outcome, AskAgain)
    assert (outcome.problem, outcome.detail, outcome.draft.step) == (refused.problem, refused.detail, step)
    assert outcome.draft.update_id == 6
    assert await shop.drafts.current(PLACE) == outcome.draft


async def test_an_item_that_the_supplier_sells_no_more_is_not_ordered(shop: Shop) -> None:
    draft = await ready(shop)
    shop.clock.pass_(minutes=5)
    assert await tap(shop, draft, QuoteRefused(QuoteProblem.ITEM_GONE)) == ItemGone(draft)
    shop.shelf.items.clear()
    assert await tap(shop, draft) == ItemGone(draft)
    assert len(shop.supplier.quoted) == 1


@pytest.mark.parametrize(
    "item",
    [
        make_voucher("25", "50"),
        make_voucher(max_quantity=Decimal(5)),
        make_voucher(availability=Availability.OUT_OF_STOCK),
    ],
)
async def test_what_the_catalog_no_longer_offers_is_not_quoted(shop: Shop, item: Item) -> None:
    draft = await ready(shop, item=item)
    shop.clock.pass_(minutes=5)
    outcome = await tap(shop, draft)
    assert isinstance(outcome, AskAgain | ItemGone)
    assert shop.supplier.quoted == []
    assert await shop.all_orders() == []


async def test_a_value_that_left_the_catalog_is_asked_for_again_with_its_reason(shop: Shop) -> None:
    draft = await ready(shop, item=make_voucher("25", "50"))
    outcome = await tap(shop, draft)
    assert isinstance(outcome, AskAgain)
    assert (outcome.problem, outcome.draft.step) == (QuoteProblem.DENOMINATION, Step.DENOMINATION)


async def test_a_least_price_that_changed_in_the_catalog_alone_changes_nothing(shop: Shop) -> None:
    draft = await ready(shop, item=make_voucher(price=Decimal(99)))
    outcome = await tap(shop, draft)
    assert isinstance(outcome, Confirmed)
    assert outcome.order.expected == SHOWN


async def test_an_item_that_became_another_one_is_shown_again_at_its_quote(shop: Shop) -> None:
    draft = await ready(shop, item=make_voucher(region="Türkiye"))
    outcome = await tap(shop, draft)
    assert isinstance(outcome, AskAgain)
    assert (outcome.draft.item.region, outcome.draft.step) == ("Türkiye", Step.CONFIRM)
    assert isinstance(await tap(shop, outcome.draft, update_id=7), Confirmed)


@pytest.mark.parametrize("quote", [None, make_quote("10", 19), make_quote("25", 20)])
async def test_confirm_without_a_price_for_this_order_asks_again(shop: Shop, quote: Quote | None) -> None:
    draft = await ready(shop, at_confirm(quote=quote))
    assert await tap(shop, draft) == AskAgain(draft)
    assert shop.supplier.quoted == []


async def test_an_item_that_became_quoted_is_asked_about_at_its_quote(shop: Shop) -> None:
    draft = at_confirm(quote=None, item=make_voucher(quoted=False))
    await ready(shop, draft, item=make_voucher())
    outcome = await tap(shop, draft, make_quote("10", 20))
    assert isinstance(outcome, PriceChanged)
    assert (outcome.old_total, outcome.draft.quote) == (Decimal(200), make_quote("10", 20))


async def test_a_draft_that_changes_while_its_price_is_asked_for_is_not_ordered(shop: Shop) -> None:
    draft = await ready(shop)
    shop.clock.pass_(minutes=5)
    shop.supplier.meanwhile = lambda: shop.drafts.back(draft, 7)
    outcome = await tap(shop, draft, newly(shop))
    assert isinstance(outcome, AskAgain)
    assert outcome.draft.step is Step.QUANTITY
    assert await shop.all_orders() == []


async def test_a_draft_that_is_cancelled_while_its_price_is_asked_for_is_gone(shop: Shop) -> None:
    draft = await ready(shop)
    shop.clock.pass_(minutes=5)
    shop.supplier.meanwhile = lambda: shop.drafts.cancel(PLACE, 7)
    assert await tap(shop, draft, newly(shop)) == DraftGone()


async def test_nobody_spends_a_quote_on_somebody_elses_draft(shop: Shop) -> None:
    draft = await ready(shop)
    shop.clock.pass_(minutes=5)
    assert await tap(shop, draft, place=replace(PLACE, user_id=2)) == DraftGone()
    assert shop.supplier.quoted == []
