"""Putting an order together, question by question."""

from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from bot.ordering.denominations import denomination_holds
from bot.ordering.draft_prices import draft_total
from bot.ordering.drafts import Begun
from bot.ordering.steps import (
    answered_denomination,
    answered_field,
    answered_quantity,
    asked_first,
    one_back,
    present_field,
    renewed,
    skipped_field,
)
from storage.records.catalog import Choice, FieldKind, ItemField
from storage.records.orders import Draft, FieldValue, Place, Step
from tests.factories import PLACE, make_draft, make_item, make_service, make_topup, make_value
from tests.ordering.shop import Shop
from tests.ordering.vouchers import make_voucher

TOPUP = make_topup()
PLAYER = make_value()
SERVER = FieldValue("server", "Server", 31, "Europe")
OPTIONAL = ItemField("note", "Note", FieldKind.TEXT, required=False)


def filled(**changes: Any) -> Draft:
    facts = {"item": TOPUP, "step": Step.CONFIRM, "quantity": Decimal(10), "values": (PLAYER, SERVER), "field_index": 2}
    return make_draft(**(facts | changes))


async def test_a_topup_asks_quantity_then_each_field_then_confirm(shop: Shop) -> None:
    begun = await shop.drafts.begin(PLACE, TOPUP, 1)
    assert (begun.draft.step, begun.replaced) == (Step.QUANTITY, None)
    draft = await shop.drafts.answer_quantity(begun.draft, Decimal(10), 2)
    assert draft is not None
    assert (draft.step, draft.field_index) == (Step.FIELD, 0)
    draft = await shop.drafts.answer_field(draft, PLAYER, 3)
    assert draft is not None
    assert (draft.step, draft.field_index) == (Step.FIELD, 1)
    draft = await shop.drafts.answer_field(draft, SERVER, 4)
    assert draft is not None
    assert draft.step is Step.CONFIRM
    assert draft.values == (PLAYER, SERVER)
    assert draft_total(draft) == Decimal("12.50")
    assert await shop.drafts.current(PLACE) == draft


async def test_a_service_begins_at_its_field(shop: Shop) -> None:
    draft = (await shop.drafts.begin(PLACE, make_service(), 1)).draft
    assert (draft.step, draft.quantity) == (Step.FIELD, 1)


async def test_the_same_update_again_changes_nothing(shop: Shop) -> None:
    first = await shop.drafts.begin(PLACE, make_item(), 1)
    assert await shop.drafts.begin(PLACE, make_item(), 1) == Begun(first.draft)
    answered = await shop.drafts.answer_quantity(first.draft, Decimal(2), 2)
    assert answered is not None
    assert await shop.drafts.answer_quantity(first.draft, Decimal(3), 2) == answered


async def test_two_updates_are_not_taken_for_each_others_answer(shop: Shop) -> None:
    begun = (await shop.drafts.begin(PLACE, TOPUP, 1)).draft
    draft = await shop.drafts.answer_quantity(begun, Decimal(2), 2)
    assert draft is not None
    replayed = await shop.drafts.answer_field(draft, make_value(value="2", shown="2"), 2)
    assert replayed == draft


async def test_another_draft_takes_the_place_of_the_first(shop: Shop) -> None:
    first = (await shop.drafts.begin(PLACE, make_item(), 1)).draft
    second = await shop.drafts.begin(PLACE, TOPUP, 2)
    assert second.replaced == first
    assert await shop.drafts.answer_quantity(first, Decimal(2), 3) is None
    assert await shop.drafts.current(PLACE) == second.draft


async def test_each_person_in_a_group_has_a_draft_of_their_own(shop: Shop) -> None:
    mine, yours = Place(-100, 1), Place(-100, 2)
    await shop.drafts.begin(mine, make_item(), 1)
    begun = await shop.drafts.begin(yours, make_item(), 2)
    assert begun.replaced is None
    assert await shop.drafts.current(mine) is not None


async def test_back_returns_to_the_question_before_and_in_the_end_gives_up(shop: Shop) -> None:
    begun = (await shop.drafts.begin(PLACE, TOPUP, 1)).draft
    draft = await shop.drafts.answer_quantity(begun, Decimal(2), 2)
    assert draft is not None
    draft = await shop.drafts.answer_field(draft, PLAYER, 3)
    assert draft is not None
    draft = await shop.drafts.back(draft, 4)
    assert draft is not None
    assert (draft.step, draft.field_index, draft.values) == (Step.FIELD, 0, ())
    draft = await shop.drafts.back(draft, 5)
    assert draft is not None
    assert (draft.step, draft.quantity) == (Step.QUANTITY, None)
    assert await shop.drafts.back(draft, 6) is None
    assert await shop.drafts.current(PLACE) is None


async def test_back_pressed_once_but_handled_twice_goes_one_step(shop: Shop) -> None:
    draft = filled()
    await shop.store.write(lambda tables: tables.drafts.save(draft))
    once = await shop.drafts.back(draft, 4)
    assert once is not None
    assert await shop.drafts.back(draft, 4) == once
    assert once.field_index == 1


