"""Voodoo's catalog record read into an item: the one table of field names, and how each value is understood.

The CATALOG page confirms only ``id``, ``price``, ``subscriber_price``, ``fields`` and ``options``; every other name
is a likely one. ``VOODOO_CATALOG_FIELDS`` puts the true name of an attribute before the candidates of this table.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, cast

from bot.suppliers.exact import LARGEST_ID, LARGEST_OPTION, NotANumber, encode, integer, number
from bot.suppliers.tidy import LONGEST_DESCRIPTION, tidy
from storage.records.catalog import Availability, Choice, FieldKind, Item, ItemField, ItemKey, ProductType

NAME = "voodoo"

CANDIDATES: Mapping[str, tuple[str, ...]] = {
    "id": ("id",),
    "name": ("name", "item_name", "title"),
    "product_type": ("product_type", "item_product_type", "type"),
    "price": ("price",),
    "stock": ("stock", "in_stock", "available", "quantity_available"),
    "min_quantity": ("min_quantity", "min", "quantity_min"),
    "max_quantity": ("max_quantity", "max", "quantity_max"),
    "category": ("category", "category_name", "group"),
    "region": ("region", "country"),
    "description": ("description",),
    "fields": ("fields",),
    "field_name": ("name",),
    "field_label": ("label", "title", "display_name"),
    "field_kind": ("type", "kind"),
    "field_required": ("required",),
    "options": ("options",),
    "option_id": ("id", "value"),
    "option_label": ("name", "label", "display_name", "title"),
}

PRODUCT_TYPES: Mapping[str, ProductType] = {
    "key": ProductType.KEY,
    "topup": ProductType.TOPUP,
    "service": ProductType.SERVICE,
}

MOST_FORMS = 1_000

Record = Mapping[str, Any]


class Unusable(ValueError):
    """A record that cannot be ordered; says why."""


class UnknownAttribute(ValueError):
    """A correction of the table names an attribute that it does not have."""


@dataclass(frozen=True, slots=True)
class FieldNames:
    """The candidates in force, by attribute; the first that a record has, and that is not null, wins."""

    table: Mapping[str, tuple[str, ...]]

    @classmethod
    def corrected(cls, corrections: Mapping[str, str]) -> "FieldNames":
        """The table with names of a setting (several with commas) before its own; raises ``UnknownAttribute``."""
        table = dict(CANDIDATES)
        for attribute, names in corrections.items():
            if attribute not in table:
                raise UnknownAttribute(f"no attribute {attribute!r} in a catalog record; there are {', '.join(table)}")
            first = tuple(name.strip() for name in names.split(",") if name.strip())
            table[attribute] = first + tuple(name for name in table[attribute] if name not in first)
        return cls(table)

    def pick(self, record: Record, attribute: str) -> object:
        """The record's value of an attribute, None when it has none."""
        for name in self.table[attribute]:
            value = record.get(name)
            if value is not None:
                return value
        return None


class RecordReader:
    """Reads records of one file. Families of items share their form, often a long one, so each is read once."""

    def __init__(self, names: FieldNames, currency: str) -> None:
        self._names = names
        self._currency = currency
        self._forms: dict[bytes, tuple[ItemField, ...]] = {}

    def read(self, key: int, record: Record) -> Item:
        """Read one record; raises ``Unusable``. Optional texts that make no sense are left out instead."""
        pick = self._names.pick
        id_ = _id(pick(record, "id"), key)
        product_type = _product_type(pick(record, "product_type"))
        availability, stock = _stock(pick(record, "stock"))
        low, high = _bounds(pick(record, "min_quantity"), pick(record, "max_quantity"))
        return Item(
            key=ItemKey(NAME, str(id_)),
            name=_label(pick(record, "name")) or f"item {id_}",
            category=_label(pick(record, "category")),
            product_type=product_type,
            price=_price(pick(record, "price")),
            currency=self._currency,
            region=_label(pick(record, "region")),
            description=_description(pick(record, "description")),
            availability=availability,
            stock=stock,
            min_quantity=low,
            max_quantity=high,
            fields=self._form(pick(record, "fields")) if product_type is not ProductType.KEY else (),
        )

    def _form(self, value: object) -> tuple[ItemField, ...]:
        alike = encode(value)
        if alike not in self._forms:
            if len(self._forms) == MOST_FORMS:
                self._forms.clear()
            self._forms[alike] = _fields(value, self._names)
        return self._forms[alike]


def _id(value: object, key: int) -> int:
    try:
        id_ = key if value is None else integer(value)
    except NotANumber as error:
        raise Unusable(f"the id is {error}") from None
    if not 0 < id_ <= LARGEST_ID:
        raise Unusable("the id is not positive or too large")
    return id_


