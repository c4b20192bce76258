"""A quoted item's price is asked for before it is shown, and kept only by the draft that asked."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from bot.ordering.draft_prices import draft_total, offered
from bot.ordering.quantities import quantity_question
from bot.ordering.quoting import Priced, Unpriced
from bot.suppliers.errors import MalformedReport, SupplierError, SupplierMisconfigured, SupplierUnavailable
from bot.suppliers.outcomes import QuoteOutcome, QuoteProblem, QuoteRefused, QuoteRequest
from storage.records.catalog import FieldKind, ItemField, ProductType
from storage.records.orders import Draft, Step
from storage.records.queues import NoticeKind
from storage.store import Store
from tests.factories import PLACE, make_draft, make_item
from tests.ordering.shop import Shop
from tests.ordering.vouchers import at_confirm, at_quantity, make_quote, make_voucher

GONE = QuoteRefused(QuoteProblem.ITEM_GONE, "product not found")


async def stored(shop: Shop, draft: Draft) -> Draft:
    """Keep a draft as it is."""
    await shop.store.write(lambda tables: tables.drafts.save(draft))
    return draft


async def priced(shop: Shop, draft: Draft, *answers: QuoteOutcome | Exception, update_id: int = 5) -> Priced | Unpriced:
    """Price a stored draft at a supplier that gives these answers."""
    shop.supplier.quotes.extend(answers)
    return await shop.ordering.priced(await stored(shop, draft), update_id)


async def test_the_quantity_is_asked_with_the_price_of_one_and_the_most_that_is_sold(shop: Shop) -> None:
    outcome = await priced(shop, at_quantity(), make_quote(max_quantity=Decimal(12)))
    assert isinstance(outcome, Priced)
    assert shop.supplier.quoted == [QuoteRequest(make_voucher(), Decimal(10), Decimal(1))]
    assert outcome.draft.quote == make_quote(max_quantity=Decimal(12))
    rule = quantity_question(offered(outcome.draft))
    assert rule is not None
    assert rule.maximum == 12
    assert await shop.drafts.current(PLACE) == outcome.draft


async def test_confirm_is_asked_with_the_price_of_the_whole_order(shop: Shop) -> None:
    outcome = await priced(shop, at_confirm(quote=make_quote()), make_quote("10", 20), update_id=7)
    assert isinstance(outcome, Priced)
    assert shop.supplier.quoted == [QuoteRequest(make_voucher(), Decimal(10), Decimal(20))]
    assert draft_total(outcome.draft) == Decimal("193.00")
    assert outcome.draft.update_id == 7


async def test_an_item_that_asks_for_more_than_one_is_quoted_for_its_least(shop: Shop) -> None:
    item = make_voucher(min_quantity=Decimal(5))
    await priced(shop, at_quantity(item=item), make_quote("10", 5))
    assert shop.supplier.quoted == [QuoteRequest(item, Decimal(10), Decimal(5))]


@pytest.mark.parametrize(
    "draft",
    [
        make_draft(),
        make_draft(step=Step.CONFIRM, quantity=Decimal(2)),
        make_draft(item=make_voucher(), step=Step.DENOMINATION),
        at_quantity(
            item=make_voucher(fields=(ItemField("mail", "E-mail", FieldKind.TEXT),)),
            step=Step.FIELD,
            quantity=Decimal(2),
        ),
    ],
)
async def test_what_needs_no_quote_is_shown_without_asking_anybody(shop: Shop, draft: Draft) -> None:
    assert await shop.ordering.priced(draft, 9) == Priced(draft)
    assert shop.supplier.quoted == []
    assert await shop.drafts.current(PLACE) is None


async def test_a_quote_is_used_again_until_it_is_old(shop: Shop) -> None:
    draft = await stored(shop, at_confirm())
    shop.clock.pass_(minutes=4, seconds=59)
    assert await shop.ordering.priced(draft, 9) == Priced(draft)
    shop.clock.pass_(seconds=1)
    newer = make_quote("10", 20, total=Decimal(190), quoted_at=shop.clock())
    outcome = await priced(shop, draft, newer, update_id=10)
    assert isinstance(outcome, Priced)
    assert (outcome.draft.quote, outcome.draft.update_id) == (newer, 10)
    assert len(shop.supplier.quoted) == 1


async def test_the_quote_of_one_does_for_an_order_of_one(shop: Shop) -> None:
    draft = await stored(shop, at_quantity(quote=make_quote()))
    moved = await shop.drafts.answer_quantity(draft, Decimal(1), 6)
    assert moved is not None
    assert await shop.ordering.priced(moved, 6) == Priced(moved)
    assert shop.supplier.quoted == []


async def test_an_old_quote_of_one_is_not_carried_to_confirm(shop: Shop) -> None:
    draft = await stored(shop, at_quantity(quote=make_quote()))
    shop.clock.pass_(minutes=6)
    moved = await shop.drafts.answer_quantity(draft, Decimal(1), 6)
    assert moved is not None
    newer = make_quote(total=Decimal("9.90"), quoted_at=shop.clock())
    shop.supplier.quotes.append(newer)
    assert await shop.ordering.priced(moved, 6) == Priced(replace(moved, quote=newer))


async def test_a_replay_puts_no_other_price_under_a_button_that_is_shown(shop: Shop) -> None:
    first = await priced(shop, at_confirm(quote=None), make_quote("10", 20))
    shop.clock.pass_(hours=1)
    dearer = make_quote("10", 20, total=Decimal(400), quoted_at=shop.clock())
    assert await priced(shop, first.draft, dearer) == first
    assert len(shop.supplier.quoted) == 1


async def test_a_quote_that_two_ask_for_at_once_is_stored_once(shop: Shop) -> None:
    draft = await stored(shop, at_confirm(quote=None))
    dearer = make_quote("10", 20, total=Decimal(400))
    shop.supplier.quotes.extend([make_quote("10", 20), dearer])
    meanwhile: list[Priced | Unpriced] = []

    async def another() -> None:
        shop.supplier.meanwhile = lambda: None
        meanwhile.append(await shop.ordering.priced(draft, 5))

    shop.supplier.meanwhile = another
    outcome = await shop.ordering.priced(draft, 5)
    assert meanwhile == [outcome]


async def test_a_draft_that_was_cancelled_meanwhile_stays_cancelled(shop: Shop) -> None:
    shop.supplier.meanwhile = lambda: shop.drafts.cancel(PLACE, 6)
    outcome = await priced(shop, at_confirm(quote=None), make_quote("10", 20))
    assert isinstance(outcome, Unpriced)
    assert outcome.problem is None
    assert await shop.drafts.current(PLACE) is None


async def test_a_draft_that_replaced_the_one_that_asked_gets_no_quote_of_it(shop: Shop) -> None:
    shop.supplier.meanwhile = lambda: shop.drafts.begin(PLACE, make_item(), 6)
    outcome = await priced(shop, at_confirm(quote=None), make_quote("10", 20))
    assert isinstance(outcome, Unpriced)
    present = await shop.drafts.current(PLACE)
    assert present is not None
    assert (present.item, present.quote) == (make_item(), None)


async def test_a_draft_that_moved_meanwhile_is_priced_where_it_is_now(shop: Shop) -> None:
    draft = at_confirm(quote=None)

    async def back() -> None:
        shop.supplier.meanwhile = lambda: None
        await shop.drafts.back(draft, 6)

    shop.supplier.meanwhile = back
    outcome = await priced(shop, draft, make_quote("10", 20), make_quote(), update_id=7)
    assert isinstance(outcome, Priced)
    assert (outcome.draft.step, outcome.draft.quote) == (Step.QUANTITY, make_quote())


async def test_a_message_that_moved_meanwhile_does_not_disturb(shop: Shop) -> None:
    draft = at_confirm(quote=None)
    shop.supplier.meanwhile = lambda: shop.drafts.moved(draft, 44)
    outcome = await priced(shop, draft, make_quote("10", 20))
    assert isinstance(outcome, Priced)
    assert (outcome.draft.message_id, outcome.draft.quote) == (44, make_quote("10", 20))


async def test_a_value_that_is_refused_is_asked_for_again(shop: Shop) -> None:
    refused = QuoteRefused(QuoteProblem.DENOMINATION, "Invalid denomination")
    outcome = await priced(shop, at_quantity(quote=make_quote("10", 3)), refused, update_id=8)
    assert isinstance(outcome, Unpriced)
    assert (outcome.problem, outcome.detail) == (QuoteProblem.DENOMINATION, "Invalid denomination")
    draft = outcome.draft
    assert (draft.step, draft.denomination, draft.quote, draft.update_id) == (Step.DENOMINATION, None, None, 8)
    assert await shop.drafts.current(PLACE) == draft


async def test_an_item_whose_only_value_is_refused_is_gone(shop: Shop) -> None:
    draft = at_quantity(item=make_voucher("10"))
    outcome = await priced(shop, draft, QuoteRefused(QuoteProblem.DENOMINATION))
    assert outcome == Unpriced(draft, QuoteProblem.ITEM_GONE)


@pytest.mark.parametrize(
    "refused",
    [
        QuoteRefused(QuoteProblem.QUANTITY, "at most 12", Decimal(12)),
        make_quote("10", 20, max_quantity=Decimal(12)),
    ],
)
async def test_a_quantity_that_is_refused_is_asked_for_again_within_the_new_limit(
    shop: Shop, refused: QuoteOutcome
) -> None:
    outcome = await priced(shop, at_confirm(quote=make_quote()), refused, update_id=8)
    assert isinstance(outcome, Unpriced)
    assert outcome.problem is QuoteProblem.QUANTITY
    draft = outcome.draft
    assert (draft.step, draft.quantity, draft.quote) == (Step.QUANTITY, None, make_quote(max_quantity=Decimal(12)))
    assert len(shop.supplier.quoted) == 1
    assert await shop.drafts.current(PLACE) == draft
    kept = await shop.drafts.answer_quantity(draft, Decimal(13), 9)
    assert kept is not None
    assert kept.step is Step.QUANTITY


async def test_the_price_of_one_is_asked_for_again_after_a_refused_quantity(shop: Shop) -> None:
    refused = QuoteRefused(QuoteProblem.QUANTITY, "at most 12", Decimal(12))
    outcome = await priced(shop, at_confirm(quote=None), refused, make_quote())
    assert isinstance(outcome, Unpriced)
    assert (outcome.problem, outcome.detail) == (QuoteProblem.QUANTITY, "at most 12")
    assert outcome.draft.quote == make_quote(max_quantity=Decimal(12))


async def test_a_refused_quantity_is_asked_for_again_even_if_no_price_can_be_had(shop: Shop) -> None:
    refused = QuoteRefused(QuoteProblem.QUANTITY)
    outcome = await priced(shop, at_confirm(quote=None), refused, SupplierUnavailable("timed out"))
    assert isinstance(outcome, Unpriced)
    assert outcome.problem is QuoteProblem.QUANTITY
    assert outcome.draft.step is Step.QUANTITY


async def test_an_item_found_gone_after_a_refused_quantity_is_gone(shop: Shop) -> None:
    outcome = await priced(shop, at_confirm(quote=None), QuoteRefused(QuoteProblem.QUANTITY), GONE)
    assert isinstance(outcome, Unpriced)
    assert (outcome.problem, outcome.detail) == (QuoteProblem.ITEM_GONE, GONE.detail)


@pytest.mark.parametrize(
    ("draft", "limit"),
    [
        (at_quantity(), "0"),
        (at_confirm(1, quote=None), "0"),
        (at_confirm(20, quote=None), "0"),
        (at_confirm(20, quote=None, item=make_voucher(min_quantity=Decimal(5))), "4"),
        (at_confirm(1, quote=None, item=make_voucher(product_type=ProductType.SERVICE)), "0"),
    ],
)
async def test_an_item_of_which_not_even_the_least_is_sold_is_gone(shop: Shop, draft: Draft, limit: str) -> None:
    quote = make_quote("10", int(draft.quantity or 1), max_quantity=Decimal(limit))
    outcome = await priced(shop, draft, quote)
    assert isinstance(outcome, Unpriced)
    assert outcome.problem is QuoteProblem.ITEM_GONE


async def test_an_item_that_is_gone_leaves_the_draft_to_whoever_says_so(shop: Shop) -> None:
    draft = at_confirm(quote=None)
    assert await priced(shop, draft, GONE) == Unpriced(draft, QuoteProblem.ITEM_GONE, GONE.detail)
    assert await shop.drafts.current(PLACE) == draft


async def test_a_quoted_item_without_face_values_cannot_be_had(shop: Shop) -> None:
    draft = at_quantity(item=make_voucher(denominations=()), denomination=None)
    outcome = await priced(shop, draft)
    assert isinstance(outcome, Unpriced)
    assert outcome.problem is QuoteProblem.ITEM_GONE
    assert shop.supplier.quoted == []


@pytest.mark.parametrize("draft", [at_quantity(), at_confirm(quote=None)])
async def test_a_refusal_in_the_suppliers_words_changes_nothing(shop: Shop, draft: Draft) -> None:
    outcome = await priced(shop, draft, QuoteRefused(QuoteProblem.REFUSED, "Wallet not found"), update_id=9)
    assert outcome == Unpriced(draft, QuoteProblem.REFUSED, "Wallet not found")
    assert await shop.drafts.current(PLACE) == draft


@pytest.mark.parametrize("error", [SupplierUnavailable("timed out"), MalformedReport("not JSON")])
async def test_a_supplier_that_does_not_answer_leaves_the_draft_without_a_price(
    shop: Shop, error: SupplierError
) -> None:
    draft = at_confirm(quote=make_quote())
    assert await priced(shop, draft, error) == Unpriced(draft, None, str(error))
    assert await shop.drafts.current(PLACE) == draft
    assert await shop.notices() == []


async def test_a_refused_key_is_told_to_the_operator_once(shop: Shop) -> None:
    draft = at_confirm(quote=None)
    refused = SupplierMisconfigured("the key is refused")
    assert await priced(shop, draft, refused, refused) == Unpriced(draft, None, "the key is refused")
    await shop.ordering.priced(draft, 6)
    assert await shop.notices() == [NoticeKind.SUPPLIER_CONFIGURATION]


async def test_a_supplier_without_quotes_or_switched_off_gives_no_price(shop: Shop) -> None:
    draft = at_confirm(quote=None)
    outcome = await priced(shop, draft)
    assert isinstance(outcome, Unpriced)
    assert outcome.problem is None
    shop.without_supplier()
    outcome = await shop.ordering.priced(draft, 6)
    assert outcome == Unpriced(draft, None, "the supplier is switched off")


async def test_nobody_waits_long_for_the_price_of_a_supplier_that_hangs(store: Store) -> None:
    shop = Shop(store, quote_within=timedelta(milliseconds=10))
    shop.supplier.meanwhile = asyncio.Event().wait
    outcome = await priced(shop, at_quantity())
    assert isinstance(outcome, Unpriced)
    assert (outcome.problem, outcome.detail) == (None, "no answer in time")
