"""The catalog's record of one good: an 8-byte big-endian key and a compact JSON object (Voodoo CATALOG page)."""

import struct

import msgspec

from bot.sandbox.goods.items import Good, Question

_KEY = struct.Struct(">Q")
_ENCODER = msgspec.json.Encoder(decimal_format="number")


def key_of(good_id: int) -> bytes:
    """The record key of a good: its id as an 8-byte big-endian integer."""
    return _KEY.pack(good_id)


def value_of(good: Good) -> bytes:
    """The record of a good. ``id``, ``price``, ``subscriber_price``, ``fields`` and ``options`` are documented
    names; the others are the likeliest spelling, taken from the order object where it has one.
    """
    return _ENCODER.encode(
        {
            "id": good.id,
            "name": good.name,
            "category": good.category,
            "region": good.region,
            "description": good.description,
            "product_type": good.kind.value,
            "price": good.price,
            "subscriber_price": good.subscriber_price,
            "stock": good.stock,
            "min_quantity": good.min_quantity,
            "max_quantity": good.max_quantity,
            "fields": [_field(question) for question in good.questions],
        }
    )


def _field(question: Question) -> dict[str, object]:
    described: dict[str, object] = {
        "name": question.name,
        "label": question.label,
        "type": "choice" if question.options else "text",
        "required": question.required,
    }
    if question.options:
        described["options"] = [{"id": option.id, "name": option.name} for option in question.options]
    return described