def _product_type(value: object) -> ProductType:
    word = value.casefold().replace("-", "").replace("_", "").strip() if isinstance(value, str) else ""
    if word not in PRODUCT_TYPES:
        raise Unusable("the product type is unknown")
    return PRODUCT_TYPES[word]


def _price(value: object) -> Decimal:
    try:
        price = number(value)
    except NotANumber:
        raise Unusable("the price is unknown") from None
    if price <= 0:
        raise Unusable("the price is not positive")
    return price


def _stock(value: object) -> tuple[Availability, int | None]:
    """Zero and false mean none; null and words mean unknown (voodoo.md, section 10, 2)."""
    if isinstance(value, bool):
        return (Availability.IN_STOCK if value else Availability.OUT_OF_STOCK), None
    try:
        count = number(value)
    except NotANumber:
        return Availability.UNKNOWN, None
    return (Availability.IN_STOCK, int(count)) if count > 0 else (Availability.OUT_OF_STOCK, 0)


def _bound(value: object) -> Decimal | None:
    """A limit, None where there is none: nulls, words, and zero as an upper end all leave it to create."""
    try:
        bound = number(value)
    except NotANumber:
        return None
    return bound if bound > 0 else None


def _bounds(least: object, most: object) -> tuple[Decimal | None, Decimal | None]:
    low, high = _bound(least), _bound(most)
    if low is not None and high is not None and low > high:
        raise Unusable("the minimum is above the maximum")
    return low, high


def _label(value: object) -> str:
    """A short text, also out of the shapes that catalogs use for categories: ``{"name": ...}`` or a list of them."""
    if isinstance(value, str):
        return tidy(value)
    if isinstance(value, dict):
        inner = cast("Record", value)
        return _label(inner.get("name") or inner.get("title"))
    if isinstance(value, list):
        return next((label for entry in cast("list[object]", value) if (label := _label(entry))), "")
    return ""


def _description(value: object) -> str:
    return tidy(value, LONGEST_DESCRIPTION) if isinstance(value, str) else ""


def _fields(value: object, names: FieldNames) -> tuple[ItemField, ...]:
    fields = tuple(_field(entry, names) for entry in _entries(value))
    if len({field.name for field in fields}) != len(fields):
        raise Unusable("two fields share a name")
    return fields


def _entries(value: object) -> list[Record]:
    """The field definitions, from a list of objects or from a map keyed by field name."""
    if value is None:
        return []
    if isinstance(value, dict):
        keyed = cast("Mapping[str, object]", value)
        return [{"name": name, **_record(entry)} for name, entry in keyed.items()]
    if isinstance(value, list):
        return [_record(entry) for entry in cast("list[object]", value)]
    raise Unusable("the fields are neither a list nor a map")


def _record(value: object) -> Record:
    if not isinstance(value, dict):
        raise Unusable("a field is not an object")
    return cast("Record", value)


def _field(entry: Record, names: FieldNames) -> ItemField:
    name = names.pick(entry, "field_name")
    if not isinstance(name, str) or not name.strip():
        raise Unusable("a field has no name")
    options = names.pick(entry, "options")
    kind = _kind(names.pick(entry, "field_kind"), options)
    return ItemField(
        name=name,
        label=_label(names.pick(entry, "field_label")) or tidy(name.replace("_", " ")) or name,
        kind=kind,
        required=names.pick(entry, "field_required") is not False,
        choices=_choices(options, names) if kind is FieldKind.CHOICE else (),
    )


def _kind(value: object, options: object) -> FieldKind:
    """Options make a choice whatever the kind is called; a choice without any cannot be answered."""
    return FieldKind.CHOICE if options or value == "choice" else FieldKind.TEXT


def _choices(value: object, names: FieldNames) -> tuple[Choice, ...]:
    entries = cast("list[object]", value) if isinstance(value, list) else []
    choices = tuple(choice for entry in entries if (choice := _choice(entry, names)) is not None)
    if not choices:
        raise Unusable("a choice field has no usable options")
    if len({choice.id for choice in choices}) != len(choices):
        raise Unusable("two options share an id")
    return choices


def _choice(entry: object, names: FieldNames) -> Choice | None:
    """One option, None when it lacks a fit id or a label: it could not be submitted or shown."""
    if not isinstance(entry, dict):
        return None
    option = cast("Record", entry)
    label = _label(names.pick(option, "option_label"))
    try:
        id_ = integer(names.pick(option, "option_id"))
    except NotANumber:
        return None
    return Choice(id_, label) if label and abs(id_) <= LARGEST_OPTION else None
