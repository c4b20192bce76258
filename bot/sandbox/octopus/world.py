"""Countries, currencies, categories and rates of exchange: the reference data of the sandbox."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Currency:
    """One currency; ``usd`` is what one unit of it is worth in US dollars, for conversions."""

    id: int
    code: str
    name: str
    precision: int
    usd: Decimal


@dataclass(frozen=True, slots=True)
class Country:
    """One country."""

    id: int
    name: str
    official_name: str
    alpha_2: str
    alpha_3: str
    numeric_code: str
    dialing_prefix: str
    currency: str


def _currencies(*rows: tuple[str, str, int, str]) -> Mapping[str, Currency]:
    numbered = enumerate(rows, 1)
    return MappingProxyType(
        {code: Currency(id_, code, name, precision, Decimal(usd)) for id_, (code, name, precision, usd) in numbered}
    )


def _countries(*rows: tuple[str, str, str, str, str, str, str]) -> Mapping[str, Country]:
    return MappingProxyType({row[2]: Country(id_, *row) for id_, row in enumerate(rows, 1)})


CURRENCIES = _currencies(
    ("USD", "US Dollar", 2, "1"),
    ("EUR", "Euro", 2, "1.0850"),
    ("GBP", "Pound Sterling", 2, "1.26945"),
    ("INR", "Indian Rupee", 2, "0.0119"),
    ("JPY", "Japanese Yen", 0, "0.0066"),
    ("KWD", "Kuwaiti Dinar", 3, "3.25"),
    ("AED", "UAE Dirham", 2, "0.2723"),
    ("SAR", "Saudi Riyal", 2, "0.2666"),
    ("TRY", "Turkish Lira", 2, "0.0291"),
    ("BRL", "Brazilian Real", 2, "0.183"),
    ("CAD", "Canadian Dollar", 2, "0.731"),
    ("AUD", "Australian Dollar", 2, "0.664"),
    ("PLN", "Polish Zloty", 2, "0.252"),
    ("KRW", "South Korean Won", 0, "0.00073"),
    ("BHD", "Bahraini Dinar", 3, "2.65"),
    ("MXN", "Mexican Peso", 2, "0.0556"),
    ("ZAR", "South African Rand", 2, "0.0545"),
)
"""Ids 1 and 2 are documented (PRODUCTS page); a pound is worth 1.17 euros, as in the worked sample (CHARGES page)."""

COUNTRIES = _countries(
    ("United States", "United States of America", "US", "USA", "840", "+1", "USD"),
    ("Germany", "Federal Republic of Germany", "DE", "DEU", "276", "+49", "EUR"),
    ("United Kingdom", "United Kingdom of Great Britain and Northern Ireland", "GB", "GBR", "826", "+44", "GBP"),
    ("India", "Republic of India", "IN", "IND", "356", "+91", "INR"),
    ("Japan", "Japan", "JP", "JPN", "392", "+81", "JPY"),
    ("Kuwait", "State of Kuwait", "KW", "KWT", "414", "+965", "KWD"),
    ("United Arab Emirates", "United Arab Emirates", "AE", "ARE", "784", "+971", "AED"),
    ("Saudi Arabia", "Kingdom of Saudi Arabia", "SA", "SAU", "682", "+966", "SAR"),
    ("Türkiye", "Republic of Türkiye", "TR", "TUR", "792", "+90", "TRY"),
    ("Brazil", "Federative Republic of Brazil", "BR", "BRA", "076", "+55", "BRL"),
    ("Canada", "Canada", "CA", "CAN", "124", "+1", "CAD"),
    ("Australia", "Commonwealth of Australia", "AU", "AUS", "036", "+61", "AUD"),
    ("Poland", "Republic of Poland", "PL", "POL", "616", "+48", "PLN"),
    ("South Korea", "Republic of Korea", "KR", "KOR", "410", "+82", "KRW"),
    ("Bahrain", "Kingdom of Bahrain", "BH", "BHR", "048", "+973", "BHD"),
    ("Mexico", "United Mexican States", "MX", "MEX", "484", "+52", "MXN"),
    ("South Africa", "Republic of South Africa", "ZA", "ZAF", "710", "+27", "ZAR"),
    ("France", "French Republic", "FR", "FRA", "250", "+33", "EUR"),
    ("Spain", "Kingdom of Spain", "ES", "ESP", "724", "+34", "EUR"),
    ("Italy", "Italian Republic", "IT", "ITA", "380", "+39", "EUR"),
)
"""By their two letters; id 1 is the United States (FIRST page)."""

CATEGORIES = ("Gaming", "Mobile Top-Ups", "Shopping", "Entertainment", "Travel", "Food & Drink", "Apps & Software")
"""Ids follow the order; the first two are documented (PRODUCTS page)."""

SUBCATEGORIES = (
    "Steam", "PlayStation", "Xbox", "Nintendo", "Razer Gold", "Roblox", "Fashion", "Marketplaces", "Streaming",
    "Music", "Airlines", "Hotels", "Rides", "Restaurants", "App Stores", "Security",
)  # fmt: skip

_RATE_STEP = Decimal("0.000001")


class Rates:
    """What one unit of a currency is worth in another; may be moved by hand."""

    def __init__(self) -> None:
        self._usd = {code: currency.usd for code, currency in CURRENCIES.items()}

    def move(self, code: str, usd: Decimal) -> None:
        """Let one unit be worth so many US dollars from now on."""
        self._usd[code] = usd

    def between(self, source: str, destination: str) -> Decimal:
        """Units of ``destination`` for one of ``source``, to six places."""
        return (self._usd[source] / self._usd[destination]).quantize(_RATE_STEP)


def step_of(currency: str) -> Decimal:
    """The smallest amount of a currency."""
    return Decimal(1).scaleb(-CURRENCIES[currency].precision)
