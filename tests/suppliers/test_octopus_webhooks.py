"""Octopus's webhooks: signatures, and which order they point at (octopus.md, section 10)."""

import hashlib
import hmac
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.suppliers.errors import MalformedReport
from bot.suppliers.exact import encode
from bot.suppliers.octopus.webhooks import SIGNING, read_event
from bot.suppliers.outcomes import Irrelevant, Pointer
from tests.suppliers.octopus import running_desk

BODY = b'{"id":"evt_1","type":"order.delivered","data":{"id":12345}}'
HEX = hmac.new(b"test-secret", BODY, hashlib.sha256).hexdigest()
HEADER = "X-Signature"


def test_the_documented_signature_verifies() -> None:
    assert SIGNING.signed_by(["test-secret"], {HEADER: HEX}, BODY)
    assert SIGNING.signature("test-secret", BODY) == HEX


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {HEADER: ""},
        {HEADER: f"sha256={HEX}"},
        {HEADER: HEX[:-2]},
        {HEADER: f"{HEX[:-1]}g"},
        {HEADER: "0" * 64},
        {HEADER: "é" * 64},
        {"X-OCTOPUS-WEBHOOK-TOKEN": "test-secret"},
        {"X-Octopus-Webhook-Token": "test-secret", HEADER: "0" * 64},
    ],
)
def test_anything_else_does_not_verify(headers: dict[str, str]) -> None:
    assert not SIGNING.signed_by(["test-secret"], headers, BODY)


def event(kind: object = "order.delivered", **data: Any) -> bytes:
    return encode({"id": "evt_1", "type": kind, "created_at": "2026-07-05T12:00:00Z", "data": data})


@pytest.mark.parametrize("name", ["reference_code", "client_reference", "ref"])
def test_an_orders_event_points_at_it_by_both_ids(name: str) -> None:
    body = event(id=12345, status="DELIVERED", delivered_quantity=5, **{name: "ours"})
    assert read_event(body) == Pointer("12345", "ours")


@pytest.mark.parametrize(
    "kind",
    [
        "order.delivered",
        "order.partially_delivered",
        "order.failed",
        "order.cancelled",
        "order.new_word",
        "voucher.x",
        "",
    ],
)
def test_whatever_names_an_order_points_at_it(kind: str) -> None:
    assert read_event(event(kind, id=12345)) == Pointer("12345")


@pytest.mark.parametrize("kind", ["wallet.credited", "wallet.debited", "topup.done", "esim.done", "Wallet.Debited"])
def test_events_about_anything_else_are_irrelevant_whatever_their_id(kind: str) -> None:
    assert read_event(event(kind, id=12345)) == Irrelevant(kind)


@pytest.mark.parametrize("body", [event("ping"), event(7), b"{}", b'{"type":"ping","data":[1]}', event("ping", id="x")])
def test_an_unknown_event_without_an_order_is_irrelevant(body: bytes) -> None:
    assert isinstance(read_event(body), Irrelevant)


@pytest.mark.parametrize("body", [b"", b"[]", b"<html>", event(), event(id=None), event(id=-1), event(id="abc")])
def test_an_orders_event_that_names_none_is_malformed(body: bytes) -> None:
    with pytest.raises(MalformedReport):
        read_event(body)


@given(st.binary(max_size=100))
def test_rubbish_is_malformed(body: bytes) -> None:
    try:
        assert isinstance(read_event(body), Irrelevant)
    except MalformedReport:
        return


async def test_the_client_pushes_only_with_a_secret_and_verifies_with_it() -> None:
    async with running_desk("http://127.0.0.1:1") as desk:
        assert not desk.client.pushes
        assert not desk.client.verify({HEADER: HEX}, BODY)
    async with running_desk("http://127.0.0.1:1", webhook_secrets=("new", "test-secret")) as desk:
        assert desk.client.pushes
        assert desk.client.verify({HEADER: HEX}, BODY)
        assert desk.client.parse(BODY) == Pointer("12345")
