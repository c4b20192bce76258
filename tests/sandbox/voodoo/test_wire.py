"""Signing, numbers and JSON on the wire."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.sandbox.shop.exact import NotJson, NumberStyle, number, read_object
from bot.sandbox.voodoo.wire import sign, webhook_bytes

VECTOR = (
    b'{"codes":[],"completed_at":"2026-07-05T12:00:07Z","created_at":"2026-07-05T12:00:00Z","delivered_quantity":0,'
    b'"error":"OUT_OF_STOCK","error_message":"x","fields":{},"item_id":4090,"item_name":"T","merchant_order_id":"po-1",'
    b'"order_id":"0190f8a1-6b2c-7e33-9a10-4c1d2e3f5a6b","quantity":1,"refund_amount":9,"status":"failed",'
    b'"total_price":9}'
)
SIGNATURE = "sha256=f156bbdb122ba3602504b0177d915455405e573e50c5c57b13c6f513a6f7f912"

amounts = st.decimals(min_value=0, max_value=10**9, places=8)


def test_the_known_body_has_the_known_signature() -> None:
    assert sign("test-secret", VECTOR) == SIGNATURE


def test_a_webhook_is_written_as_the_known_body_whatever_the_order_of_its_members() -> None:
    content = dict(reversed(read_object(VECTOR).items()))
    assert webhook_bytes(content) == VECTOR


@settings(deadline=None)
@given(amounts, st.sampled_from(NumberStyle))
def test_a_number_keeps_its_value_in_every_style(amount: Decimal, style: NumberStyle) -> None:
    assert number(amount, style) == amount


@settings(deadline=None)
@given(amounts, st.sampled_from(NumberStyle))
def test_a_number_has_no_exponent_in_any_style(amount: Decimal, style: NumberStyle) -> None:
    assert read_object(webhook_bytes({"n": number(amount, style)}))["n"] == amount


@pytest.mark.parametrize(
    ("style", "written"),
    [(NumberStyle.PLAIN, "1000"), (NumberStyle.ONE_PLACE, "1000.0"), (NumberStyle.TWO_PLACES, "1000.00")],
)
def test_a_round_number_shows_its_style(style: NumberStyle, written: str) -> None:
    assert str(number(Decimal("1E+3"), style)) == written


@settings(deadline=None)
@given(amounts)
def test_json_numbers_are_read_exactly(amount: Decimal) -> None:
    assert read_object(f'{{"n": {amount:f}}}'.encode())["n"] == amount


@pytest.mark.parametrize("body", [b"", b"null", b"[1]", b'"text"', b"{", b'{"n": NaN}', b"\xff\xfe"])
def test_what_is_no_json_object_is_refused(body: bytes) -> None:
    with pytest.raises(NotJson):
        read_object(body)
