"""The shelves of the invented shop: what each category sells, where, and for about how much."""

from dataclasses import dataclass
from decimal import Decimal

from bot.sandbox.goods import forms
from bot.sandbox.goods.items import CodeShape, Kind, Question


@dataclass(frozen=True, slots=True)
class Region:
    """Where a good works: face values are ``scale`` times the shelf's, and one unit costs ``rate`` of the account's."""

    name: str
    currency: str = "USD"
    scale: int = 1
    rate: Decimal = Decimal(1)


@dataclass(frozen=True, slots=True)
class Variant:
    """One thing a brand sells: its words in the name (or a face value) and its price in the account's currency."""

    words: str
    price: Decimal


@dataclass(frozen=True, slots=True)
class Shelf:
    """One category. ``title`` is filled with brand, words, currency and region."""

    category: str
    kind: Kind
    title: str
    brands: tuple[str, ...]
    regions: tuple[Region, ...]
    variants: tuple[Variant, ...]
    questions: tuple[Question, ...] = ()
    code_shape: CodeShape = CodeShape.DASHED
    face_value: bool = False
    """Whether the variants are amounts of the region's money."""
    limits: tuple[tuple[str | None, str | None], ...] = ((None, None),)
    """Pairs of smallest and largest quantity, dealt out to the lines in turn."""


def _variants(*priced: str) -> tuple[Variant, ...]:
    """Read ``words: price`` pairs."""
    split = (entry.rpartition(": ") for entry in priced)
    return tuple(Variant(words, Decimal(price)) for words, _, price in split)


def _face_values(*amounts: int) -> tuple[Variant, ...]:
    return tuple(Variant(str(amount), Decimal(amount)) for amount in amounts)


US = Region("USA")
EU = Region("Europe", "EUR", 1, Decimal("1.08"))
UK = Region("United Kingdom", "GBP", 1, Decimal("1.27"))
TR = Region("Türkiye", "TRY", 20, Decimal("0.0291"))
KZ = Region("Kazakhstan", "KZT", 400, Decimal("0.00208"))
BR = Region("Brazil", "BRL", 5, Decimal("0.183"))
IN = Region("India", "INR", 50, Decimal("0.0119"))
JP = Region("Japan", "JPY", 100, Decimal("0.0066"))
PL = Region("Poland", "PLN", 4, Decimal("0.252"))
WORLD = Region("Global")
RU = Region("Россия", "RUB", 80, Decimal("0.0112"))
UA = Region("Україна", "UAH", 40, Decimal("0.0242"))
KZ_RU = Region("Казахстан", "KZT", 400, Decimal("0.00208"))
MONEY_REGIONS = (US, EU, UK, TR, KZ, BR, IN, JP, PL)

