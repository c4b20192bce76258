"""JSON whose numbers are exact decimals, read and written."""

from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum
from typing import cast

import msgspec
from starlette.responses import Response

_ENCODER = msgspec.json.Encoder(decimal_format="number")
_DECODER = msgspec.json.Decoder(float_hook=Decimal)


class NumberStyle(StrEnum):
    """How amounts are written, which no supplier's page says."""

    PLAIN = "18"
    ONE_PLACE = "18.0"
    TWO_PLACES = "18.00"


_PLACES = {NumberStyle.PLAIN: 0, NumberStyle.ONE_PLACE: 1, NumberStyle.TWO_PLACES: 2}


class NotJson(Exception):
    """A body is not a JSON object."""


def read_object(body: bytes) -> dict[str, object]:
    """Read a JSON object with exact decimals; raises ``NotJson``."""
    try:
        value = cast("object", _DECODER.decode(body))
    except msgspec.DecodeError as error:
        raise NotJson(str(error)) from error
    if not isinstance(value, dict):
        raise NotJson("not an object")
    return cast("dict[str, object]", value)


def number(value: Decimal, style: NumberStyle) -> Decimal:
    """The amount with at least the style's places and no exponent; digits are never lost."""
    exact = Decimal(format(value.normalize(), "f"))
    places = max(_PLACES[style], -cast("int", exact.as_tuple().exponent))
    return exact.quantize(Decimal(1).scaleb(-places))


def json_bytes(content: object) -> bytes:
    """JSON with exact decimals."""
    return _ENCODER.encode(content)


def json_reply(content: object, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """A JSON response with exact decimals."""
    return Response(json_bytes(content), status, headers, "application/json")
