"""Octopus's gathered catalog read into items: countries and currencies first, then a product a line."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_EVEN, Decimal
from pathlib import Path
from typing import Any, cast

from bot.suppliers.exact import AMOUNT_STEP, NotANumber, NotJson, decode_object, integer, number, wire_number
from bot.suppliers.feeds import BadRecord, Feed
from bot.suppliers.jsonl import lines_of
from bot.suppliers.tidy import tidy
from storage.records.catalog import Availability, Denomination, Fact, FactKind, Item, ItemKey, ProductType

COUNTRY = "country"
CURRENCY = "currency"
PRODUCT = "product"

MOST_DENOMINATIONS = 500
"""More than anybody could be asked to choose from."""

MOST_DECIMALS = 4
"""Amounts are kept to 1/10 000."""

FACTS = {
    FactKind.FORM: "delivery_mode",
    FactKind.DELIVERY: "delivery_time",
    FactKind.VALIDITY: "validity",
}
"""Free texts of a product that people should know (products page)."""

_CURRENCY_CODE = re.compile(r"[A-Z]{3}")

Record = Mapping[str, Any]


class Unusable(ValueError):
    """A product that cannot be ordered; says why."""


@dataclass(frozen=True, slots=True)
class Country:
    """A country's name, and what else people call it."""

    name: str
    codes: str


@dataclass(slots=True)
class _References:
    """What products name by code: countries by alpha-2, decimals by currency."""

    countries: dict[str, Country] = field(default_factory=dict[str, Country])
    decimals: dict[str, int] = field(default_factory=dict[str, int])


def line(kind: str, record: bytes) -> bytes:
    """One line of the gathered file."""
    return b'{"%s":%s}\n' % (kind.encode(), record)


def read_octopus(path: Path, feed: Feed, workspace: Path) -> Iterator[Item | BadRecord]:
    """Yield one item or bad record per product, named by its id where it has one, else by its line's number."""
    del workspace
    references = _References()
    for line_number, text in enumerate(lines_of(path), start=1):
        if text:
            yield from _read(text, line_number, references, feed.supplier)


def _read(text: bytes, line_number: int, references: _References, supplier: str) -> Iterator[Item | BadRecord]:
    name = f"line {line_number}"
    try:
        entry = decode_object(text)
        if PRODUCT not in entry:
            _learn(entry, references)
            return
        product = _object(entry[PRODUCT])
        name = _named(product, name)
        yield _item(product, references, supplier)
    except (NotJson, Unusable) as error:
        yield BadRecord(name, str(error))


def _learn(entry: Record, references: _References) -> None:
    """Keep a country or currency; products get along without one that makes no sense."""
    if isinstance(entry.get(COUNTRY), dict):
        country: Record = entry[COUNTRY]
        code, name = _code(country.get("alpha_2")), _text(country.get("name"))
        if code and name:
            references.countries[code] = Country(name, f"{code} {_code(country.get('alpha_3'))}".strip())
    if isinstance(entry.get(CURRENCY), dict):
        currency: Record = entry[CURRENCY]
        decimals = _decimals(currency.get("precision"))
        if decimals is not None:
            references.decimals[_code(currency.get("currency"))] = decimals


def _item(product: Record, references: _References, supplier: str) -> Item:
    currency = _currency(product.get("currency_code"))
    code = _code(product.get("country_code"))
    country = references.countries.get(code, Country(code, code))
    denominations = read_denominations(product.get("available_denominations"))
    return Item(
        key=ItemKey(supplier, str(_id(product))),
        name=_name(product),
        category=_category(product),
        product_type=ProductType.KEY,
        price=least_price(denominations),
        currency=currency,
        region=country.name,
        availability=Availability.IN_STOCK,  # sold-out products are not listed (products page)
        denominations=denominations,
        decimals=references.decimals.get(currency),
        quoted=True,
        keywords=f"{country.codes} {currency}".strip(),
        facts=_facts(product),
    )


def least_price(denominations: Iterable[Denomination]) -> Decimal:
    """The least that one unit can cost, in major units: the cheapest face value after its discount."""
    least = min(entry.least * (100 - (entry.discount or 0)) / 100 for entry in denominations)
    return max(least.quantize(AMOUNT_STEP, ROUND_HALF_EVEN), AMOUNT_STEP)


def read_denominations(value: object) -> tuple[Denomination, ...]:
    """Every usable entry, ascending; nulls and reversed bounds are skipped; raises ``Unusable`` if nothing is left."""
    entries = cast("list[object]", value) if isinstance(value, list) else []
    usable = [denomination for entry in entries if (denomination := _denomination(entry)) is not None]
    if not usable:
        raise Unusable("no denomination can be ordered")
    if len(usable) > MOST_DENOMINATIONS:
        raise Unusable(f"there are more than {MOST_DENOMINATIONS} denominations")
    best: dict[tuple[Decimal, Decimal], Denomination] = {}
    for entry in sorted(usable, key=lambda entry: (entry.least, entry.most, entry.discount or 0)):
        best[entry.least, entry.most] = entry  # the better discount for the same values
    return tuple(best.values())


def _denomination(entry: object) -> Denomination | None:
    if not isinstance(entry, dict):
        return None
    bounds = cast("Record", entry)
    least, most = _face_value(bounds.get("min_value")), _face_value(bounds.get("max_value"))
    if least is None or most is None or least > most:
        return None
    return Denomination(least, most, _discount(bounds.get("discount")))


def _face_value(value: object) -> Decimal | None:
    read = _number(value)
    return Decimal(wire_number(read)) if read is not None and read >= AMOUNT_STEP else None


def _discount(value: object) -> Decimal | None:
    """A percentage that promises something believable, else None."""
    read = _number(value)
    return Decimal(wire_number(read)) if read is not None and 0 < read < 100 else None


def _number(value: object) -> Decimal | None:
    try:
        return number(value)
    except NotANumber:
        return None


def _decimals(value: object) -> int | None:
    try:
        decimals = integer(value)
    except NotANumber:
        return None
    return decimals if 0 <= decimals <= MOST_DECIMALS else None


def _object(value: object) -> Record:
    if not isinstance(value, dict):
        raise Unusable("the product is not an object")
    return cast("Record", value)


def _named(product: Record, otherwise: str) -> str:
    """What a bad record is called in the report."""
    try:
        return str(integer(product.get("id")))
    except NotANumber:
        return otherwise


def _id(product: Record) -> int:
    try:
        id_ = integer(product.get("id"))
    except NotANumber as error:
        raise Unusable(f"the id is {error}") from None
    if id_ <= 0:
        raise Unusable("the id is not positive")
    return id_


def _name(product: Record) -> str:
    if not (name := _text(product.get("name"))):
        raise Unusable("the name is missing")
    return name


def _currency(value: object) -> str:
    if not _CURRENCY_CODE.fullmatch(code := _code(value)):
        raise Unusable("the currency is missing")
    return code


def _category(product: Record) -> str:
    """``Category · Subcategory``, or what there is of it."""
    category, sub = _text(product.get("category")), _text(product.get("sub_category"))
    return tidy(" · ".join(dict.fromkeys(part for part in (category, sub) if part)))


def _facts(product: Record) -> tuple[Fact, ...]:
    """How it comes, how soon and for how long, as far as the product says."""
    return tuple(Fact(kind, words) for kind, name in FACTS.items() if (words := _text(product.get(name))))


def _text(value: object) -> str:
    return tidy(value) if isinstance(value, str) else ""


def _code(value: object) -> str:
    return _text(value).upper()