SHELVES = (
    Shelf(
        "Gift cards: shopping", Kind.KEY, "{brand} Gift Card {words} {currency} ({region})",
        ("Lumora", "Parcelo", "Cartwise", "Home & Hearth", "Bazaario", "Nordhaus", "Trendly", "Shop_Express",
         "Velvet Lane", "Grocero"),
        MONEY_REGIONS, _face_values(5, 10, 15, 25, 50, 100, 200),
        code_shape=CodeShape.WITH_PIN, face_value=True, limits=((None, None), ("1", "50"), ("1", "10")),
    ),
    Shelf(
        "Gift cards: game wallets", Kind.KEY, "{brand} Wallet Code {words} {currency} ({region})",
        ("Vaporia", "PlayHarbor", "Xenon Store", "Nimbus Games", "Pixel_Raiders", "Rune & Rook", "Gamera",
         "Arcadium"),
        MONEY_REGIONS, _face_values(5, 10, 20, 35, 50, 70, 100),
        face_value=True, limits=(("1", "100"), (None, None), ("1", "5")),
    ),
    Shelf(
        "Подарочные карты", Kind.KEY, "Подарочная карта «{brand}» {words} {currency} ({region})",
        ("Ёлка", "Книжный двор", "Белый кит", "Лавка & Ко", "Тёплый дом", "Спорт-Север", "Аптека «Ромашка»"),
        (RU, KZ_RU, UA), _face_values(5, 10, 25, 50),
        code_shape=CodeShape.PLAIN, face_value=True, limits=(("1", "20"), (None, None)),
    ),
    Shelf(
        "Streaming", Kind.KEY, "{brand} Premium, {words} ({region})",
        ("Cinevio", "Streamly", "Kinoma", "Serialist", "AnimeTide", "Docuverse"),
        (US, EU, TR, BR, IN, WORLD),
        _variants("1 month: 8.99", "3 months: 24.50", "6 months: 46.90", "12 months: 89.00"),
        code_shape=CodeShape.URL, limits=((None, None), ("1", "3")),
    ),
    Shelf(
        "Music and books", Kind.KEY, "{brand} subscription, {words} ({region})",
        ("Tunefold", "Melodica", "Auralis", "Readable", "Pagewing", "Podium"),
        (US, EU, UK, TR, WORLD),
        _variants("1 month: 5.99", "3 months: 16.40", "12 months: 62.00", "Family 1 month: 9.49"),
        code_shape=CodeShape.PLAIN,
    ),
    Shelf(
        "Software", Kind.KEY, "{brand} {words} licence ({region})",
        ("OfficeWorks", "Draftline", "PhotoKiln", "CodeNest", "Backupper", "C<>Studio", "Ledger & Sons"),
        (WORLD, EU, US),
        _variants("Home: 24.90", "Pro: 79.00", "Student: 12.50", "Business 5 devices: 189.00", "Lifetime: 249.99"),
        code_shape=CodeShape.LONG, limits=(("1", "25"), (None, None)),
    ),
    Shelf(
        "VPN and security", Kind.KEY, "{brand} {words} ({region})",
        ("Tunnelfox", "SafeHarbour VPN", "Ironveil", "Keyring+", "Nightjar"),
        (WORLD, EU, US),
        _variants("1 month 1 device: 3.10", "1 year 5 devices: 27.90", "2 years 10 devices: 49.00"),
        code_shape=CodeShape.LONG,
    ),
    Shelf(
        "Game keys", Kind.KEY, "{brand}: {words} ({region})",
        ("Starfall Odyssey", "Iron Meridian", "Harvest Hollow", "Тёмный лес", "Kart Kingdom", "Deep_Signal",
         "Last <Ember>", "Cities of Brass"),
        (WORLD, EU, TR, KZ),
        _variants("Standard Edition: 19.99", "Deluxe Edition: 34.99", "Ultimate Edition: 54.99",
                  "Season Pass: 14.99"),
        limits=((None, None), ("1", "10")),
    ),
    Shelf(
        "eSIM and travel data", Kind.KEY, "{brand} eSIM {region}, {words}",
        ("Roamio", "Skydata", "Wanderline", "Passport & Signal"),
        (US, EU, UK, TR, JP, IN, BR, WORLD),
        _variants("1 GB 7 days: 4.20", "3 GB 15 days: 9.80", "5 GB 30 days: 14.50", "20 GB 30 days: 38"),
        code_shape=CodeShape.URL, limits=(("1", "10"),),
    ),
    Shelf(
        "Game top-ups", Kind.TOPUP, "{brand} {words} ({region})",
        ("Legends of Auria", "Blade Circuit", "Mobile Siege", "Puzzle Harbor", "Genesis_Impact", "Hero & Hunter"),
        (WORLD, EU, US, TR),
        _variants("Gems: 0.0119", "Crystals: 0.0158", "Gold: 0.0042", "Battle points: 0.0095"),
        questions=forms.PLAYER, limits=(("10", "10000"), ("1", None), ("60", "6480"), (None, None)),
    ),
    Shelf(
        "Игровая валюта", Kind.TOPUP, "«{brand}»: {words} ({region})",
        ("Тёмный лес", "Танковый рубеж", "Княжество", "Звёздный путь", "Осада & Мир"),
        (RU, KZ_RU, WORLD),
        _variants("алмазы: 0.0131", "золото: 0.0047", "руны: 0.0260"),
        questions=forms.PLAYER_AND_REALM, limits=(("50", "5000"), (None, None), ("100", None)),
    ),
    Shelf(
        "Пополнение телефона", Kind.TOPUP, "Пополнение счёта «{brand}» ({region}), {words}",
        ("Северсвязь", "Билайт", "Мегалиния", "Степь Мобайл", "ТелеПлюс"),
        (RU, KZ_RU, UA), _variants("любой номер: 0.0115", "корпоративный номер: 0.0119"),
        questions=forms.PHONE, limits=(("50", "15000"), ("100.50", "5000.50")),
    ),
    Shelf(
        "Account balance", Kind.TOPUP, "{brand} balance, {words} ({region})",
        ("Vaporia", "PlayHarbor", "Arcadium", "Gamera", "Nimbus Games"),
        (WORLD, TR, KZ, PL), _variants("any amount: 1.04", "express: 1.09"),
        questions=forms.WALLET, limits=((None, None), ("0.5", "500"), ("0.01", "99.99")),
    ),
    Shelf(
        "Live streaming coins", Kind.TOPUP, "{brand} {words} ({region})",
        ("Tikkoo Live", "BigoVerse", "Chatterbox"),
        (WORLD, EU, IN), _variants("Coins: 0.0138", "Diamonds: 0.0171", "Beans: 0.0083"),
        questions=forms.USER_ID_ONLY, limits=(("70", "70000"), (None, None)),
    ),
    Shelf(
        "Game services", Kind.SERVICE, "{brand}: {words} ({region})",
        ("Legends of Auria", "Blade Circuit", "Realm of Ash", "Iron Meridian"),
        (EU, US, WORLD),
        _variants("Rank boost to Gold: 29.00", "Raid clear: 44.50", "Battle pass levelling: 18.90",
                  "Placement matches: 36.00"),
        questions=forms.BOOST,
    ),
    Shelf(
        "Account services", Kind.SERVICE, "{brand}: {words}, {region}",
        ("Vaporia", "Xenon Store", "Cinevio", "PlayHarbor"),
        (WORLD, EU, TR), _variants("Country change: 11.50", "Login recovery: 19.00", "Gift to friend: 24.90"),
        questions=forms.ACCOUNT_MOVE,
    ),
)  # fmt: skip
"""Brands are invented; any likeness to a real one is chance."""
