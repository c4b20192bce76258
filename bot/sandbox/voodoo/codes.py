"""Makes up order ids and the codes that key orders deliver."""

import string
from datetime import datetime
from random import Random
from uuid import UUID

from bot.sandbox.goods.items import CodeShape

SYMBOLS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
MIXED = string.ascii_letters + string.digits


def order_id(now: datetime, chance: Random) -> UUID:
    """A version 7 UUID (RFC 9562), like the ids in the supplier's samples: they sort by time."""
    milliseconds = int(now.timestamp() * 1000) & (2**48 - 1)
    value = milliseconds << 80 | 0x7 << 76 | chance.getrandbits(12) << 64 | 0b10 << 62 | chance.getrandbits(62)
    return UUID(int=value)


def make_code(shape: CodeShape, chance: Random) -> str:
    """One code in clear."""
    match shape:
        case CodeShape.DASHED:
            return "-".join(_draw(SYMBOLS, 4, chance) for _ in range(4))
        case CodeShape.PLAIN:
            return _draw(SYMBOLS, 16, chance)
        case CodeShape.WITH_PIN:
            return f"{_draw(string.digits, 16, chance)} PIN {_draw(string.digits, 4, chance)}"
        case CodeShape.URL:
            return f"https://claim.example.com/r/{_draw(MIXED, 22, chance)}?k={_draw(string.digits, 6, chance)}"
        case CodeShape.LONG:
            return "-".join(_draw(MIXED, 24, chance) for _ in range(10))


def _draw(symbols: str, length: int, chance: Random) -> str:
    return "".join(chance.choices(symbols, k=length))
