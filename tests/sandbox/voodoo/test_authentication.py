"""The token exchange and what tokens are good for (AUTH and ERRORS pages)."""

import base64
import json
from datetime import UTC, datetime, timedelta

import pytest

from bot.sandbox.voodoo.config import VoodooConfig
from tests.sandbox.voodoo.lab import Lab, running_lab, token_for


async def test_a_key_buys_a_bearer_token(lab: Lab) -> None:
    reply = await token_for(lab.api)
    assert reply.status_code == 200
    assert reply.json().keys() == {"access_token", "token_type"}
    assert reply.json()["token_type"] == "Bearer"


async def test_a_token_is_a_jwt_of_api_origin_signed_with_eddsa(lab: Lab) -> None:
    header, claims, _ = (await token_for(lab.api)).json()["access_token"].split(".")
    decoded = [json.loads(base64.urlsafe_b64decode(part + "==")) for part in (header, claims)]
    assert decoded[0]["alg"] == "EdDSA"
    assert "kid" in decoded[0]
    assert decoded[1]["origin"] == "api"


async def test_a_wrong_key_gets_the_exchange_its_own_envelope(lab: Lab) -> None:
    reply = await token_for(lab.api, "ak_wrong")
    assert (reply.status_code, reply.json()) == (401, {"error": "Invalid credentials"})


async def test_a_revoked_key_buys_nothing_but_its_tokens_live_on(lab: Lab) -> None:
    await lab.switch("key_state", "revoked")
    assert (await token_for(lab.api)).status_code == 401
    assert (await lab.api.get("/api/v1/account/balance")).status_code == 200


async def test_an_account_without_api_keys_is_forbidden(lab: Lab) -> None:
    await lab.switch("key_state", "not enabled")
    assert (await token_for(lab.api)).status_code == 403


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"{}", b'{"api_key": 5}'])
async def test_an_exchange_without_a_key_is_a_bad_request(lab: Lab, body: bytes) -> None:
    assert (await lab.api.post("/api/v1/auth/token/client", content=body)).status_code == 400


async def test_every_other_call_needs_a_good_token(lab: Lab) -> None:
    calls = [("GET", "account/balance"), ("POST", "orders"), ("GET", "orders/x")]
    bad = ["", "Bearer nonsense", "Bearer ak_demo", "Basic abc"]
    replies = [
        await lab.api.request(method, f"/api/v1/{path}", headers={"Authorization": header})
        for method, path in calls
        for header in bad
    ]
    assert {(reply.status_code, reply.json()["code"]) for reply in replies} == {(401, "not_authenticated")}


async def test_tokens_can_be_ended_at_once(lab: Lab) -> None:
    await lab.tell("tokens/expire")
    assert (await lab.api.get("/api/v1/account/balance")).status_code == 401


async def test_a_new_token_leaves_the_old_one_good(lab: Lab) -> None:
    await token_for(lab.api)
    assert (await lab.api.get("/api/v1/account/balance")).status_code == 200


async def test_a_token_dies_after_two_hours() -> None:
    times = [datetime(2026, 7, 5, 12, tzinfo=UTC)]
    async with running_lab(VoodooConfig(clock=lambda: times[-1])) as lab:
        times.append(times[0] + timedelta(hours=2, seconds=-1))
        before = await lab.api.get("/api/v1/account/balance")
        times.append(times[0] + timedelta(hours=2))
        after = await lab.api.get("/api/v1/account/balance")
    assert (before.status_code, after.status_code) == (200, 401)
