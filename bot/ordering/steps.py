"""A draft's way through its questions: what each answer makes of it, and which question is next. Pure."""

from dataclasses import replace
from decimal import Decimal

from bot.ordering.answers import field_holds
from bot.ordering.denominations import denomination_holds, denomination_question, only_denomination
from bot.ordering.draft_prices import offered
from bot.ordering.quantities import quantity_holds, quantity_question
from bot.resellers.numbers import ONE
from storage.records.catalog import Item, ItemField
from storage.records.orders import Draft, FieldValue, Step


def asked_first(draft: Draft) -> Draft:
    """The draft at the first question that its item has; a single face value is taken without asking."""
    only = only_denomination(draft.item)
    open_draft = replace(draft, denomination=only, quantity=None, values=(), field_index=0, quote=None)
    if denomination_question(draft.item) is not None:
        return replace(open_draft, step=Step.DENOMINATION)
    return at_quantity(open_draft)


def at_quantity(draft: Draft) -> Draft:
    """The draft at its quantity, or past it where there is none to ask: services are always one."""
    if quantity_question(draft.item) is not None:
        return replace(draft, step=Step.QUANTITY, quantity=None, values=(), field_index=0)
    return at_field(replace(draft, quantity=ONE, values=()), 0)


def at_field(draft: Draft, index: int) -> Draft:
    """The draft at one of its fields, or at confirm when there is none left."""
    if index < len(draft.item.fields):
        return replace(draft, step=Step.FIELD, field_index=index)
    return replace(draft, step=Step.CONFIRM, field_index=len(draft.item.fields))


def present_field(draft: Draft) -> ItemField | None:
    """The field that the draft waits at."""
    return draft.item.fields[draft.field_index] if draft.step is Step.FIELD else None


def answered_denomination(draft: Draft, amount: Decimal) -> Draft:
    """The draft with its face value; only at that question, so that an old button changes nothing later."""
    if draft.step is not Step.DENOMINATION or not denomination_holds(amount, draft.item):
        return draft
    return at_quantity(replace(draft, denomination=amount, quote=None))


def answered_quantity(draft: Draft, quantity: Decimal) -> Draft:
    """The draft with its quantity; only at that question, so that an old button changes nothing later."""
    if draft.step is not Step.QUANTITY or not quantity_holds(quantity, offered(draft)):
        return draft
    return at_field(replace(draft, quantity=quantity), 0)


def answered_field(draft: Draft, value: FieldValue) -> Draft:
    """The draft with its present field answered; an answer to any other field changes nothing."""
    field = present_field(draft)
    if field is None or not field_holds(value, field):
        return draft
    values = (*_others(draft, field), value)
    return at_field(replace(draft, values=values), draft.field_index + 1)


def skipped_field(draft: Draft) -> Draft:
    """The draft with its present field left out, if it may be."""
    field = present_field(draft)
    if field is None or field.required:
        return draft
    return at_field(replace(draft, values=_others(draft, field)), draft.field_index + 1)


def one_back(draft: Draft) -> Draft | None:
    """The draft at the question before, whose answer is asked for anew; None at the first question."""
    if draft.field_index > 0:
        before = at_field(draft, draft.field_index - 1)
        return replace(before, values=_others(draft, draft.item.fields[before.field_index]))
    if draft.step in {Step.FIELD, Step.CONFIRM} and quantity_question(draft.item) is not None:
        return at_quantity(draft)
    if draft.step is not Step.DENOMINATION and denomination_question(draft.item) is not None:
        return asked_first(draft)
    return None


def renewed(draft: Draft, item: Item) -> Draft:
    """The draft with the item as the catalog has it now, back at the first question that no longer holds."""
    renewed_draft = replace(draft, item=item)
    if not denomination_holds(draft.denomination, item):
        return asked_first(renewed_draft)
    if not quantity_holds(draft.quantity, offered(renewed_draft)):
        return at_quantity(renewed_draft)
    kept: list[FieldValue] = []
    by_name = {value.name: value for value in draft.values}
    for index, field in enumerate(item.fields):
        value = by_name.get(field.name)
        if value is not None and field_holds(value, field):
            kept.append(value)
        elif value is not None or field.required:
            return at_field(replace(renewed_draft, values=tuple(kept)), index)
    return at_field(replace(renewed_draft, values=tuple(kept)), len(item.fields))


def _others(draft: Draft, field: ItemField) -> tuple[FieldValue, ...]:
    return tuple(value for value in draft.values if value.name != field.name)
