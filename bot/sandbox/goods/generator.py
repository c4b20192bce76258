"""Makes any number of plausible goods from one seed; a longer catalog begins with the shorter one."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from itertools import chain, count, islice
from random import Random

from bot.sandbox.goods.items import Good, Kind, Stock
from bot.sandbox.goods.landmarks import LANDMARKS
from bot.sandbox.goods.shelves import SHELVES, Region, Shelf, Variant

FIRST_ID = 10_000
CENT = Decimal("0.01")
UNIT_PRICE_STEP = Decimal("0.0001")
EDITIONS = ("", "Plus", "Go", "One", "Max", "Air", "Prime", "Lite", "Neo", "Pro", "Ultra", "Mini", "Studio", "Zero")


@dataclass(frozen=True, slots=True)
class Line:
    """What one brand sells in one region: its variants stand next to each other in the catalog."""

    shelf: Shelf
    brand: str
    region: Region
    limits: tuple[str | None, str | None]


def generate(items: int, seed: int = 7) -> Iterator[Good]:
    """Yield ``items`` goods in ascending order of id, the landmarks first; the same seed gives the same goods."""
    return islice(chain(LANDMARKS, _generated(seed)), items)


def _generated(seed: int) -> Iterator[Good]:
    chance = Random(seed)  # noqa: S311 - a catalog, not a secret
    id_ = FIRST_ID
    for line in _lines():
        for variant in line.shelf.variants:
            id_ += chance.randint(1, 4)
            yield _good(id_, line, variant, chance)


def _lines() -> Iterator[Line]:
    """Every shelf in turn; each goes through its brands, then its regions, then new editions of the brands."""
    for turn in count():
        for shelf in SHELVES:
            regions_done, brand = divmod(turn, len(shelf.brands))
            edition, region = divmod(regions_done, len(shelf.regions))
            limits = shelf.limits[turn % len(shelf.limits)]
            yield Line(shelf, _edition_of(shelf.brands[brand], edition), shelf.regions[region], limits)


def _edition_of(brand: str, edition: int) -> str:
    generation, suffix = divmod(edition, len(EDITIONS))
    parts = (brand, EDITIONS[suffix], str(generation + 1) if generation else "")
    return " ".join(part for part in parts if part)


def _good(id_: int, line: Line, variant: Variant, chance: Random) -> Good:
    shelf, region = line.shelf, line.region
    least, most = line.limits
    price = _price(shelf, region, variant, chance)
    name = shelf.title.format(
        brand=line.brand, words=_words(shelf, region, variant), currency=region.currency, region=region.name
    )
    return Good(
        id=id_,
        name=name,
        category=shelf.category,
        kind=shelf.kind,
        price=price,
        subscriber_price=_step(price * Decimal("0.97"), shelf.kind),
        stock=_stock(shelf.kind, chance),
        region=region.name,
        description=_description(line, chance),
        min_quantity=Decimal(least) if least else None,
        max_quantity=Decimal(most) if most else None,
        questions=shelf.questions,
        code_shape=shelf.code_shape,
    )


def _words(shelf: Shelf, region: Region, variant: Variant) -> str:
    return str(int(variant.price) * region.scale) if shelf.face_value else variant.words


def _price(shelf: Shelf, region: Region, variant: Variant, chance: Random) -> Decimal:
    base = variant.price * region.scale * region.rate if shelf.face_value else variant.price
    return _step(base * Decimal(chance.randint(880, 1010)) / 1000, shelf.kind)


def _step(price: Decimal, kind: Kind) -> Decimal:
    """Round to what the product is priced in: cents, or hundredths of a cent for one unit of a top-up."""
    step = UNIT_PRICE_STEP if kind is Kind.TOPUP else CENT
    return max(price.quantize(step, ROUND_HALF_UP), step)


def _stock(kind: Kind, chance: Random) -> Stock:
    if chance.random() < 0.07:
        return chance.choice((0, False))
    if kind is Kind.KEY:
        return chance.choice((chance.randint(1, 12), chance.randint(20, 4_000), True, None))
    return chance.choice((True, True, None))


def _description(line: Line, chance: Random) -> str:
    if chance.random() < 0.5:
        return ""
    if line.shelf.kind is Kind.KEY:
        return f"Works on accounts of this region: {line.region.name}. Delivered as a code."
    if line.shelf.kind is Kind.TOPUP:
        return "Credited to the account you name. Please check the ID twice: a top-up cannot be taken back."
    return "Done by hand, usually within a day. We may write to the e-mail you give."
