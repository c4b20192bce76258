"""Fields: what an answer to one of an item's questions must be, and what it means to the supplier."""

import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from storage.records.catalog import Choice, FieldKind, ItemField
from storage.records.orders import FieldValue

DEFAULT_MAX_LENGTH: Final = 500

FORBIDDEN_CATEGORIES: Final = frozenset({"Cc", "Cs", "Co", "Cn", "Zl", "Zp"})
"""Control, surrogate, private and unassigned characters, line separators: no player id or address contains them."""

INVISIBLE: Final = frozenset("\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff")
"""What copying from a chat or a web page adds unseen; a supplier would take it for part of the value."""


class WrongFieldReason(StrEnum):
    """Why an answer cannot be taken."""

    EMPTY = "empty"
    TOO_LONG = "too_long"
    CONTROL_CHARACTERS = "control_characters"
    NOT_A_CHOICE = "not_a_choice"
    AMBIGUOUS_CHOICE = "ambiguous_choice"


@dataclass(frozen=True, slots=True)
class WrongField:
    """A refused answer; ``max_length`` in characters is what a text may have at most."""

    reason: WrongFieldReason
    field: ItemField
    max_length: int


def parse_field(text: str, field: ItemField, *, max_length: int = DEFAULT_MAX_LENGTH) -> FieldValue | WrongField:
    """Read a typed answer: a text as it stands, or a choice by its label in any case."""
    value = "".join(letter for letter in text if letter not in INVISIBLE).strip()
    if not value:
        return WrongField(WrongFieldReason.EMPTY, field, max_length)
    if field.kind is FieldKind.CHOICE:
        return _labelled(value, field, max_length)
    reason = _wrong_text(value, max_length)
    if reason is not None:
        return WrongField(reason, field, max_length)
    return FieldValue(field.name, field.label, value, value)


def choose(choice_id: int, field: ItemField) -> FieldValue | WrongField:
    """Take a choice by its id, as its button does."""
    for choice in field.choices:
        if choice.id == choice_id:
            return _chosen(choice, field)
    return WrongField(WrongFieldReason.NOT_A_CHOICE, field, DEFAULT_MAX_LENGTH)


def field_holds(value: FieldValue, field: ItemField) -> bool:
    """Whether an answer given earlier still answers the field as it is now."""
    if value.name != field.name:
        return False
    if field.kind is FieldKind.CHOICE:
        return any(choice.id == value.value and choice.label == value.shown for choice in field.choices)
    return isinstance(value.value, str)


def _wrong_text(value: str, max_length: int) -> WrongFieldReason | None:
    if len(value) > max_length:
        return WrongFieldReason.TOO_LONG
    if any(unicodedata.category(letter) in FORBIDDEN_CATEGORIES for letter in value):
        return WrongFieldReason.CONTROL_CHARACTERS
    return None


def _labelled(value: str, field: ItemField, max_length: int) -> FieldValue | WrongField:
    exact = [choice for choice in field.choices if choice.label == value]
    found = exact or [choice for choice in field.choices if _folded(choice.label) == _folded(value)]
    match found:
        case [choice]:
            return _chosen(choice, field)
        case []:
            return WrongField(WrongFieldReason.NOT_A_CHOICE, field, max_length)
        case _:
            return WrongField(WrongFieldReason.AMBIGUOUS_CHOICE, field, max_length)


def _chosen(choice: Choice, field: ItemField) -> FieldValue:
    return FieldValue(field.name, field.label, choice.id, choice.label)


def _folded(label: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", label).casefold().split())
