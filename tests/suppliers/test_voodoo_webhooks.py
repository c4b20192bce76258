"""Webhook signatures."""

import pytest

from bot.suppliers.voodoo.webhooks import SIGNING

BODY = (
    b'{"codes":[],"completed_at":"2026-07-05T12:00:07Z","created_at":"2026-07-05T12:00:00Z","delivered_quantity":0,'
    b'"error":"OUT_OF_STOCK","error_message":"x","fields":{},"item_id":4090,"item_name":"T",'
    b'"merchant_order_id":"po-1","order_id":"0190f8a1-6b2c-7e33-9a10-4c1d2e3f5a6b","quantity":1,"refund_amount":9,'
    b'"status":"failed","total_price":9}'
)
HEX = "f156bbdb122ba3602504b0177d915455405e573e50c5c57b13c6f513a6f7f912"
HEADER = "X-Webhook-Signature"


def test_the_known_vector_verifies() -> None:
    assert SIGNING.signed_by(["test-secret"], {HEADER: f"sha256={HEX}"}, BODY)
    assert SIGNING.signature("test-secret", BODY) == f"sha256={HEX}"


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-Other": f"sha256={HEX}"},
        {HEADER: ""},
        {HEADER: HEX},
        {HEADER: f"sha1={HEX}"},
        {HEADER: f"sha256={HEX[:-2]}"},
        {HEADER: f"sha256={HEX[:-1]}g"},
        {HEADER: f"sha256={HEX[:-1]}0"},
        {HEADER: "sha256=" + "é" * 64},
    ],
)
def test_anything_else_does_not_verify(headers: dict[str, str]) -> None:
    assert not SIGNING.signed_by(["test-secret"], headers, BODY)
