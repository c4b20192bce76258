"""Catalogs as JSON Lines, for any supplier: one item per line, plain, gzip or zstd.

The format is ours. Required: ``id`` (letters, digits, ``.``, ``_``, ``-``; at most 32), ``name``, ``type`` (``key``,
``topup``, ``service``) and ``price`` (per unit, in major units of the feed's currency). Optional: ``category``,
``region``, ``description``, ``stock`` (number, boolean or null for unknown), ``min``, ``max`` and ``fields``: objects
with ``name``, and optionally ``label``, ``required`` and ``choices`` (objects with a numeric ``id`` and a ``label``).

    {"id": "4090", "name": "Gift Card 10 USD", "category": "Gift cards", "type": "key", "price": 9.00, "stock": 12}
"""

import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

import msgspec

from bot.suppliers.exact import LARGEST_OPTION, sane
from bot.suppliers.feeds import BadRecord, Feed, FeedRefused, is_url
from bot.suppliers.tidy import LONGEST_DESCRIPTION, tidy
from bot.suppliers.unpack import unpacked
from storage.records.catalog import Availability, Choice, FieldKind, Item, ItemField, ItemKey, ProductType

LONGEST_LINE = 1 << 20

_ID = re.compile(r"[A-Za-z0-9._-]{1,32}")


class _Choice(msgspec.Struct):
    id: Annotated[int, msgspec.Meta(ge=-LARGEST_OPTION, le=LARGEST_OPTION)]
    label: str


class _Field(msgspec.Struct):
    name: str
    label: str = ""
    required: bool = True
    choices: list[_Choice] = []


class _Line(msgspec.Struct):
    id: str
    name: str
    type: ProductType
    price: Decimal
    category: str = ""
    region: str = ""
    description: str = ""
    stock: bool | int | None = None
    min: Decimal | None = None
    max: Decimal | None = None
    fields: list[_Field] = []


_DECODER = msgspec.json.Decoder(_Line)


def is_jsonl(source: str) -> bool:
    """Whether a URL or path says that it is JSON Lines."""
    path = urlsplit(source).path if is_url(source) else source
    return path.endswith((".jsonl", ".jsonl.gz", ".jsonl.zst"))


def read_jsonl(path: Path, feed: Feed, workspace: Path) -> Iterator[Item | BadRecord]:
    """Yield one item or bad record per line that is not empty; a bad record is named by its line's number."""
    del workspace
    for line_number, line in enumerate(lines_of(path), start=1):
        if not line.strip():
            continue
        try:
            yield _item(_DECODER.decode(line), feed)
        except (ValueError, RecursionError) as error:  # msgspec's errors are ValueErrors and name the field
            yield BadRecord(f"line {line_number}", str(error)[:200])


def lines_of(path: Path) -> Iterator[bytes]:
    """Yield a plain or compressed file's lines without their ends; raises ``FeedRefused`` at one that is too long."""
    rest = b""
    for piece in unpacked(path):
        *lines, rest = (rest + piece).split(b"\n")
        yield from lines
        if len(rest) > LONGEST_LINE:
            raise FeedRefused(f"a line is longer than {LONGEST_LINE} bytes")
    yield rest


def _item(line: _Line, feed: Feed) -> Item:
    if not _ID.fullmatch(line.id):
        raise ValueError("the id must be 1 to 32 letters, digits, dots, dashes or underscores")
    if not (name := tidy(line.name)):
        raise ValueError("the name is empty")
    low, high = _bound(line.min), _bound(line.max)
    if low is not None and high is not None and low > high:
        raise ValueError("the minimum is above the maximum")
    availability, stock = _stock(line.stock)
    return Item(
        key=ItemKey(feed.supplier, line.id),
        name=name,
        category=tidy(line.category),
        product_type=line.type,
        price=_positive(line.price, "price"),
        currency=feed.currency,
        region=tidy(line.region),
        description=tidy(line.description, LONGEST_DESCRIPTION),
        availability=availability,
        stock=stock,
        min_quantity=low,
        max_quantity=high,
        fields=_fields(line.fields),
    )


def _positive(number: Decimal, what: str) -> Decimal:
    if not sane(number) or number <= 0:
        raise ValueError(f"the {what} must be a positive number of a sane size")
    return number


def _bound(value: Decimal | None) -> Decimal | None:
    return None if value is None else _positive(value, "limit")


def _stock(value: bool | int | None) -> tuple[Availability, int | None]:
    if value is None:
        return Availability.UNKNOWN, None
    if isinstance(value, bool):
        return (Availability.IN_STOCK if value else Availability.OUT_OF_STOCK), None
    return (Availability.IN_STOCK, value) if value > 0 else (Availability.OUT_OF_STOCK, 0)


def _fields(fields: list[_Field]) -> tuple[ItemField, ...]:
    if any(not field.name.strip() for field in fields):
        raise ValueError("a field has no name")
    if len({field.name for field in fields}) != len(fields):
        raise ValueError("two fields share a name")
    return tuple(_field(field) for field in fields)


def _field(field: _Field) -> ItemField:
    choices = tuple(Choice(choice.id, tidy(choice.label)) for choice in field.choices)
    if not all(choice.label for choice in choices) or len({choice.id for choice in choices}) != len(choices):
        raise ValueError("choices need labels and distinct ids")
    kind = FieldKind.CHOICE if choices else FieldKind.TEXT
    return ItemField(field.name, tidy(field.label) or field.name, kind, field.required, choices)
