"""Makes up a catalog of a wanted size: the landmarks, and brands over the countries they sell in."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from random import Random

from bot.sandbox.octopus.goods import Denomination, Product, VoucherShape, between, fixed
from bot.sandbox.octopus.landmarks import LANDMARKS
from bot.sandbox.octopus.world import COUNTRIES, Country

FIRST_ID = 1_000
MAX_QUANTITIES = (20, 50, 100, 100, 250, 500, 1_000, 5_000)
DISCOUNTS = ("0", "0.5", "1", "1.75", "2.5", "3", "4.25", "5", "7", "10")

SCALES = {"INR": 50, "JPY": 100, "TRY": 20, "BRL": 5, "KRW": 1_000, "MXN": 10, "ZAR": 10, "PLN": 4, "AED": 4, "SAR": 4}
"""How many units of a currency stand for one dollar of face value; 1 where not named."""


@dataclass(frozen=True, slots=True)
class Brand:
    """One brand: its shelf and what its vouchers look like; ``everywhere`` false keeps it to a few countries."""

    name: str
    category: str
    sub_category: str | None
    prefix: str
    shape: VoucherShape
    everywhere: bool = True


_PIN, _CODE = VoucherShape.CARD_AND_PIN, VoucherShape.CODE
_URL, _BOTH = VoucherShape.CLAIM_URL, VoucherShape.CARD_WITH_URL

BRANDS = (
    Brand("Steam Gift Card", "Gaming", "Steam", "STEAM", _PIN),
    Brand("PlayStation Store Card", "Gaming", "PlayStation", "PSN", _CODE),
    Brand("Xbox Gift Card", "Gaming", "Xbox", "XBOX", _CODE),
    Brand("Nintendo eShop Card", "Gaming", "Nintendo", "NTDO", _CODE),
    Brand("Razer Gold", "Gaming", "Razer Gold", "RAZER", _PIN),
    Brand("Roblox Gift Card", "Gaming", "Roblox", "RBLX", _CODE),
    Brand("Free Fire Diamonds Card", "Gaming", None, "FFIRE", _PIN, everywhere=False),
    Brand("Google Play Gift Card", "Apps & Software", "App Stores", "GPLAY", _URL),
    Brand("Apple Gift Card", "Apps & Software", "App Stores", "APPLE", _BOTH),
    Brand("Kaspersky Standard", "Apps & Software", "Security", "KASP", _CODE, everywhere=False),
    Brand("Amazon Gift Card", "Shopping", "Marketplaces", "AMZN", _CODE),
    Brand("eBay Gift Card", "Shopping", "Marketplaces", "EBAY", _PIN, everywhere=False),
    Brand("IKEA Gift Card", "Shopping", None, "IKEA", _PIN),
    Brand("Zalando Gift Card", "Shopping", "Fashion", "ZLND", _PIN, everywhere=False),
    Brand("H&M Gift Card", "Shopping", "Fashion", "HM", _PIN),
    Brand("Netflix Gift Card", "Entertainment", "Streaming", "NFLX", _URL),
    Brand("Spotify Premium", "Entertainment", "Music", "SPTFY", _CODE),
    Brand("Disney+ Gift Card", "Entertainment", "Streaming", "DSNY", _URL, everywhere=False),
    Brand("Airbnb Gift Card", "Travel", "Hotels", "ABNB", _BOTH),
    Brand("Uber Gift Card", "Travel", "Rides", "UBER", _CODE),
    Brand("Qatar Airways Voucher", "Travel", "Airlines", "QR", _CODE, everywhere=False),
    Brand("Lufthansa Voucher", "Travel", "Airlines", "LH", _URL, everywhere=False),
    Brand("Starbucks Card", "Food & Drink", "Restaurants", "SBUX", _PIN),
    Brand("Domino's eGift", "Food & Drink", "Restaurants", "DOM", _URL, everywhere=False),
    Brand("Vodafone Top-Up", "Mobile Top-Ups", None, "VODA", _PIN, everywhere=False),
    Brand("STC Recharge", "Mobile Top-Ups", None, "STC", _PIN, everywhere=False),
)


def generate(items: int, seed: int) -> tuple[Product, ...]:
    """``items`` products, landmarks first; the same for the same seed."""
    taken = {landmark.name for landmark in LANDMARKS}
    invented = (one for one in _invented(Random(seed)) if one.name not in taken)  # noqa: S311 - invented goods
    missing = max(0, items - len(LANDMARKS))
    return (*LANDMARKS[:items], *(next(invented) for _ in range(missing)))


def _invented(chance: Random) -> Iterator[Product]:
    """Every brand in every country it sells in, then again in other editions, without end."""
    edition, next_id = 0, FIRST_ID
    while True:
        edition += 1
        pairs = [(brand, country) for brand in BRANDS for country in _where(brand)]
        chance.shuffle(pairs)
        for brand, country in pairs:
            yield _product(next_id, brand, country, edition, chance)
            next_id += 1


def _where(brand: Brand) -> tuple[Country, ...]:
    countries = tuple(COUNTRIES.values())
    return countries if brand.everywhere else countries[len(brand.name) % 4 :: 4]


def _product(id_: int, brand: Brand, country: Country, edition: int, chance: Random) -> Product:
    series = "" if edition == 1 else f" {edition}"
    return Product(
        id=id_,
        name=f"{brand.name}{series} ({country.name})",
        category=brand.category,
        sub_category=brand.sub_category,
        country=country.alpha_2,
        currency=country.currency,
        denominations=_denominations(country.currency, chance),
        brand=brand.prefix,
        shape=brand.shape,
        max_quantity=chance.choice(MAX_QUANTITIES),
        validity=chance.choice(("12 months", "24 months", "No expiry", None)),
        brand_reference=chance.random() < 0.7,
    )


def _denominations(currency: str, chance: Random) -> tuple[Denomination, ...]:
    scale = SCALES.get(currency, 1)
    discount = chance.choice(DISCOUNTS)
    values = [value * scale for value in (5, 10, 15, 20, 25, 50, 75, 100, 150, 200)]
    listed = sorted(chance.sample(values, chance.randint(1, 6)))
    match chance.randrange(3):
        case 0:
            return fixed(*listed, discount=discount)
        case 1:
            return (between(*_ends(currency, scale, chance), discount),)
        case _:
            low = fixed(*(value for value in listed if value <= 50 * scale), discount=discount)
            return (*low, between(60 * scale, 500 * scale, discount))


def _ends(currency: str, scale: int, chance: Random) -> tuple[str, str]:
    least = chance.choice((1, 5, 10)) * scale
    if currency in ("KWD", "BHD"):
        return str(Decimal(least) / 2), str(least * 20)
    return str(least), str(least * chance.choice((20, 50, 100)))
