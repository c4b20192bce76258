"""Goods with known ids that every generated catalog holds, one for each thing worth pointing at."""

from decimal import Decimal

from bot.sandbox.goods import forms
from bot.sandbox.goods.items import CodeShape, Good, Kind, Question, Stock

SHELF = "Landmarks & samples"

SAMPLE_KEY = 4090
SAMPLE_TOPUP = 4211
SAMPLE_SERVICE = 5000
SOLD_OUT = 5001
SOLD_OUT_FLAG = 5002
UNTRACKED = 5003
FEW_LEFT = 5004
LIMITED_KEY = 5005
MARKUP_NAME = 5006
LONG_NAME = 5007
CYRILLIC = 5008
DECIMAL_TOPUP = 5009
UNLIMITED_TOPUP = 5010
MANY_CHOICES = 5011
LONG_CODES = 5012
LINK_CODES = 5013
EXPENSIVE = 5014
OPTIONAL_FIELD = 5015


def _key(id_: int, name: str, price: str, stock: Stock = 500, shape: CodeShape = CodeShape.DASHED,
         most: str | None = None) -> Good:  # fmt: skip
    return Good(
        id_, name, SHELF, Kind.KEY, Decimal(price), Decimal(price), stock, "Global",
        min_quantity=Decimal(1) if most else None, max_quantity=Decimal(most) if most else None, code_shape=shape,
    )  # fmt: skip


def _topup(id_: int, name: str, price: str, least: str | None, most: str | None,
           questions: tuple[Question, ...] = forms.PLAYER) -> Good:  # fmt: skip
    return Good(
        id_, name, SHELF, Kind.TOPUP, Decimal(price), Decimal(price), True, "Global",
        min_quantity=Decimal(least) if least else None, max_quantity=Decimal(most) if most else None,
        questions=questions,
    )  # fmt: skip


def _service(id_: int, name: str, price: str, questions: tuple[Question, ...]) -> Good:
    return Good(id_, name, SHELF, Kind.SERVICE, Decimal(price), Decimal(price), None, "Global", questions=questions)


LANDMARKS = (
    _key(SAMPLE_KEY, "Sample Gift Card 10 USD", "9.00"),
    _topup(SAMPLE_TOPUP, "Sample Game Top-up", "1.25", "1", "1000"),
    _service(SAMPLE_SERVICE, "Sample Game Service", "15.00", (Question("account_email", "Account e-mail"),)),
    _key(SOLD_OUT, "Sold-Out Gift Card 25 USD", "22.50", stock=0),
    _key(SOLD_OUT_FLAG, "Sold-Out Gift Card 50 USD", "45.00", stock=False),
    _key(UNTRACKED, "Untracked Gift Card 5 USD", "4.60", stock=None),
    _key(FEW_LEFT, "Last Three Gift Cards 20 USD", "18.40", stock=3),
    _key(LIMITED_KEY, "Limited Gift Card 15 USD", "13.80", most="5"),
    _key(MARKUP_NAME, "Rock & Roll <Gold> *Gift*_Card_ [10] `USD`", "9.20"),
    _key(LONG_NAME, "The Very Long Collector's Anniversary Gift Card of " + "Wonders and " * 15 + "Joy", "31.00"),
    _key(CYRILLIC, "Подарочная карта «Тёплый дом & Ёлка» 1000 ₽", "11.37", shape=CodeShape.PLAIN),
    _topup(DECIMAL_TOPUP, "Decimal Wallet Top-up", "1.037", "0.5", "99.95", forms.WALLET),
    _topup(UNLIMITED_TOPUP, "Limitless Coin Top-up", "0.0113", None, None, forms.USER_ID_ONLY),
    _topup(MANY_CHOICES, "Top-up with 64 Realms", "0.98", "1", "500", forms.PLAYER_AND_REALM),
    _key(LONG_CODES, "Gift Card with Long Codes", "7.77", shape=CodeShape.LONG),
    _key(LINK_CODES, "Gift Card with Claim Links", "6.66", shape=CodeShape.URL),
    _key(EXPENSIVE, "Grand Gift Card 10000 USD", "9750.00", stock=2),
    _service(OPTIONAL_FIELD, "Rank Boost with a Comment", "29.00", forms.BOOST),
)
"""In ascending order of id, as the file holds them."""
