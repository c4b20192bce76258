"""Vouchers in clear and masked: what a delivery is worth once, and what is left of it afterwards (FIRST page)."""

import string
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random

from bot.sandbox.octopus.goods import Product, VoucherShape
from bot.sandbox.octopus.switches import MaskStyle

SYMBOLS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
MIXED = string.ascii_letters + string.digits
SIGNS = {MaskStyle.STARS: "*", MaskStyle.BULLETS: "•", MaskStyle.CROSSES: "X"}
LEFT_READABLE = 4
GOOD_FOR = timedelta(days=365)


@dataclass(frozen=True, slots=True, repr=False)
class Voucher:
    """One delivered voucher; any field may be missing, but not all (CREATE page)."""

    card_number: str | None
    pin_code: str | None
    claim_url: str | None
    expires_at: datetime | None
    voucher_reference_number: str | None


def make_voucher(product: Product, number: int, now: datetime, chance: Random, *, sample: bool = False) -> Voucher:
    """A new voucher of a product; ``number`` counts the vouchers of its order from 1.

    A ``sample`` one is as full of X as those in the documentation.
    """
    shape = product.shape
    card = None if shape is VoucherShape.CLAIM_URL else _card(product.brand, chance, sample=sample)
    pin = _draw(string.digits, 4, chance) if shape is VoucherShape.CARD_AND_PIN else None
    with_url = shape in (VoucherShape.CLAIM_URL, VoucherShape.CARD_WITH_URL)
    url = f"https://claim.example.com/{product.brand.lower()}/{_draw(MIXED, 20, chance)}" if with_url else None
    midnight = (now + GOOD_FOR).replace(hour=0, minute=0, second=0, microsecond=0)
    reference = f"VCH-{_draw(string.digits, 6, chance)}-{number:03}" if product.brand_reference else None
    return Voucher(card, pin, url, midnight if product.validity else None, reference)


def masked(voucher: Voucher, style: MaskStyle) -> Voucher:
    """The voucher as it is shown when it was shown before: the end of the number, no PIN and no link."""
    sign = SIGNS[style]
    card = voucher.card_number
    return replace(
        voucher,
        card_number=card and sign * (len(card) - LEFT_READABLE) + card[-LEFT_READABLE:],
        pin_code=voucher.pin_code and sign * len(voucher.pin_code),
        claim_url=None,
    )


def _card(prefix: str, chance: Random, *, sample: bool) -> str:
    groups = [_draw(SYMBOLS, 4, chance) for _ in range(3)]
    return "-".join((prefix, *(["XXXX"] * 2 if sample else groups[:2]), groups[2]))


def _draw(symbols: str, length: int, chance: Random) -> str:
    return "".join(chance.choices(symbols, k=length))