async def test_cancel_forgets_the_draft(shop: Shop) -> None:
    draft = (await shop.drafts.begin(PLACE, TOPUP, 1)).draft
    assert await shop.drafts.cancel(PLACE, 2) == draft
    assert await shop.drafts.cancel(PLACE, 2) is None
    assert await shop.drafts.back(draft, 3) is None


async def test_a_draft_knows_the_message_that_shows_it(shop: Shop) -> None:
    draft = (await shop.drafts.begin(PLACE, TOPUP, 1)).draft
    moved = await shop.drafts.moved(draft, 77)
    assert moved is not None
    assert moved.message_id == 77
    assert await shop.drafts.moved(draft, 77) == moved
    await shop.drafts.cancel(PLACE, 2)
    assert await shop.drafts.moved(draft, 78) is None


async def test_an_optional_field_may_be_skipped(shop: Shop) -> None:
    item = make_service(fields=(OPTIONAL,))
    draft = (await shop.drafts.begin(PLACE, item, 1)).draft
    skipped = await shop.drafts.skip_field(draft, 2)
    assert skipped is not None
    assert (skipped.step, skipped.values) == (Step.CONFIRM, ())


def test_a_required_field_may_not_be_skipped() -> None:
    draft = make_draft(item=make_service(), step=Step.FIELD, quantity=Decimal(1))
    assert skipped_field(draft) == draft


def test_there_is_nothing_to_skip_at_confirm() -> None:
    draft = filled()
    assert present_field(draft) is None
    assert skipped_field(draft) == draft


def test_an_answer_out_of_turn_changes_nothing() -> None:
    draft = filled()
    assert answered_quantity(draft, Decimal(2)) == draft
    assert answered_field(draft, PLAYER) == draft
    asked = make_draft(item=TOPUP, step=Step.FIELD, quantity=Decimal(2), field_index=1)
    assert answered_field(asked, PLAYER) == asked


def test_a_quantity_that_breaks_the_rule_is_not_taken_from_a_button_either() -> None:
    draft = make_draft()
    assert answered_quantity(draft, Decimal(51)) == draft


def test_back_from_confirm_without_fields_asks_the_quantity_again() -> None:
    before = one_back(make_draft(step=Step.CONFIRM, quantity=Decimal(2)))
    assert before is not None
    assert (before.step, before.quantity) == (Step.QUANTITY, None)


def test_a_draft_whose_item_is_unchanged_stays_complete() -> None:
    draft = filled()
    assert renewed(draft, TOPUP) == draft


def test_a_new_limit_asks_the_quantity_again() -> None:
    assert renewed(filled(), make_topup(max_quantity=Decimal(5))).step is Step.QUANTITY


def test_a_choice_that_is_gone_is_asked_again_and_the_answers_before_it_stay() -> None:
    text, server = TOPUP.fields
    item = make_topup(fields=(text, ItemField(server.name, server.label, server.kind, choices=(Choice(32, "Asia"),))))
    draft = renewed(filled(), item)
    assert (draft.step, draft.field_index, draft.values) == (Step.FIELD, 1, (PLAYER,))


def test_a_new_optional_field_does_not_send_anybody_back() -> None:
    item = make_topup(fields=(*TOPUP.fields, OPTIONAL))
    draft = renewed(filled(), item)
    assert (draft.step, draft.field_index) == (Step.CONFIRM, 3)


def test_a_field_that_is_not_asked_any_more_is_dropped() -> None:
    item = make_topup(fields=TOPUP.fields[:1])
    assert renewed(filled(), item).values == (PLAYER,)


VOUCHERS = [make_voucher(), make_voucher("10"), make_voucher("5-500"), make_voucher("25", "5-20", fields=(OPTIONAL,))]
ITEMS = st.sampled_from(
    [make_item(), TOPUP, make_service(), make_service(fields=()), make_service(fields=(OPTIONAL,)), *VOUCHERS]
)
MOVES = st.lists(
    st.sampled_from(
        [
            lambda draft: answered_denomination(draft, Decimal(10)),
            lambda draft: answered_denomination(draft, Decimal(25)),
            lambda draft: answered_quantity(draft, Decimal(3)),
            lambda draft: answered_field(draft, PLAYER),
            lambda draft: answered_field(draft, SERVER),
            lambda draft: answered_field(draft, FieldValue("login", "Login", "me", "me")),
            skipped_field,
            one_back,
        ]
    )
)


@given(ITEMS, MOVES)
def test_whatever_is_pressed_a_draft_at_confirm_has_every_answer(item: Any, moves: list[Any]) -> None:
    draft: Draft | None = asked_first(make_draft(item=item))
    for move in moves:
        if draft is None:
            return
        assert len({value.name for value in draft.values}) == len(draft.values)
        if draft.step is Step.CONFIRM:
            assert renewed(draft, item) == draft
            assert denomination_holds(draft.denomination, item)
        draft = move(draft)
